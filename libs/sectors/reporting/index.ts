import { DAY_MS, HOUR_MS } from '#libs/contracts';
import {
  beatSimulation,
  defineSector,
  eventType,
  formula,
  localTime,
  packIndicator,
  partFault,
  standardBoard,
  type Indicator,
  type Metric,
} from '#libs/sector-kit';
import { regime, reminded, report, TYPES } from './projections.js';
import { RegimeDto, ReminderDto, ReportDueDto, ReportReceivedDto } from './reporting.dto.js';
import { alertRulesOf } from './rules.js';
import { ReportingSettings } from './settings.js';

const title = { vi: 'Chế độ báo cáo', en: 'Reporting regimes' };
const REPORTS = { unit: { vi: 'báo cáo', en: 'reports' }, digits: 0 };
const AGENCIES = { unit: { vi: 'cơ quan', en: 'agencies' }, digits: 0 };
const PERCENT = { unit: { vi: '%', en: '%' }, digits: 2 };

const stock = (code: string, dims: string[], vi: string, en: string, format = REPORTS): Metric => ({
  code: `reporting.${code}`,
  title: { vi, en },
  kind: 'stock',
  dims,
  format,
});
const metrics = [
  stock('regimes', ['connected'], 'Chế độ báo cáo', 'Regimes', { unit: { vi: 'chế độ', en: 'regimes' }, digits: 0 }),
  stock('reports', ['unit', 'agency', 'regime', 'state'], 'Báo cáo phải nộp', 'Reports owed'),
  stock('waiting', ['unit', 'agency', 'regime'], 'Báo cáo chưa đến hạn', 'Reports not due yet'),
  stock('reminders', ['unit', 'agency'], 'Lần nhắc trong năm', 'Reminders in the year', {
    unit: { vi: 'lần', en: 'times' },
    digits: 0,
  }),
  stock('agencies', ['unit', 'agency', 'stage'], 'Cơ quan bị nhắc trong năm', 'Agencies reminded', AGENCIES),
];

const one = packIndicator('reporting');

const ON_TIME = '100 * sum(reporting.reports, month, state: on-time)';
const OWED = 'sum(reporting.reports, month, state: on-time | late | incomplete | missing)';

function indicators({ reviewFrom, disciplineFrom }: ReportingSettings): Indicator[] {
  const law = { vi: 'NĐ 09/2019/NĐ-CP.', en: 'Decree 09/2019/NĐ-CP.' };
  return [
    one(
      'connected',
      ['Chế độ đã đưa lên hệ thống', 'Regimes on the system'],
      '100 * sum(reporting.regimes, now, connected: yes) / sum(reporting.regimes, now)',
      PERCENT,
      [
        `Số chế độ đã thực hiện trên hệ thống / tổng số chế độ; ${law.vi}`,
        `Regimes taken by the system / all regimes; ${law.en}`,
      ],
      {
        target: 100,
        sharing: 'public',
        levels: [
          { level: 'attention', under: 80 },
          { level: 'serious', under: 50 },
        ],
      },
    ),
    one(
      'on-time',
      ['Báo cáo đúng hạn, tháng này', 'Reports on time, this month'],
      `${ON_TIME} / (${OWED})`,
      PERCENT,
      [
        `Báo cáo đầy đủ nộp đúng hạn / báo cáo đã đến hạn trong tháng; ${law.vi}`,
        `Complete reports in time / reports that fell due this month; ${law.en}`,
      ],
      {
        target: 100,
        levels: [
          { level: 'attention', under: 95 },
          { level: 'serious', under: 80 },
        ],
      },
    ),
    one(
      'missing',
      ['Chưa nộp', 'Missing'],
      'sum(reporting.reports, month, state: missing)',
      REPORTS,
      [
        'Báo cáo quá hạn trong tháng mà chưa có gì.',
        'Reports of this month past their due time of which nothing came.',
      ],
      {
        tells: 'late',
        levels: [
          { level: 'attention', above: 1 },
          { level: 'serious', above: 10 },
        ],
      },
    ),
    one('late', ['Nộp trễ', 'Late'], 'sum(reporting.reports, month, state: late)', REPORTS, [
      'Báo cáo đầy đủ nhưng nộp sau hạn trong tháng.',
      'Complete reports that came after their due time, this month.',
    ]),
    one('incomplete', ['Thiếu số liệu', 'Incomplete'], 'sum(reporting.reports, month, state: incomplete)', REPORTS, [
      'Báo cáo đã nộp, quá hạn mà chưa đủ chỉ tiêu.',
      'Reports that came, past their due time and not complete.',
    ]),
    one('waiting', ['Báo cáo chưa đến hạn', 'Reports still to come'], 'sum(reporting.waiting, now)', REPORTS, [
      'Báo cáo phải nộp mà chưa đến hạn, chưa nộp đủ.',
      'Reports that are owed, not due yet and not there yet.',
    ]),
    one(
      'review',
      ['Cơ quan phải xem xét trách nhiệm', 'Agencies under review'],
      'sum(reporting.agencies, year, stage: review | discipline)',
      AGENCIES,
      [
        `Cơ quan bị nhắc từ ${reviewFrom} lần trong năm (quy định của Khánh Hòa).`,
        `Agencies reminded ${reviewFrom} times or more this year (rule of Khánh Hòa).`,
      ],
      { levels: [{ level: 'attention', above: 1 }] },
    ),
    one(
      'discipline',
      ['Cơ quan có thể bị kỷ luật', 'Agencies near discipline'],
      'sum(reporting.agencies, year, stage: discipline)',
      AGENCIES,
      [
        `Cơ quan bị nhắc từ ${disciplineFrom} lần trong năm (quy định của Khánh Hòa).`,
        `Agencies reminded ${disciplineFrom} times or more this year (rule of Khánh Hòa).`,
      ],
      { levels: [{ level: 'serious', above: 1 }] },
    ),
  ];
}

const AGENCY_CODES = Array.from({ length: 12 }, (_, i) => `H13.${i + 2}`);
/** Thirteen regimes, four of them on the system, as Sóc Trăng had it; monthly ones fall due each day in turn. */
const simulation = beatSimulation(
  {
    id: 'demo-reporting',
    name: 'Hệ thống báo cáo (mô phỏng)',
    types: ['vn.ioc.reporting.*'],
    units: ['*'],
    every: 86_400,
  },
  {
    regimes: {
      every: DAY_MS,
      offset: HOUR_MS,
      events: () =>
        Array.from({ length: 13 }, (_, i) => ({
          type: TYPES.regime,
          data: { regime: `BC-${String(i + 1).padStart(2, '0')}`, frequency: 'month', connected: i < 4 },
        })),
    },
    owed: {
      every: DAY_MS,
      offset: 2 * HOUR_MS,
      events: (time) =>
        AGENCY_CODES.map((agency) => ({
          type: TYPES.due,
          unit: '92',
          data: { regime: 'BC-01', agency, period: localTime(time).slice(0, 10), due: localTime(time + 15 * HOUR_MS) },
        })),
    },
    reports: {
      every: HOUR_MS,
      events: (time, random) =>
        AGENCY_CODES.filter(() => random() < 0.14).map((agency) => ({
          type: TYPES.received,
          unit: '92',
          data: {
            regime: 'BC-01',
            agency,
            period: localTime(time).slice(0, 10),
            fields: 20,
            filled: random() < 0.9 ? 20 : 17,
          },
        })),
    },
    reminders: {
      every: DAY_MS,
      offset: 8 * HOUR_MS,
      events: (time, random) =>
        AGENCY_CODES.filter(() => random() < 0.15).map((agency) => ({
          type: TYPES.reminded,
          unit: '92',
          data: { regime: 'BC-01', agency, period: localTime(time).slice(0, 10) },
        })),
    },
  },
);

/** Reporting regimes of NĐ 09/2019/NĐ-CP: who owes what when, and what became of it. */
export const pack = defineSector(ReportingSettings, (settings) => {
  const all = indicators(settings);
  return {
    id: 'reporting',
    revision: '2',
    title,
    owner: { vi: 'Văn phòng UBND tỉnh', en: "Office of the People's Committee" },
    events: [
      eventType<RegimeDto>({
        type: TYPES.regime,
        title: { vi: 'Chế độ báo cáo', en: 'Regime registered' },
        dto: RegimeDto,
        adds: ['regimes'],
      }),
      eventType<ReportDueDto>({
        type: TYPES.due,
        title: { vi: 'Báo cáo phải nộp', en: 'Report due' },
        dto: ReportDueDto,
        adds: ['reports', 'waiting'],
      }),
      eventType<ReportReceivedDto>({
        type: TYPES.received,
        title: { vi: 'Nhận báo cáo', en: 'Report received' },
        dto: ReportReceivedDto,
        fault: ({ data }) => partFault(data, 'filled', 'fields'),
        adds: ['reports', 'waiting'],
        line: ({ data }) => ({
          vi: `${data.agency} nộp ${data.regime} kỳ ${data.period}: ${data.filled}/${data.fields} chỉ tiêu`,
          en: `${data.agency} sent ${data.regime} of ${data.period}: ${data.filled}/${data.fields} figures`,
        }),
      }),
      eventType<ReminderDto>({
        type: TYPES.reminded,
        title: { vi: 'Nhắc nộp báo cáo', en: 'Reminder sent' },
        dto: ReminderDto,
        adds: ['reminders', 'agencies'],
        line: ({ data }) => ({
          vi: `Nhắc ${data.agency}: ${data.regime} kỳ ${data.period}`,
          en: `Reminded ${data.agency}: ${data.regime} of ${data.period}`,
        }),
      }),
    ],
    metrics,
    projections: [regime, report(settings), reminded(settings)],
    indicators: all,
    rules: alertRulesOf(settings),
    board: standardBoard({ id: 'reporting', title }, all, {
      numbers: ['connected', 'on-time', 'missing', 'late', 'incomplete', 'waiting', 'review', 'discipline'],
      below: [
        {
          id: 'states',
          kind: 'bars',
          title: { vi: 'Báo cáo trong tháng theo trạng thái', en: 'Reports of the month by state' },
          series: [
            {
              label: { vi: 'Báo cáo', en: 'Reports' },
              measure: { metric: 'reporting.reports', agg: 'sum', over: 'month' },
            },
          ],
          by: 'state',
          top: 5,
          format: REPORTS,
        },
        {
          id: 'reminded',
          kind: 'table',
          title: { vi: 'Bị nhắc nhiều nhất trong năm', en: 'Most reminded this year' },
          by: 'agency',
          top: 7,
          columns: [
            {
              key: 'reminders',
              label: { vi: 'Lần nhắc', en: 'Reminders' },
              formula: formula('sum(reporting.reminders, year)'),
              format: REPORTS,
            },
            {
              key: 'missing',
              label: { vi: 'Chưa nộp', en: 'Missing' },
              formula: formula('sum(reporting.reports, month, state: missing)'),
              format: REPORTS,
            },
          ],
        },
      ],
    }),
    overview: ['reporting.connected', 'reporting.on-time'],
    dimensions: {
      connected: { vi: 'Kết nối', en: 'Connected' },
      regime: { vi: 'Chế độ báo cáo', en: 'Regime' },
      state: { vi: 'Tình trạng', en: 'State' },
      stage: { vi: 'Mức xử lý', en: 'Stage' },
    },
    labels: {
      connected: { yes: { vi: 'Trên hệ thống', en: 'On the system' }, no: { vi: 'Chưa', en: 'Not yet' } },
      state: {
        'on-time': { vi: 'Đúng hạn', en: 'On time' },
        late: { vi: 'Nộp trễ', en: 'Late' },
        incomplete: { vi: 'Thiếu số liệu', en: 'Incomplete' },
        missing: { vi: 'Chưa nộp', en: 'Missing' },
      },
      stage: {
        reminded: { vi: 'Bị nhắc', en: 'Reminded' },
        review: { vi: 'Xem xét trách nhiệm', en: 'Under review' },
        discipline: { vi: 'Có thể kỷ luật', en: 'Near discipline' },
      },
    },
    simulation,
  };
});
