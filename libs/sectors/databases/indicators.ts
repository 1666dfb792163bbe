import type { NumberFormat } from '#libs/contracts';
import { packIndicator, type Indicator, type Metric } from '#libs/sector-kit';
import type { DatabasesSettings } from './settings.js';

export const DATABASES: NumberFormat = { unit: { vi: 'CSDL', en: 'databases' }, digits: 0 };
export const RECORDS: NumberFormat = { unit: { vi: 'bản ghi', en: 'records' }, digits: 0 };
export const PERCENT: NumberFormat = { unit: { vi: '%', en: '%' }, digits: 1 };

export const metrics: Metric[] = [
  {
    code: 'databases.entries',
    title: { vi: 'Cơ sở dữ liệu trong danh mục', en: 'Databases of the catalogue' },
    kind: 'stock',
    dims: ['unit', 'agency', 'kind', 'database', 'state'],
    format: DATABASES,
  },
  {
    code: 'databases.records',
    title: { vi: 'Bản ghi của cơ sở dữ liệu', en: 'Records of databases' },
    kind: 'stock',
    dims: ['unit', 'agency', 'kind', 'database'],
    format: RECORDS,
  },
];

export const FRESH_SHARE =
  '100 * sum(databases.entries, now, state: fresh) / sum(databases.entries, now, state: fresh | late)';

const one = packIndicator('databases');

export function indicatorsOf({ specialised, everyDays, freshFrom }: DatabasesSettings): Indicator[] {
  return [
    one(
      'registered',
      ['CSDL chuyên ngành đã đăng ký', 'Specialised databases registered'],
      'sum(databases.entries, now, kind: specialised)',
      DATABASES,
      [
        `Số trong danh mục, trên ${specialised} phải đăng ký (cả nước 2.398 theo báo chí 2022–2024; cài đặt của gói).`,
        `In the catalogue, of ${specialised} to be registered (2,398 in the country by press of 2022–2024; setting of the pack).`,
      ],
      { target: specialised, sharing: 'public' },
    ),
    one(
      'registered-share',
      ['Tỷ lệ CSDL đã đăng ký', 'Share of databases registered'],
      `100 * sum(databases.entries, now, kind: specialised) / ${specialised}`,
      PERCENT,
      [
        `CSDL chuyên ngành trong danh mục / ${specialised}.`,
        `Specialised databases of the catalogue / ${specialised}.`,
      ],
      { target: 100, sharing: 'public' },
    ),
    one(
      'fresh-share',
      ['CSDL cập nhật đúng hạn', 'Databases updated in time'],
      FRESH_SHARE,
      PERCENT,
      [
        `Còn trong khoảng cập nhật cam kết / đã đến kỳ; không cam kết thì ${everyDays} ngày (giả định).`,
        `Within the promised interval / all but those that wait for their first update; without a promise ${everyDays} days (assumed).`,
      ],
      { levels: [{ level: 'attention', under: freshFrom }], compare: 'week' },
    ),
    one(
      'late',
      ['CSDL quá hạn cập nhật', 'Databases late'],
      'sum(databases.entries, now, state: late)',
      DATABASES,
      ['Quá khoảng cập nhật cam kết.', 'Past their promised interval.'],
      { tells: 'late', levels: [{ level: 'attention', above: 1 }] },
    ),
    one(
      'waiting',
      ['CSDL chờ cập nhật lần đầu', 'Databases not updated yet'],
      'sum(databases.entries, now, state: waiting)',
      DATABASES,
      ['Đã đăng ký, chưa báo lần cập nhật nào, chưa quá hạn.', 'Registered, no update told yet and none overdue.'],
    ),
    one(
      'land-records',
      ['Bản ghi CSDL đất đai', 'Records of the land database'],
      'sum(databases.records, now, kind: land)',
      RECORDS,
      ['Theo lần cập nhật mới nhất.', 'As of its newest update.'],
    ),
    one(
      'central-late',
      ['Đất đai, Trung tâm dữ liệu quốc gia quá hạn', 'Land, national data centre late'],
      'sum(databases.entries, now, kind: land | data-centre, state: late)',
      DATABASES,
      ['Trong hai loại này, quá khoảng cập nhật cam kết.', 'Of these two kinds, past their promised interval.'],
      { levels: [{ level: 'serious', above: 1 }] },
    ),
    one('records', ['Tổng số bản ghi', 'Records of all databases'], 'sum(databases.records, now)', RECORDS, [
      'Theo lần cập nhật mới nhất của từng CSDL.',
      'As of the newest update of each database.',
    ]),
  ];
}
