import { HOUR_MS, MINUTE_MS, periodStart, type NumberFormat } from '#libs/contracts';
import {
  beatSimulation,
  binOf,
  defineSector,
  eventType,
  formula,
  normal,
  packIndicator,
  standardBoard,
  type Indicator,
  type Metric,
  type Random,
} from '#libs/sector-kit';
import { AuthenticationsDto, OUTCOMES, TrafficDto } from './exchange.dto.js';
import { alertRulesOf, USUAL } from './rules.js';
import { ExchangeSettings } from './settings.js';

export const TYPES = {
  traffic: 'vn.ioc.exchange.traffic.counted.v1',
  authentications: 'vn.ioc.exchange.authentications.counted.v1',
} as const;

/** Relative error of the latency quantiles. */
export const ALPHA = 0.02;

const title = { vi: 'Chia sẻ dữ liệu (NDXP, LGSP)', en: 'Data exchange (NDXP, LGSP)' };
const REQUESTS: NumberFormat = { unit: { vi: 'giao dịch', en: 'requests' }, digits: 0 };
const SERVICES: NumberFormat = { unit: { vi: 'dịch vụ', en: 'services' }, digits: 0 };
const TIMES: NumberFormat = { unit: { vi: 'lần', en: 'times' }, digits: 1 };
const PERCENT: NumberFormat = { unit: { vi: '%', en: '%' }, digits: 2 };
const MS: NumberFormat = { unit: { vi: 'ms', en: 'ms' }, digits: 0 };

const metrics: Metric[] = [
  {
    code: 'exchange.requests',
    title: { vi: 'Giao dịch chia sẻ dữ liệu', en: 'Requests of data sharing' },
    kind: 'flow',
    dims: ['service', 'agency', 'outcome'],
    format: REQUESTS,
  },
  {
    code: 'exchange.latency',
    title: { vi: 'Thời gian đáp ứng (phân bố)', en: 'Latency (distribution)' },
    kind: 'flow',
    // The agency last: what was counted before it was told apart has its service and bin where they were.
    dims: ['service', 'bin', 'agency'],
    format: MS,
    sketch: { dim: 'bin', alpha: ALPHA },
  },
  {
    code: 'exchange.authentications',
    title: { vi: 'Xác thực CSDL dân cư', en: 'Population-database authentications' },
    kind: 'flow',
    dims: ['agency', 'outcome'],
    format: REQUESTS,
  },
];

const one = packIndicator('exchange', { freshness: { every: 15 } });

const indicators = ({ errorsFrom, slowFrom, spikeFrom }: ExchangeSettings): Indicator[] => [
  one(
    'today',
    ['Giao dịch chia sẻ hôm nay', 'Requests today'],
    'sum(exchange.requests, today)',
    REQUESTS,
    ['Giao dịch qua nền tảng chia sẻ dữ liệu từ 0 giờ.', 'Requests over the data-sharing platform since midnight.'],
    { compare: 'day', sharing: 'public' },
  ),
  one(
    'rate',
    ['Giao dịch một giây', 'Requests a second'],
    'sum(exchange.requests, 10m) / 600',
    { unit: { vi: '/giây', en: '/s' }, digits: 1 },
    ['Trung bình 10 phút qua.', 'Mean of the last 10 minutes.'],
  ),
  one(
    'errors',
    ['Lỗi chia sẻ dữ liệu', 'Errors of data exchange'],
    '100 * sum(exchange.requests, 1h, outcome: error) / sum(exchange.requests, 1h)',
    PERCENT,
    [
      `Giao dịch lỗi / tổng trong giờ; ngưỡng ${errorsFrom}% là giả định.`,
      `Failed / all requests of the hour; the limit of ${errorsFrom}% is assumed.`,
    ],
    {
      levels: [
        { level: 'attention', above: errorsFrom },
        { level: 'serious', above: 5 * errorsFrom },
      ],
    },
  ),
  one(
    'p95',
    ['Đáp ứng p95', 'Latency p95'],
    'p95(exchange.latency, 1h)',
    MS,
    [
      `95% giao dịch nhanh hơn; sai số tương đối không quá ${100 * ALPHA}%; ngưỡng ${slowFrom} ms là giả định.`,
      `95% of requests are faster; relative error at most ${100 * ALPHA}%; the limit of ${slowFrom} ms is assumed.`,
    ],
    { levels: [{ level: 'attention', above: slowFrom }] },
  ),
  one(
    'silent',
    ['Dịch vụ im lặng', 'Silent services'],
    'silent(exchange.requests, 24h, outcome: ok)',
    SERVICES,
    [
      'Cặp dịch vụ và cơ quan từng có giao dịch mà 24 giờ qua không có.',
      'Pairs of service and agency that had requests once and none in the last 24 hours.',
    ],
    { levels: [{ level: 'attention', above: 1 }] },
  ),
  one(
    'spike',
    ['So với thường lệ', 'Against the usual'],
    `sum(exchange.requests, today) / ${USUAL}`,
    TIMES,
    [
      `Giao dịch hôm nay đến giờ / trung vị cùng phần ngày của 1 đến 4 tuần trước; từ ${spikeFrom} lần là đột biến (giả định).`,
      `Requests of today so far / median of the same part of the day 1 to 4 weeks before; from ${spikeFrom} times it is a spike (assumed).`,
    ],
    { levels: [{ level: 'attention', above: spikeFrom }] },
  ),
  one(
    'authentications-today',
    ['Xác thực dân cư hôm nay', 'Authentications today'],
    'sum(exchange.authentications, today)',
    REQUESTS,
    [
      'Lượt xác thực với CSDL quốc gia về dân cư; chỉ đếm, không có danh tính.',
      'Authentications against the national population database; counts, no identities.',
    ],
    { compare: 'day' },
  ),
  one(
    'confirmed',
    ['Xác thực thành công', 'Confirmed'],
    '100 * sum(exchange.authentications, today, outcome: confirmed) / sum(exchange.authentications, today)',
    PERCENT,
    ['Lượt xác thực khớp / tổng hôm nay.', 'Confirmed / all authentications of today.'],
  ),
];

const AGENCIES = ['H13.2', 'H13.3', 'H13.4', 'H13.5', 'H13.6', 'H13.7', 'G01', 'G10'];
const SERVICE_CODES = ['dan-cu', 'ho-tich', 'doanh-nghiep', 'bhxh', 'dat-dai', 'thue'];
/** Hours of a day by their share. */
const HOURS = [1, 1, 1, 1, 1, 2, 3, 6, 12, 13, 12, 9, 4, 8, 11, 10, 8, 4, 3, 3, 3, 2, 2, 1];
const weight = (time: number): number => (HOURS[Math.floor((time - periodStart('d', time)) / HOUR_MS)] ?? 1) / 5;

function latencies(random: Random, requests: number): { ms: number; count: number }[] {
  const counts = new Map<number, number>();
  for (let i = 0; i < Math.min(8, requests); i++) {
    const ms = Math.max(1, Math.round(120 * Math.exp(0.9 * normal(random))));
    counts.set(ms, (counts.get(ms) ?? 0) + Math.ceil(requests / 8));
  }
  return [...counts].map(([ms, count]) => ({ ms, count }));
}

/** A province's part of NDXP's 2.8 million transactions a day (388 systems of 95 agencies, 32 a second, 187 at the peak [S]). */
const simulation = beatSimulation(
  { id: 'demo-exchange', name: 'LGSP (mô phỏng)', types: ['vn.ioc.exchange.*'], units: ['*'], every: 300 },
  {
    traffic: {
      every: 5 * MINUTE_MS,
      events: (time, random, pace) =>
        SERVICE_CODES.map((service) => {
          const agency = AGENCIES[Math.floor(random() * AGENCIES.length)] ?? 'H13.2';
          const requests = 1 + Math.floor(260 * pace * weight(time) * random());
          const errors = Math.floor(requests * 0.02 * random());
          return {
            type: TYPES.traffic,
            data: { service, agency, requests, errors, latencies: latencies(random, requests) },
          };
        }),
    },
    authentications: {
      every: 15 * MINUTE_MS,
      events: (time, random, pace) =>
        AGENCIES.flatMap((agency) =>
          OUTCOMES.map((outcome, i) => ({
            type: TYPES.authentications,
            data: { agency, outcome, count: 1 + Math.floor(([120, 6, 2, 1][i] ?? 1) * pace * weight(time) * random()) },
          })),
        ),
    },
  },
  [
    {
      name: 'exchange-silence',
      title: { vi: 'LGSP im lặng', en: 'LGSP falls silent' },
      seconds: 600,
      mutes: ['demo-exchange'],
    },
  ],
);

/** Traffic of the data-sharing platform, and authentications against the population database. */
export const pack = defineSector(ExchangeSettings, (settings) => {
  const all = indicators(settings);
  return {
    id: 'exchange',
    // 2: latencies by agency.
    flows: '2',
    title,
    owner: { vi: 'Sở Khoa học và Công nghệ', en: 'Department of Science and Technology' },
    events: [
      eventType<TrafficDto>({
        type: TYPES.traffic,
        title: { vi: 'Lưu lượng chia sẻ dữ liệu', en: 'Traffic counted' },
        dto: TrafficDto,
        adds: ['requests', 'latency'],
        observe: ({ data: { service, agency, requests, errors, latencies: list } }) => {
          const failed = Math.min(errors, requests);
          return [
            { metric: 'exchange.requests', dims: [service, agency, 'ok'], value: requests - failed },
            { metric: 'exchange.requests', dims: [service, agency, 'error'], value: failed },
            ...list.map(({ ms, count }) => ({
              metric: 'exchange.latency',
              dims: [service, String(binOf(ms, ALPHA)), agency],
              value: count,
            })),
          ].filter(({ value }) => value > 0);
        },
      }),
      eventType<AuthenticationsDto>({
        type: TYPES.authentications,
        title: { vi: 'Lượt xác thực dân cư', en: 'Authentications counted' },
        dto: AuthenticationsDto,
        adds: ['authentications'],
        observe: ({ data: { agency, outcome, count } }) => [
          { metric: 'exchange.authentications', dims: [agency, outcome], value: count },
        ],
      }),
    ],
    metrics,
    projections: [],
    indicators: all,
    rules: alertRulesOf(settings),
    board: standardBoard({ id: 'exchange', title }, all, {
      numbers: ['today', 'rate', 'errors', 'p95', 'silent', 'spike', 'authentications-today', 'confirmed'],
      below: [
        {
          id: 'hours',
          kind: 'lines',
          title: { vi: 'Giao dịch theo giờ', en: 'Requests by hour' },
          series: [{ measure: { metric: 'exchange.requests', agg: 'sum' }, by: 'service' }],
          over: { hours: 24 },
          format: REQUESTS,
        },
        {
          id: 'services',
          kind: 'table',
          title: { vi: 'Dịch vụ trong giờ qua', en: 'Services of the last hour' },
          by: 'service',
          top: 7,
          columns: [
            {
              key: 'requests',
              label: { vi: 'Giao dịch', en: 'Requests' },
              formula: formula('sum(exchange.requests, 1h)'),
              format: REQUESTS,
            },
            {
              key: 'errors',
              label: { vi: 'Lỗi %', en: 'Errors %' },
              formula: formula('100 * sum(exchange.requests, 1h, outcome: error) / sum(exchange.requests, 1h)'),
              format: PERCENT,
            },
            {
              key: 'p95',
              label: { vi: 'p95 ms', en: 'p95 ms' },
              formula: formula('p95(exchange.latency, 1h)'),
              format: MS,
            },
          ],
        },
      ],
    }),
    overview: ['exchange.errors', 'exchange.today'],
    dimensions: {
      service: { vi: 'Dịch vụ', en: 'Service' },
      outcome: { vi: 'Kết quả', en: 'Outcome' },
      bin: { vi: 'Khoảng thời gian đáp ứng', en: 'Band of latency' },
    },
    labels: {
      outcome: {
        ok: { vi: 'Thành công', en: 'Succeeded' },
        error: { vi: 'Lỗi', en: 'Failed' },
        confirmed: { vi: 'Khớp', en: 'Confirmed' },
        'not-confirmed': { vi: 'Không khớp', en: 'Not confirmed' },
        refused: { vi: 'Từ chối', en: 'Refused' },
        failed: { vi: 'Lỗi', en: 'Failed' },
      },
      service: {
        'dan-cu': { vi: 'Dân cư', en: 'Population' },
        'ho-tich': { vi: 'Hộ tịch', en: 'Civil status' },
        'doanh-nghiep': { vi: 'Doanh nghiệp', en: 'Enterprises' },
        bhxh: { vi: 'Bảo hiểm xã hội', en: 'Social insurance' },
        'dat-dai': { vi: 'Đất đai', en: 'Land' },
        thue: { vi: 'Thuế', en: 'Tax' },
      },
    },
    simulation,
  };
});
