import { IsIn, IsInt, IsNumber, IsOptional, Max, Min } from 'class-validator';
import { DAY_MS, HOUR_MS, type NumberFormat } from '#libs/contracts';
import {
  beatSimulation,
  demoCommunes,
  enteredMetrics,
  eventType,
  formula,
  packIndicator,
  standardBoard,
  type Indicator,
  type Metric,
  type SectorPack,
} from '#libs/sector-kit';
import { alertRules } from './rules.js';

export const TYPES = {
  paid: 'vn.ioc.social.benefits.paid.v1',
} as const;

const BENEFITS = ['pension', 'allowance', 'health-insurance', 'unemployment', 'merit'] as const;

/** Benefits that were paid out in a commune: how many, through what; never to whom. */
class BenefitsPaidDto {
  @IsIn(BENEFITS)
  benefit!: (typeof BENEFITS)[number];

  @IsIn(['account', 'cash'])
  through!: 'account' | 'cash';

  @IsInt()
  @Min(1)
  @Max(10_000_000)
  count!: number;

  /** Đồng. */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1e15)
  amount?: number;
}

const title = { vi: 'An sinh xã hội', en: 'Social security' };
const PAYMENTS: NumberFormat = { unit: { vi: 'lượt chi', en: 'payments' }, digits: 0 };
const PEOPLE: NumberFormat = { unit: { vi: 'người', en: 'people' }, digits: 0 };
const HOUSEHOLDS: NumberFormat = { unit: { vi: 'hộ', en: 'households' }, digits: 0 };
const BILLIONS: NumberFormat = { unit: { vi: 'tỷ đồng', en: 'bn VND' }, digits: 2 };
const PERCENT: NumberFormat = { unit: { vi: '%', en: '%' }, digits: 2 };

const entered = enteredMetrics('social', [
  {
    code: 'insured',
    title: { vi: 'Người có BHYT', en: 'People with health insurance' },
    dims: ['unit'],
    step: 'month',
    format: PEOPLE,
    whole: true,
  },
  {
    code: 'people',
    title: { vi: 'Dân số', en: 'Population' },
    dims: ['unit'],
    step: 'month',
    format: PEOPLE,
    whole: true,
  },
  {
    code: 'poor',
    title: { vi: 'Hộ nghèo', en: 'Poor households' },
    dims: ['unit'],
    step: 'year',
    format: HOUSEHOLDS,
    whole: true,
  },
  {
    code: 'households',
    title: { vi: 'Tổng số hộ', en: 'All households' },
    dims: ['unit'],
    step: 'year',
    format: HOUSEHOLDS,
    whole: true,
  },
]);
const metrics: Metric[] = [
  {
    code: 'social.paid',
    title: { vi: 'Lượt chi trả', en: 'Benefits paid' },
    kind: 'flow',
    dims: ['unit', 'benefit', 'through'],
    format: PAYMENTS,
  },
  {
    code: 'social.amount',
    title: { vi: 'Số tiền chi trả', en: 'Amount paid' },
    kind: 'flow',
    dims: ['unit', 'benefit'],
    format: BILLIONS,
  },
  ...entered.metrics,
];

const one = packIndicator('social');
const monthly = { frequency: 'month', freshness: { step: 'month', plusDays: 10, at: '24:00' } } as const;
const indicators: Indicator[] = [
  one('paid-month', ['Lượt chi trong tháng', 'Paid this month'], 'sum(social.paid, month)', PAYMENTS, [
    'Lượt chi trả chế độ từ đầu tháng.',
    'Benefits paid since the first of the month.',
  ]),
  one(
    'account-month',
    ['Chi qua tài khoản', 'Paid to accounts'],
    '100 * sum(social.paid, month, through: account) / sum(social.paid, month)',
    PERCENT,
    ['Chi qua tài khoản / tổng lượt chi trong tháng.', 'Paid to accounts / all of this month.'],
    { target: 80, sharing: 'public' },
  ),
  one('amount-month', ['Số tiền trong tháng', 'Amount this month'], 'sum(social.amount, month)', BILLIONS, [
    'Tổng tiền chi trả từ đầu tháng.',
    'Amount paid since the first of the month.',
  ]),
  one(
    'insured',
    ['Bao phủ BHYT', 'Health insurance'],
    '100 * last(social.insured, 400d) / last(social.people, 400d)',
    PERCENT,
    [
      'Người có thẻ BHYT / dân số, số công bố gần nhất.',
      'People with health insurance / population, newest published.',
    ],
    { ...monthly, target: 95, sharing: 'public' },
  ),
  one(
    'poor',
    ['Tỷ lệ hộ nghèo', 'Poor households'],
    '100 * last(social.poor, 800d) / last(social.households, 800d)',
    PERCENT,
    ['Hộ nghèo / tổng số hộ, số công bố gần nhất.', 'Poor households / all, newest published.'],
    { frequency: 'year', sharing: 'public' },
  ),
];

const communes = demoCommunes('92').slice(0, 30);
const simulation = beatSimulation(
  {
    id: 'demo-social',
    name: 'Chi trả an sinh (mô phỏng)',
    types: [TYPES.paid, entered.event.type],
    units: ['92'],
    every: 14_400,
  },
  {
    paid: {
      every: 2 * HOUR_MS,
      events: (_time, random, pace) =>
        communes.map(({ code }, i) => {
          const count = 1 + Math.floor(40 * pace * random());
          const benefit = BENEFITS[i % BENEFITS.length] ?? 'pension';
          return {
            type: TYPES.paid,
            unit: code,
            data: { benefit, through: random() < 0.72 ? 'account' : 'cash', count, amount: count * 1_800_000 },
          };
        }),
    },
    figures: {
      every: DAY_MS,
      offset: 7 * HOUR_MS,
      events: (time) => {
        const month = `${new Date(time + 7 * HOUR_MS).toISOString().slice(0, 7)}-01`;
        const value = (metric: string, number: number) => ({
          type: entered.event.type,
          unit: '92',
          data: { metric, period: month, value: number, version: 1 },
        });
        return [
          value('people', 4_199_824),
          value('insured', 3_947_000),
          value('households', 1_105_000),
          value('poor', 14_300),
        ];
      },
    },
  },
);

/** Social security: what is paid and how, insurance, poverty; counts only. */
export const pack: SectorPack = {
  id: 'social',
  title,
  owner: { vi: 'Sở Nội vụ', en: 'Department of Home Affairs' },
  events: [
    eventType<BenefitsPaidDto>({
      type: TYPES.paid,
      title: { vi: 'Chi trả chế độ', en: 'Benefits paid' },
      dto: BenefitsPaidDto,
      observe: ({ unit = '', data: { benefit, through, count, amount } }) => [
        { metric: 'social.paid', dims: [unit, benefit, through], value: count },
        ...(amount === undefined ? [] : [{ metric: 'social.amount', dims: [unit, benefit], value: amount / 1e9 }]),
      ],
    }),
    entered.event,
  ],
  metrics,
  projections: [entered.projection],
  indicators,
  rules: alertRules,
  board: standardBoard({ id: 'social', title }, indicators, {
    numbers: ['paid-month', 'account-month', 'amount-month', 'insured'],
    below: [
      {
        id: 'benefits',
        kind: 'bars',
        title: { vi: 'Chi trong tháng theo chế độ', en: 'Paid this month by benefit' },
        series: [
          { label: { vi: 'Lượt chi', en: 'Payments' }, measure: { metric: 'social.paid', agg: 'sum', over: 'month' } },
        ],
        by: 'benefit',
        top: 6,
        format: PAYMENTS,
      },
      {
        id: 'communes',
        kind: 'table',
        title: { vi: 'Theo xã, trong tháng', en: 'By commune, this month' },
        by: 'unit',
        top: 10,
        columns: [
          {
            key: 'paid',
            label: { vi: 'Lượt chi', en: 'Payments' },
            formula: formula('sum(social.paid, month)'),
            format: PAYMENTS,
          },
          {
            key: 'account',
            label: { vi: 'Tài khoản %', en: 'Accounts %' },
            formula: formula('100 * sum(social.paid, month, through: account) / sum(social.paid, month)'),
            format: PERCENT,
          },
        ],
      },
    ],
  }),
  overview: ['social.account-month', 'social.paid-month'],
  dimensions: {
    benefit: { vi: 'Chế độ', en: 'Benefit' },
    through: { vi: 'Cách chi trả', en: 'Paid through' },
  },
  labels: {
    benefit: {
      pension: { vi: 'Lương hưu', en: 'Pension' },
      allowance: { vi: 'Trợ cấp xã hội', en: 'Social allowance' },
      'health-insurance': { vi: 'BHYT', en: 'Health insurance' },
      unemployment: { vi: 'Thất nghiệp', en: 'Unemployment' },
      merit: { vi: 'Người có công', en: 'Merit' },
    },
    through: { account: { vi: 'Tài khoản', en: 'Account' }, cash: { vi: 'Tiền mặt', en: 'Cash' } },
  },
  simulation,
};
