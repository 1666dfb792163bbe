import { IsNumber, Max, Min } from 'class-validator';
import { DAY_MS, HOUR_MS, type NumberFormat } from '#libs/contracts';
import {
  beatSimulation,
  defineSector,
  enteredMetrics,
  eventType,
  latest,
  packIndicator,
  PackSetting,
  pick,
  projection,
  standardBoard,
  type Indicator,
  type Latest,
  type Metric,
} from '#libs/sector-kit';
import { CHANNELS, FacilityDto, PaidDto } from './payments.dto.js';
import { alertRules } from './rules.js';

export const TYPES = {
  paid: 'vn.ioc.payments.payments.counted.v1',
  facility: 'vn.ioc.payments.facility.updated.v1',
} as const;

/** What an operator may set. */
export class PaymentSettings {
  @PackSetting('Target of adults with a payment account, %', {
    source: '139 % of the target were 69.29 % (press on Sóc Trăng)',
  })
  @IsNumber()
  @Min(1)
  @Max(100)
  accountsTarget: number = 49.85;
}

const title = { vi: 'Thanh toán số', en: 'Digital payments' };
const COUNT: NumberFormat = { unit: { vi: 'giao dịch', en: 'payments' }, digits: 0 };
const PEOPLE: NumberFormat = { unit: { vi: 'người', en: 'people' }, digits: 0 };
const FACILITIES: NumberFormat = { unit: { vi: 'cơ sở', en: 'facilities' }, digits: 0 };
const BILLIONS: NumberFormat = { unit: { vi: 'tỷ đồng', en: 'bn VND' }, digits: 2 };
const PERCENT: NumberFormat = { unit: { vi: '%', en: '%' }, digits: 2 };

const entered = enteredMetrics('payments', [
  {
    code: 'accounts',
    title: { vi: 'Người có tài khoản', en: 'People with accounts' },
    dims: ['unit'],
    step: 'quarter',
    format: PEOPLE,
    whole: true,
  },
  {
    code: 'adults',
    title: { vi: 'Người trưởng thành', en: 'Adults' },
    dims: ['unit'],
    step: 'quarter',
    format: PEOPLE,
    whole: true,
  },
]);
const metrics: Metric[] = [
  {
    code: 'payments.count',
    title: { vi: 'Giao dịch thanh toán', en: 'Payments' },
    kind: 'flow',
    dims: ['unit', 'purpose', 'channel'],
    format: COUNT,
  },
  {
    code: 'payments.amount',
    title: { vi: 'Giá trị thanh toán', en: 'Amount paid' },
    kind: 'flow',
    dims: ['unit', 'channel'],
    format: BILLIONS,
  },
  {
    code: 'payments.facilities',
    title: { vi: 'Cơ sở', en: 'Facilities' },
    kind: 'stock',
    dims: ['unit', 'kind', 'cashless'],
    format: FACILITIES,
  },
  ...entered.metrics,
];

interface FacilityState {
  unit?: Latest<string>;
  kind: Latest<string>;
  cashless: Latest<string>;
}

const facility = projection<FacilityState, FacilityDto>({
  name: 'facility',
  types: [TYPES.facility],
  key: ({ data }) => data.facility,
  fold: (before, { data, time, unit }) => {
    const place = latest(before?.unit, time, unit);
    return {
      kind: latest(before?.kind, time, data.kind),
      cashless: latest(before?.cashless, time, data.cashless),
      ...(place ? { unit: place } : {}),
    };
  },
  shares: ({ unit, kind, cashless }) => ({
    shares: [{ metric: 'payments.facilities', dims: [unit?.[1] ?? '', kind[1], cashless[1]], value: 1 }],
    until: null,
  }),
});

const one = packIndicator('payments');
const NON_CASH = CHANNELS.filter((channel) => channel !== 'cash').join(' | ');

const indicators = ({ accountsTarget }: PaymentSettings): Indicator[] => [
  one(
    'accounts',
    ['Người có tài khoản', 'People with accounts'],
    'last(payments.accounts, 400d)',
    PEOPLE,
    ['Số công bố gần nhất.', 'Newest published number.'],
    { frequency: 'quarter', sharing: 'public' },
  ),
  one(
    'accounts-share',
    ['Tỷ lệ có tài khoản', 'Share with accounts'],
    '100 * [payments.accounts] / last(payments.adults, 400d)',
    PERCENT,
    ['Người có tài khoản / người trưởng thành.', 'People with accounts / adults.'],
    { frequency: 'quarter', target: accountsTarget, sharing: 'public' },
  ),
  one(
    'accounts-of-target',
    ['So với mục tiêu', 'Of the target'],
    `100 * [payments.accounts-share] / ${accountsTarget}`,
    PERCENT,
    [`Tỷ lệ có tài khoản / mục tiêu ${accountsTarget}%.`, `Share with accounts / target of ${accountsTarget}%.`],
    { frequency: 'quarter', target: 100 },
  ),
  one(
    'today',
    ['Thanh toán hôm nay', 'Payments today'],
    'sum(payments.count, today)',
    COUNT,
    ['Thanh toán cho cơ quan và cơ sở từ 0 giờ.', 'Payments to agencies and facilities since midnight.'],
    { compare: 'day' },
  ),
  one(
    'cashless-today',
    ['Không tiền mặt hôm nay', 'Without cash today'],
    `100 * sum(payments.count, today, channel: ${NON_CASH}) / sum(payments.count, today)`,
    PERCENT,
    ['Giao dịch không dùng tiền mặt / tổng hôm nay.', 'Payments without cash / all of today.'],
    { target: 80 },
  ),
  one(
    'amount-today',
    ['Giá trị hôm nay', 'Amount today'],
    'sum(payments.amount, today)',
    BILLIONS,
    ['Tổng giá trị từ 0 giờ.', 'Amount since midnight.'],
    { compare: 'day' },
  ),
  one(
    'facilities-cashless',
    ['Cơ sở không tiền mặt', 'Cashless facilities'],
    '100 * sum(payments.facilities, now, cashless: yes) / sum(payments.facilities, now)',
    PERCENT,
    ['Cơ sở nhận thanh toán không tiền mặt / tổng.', 'Facilities that take payments without cash / all.'],
    { target: 100, sharing: 'public' },
  ),
  one(
    'hospitals-cashless',
    ['Cơ sở y tế không tiền mặt', 'Cashless hospitals'],
    '100 * sum(payments.facilities, now, kind: hospital, cashless: yes) / sum(payments.facilities, now, kind: hospital)',
    PERCENT,
    ['Mục tiêu 100% cơ sở y tế.', 'Target: all health facilities.'],
    { target: 100, levels: [{ level: 'attention', under: 100 }], sharing: 'public' },
  ),
];

const PURPOSES = ['hospital', 'school', 'tax', 'power', 'water', 'one-stop'];
const simulation = beatSimulation(
  { id: 'demo-payments', name: 'Cổng thanh toán (mô phỏng)', types: ['vn.ioc.payments.*'], units: ['*'], every: 1_800 },
  {
    paid: {
      every: HOUR_MS / 4,
      events: (_time, random, pace) =>
        CHANNELS.map((channel) => {
          const count = 1 + Math.floor(60 * pace * random());
          return {
            type: TYPES.paid,
            unit: '92',
            data: { purpose: pick(random, PURPOSES), channel, count, amount: count * 250_000 },
          };
        }),
    },
    facilities: {
      every: DAY_MS,
      offset: HOUR_MS,
      events: () =>
        Array.from({ length: 40 }, (_, i) => ({
          type: TYPES.facility,
          unit: '92',
          data: { facility: `cs-${i + 1}`, kind: i < 25 ? 'hospital' : 'school', cashless: i % 7 === 6 ? 'no' : 'yes' },
        })),
    },
  },
);

/** Digital payment: who has an account, how agencies and facilities are paid. */
export const pack = defineSector(PaymentSettings, (settings) => {
  const all = indicators(settings);
  return {
    id: 'payments',
    title,
    owner: { vi: 'Ngân hàng Nhà nước khu vực', en: 'State Bank, regional branch' },
    events: [
      eventType<PaidDto>({
        type: TYPES.paid,
        title: { vi: 'Thanh toán', en: 'Payments counted' },
        dto: PaidDto,
        adds: ['count', 'amount'],
        observe: ({ unit = '', data: { purpose, channel, count, amount } }) => [
          { metric: 'payments.count', dims: [unit, purpose, channel], value: count },
          ...(amount === undefined ? [] : [{ metric: 'payments.amount', dims: [unit, channel], value: amount / 1e9 }]),
        ],
      }),
      eventType<FacilityDto>({
        type: TYPES.facility,
        title: { vi: 'Cơ sở', en: 'Facility updated' },
        dto: FacilityDto,
        adds: ['facilities'],
      }),
      entered.event,
    ],
    metrics,
    projections: [facility, entered.projection],
    indicators: all,
    rules: alertRules,
    board: standardBoard({ id: 'payments', title }, all, {
      numbers: [
        'accounts',
        'accounts-share',
        'accounts-of-target',
        'today',
        'cashless-today',
        'amount-today',
        'facilities-cashless',
        'hospitals-cashless',
      ],
      below: [
        {
          id: 'channels',
          kind: 'bars',
          title: { vi: 'Hôm nay theo kênh', en: 'Today by channel' },
          series: [
            {
              label: { vi: 'Giao dịch', en: 'Payments' },
              measure: { metric: 'payments.count', agg: 'sum', over: 'today' },
            },
          ],
          by: 'channel',
          top: 6,
          format: COUNT,
        },
        {
          id: 'purposes',
          kind: 'bars',
          title: { vi: 'Hôm nay theo mục đích', en: 'Today by purpose' },
          series: [
            {
              label: { vi: 'Giao dịch', en: 'Payments' },
              measure: { metric: 'payments.count', agg: 'sum', over: 'today' },
            },
          ],
          by: 'purpose',
          top: 6,
          format: COUNT,
        },
      ],
    }),
    overview: ['payments.cashless-today', 'payments.today'],
    dimensions: {
      purpose: { vi: 'Mục đích', en: 'Purpose' },
      channel: { vi: 'Hình thức thanh toán', en: 'Means of payment' },
      kind: { vi: 'Loại cơ sở', en: 'Kind of facility' },
      cashless: { vi: 'Không dùng tiền mặt', en: 'Cashless' },
    },
    labels: {
      channel: {
        cash: { vi: 'Tiền mặt', en: 'Cash' },
        card: { vi: 'Thẻ', en: 'Card' },
        transfer: { vi: 'Chuyển khoản', en: 'Transfer' },
        qr: { vi: 'Mã QR', en: 'QR code' },
        wallet: { vi: 'Ví điện tử', en: 'Wallet' },
        portal: { vi: 'Cổng DVC', en: 'Service portal' },
      },
      purpose: {
        hospital: { vi: 'Viện phí', en: 'Hospital' },
        school: { vi: 'Học phí', en: 'School' },
        tax: { vi: 'Thuế', en: 'Tax' },
        power: { vi: 'Điện', en: 'Power' },
        water: { vi: 'Nước', en: 'Water' },
        'one-stop': { vi: 'Lệ phí hồ sơ', en: 'Dossier fees' },
      },
      kind: { hospital: { vi: 'Cơ sở y tế', en: 'Health facility' }, school: { vi: 'Trường học', en: 'School' } },
    },
    simulation,
  };
});
