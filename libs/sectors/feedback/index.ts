import { HOUR_MS, type NumberFormat } from '#libs/contracts';
import {
  beatSimulation,
  calendarOf,
  defineSector,
  demoCommunes,
  eventType,
  formula,
  happenedFault,
  localTime,
  packIndicator,
  pick,
  randomOf,
  standardBoard,
  workingClock,
  type Indicator,
  type Metric,
} from '#libs/sector-kit';
import { PetitionStepDto } from './feedback.dto.js';
import { petition, STEP } from './projections.js';
import { alertRulesOf } from './rules.js';
import { FeedbackSettings } from './settings.js';

const title = { vi: 'Phản ánh, kiến nghị', en: 'Citizens’ petitions' };
const COUNT: NumberFormat = { unit: { vi: 'phản ánh', en: 'petitions' }, digits: 0 };
const PERCENT: NumberFormat = { unit: { vi: '%', en: '%' }, digits: 1 };
const stock = (code: string, dims: string[], vi: string, en: string): Metric => ({
  code: `feedback.${code}`,
  title: { vi, en },
  kind: 'stock',
  dims,
  format: COUNT,
});
const metrics = [
  stock('received', ['unit', 'field'], 'Phản ánh tiếp nhận', 'Petitions received'),
  stock('standing', ['unit', 'field', 'agency', 'state'], 'Phản ánh theo trạng thái', 'Petitions by state'),
  stock('limits', ['unit', 'field', 'limit', 'kept'], 'Hạn xử lý phản ánh', 'Time limits of petitions'),
  stock('rated', ['unit', 'field', 'satisfied'], 'Phản ánh được đánh giá', 'Petitions rated'),
];

const kept = (limit: string): string =>
  `100 * sum(feedback.limits, 90d, limit: ${limit}, kept: yes) / sum(feedback.limits, 90d, limit: ${limit})`;
const levels = [
  { level: 'attention', under: 95 },
  { level: 'serious', under: 80 },
] as const;

const one = packIndicator('feedback');

function indicators(settings: FeedbackSettings): Indicator[] {
  const { refuseDays, askDays, resolveDays, publishDays } = settings;
  const days = (vi: string, en: string, count: number): [string, string] => [
    `${vi} trong ${count} ngày làm việc, phản ánh tiếp nhận 90 ngày qua.`,
    `${en} within ${count} working days, petitions of the last 90 days.`,
  ];
  return [
    one(
      'received-today',
      ['Phản ánh mới hôm nay', 'Petitions today'],
      'sum(feedback.received, today)',
      COUNT,
      ['Phản ánh gửi đến từ 0 giờ.', 'Petitions received since midnight.'],
      { compare: 'day', sharing: 'public' },
    ),
    one(
      'open',
      ['Phản ánh đang xử lý', 'Petitions open'],
      'sum(feedback.standing, now, state: open | overdue | waiting)',
      COUNT,
      ['Chưa trả lời: đang xử lý, chờ người dân, quá hạn.', 'Not answered: open, waiting for the citizen, overdue.'],
      { compare: 'day' },
    ),
    one(
      'overdue',
      ['Phản ánh quá hạn', 'Petitions overdue'],
      'sum(feedback.standing, now, state: overdue)',
      COUNT,
      [
        `Chưa trả lời sau ${resolveDays} ngày làm việc, trừ thời gian chờ người dân.`,
        `Not answered after ${resolveDays} working days, without the time that waits for the citizen.`,
      ],
      {
        tells: 'late',
        levels: [
          { level: 'attention', above: 1 },
          { level: 'serious', above: 20 },
        ],
      },
    ),
    one(
      'resolved-on-time',
      ['Trả lời đúng hạn', 'Resolved on time'],
      kept('resolve'),
      PERCENT,
      days('Trả lời', 'Answered', resolveDays),
      { target: 100, levels, sharing: 'public' },
    ),
    one(
      'published-on-time',
      ['Công khai đúng hạn', 'Published on time'],
      kept('publish'),
      PERCENT,
      days('Công khai kết quả', 'Result published', publishDays),
      { target: 100 },
    ),
    one(
      'asked-on-time',
      ['Yêu cầu bổ sung đúng hạn', 'Asked in time'],
      kept('ask'),
      PERCENT,
      days('Yêu cầu bổ sung', 'More asked for', askDays),
      { target: 100 },
    ),
    one(
      'refused-on-time',
      ['Từ chối đúng hạn', 'Refused in time'],
      kept('refuse'),
      PERCENT,
      days('Từ chối', 'Refused', refuseDays),
      { target: 100 },
    ),
    one(
      'satisfied',
      ['Người dân hài lòng', 'Satisfied'],
      '100 * sum(feedback.rated, 90d, satisfied: yes) / sum(feedback.rated, 90d)',
      PERCENT,
      [
        'Đánh giá hài lòng / số phản ánh được đánh giá, trả lời trong 90 ngày qua.',
        'Rated satisfied / rated, answered in the last 90 days.',
      ],
      { target: 90, levels: [{ level: 'attention', under: 90 }], sharing: 'public' },
    ),
  ];
}

const FIELDS = [
  ['moi-truong', 5],
  ['giao-thong', 5],
  ['do-thi', 4],
  ['an-ninh', 2],
  ['dien-nuoc', 3],
] as const;
const communes = demoCommunes('92');
const unitOf = (petition: string): string => pick(randomOf(petition), communes).code;
/** About 48 petitions a day; each is resolved after some hours, most are rated. */
const simulation = beatSimulation(
  { id: 'demo-feedback', name: 'Công dân app (mô phỏng)', types: ['vn.ioc.feedback.*'], units: ['92'], every: 7_200 },
  {
    petition: {
      every: HOUR_MS / 2,
      events: (time, random) => {
        const [field] = pick(random, FIELDS, ([, weight]) => weight);
        const petition = `PA-${time / 60_000}`;
        const unit = unitOf(petition);
        const about = { petition, field, agency: `H13.${unit}` };
        return [{ type: STEP, unit, data: { ...about, step: 'received', at: localTime(time) } }];
      },
    },
    answer: {
      every: HOUR_MS / 2,
      offset: 60_000,
      events: (time, random) => {
        // The petition of twenty hours ago.
        const about = { petition: `PA-${(time - 60_000) / 60_000 - 20 * 60}` };
        const unit = unitOf(about.petition);
        const happy = random() < 0.85;
        if (random() < 0.15) return [];
        const data = {
          ...about,
          step: 'resolved',
          at: localTime(time),
          ...(random() < 0.6 ? { satisfied: happy } : {}),
        };
        return [
          { type: STEP, unit, data },
          { type: STEP, unit, data: { ...about, step: 'published', at: localTime(time) } },
        ];
      },
    },
  },
);

/** Petitions of citizens with their time limits; no content and no person is kept. */
export const pack = defineSector(FeedbackSettings, (settings) => {
  const all = indicators(settings);
  return {
    id: 'feedback',
    revision: '2',
    title,
    owner: { vi: 'Văn phòng UBND tỉnh', en: "Office of the People's Committee" },
    events: [
      eventType<PetitionStepDto>({
        type: STEP,
        title: { vi: 'Xử lý phản ánh', en: 'Petition moved' },
        dto: PetitionStepDto,
        fault: (event) => happenedFault(event, 'at'),
        line: ({ data }) => {
          const name = LABELS.step[data.step];
          return { vi: `${data.petition}: ${name.vi.toLowerCase()}`, en: `${data.petition}: ${name.en.toLowerCase()}` };
        },
      }),
    ],
    metrics,
    projections: [petition(settings, workingClock(calendarOf(settings)))],
    indicators: all,
    rules: alertRulesOf(settings),
    board: standardBoard({ id: 'feedback', title }, all, {
      numbers: [
        'received-today',
        'open',
        'overdue',
        'resolved-on-time',
        'published-on-time',
        'asked-on-time',
        'refused-on-time',
        'satisfied',
      ],
      below: [
        {
          id: 'fields',
          kind: 'bars',
          title: { vi: 'Phản ánh 7 ngày qua theo lĩnh vực', en: 'Petitions of 7 days by field' },
          series: [
            {
              label: { vi: 'Tiếp nhận', en: 'Received' },
              measure: { metric: 'feedback.received', agg: 'sum', over: { days: 7 } },
            },
          ],
          by: 'field',
          top: 6,
          format: COUNT,
        },
        {
          id: 'communes',
          kind: 'table',
          title: { vi: 'Nhiều phản ánh nhất', en: 'Most petitions' },
          by: 'unit',
          top: 7,
          columns: [
            {
              key: 'received',
              label: { vi: '7 ngày', en: '7 days' },
              formula: formula('sum(feedback.received, 7d)'),
              format: COUNT,
            },
            {
              key: 'overdue',
              label: { vi: 'Quá hạn', en: 'Overdue' },
              formula: formula('sum(feedback.standing, now, state: overdue)'),
              format: COUNT,
            },
          ],
        },
      ],
    }),
    overview: ['feedback.overdue', 'feedback.resolved-on-time'],
    dimensions: {
      field: { vi: 'Lĩnh vực', en: 'Field' },
      state: { vi: 'Tình trạng', en: 'State' },
      limit: { vi: 'Thời hạn của bước', en: 'Time limit' },
      kept: { vi: 'Đúng hạn', en: 'Kept' },
      satisfied: { vi: 'Hài lòng', en: 'Satisfied' },
    },
    labels: LABELS,
    simulation,
  };
});

const yesNo = { yes: { vi: 'Có', en: 'Yes' }, no: { vi: 'Không', en: 'No' } };
const LABELS = {
  step: {
    received: { vi: 'Tiếp nhận', en: 'Received' },
    refused: { vi: 'Từ chối', en: 'Refused' },
    asked: { vi: 'Yêu cầu bổ sung', en: 'More asked for' },
    answered: { vi: 'Đã bổ sung', en: 'Answered by the citizen' },
    resolved: { vi: 'Đã trả lời', en: 'Resolved' },
    published: { vi: 'Đã công khai', en: 'Published' },
  },
  field: {
    'moi-truong': { vi: 'Môi trường', en: 'Environment' },
    'giao-thong': { vi: 'Giao thông', en: 'Transport' },
    'do-thi': { vi: 'Trật tự đô thị', en: 'Urban order' },
    'an-ninh': { vi: 'An ninh trật tự', en: 'Public order' },
    'dien-nuoc': { vi: 'Điện, nước', en: 'Power and water' },
    unknown: { vi: 'Chưa rõ', en: 'Not given' },
  },
  state: {
    open: { vi: 'Đang xử lý', en: 'Open' },
    waiting: { vi: 'Chờ người dân', en: 'Waiting for the citizen' },
    overdue: { vi: 'Quá hạn', en: 'Overdue' },
    refused: { vi: 'Từ chối', en: 'Refused' },
    resolved: { vi: 'Đã trả lời', en: 'Resolved' },
  },
  limit: {
    refuse: { vi: 'Từ chối', en: 'Refuse' },
    ask: { vi: 'Yêu cầu bổ sung', en: 'Ask' },
    resolve: { vi: 'Trả lời', en: 'Resolve' },
    publish: { vi: 'Công khai', en: 'Publish' },
  },
  kept: yesNo,
  satisfied: yesNo,
} as const;
