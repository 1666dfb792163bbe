import { packIndicator, type Indicator } from '#libs/sector-kit';
import { HOURS, INSECTS, OXYGEN, PONDS, SALT, SENSORS, TIMES, TRAPS } from './metrics.js';
import type { AgricultureSettings } from './settings.js';

type Levels = NonNullable<Indicator['levels']>;

const one = packIndicator('agriculture');

/** Of salinity: the end of irrigation, and intrusion. */
export const saltLevels = ({ irrigationLimit, intrusion }: AgricultureSettings): Levels => [
  { level: 'attention', above: irrigationLimit },
  { level: 'serious', above: intrusion },
];

/** A night against the median of those before, and at least against the floor. */
export const flightRatio = ({ baselineNights, flightFloor }: AgricultureSettings): string =>
  `total(mean(agriculture.trap-night), 1 day) / greatest(${flightFloor}, median(mean(agriculture.trap-night), ${baselineNights} days, skip 1))`;

const sensors = (state: string): string => `sum(agriculture.sensors, now, state: ${state})`;
const some: Levels = [{ level: 'attention', above: 1 }];
const oftenRead = { freshness: { every: 30 } } as const;

export function indicatorsOf(settings: AgricultureSettings): Indicator[] {
  const { intrusion, irrigationLimit, silentMinutes, stuckHours, driftDays, driftPercent, flightFloor } = settings;
  return [
    one(
      'salinity-now',
      ['Mặn cao nhất lúc này', 'Highest salinity now'],
      'last_max(agriculture.salinity, 2h)',
      SALT,
      [
        `Trị số mới nhất cao nhất trong các trạm, hai giờ gần đây; xâm nhập mặn từ ${intrusion}‰ theo QĐ 18/2021/QĐ-TTg.`,
        `Highest of the newest readings of all stations, last two hours; intrusion from ${intrusion}‰, Decision 18/2021/QĐ-TTg.`,
      ],
      { levels: saltLevels(settings), compare: 'day', ...oftenRead },
    ),
    one(
      'salinity-peak',
      ['Đỉnh mặn kỳ triều tới', "Next tide's peak"],
      'last_max(agriculture.salinity-peak, now)',
      SALT,
      [
        'Dự báo: khớp điều hoà (M2, K1) số đo 3 ngày của từng trạm, đỉnh cao nhất kỳ triều tới.',
        'Forecast: harmonic fit (M2, K1) of three days of each station, the highest peak of the next tide.',
      ],
      { levels: saltLevels(settings) },
    ),
    one(
      'salinity-max-today',
      ['Mặn cao nhất hôm nay', 'Highest salinity today'],
      'max(agriculture.salinity, today)',
      SALT,
      [
        'Trị số cao nhất của mọi trạm từ 0 giờ; cấp theo QĐ 18/2021/QĐ-TTg.',
        'Highest reading of all stations since midnight; level after Decision 18/2021/QĐ-TTg.',
      ],
      { levels: saltLevels(settings), compare: 'day', ...oftenRead },
    ),
    one(
      'salinity-min-today',
      ['Mặn thấp nhất hôm nay', 'Lowest salinity today'],
      'min(agriculture.salinity, today)',
      SALT,
      ['Trị số thấp nhất của mọi trạm từ 0 giờ.', 'Lowest reading of all stations since midnight.'],
      { compare: 'day', ...oftenRead },
    ),
    one(
      'salinity-hours-today',
      [`Giờ mặn từ ${intrusion}‰ hôm nay`, `Hours from ${intrusion}‰ today`],
      'sum(agriculture.salinity-hours-4, today)',
      HOURS,
      [
        `Tổng số giờ của các trạm có độ mặn từ ${intrusion}‰ hôm nay (QĐ 18/2021/QĐ-TTg).`,
        `Hours from ${intrusion}‰ today, added over stations (Decision 18/2021/QĐ-TTg).`,
      ],
      { compare: 'day' },
    ),
    one(
      'irrigation-hours-today',
      [`Giờ mặn từ ${irrigationLimit}‰ hôm nay`, `Hours from ${irrigationLimit}‰ today`],
      'sum(agriculture.salinity-hours-1, today)',
      HOURS,
      [
        `Tổng số giờ của các trạm không lấy nước tưới được (từ ${irrigationLimit}‰, giả định).`,
        `Hours in which water did not irrigate (from ${irrigationLimit}‰, assumed), added over stations.`,
      ],
      { compare: 'day' },
    ),
    one(
      'water-alarm',
      ['Báo động lũ cao nhất', 'Highest flood alarm'],
      'last_max(agriculture.water-alarm, 2h)',
      { unit: { vi: '/ 3', en: '/ 3' }, digits: 0 },
      [
        'Cấp báo động cao nhất trong các trạm có mức báo động đã công bố; BĐ1, BĐ2 tại Cần Thơ là giả định.',
        'Highest alarm level of stations with published levels; levels 1 and 2 of Cần Thơ are assumed.',
      ],
      {
        levels: [
          { level: 'attention', above: 1 },
          { level: 'serious', above: 2 },
          { level: 'critical', above: 3 },
        ],
        ...oftenRead,
      },
    ),
    one(
      'silent-sensors',
      ['Cảm biến im lặng', 'Silent sensors'],
      sensors('silent'),
      SENSORS,
      [
        `Thông số của cảm biến đã từng gửi mà ${silentMinutes} phút qua không có số liệu (giả định).`,
        `Parameters of known sensors without a reading for ${silentMinutes} minutes (assumed).`,
      ],
      {
        levels: [
          { level: 'attention', above: 1 },
          { level: 'serious', above: 4 },
        ],
      },
    ),
    one(
      'stuck-sensors',
      ['Cảm biến kẹt giá trị', 'Stuck sensors'],
      sensors('stuck'),
      SENSORS,
      [
        `Cảm biến gửi đúng một giá trị trong ${stuckHours} giờ liền (giả định); mặn dưới 0,5‰ không tính.`,
        `Sensors that told one and the same value for ${stuckHours} hours (assumed); salinity below 0.5‰ does not count.`,
      ],
      { levels: some },
    ),
    one(
      'drifting-sensors',
      ['Cảm biến nghi trôi', 'Sensors suspected to drift'],
      sensors('drifting'),
      SENSORS,
      [
        `Trung bình ngày chỉ tăng hoặc chỉ giảm suốt ${driftDays} ngày, từ ${driftPercent}% trở lên (giả định): cần kiểm chuẩn.`,
        `The middle of each day only rose or only fell for ${driftDays} days, by ${driftPercent}% or more (assumed): to be calibrated.`,
      ],
      { levels: some },
    ),
    one(
      'oxygen-lowest',
      ['Oxy ao thấp nhất', 'Lowest pond oxygen'],
      'last_min(agriculture.pond-oxygen, 2h)',
      OXYGEN,
      [
        'Oxy hoà tan mới nhất thấp nhất trong các ao; ngưỡng tôm từ 5 mg/L, cá tra từ 2 mg/L.',
        'Lowest of the newest dissolved oxygen readings; limits: shrimp 5 mg/L, catfish 2 mg/L.',
      ],
      {
        levels: [
          { level: 'attention', under: 3 },
          { level: 'serious', under: 2 },
        ],
        ...oftenRead,
      },
    ),
    one(
      'ponds-out',
      ['Ao vượt ngưỡng', 'Ponds out of limits'],
      'last(agriculture.pond-out, now)',
      PONDS,
      [
        'Số ao mà trị số mới nhất (trong 2 giờ) của ít nhất một thông số ngoài ngưỡng của loài nuôi: nhiệt độ, độ mặn, pH, oxy hoà tan.',
        'Ponds whose newest value (of two hours) of any parameter is out of the limits of what lives in them: temperature, salinity, pH, oxygen.',
      ],
      { levels: some, ...oftenRead },
    ),
    one(
      'planthoppers',
      ['Rầy nâu vào đèn 24 giờ', 'Planthoppers, 24 hours'],
      'sum(agriculture.trap-count, 24h, species: ray-nau)',
      INSECTS,
      [
        'Tổng rầy nâu ở các bẫy đèn trong 24 giờ; xuống giống né rầy ngay sau đỉnh.',
        'Brown planthoppers in all traps over 24 hours; sowing follows right after the peak.',
      ],
      { compare: 'day' },
    ),
    one(
      'flight-ratio',
      ['Rầy nâu đêm qua so trung vị', 'Last night against the median'],
      flightRatio(settings),
      TIMES,
      [
        `Rầy nâu mỗi bẫy đêm qua / trung vị ${settings.baselineNights} đêm trước (ít nhất ${flightFloor} con, giả định); đêm bẫy không báo gì thì không tính.`,
        `Planthoppers a trap of last night / median of the ${settings.baselineNights} nights before (at least ${flightFloor}, assumed); nights without any report do not count.`,
      ],
      { levels: [{ level: 'attention', above: settings.flightRatio }] },
    ),
    one(
      'traps-rising',
      ['Bẫy có đợt rầy đang lên', 'Traps with a rising flight'],
      'sum(agriculture.flights, now, stage: rising)',
      TRAPS,
      [
        'Bẫy đang có đợt rầy mà đỉnh chưa qua: chưa xuống giống.',
        'Traps in a flight whose peak is not over: do not sow yet.',
      ],
      { levels: some },
    ),
    one(
      'traps-sowing',
      ['Bẫy báo nên xuống giống', 'Traps that advise sowing'],
      'sum(agriculture.flights, now, stage: sowing)',
      TRAPS,
      [
        `Bẫy mà đêm đỉnh đã qua, trong ${settings.sowingDays} ngày sau đỉnh (giả định).`,
        `Traps whose peak night is over, within ${settings.sowingDays} days after it (assumed).`,
      ],
    ),
  ];
}
