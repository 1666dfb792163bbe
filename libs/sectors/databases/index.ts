import { DAY_MS, HOUR_MS } from '#libs/contracts';
import { beatSimulation, defineSector, eventType, formula, standardBoard } from '#libs/sector-kit';
import { DatabaseRegisteredDto, DatabaseUpdatedDto } from './databases.dto.js';
import { DATABASES, FRESH_SHARE, indicatorsOf, metrics, PERCENT } from './indicators.js';
import { entry, TYPES } from './projections.js';
import { alertRulesOf } from './rules.js';
import { DatabasesSettings } from './settings.js';

const title = { vi: 'Cơ sở dữ liệu', en: 'Databases' };

/** Those that the programme names, then some specialised ones. */
const ENTRIES = [
  { database: 'dat-dai', name: 'CSDL đất đai', agency: 'H13.7', kind: 'land', everyDays: 1 },
  { database: 'ttdl-quoc-gia', name: 'Trung tâm dữ liệu quốc gia', agency: 'G01', kind: 'data-centre', everyDays: 1 },
  ...Array.from({ length: 40 }, (_, i) => ({
    database: `cn-${String(i + 1).padStart(4, '0')}`,
    name: `CSDL chuyên ngành ${i + 1}`,
    agency: `H13.${2 + (i % 12)}`,
    kind: 'specialised',
    everyDays: [1, 2, 7][i % 3] ?? 7,
  })),
];

const simulation = beatSimulation(
  {
    id: 'demo-databases',
    name: 'Danh mục cơ sở dữ liệu (mô phỏng)',
    types: ['vn.ioc.databases.*'],
    units: ['92'],
    every: 86_400,
  },
  {
    entries: {
      every: DAY_MS,
      offset: HOUR_MS,
      events: () => ENTRIES.map((data) => ({ type: TYPES.registered, unit: '92', data })),
    },
    updates: {
      every: DAY_MS,
      offset: 2 * HOUR_MS,
      events: (_time, random) =>
        ENTRIES.map(({ database }, i) => ({
          type: TYPES.updated,
          unit: '92',
          data: { database, records: 10_000 * (1 + i) + Math.floor(1_000 * random()) },
        })).filter(() => random() < 0.85),
    },
  },
);

/** The catalogue of databases: land, the national data centre, specialised ones; who owns them and how fresh they are. */
export const pack = defineSector(DatabasesSettings, (settings) => {
  const all = indicatorsOf(settings);
  return {
    id: 'databases',
    title,
    owner: { vi: 'Sở Khoa học và Công nghệ', en: 'Department of Science and Technology' },
    events: [
      eventType<DatabaseRegisteredDto>({
        type: TYPES.registered,
        title: { vi: 'Đăng ký cơ sở dữ liệu', en: 'Database registered' },
        dto: DatabaseRegisteredDto,
      }),
      eventType<DatabaseUpdatedDto>({
        type: TYPES.updated,
        title: { vi: 'Cập nhật cơ sở dữ liệu', en: 'Database updated' },
        dto: DatabaseUpdatedDto,
        line: ({ data }) => ({
          vi: `${data.database}: đã cập nhật, ${data.records} bản ghi`,
          en: `${data.database}: updated, ${data.records} records`,
        }),
      }),
    ],
    metrics,
    projections: [entry(settings)],
    indicators: all,
    rules: alertRulesOf(settings),
    board: standardBoard({ id: 'databases', title }, all, {
      numbers: [
        'registered',
        'registered-share',
        'fresh-share',
        'late',
        'waiting',
        'land-records',
        'central-late',
        'records',
      ],
      below: [
        {
          id: 'agencies',
          kind: 'table',
          title: { vi: 'Quá hạn theo cơ quan chủ quản', en: 'Late by owner' },
          by: 'agency',
          top: 7,
          columns: [
            {
              key: 'late',
              label: { vi: 'Quá hạn', en: 'Late' },
              formula: formula('sum(databases.entries, now, state: late)'),
              format: DATABASES,
            },
            {
              key: 'fresh',
              label: { vi: 'Đúng hạn %', en: 'In time %' },
              formula: formula(FRESH_SHARE),
              format: PERCENT,
            },
          ],
        },
        {
          id: 'states',
          kind: 'bars',
          title: { vi: 'Danh mục theo tình trạng', en: 'Catalogue by state' },
          series: [
            {
              label: { vi: 'CSDL', en: 'Databases' },
              measure: { metric: 'databases.entries', agg: 'sum', over: 'now' },
            },
          ],
          by: 'state',
          top: 3,
          format: DATABASES,
        },
      ],
    }),
    overview: ['databases.fresh-share', 'databases.registered'],
    dimensions: {
      kind: { vi: 'Loại CSDL', en: 'Kind of database' },
      database: { vi: 'Cơ sở dữ liệu', en: 'Database' },
      state: { vi: 'Tình trạng', en: 'State' },
    },
    labels: {
      kind: {
        specialised: { vi: 'Chuyên ngành', en: 'Specialised' },
        land: { vi: 'Đất đai', en: 'Land' },
        'data-centre': { vi: 'Trung tâm dữ liệu quốc gia', en: 'National data centre' },
        national: { vi: 'Quốc gia', en: 'National' },
      },
      state: {
        fresh: { vi: 'Đúng hạn', en: 'In time' },
        late: { vi: 'Quá hạn', en: 'Late' },
        waiting: { vi: 'Chờ lần đầu', en: 'Not updated yet' },
      },
      database: {
        'dat-dai': { vi: 'CSDL đất đai', en: 'Land database' },
        'ttdl-quoc-gia': { vi: 'Trung tâm dữ liệu quốc gia', en: 'National data centre' },
      },
    },
    simulation,
  };
});
