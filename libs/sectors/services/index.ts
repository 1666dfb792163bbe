import { DAY_MS, dayName, type NumberFormat } from '#libs/contracts';
import {
  beatSimulation,
  dayFault,
  enteredMetrics,
  eventType,
  formula,
  packIndicator,
  partFault,
  standardBoard,
  type Indicator,
  type Metric,
  type SectorPack,
} from '#libs/sector-kit';
import { day, essential, system, TYPES } from './projections.js';
import { alertRules } from './rules.js';
import { DayCountedDto, EssentialDto } from './services.dto.js';

const title = { vi: 'Dịch vụ công trực tuyến', en: 'Online public services' };
const DOSSIERS: NumberFormat = { unit: { vi: 'hồ sơ', en: 'dossiers' }, digits: 0 };
const SERVICES: NumberFormat = { unit: { vi: 'dịch vụ', en: 'services' }, digits: 0 };
const SYSTEMS: NumberFormat = { unit: { vi: 'hệ thống', en: 'systems' }, digits: 0 };
const DAYS: NumberFormat = { unit: { vi: 'ngày', en: 'days' }, digits: 0 };
const PERCENT: NumberFormat = { unit: { vi: '%', en: '%' }, digits: 2 };

const stock = (code: string, dims: string[], vi: string, en: string, format: NumberFormat): Metric => ({
  code: `services.${code}`,
  title: { vi, en },
  kind: 'stock',
  dims,
  format,
});
const entered = enteredMetrics('services', [
  {
    code: 'adults-online',
    title: { vi: 'Người lớn dùng dịch vụ công trực tuyến', en: 'Adults that use online services' },
    dims: [],
    step: 'year',
    format: PERCENT,
    most: 100,
  },
]);
const metrics = [
  stock('counted', ['unit', 'system', 'kind'], 'Số đếm ngày theo EMC', 'Daily counters (EMC)', DOSSIERS),
  stock('missing-days', ['unit', 'system'], 'Ngày thiếu số đếm', 'Days without counters', DAYS),
  stock('systems', ['unit', 'system', 'state'], 'Hệ thống gửi số đếm', 'Systems that send counters', SYSTEMS),
  stock('essential', ['group', 'state'], 'Dịch vụ công thiết yếu', 'Essential services', SERVICES),
  stock(
    'essential-used',
    ['group'],
    'Lượt dùng dịch vụ thiết yếu trong năm',
    'Use of essential services this year',
    DOSSIERS,
  ),
  ...entered.metrics,
];

const one = packIndicator('services');
const indicators: Indicator[] = [
  one(
    'online-share',
    ['Hồ sơ nộp trực tuyến', 'Dossiers filed online'],
    '100 * sum(services.counted, 30d, kind: online) / sum(services.counted, 30d, kind: online | desk)',
    PERCENT,
    [
      'Hồ sơ trực tuyến / tổng hồ sơ 30 ngày qua, theo số đếm ngày của EMC; mục tiêu là giả định.',
      'Filed online / all dossiers of the last 30 days, by the daily counters of EMC; the target is assumed.',
    ],
    {
      target: [
        { from: '2024-01-01', value: 40 },
        { from: '2026-01-01', value: 80 },
      ],
      sharing: 'public',
      // What is told on a day is of the day before: so each day something must be told by its end.
      freshness: { step: 'day', at: '24:00' },
    },
  ),
  one(
    'dossiers-yesterday',
    ['Hồ sơ hôm qua', 'Dossiers yesterday'],
    'total(last(services.counted, kind: online | desk), 1 day)',
    DOSSIERS,
    [
      'Tổng hồ sơ của ngày hôm qua theo số đếm EMC; chưa hệ thống nào gửi thì chưa có số.',
      'All dossiers of yesterday by the counters of EMC; no number until a system has told it.',
    ],
  ),
  one(
    'missing-days',
    ['Ngày thiếu số đếm', 'Missing days'],
    'sum(services.missing-days, now)',
    DAYS,
    [
      'Số ngày thiếu số đếm trong hai tuần, cộng mọi hệ thống; số của một ngày phải có trước hết ngày hôm sau.',
      'Days without counters in two weeks, over all systems; a day must be there by the end of the next.',
    ],
    {
      tells: 'late',
      levels: [
        { level: 'attention', above: 1 },
        { level: 'serious', above: 10 },
      ],
    },
  ),
  one(
    'systems-whole',
    ['Hệ thống gửi đủ', 'Systems without gaps'],
    '100 * sum(services.systems, now, state: whole) / sum(services.systems, now)',
    PERCENT,
    [
      'Hệ thống không thiếu ngày nào / hệ thống đã kết nối.',
      'Systems without a missing day / systems that are connected.',
    ],
    { target: 100 },
  ),
  one(
    'essential-done',
    ['Dịch vụ thiết yếu hoàn thành', 'Essential services done'],
    'sum(services.essential, now, state: done)',
    SERVICES,
    [
      '53 dịch vụ công thiết yếu: 25 của Đề án 06 và 28 bổ sung.',
      '53 essential services: 25 of Đề án 06 and 28 that were added.',
    ],
    { target: 53, sharing: 'public' },
  ),
  one(
    'essential-share',
    ['Tỷ lệ hoàn thành', 'Share done'],
    '100 * sum(services.essential, now, state: done) / sum(services.essential, now)',
    PERCENT,
    ['Dịch vụ thiết yếu hoàn thành / tổng số.', 'Essential services done / all.'],
    { target: 100, sharing: 'public' },
  ),
  one('essential-used', ['Lượt dùng trong năm', 'Used this year'], 'sum(services.essential-used, now)', DOSSIERS, [
    'Lượt sử dụng các dịch vụ thiết yếu từ đầu năm.',
    'Use of the essential services since the start of the year.',
  ]),
  one(
    'adults-online',
    ['Người lớn dùng trực tuyến', 'Adults online'],
    'last(services.adults-online, 800d)',
    PERCENT,
    [
      'Số công bố gần nhất; 1,78% (2020), 9,51% (2021), khoảng 18% (7 tháng 2022); mục tiêu 40% năm 2024.',
      'Newest published; 1.78% (2020), 9.51% (2021), about 18% (7 months of 2022); target 40% in 2024.',
    ],
    { target: 40, frequency: 'year', sharing: 'public' },
  ),
  one(
    'adults-online-growth',
    ['Tăng so với năm trước', 'Against the year before'],
    '[services.adults-online] - before(last(services.adults-online, 800d), 1 year)',
    PERCENT,
    [
      'Điểm phần trăm: năm công bố gần nhất so với năm liền trước.',
      'Percentage points: newest published year against the one before.',
    ],
  ),
];

const SYSTEM_CODES = Array.from({ length: 8 }, (_, i) => `mcdt-${String(i + 1).padStart(2, '0')}`);
/** Names of the demo's systems. */
const SYSTEM_NAMES = Object.fromEntries(
  SYSTEM_CODES.map((code) => [
    code,
    { vi: `Một cửa điện tử mẫu ${code.slice(-2)}`, en: `One-stop sample ${code.slice(-2)}` },
  ]),
);
const simulation = beatSimulation(
  { id: 'demo-services', name: 'EMC (mô phỏng)', types: ['vn.ioc.services.*'], units: ['*'], every: 86_400 },
  {
    days: {
      every: DAY_MS,
      offset: 5 * 3_600_000,
      events: (time, random) =>
        // One system in eight forgets a day now and then; told again they are told for three days.
        [1, 2, 3].flatMap((back) =>
          SYSTEM_CODES.filter((_, i) => i > 0 || (time / DAY_MS - back) % 5 > 1).map((code) => {
            const dossiers = 300 + Math.floor(400 * random());
            const online = Math.floor(dossiers * (0.6 + 0.25 * random()));
            const data = { system: code, day: dayName(time - back * DAY_MS), dossiers, online, visits: 5 * dossiers };
            return { type: TYPES.day, unit: '92', data };
          }),
        ),
    },
    essential: {
      every: DAY_MS,
      offset: 6 * 3_600_000,
      events: (_time, random) =>
        Array.from({ length: 53 }, (_, i) => ({
          type: TYPES.essential,
          data: {
            service: `tt-${String(i + 1).padStart(2, '0')}`,
            group: i < 25 ? 'de-an-06' : 'added',
            state: i % 53 < 41 ? 'done' : 'doing',
            used: Math.floor(20_000 * random()),
          },
        })),
    },
  },
);

/** Use of online services: EMC's daily counters with their gaps, the 53 essential services, the trajectory. */
export const pack: SectorPack = {
  id: 'services',
  revision: '2',
  title,
  owner: { vi: 'Sở Khoa học và Công nghệ', en: 'Department of Science and Technology' },
  events: [
    eventType<DayCountedDto>({
      type: TYPES.day,
      title: { vi: 'Số đếm ngày', en: 'Day counted' },
      dto: DayCountedDto,
      fault: (event) => dayFault(event) ?? partFault(event.data, 'online', 'dossiers'),
      adds: ['counted', 'missing-days', 'systems'],
      line: ({ data }) => ({
        vi: `${data.system} ngày ${data.day}: ${data.online}/${data.dossiers} hồ sơ trực tuyến`,
        en: `${data.system} on ${data.day}: ${data.online}/${data.dossiers} dossiers online`,
      }),
    }),
    eventType<EssentialDto>({
      type: TYPES.essential,
      title: { vi: 'Dịch vụ thiết yếu', en: 'Essential service updated' },
      dto: EssentialDto,
      adds: ['essential', 'essential-used'],
    }),
    entered.event,
  ],
  metrics,
  projections: [day, system, essential, entered.projection],
  indicators,
  rules: alertRules,
  board: standardBoard({ id: 'services', title }, indicators, {
    numbers: [
      'online-share',
      'dossiers-yesterday',
      'missing-days',
      'systems-whole',
      'essential-done',
      'essential-share',
      'essential-used',
      'adults-online',
    ],
    below: [
      {
        id: 'days',
        kind: 'lines',
        title: { vi: 'Hồ sơ theo ngày', en: 'Dossiers by day' },
        series: [
          { measure: { metric: 'services.counted', agg: 'sum', where: { kind: ['online', 'desk'] } }, by: 'kind' },
        ],
        over: { days: 14 },
        format: DOSSIERS,
      },
      {
        id: 'systems',
        kind: 'table',
        title: { vi: 'Hệ thống thiếu số đếm', en: 'Systems with gaps' },
        by: 'system',
        top: 7,
        columns: [
          {
            key: 'missing',
            label: { vi: 'Ngày thiếu', en: 'Missing' },
            formula: formula('sum(services.missing-days, now)'),
            format: DAYS,
          },
          {
            key: 'online',
            label: { vi: 'Trực tuyến %', en: 'Online %' },
            formula: formula(
              '100 * sum(services.counted, 30d, kind: online) / sum(services.counted, 30d, kind: online | desk)',
            ),
            format: PERCENT,
          },
        ],
      },
    ],
  }),
  overview: ['services.online-share', 'services.missing-days'],
  dimensions: {
    system: { vi: 'Hệ thống', en: 'System' },
    kind: { vi: 'Loại', en: 'Kind' },
    state: { vi: 'Tình trạng', en: 'State' },
    group: { vi: 'Nhóm dịch vụ', en: 'Group of services' },
  },
  labels: {
    system: SYSTEM_NAMES,
    kind: {
      online: { vi: 'Trực tuyến', en: 'Online' },
      desk: { vi: 'Tại quầy', en: 'At the desk' },
      visit: { vi: 'Lượt truy cập', en: 'Visits' },
    },
    state: {
      whole: { vi: 'Đủ', en: 'Whole' },
      gaps: { vi: 'Thiếu ngày', en: 'With gaps' },
      done: { vi: 'Hoàn thành', en: 'Done' },
      doing: { vi: 'Đang làm', en: 'In progress' },
      open: { vi: 'Chưa làm', en: 'Open' },
    },
    group: { 'de-an-06': { vi: 'Đề án 06', en: 'Đề án 06' }, added: { vi: 'Bổ sung', en: 'Added' } },
  },
  simulation,
};
