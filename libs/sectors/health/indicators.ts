import { packIndicator, type Indicator } from '#libs/sector-kit';
import { CALLS, CASES, DEVIATIONS, MINUTES, PERCENT, VISITS } from './metrics.js';
import type { HealthSettings } from './settings.js';

const one = packIndicator('health');

/** Occupancy that calls for attention, and full. */
export const occupancyLevels = (settings: HealthSettings): NonNullable<Indicator['levels']> => [
  { level: 'attention', above: settings.occupancyHigh },
  { level: 'serious', above: settings.occupancyFull },
];

/** Cases of a month: as entered for the years before the hub, else as counted here. */
const monthly = (disease: string): string =>
  `either(last(health.history, disease: ${disease}), sum(health.cases, disease: ${disease}))`;

/** Mean of the same month of five years, and the limit of an epidemic: two standard deviations above it. */
export const fiveYearMean = (disease: string): string => `average(${monthly(disease)}, 5 months, every 12)`;
export const epidemicLimit = (disease: string): string =>
  `(${fiveYearMean(disease)} + 2 * deviation(${monthly(disease)}, 5 months, every 12))`;

/** Mean and one standard deviation of the weeks before. */
export const weeklyLimit = (disease: string, { baselineWeeks }: HealthSettings): string => {
  const cases = `sum(health.cases, disease: ${disease})`;
  return `(average(${cases}, ${baselineWeeks} weeks) + deviation(${cases}, ${baselineWeeks} weeks))`;
};

/** The two diseases that are followed, with the stem of their codes. */
export const FOLLOWED = [
  { stem: 'dengue', icd: 'A97', vi: 'Sốt xuất huyết', en: 'Dengue' },
  { stem: 'hfm', icd: 'B08.4', vi: 'Tay chân miệng', en: 'Hand-foot-mouth' },
] as const;

/** Of each followed disease: this week, against the warning limit, this month against the epidemic limit, and EARS. */
function ofDisease({ stem, icd, vi, en }: (typeof FOLLOWED)[number], settings: HealthSettings): Indicator[] {
  const { baselineWeeks } = settings;
  const daily = `sum(health.cases, disease: ${icd})`;
  const alarms = [3, 3, 2] as const;
  return [
    one(
      `${stem}-week`,
      [`${vi} tuần này`, `${en} this week`],
      `sum(health.cases, week, disease: ${icd})`,
      CASES,
      [
        `Ca ${vi.toLowerCase()} (${icd}) theo ngày chẩn đoán, từ thứ Hai; báo cáo theo TT 15/2026/TT-BYT.`,
        `${en} cases (${icd}) by day of diagnosis since Monday; reported under Circular 15/2026/TT-BYT.`,
      ],
      { compare: 'week' },
    ),
    one(
      `${stem}-warning`,
      [`${vi} so ngưỡng cảnh báo tuần`, `${en} against the weekly limit`],
      `100 * [health.${stem}-week] / ${weeklyLimit(icd, settings)}`,
      PERCENT,
      [
        `Ca tuần này / (trung bình + 1 ĐLC của ${baselineWeeks} tuần trước; số tuần là giả định); trên 100% là vượt.`,
        `Cases of this week / (mean + 1 SD of the ${baselineWeeks} weeks before; how many is assumed); above 100% is over it.`,
      ],
      { levels: [{ level: 'attention', over: 100 }] },
    ),
    one(
      `${stem}-epidemic`,
      [`${vi} so ngưỡng dịch tháng`, `${en} against the monthly limit`],
      `100 * sum(health.cases, month, disease: ${icd}) / ${epidemicLimit(icd)}`,
      PERCENT,
      [
        'Ca tháng này / (trung bình + 2 ĐLC của cùng tháng 5 năm trước), trên 100% là dịch; xã sáp nhập: tổng các xã cũ.',
        'Cases of this month / (mean + 2 SD of the same month of 5 years), an epidemic above 100%; merged communes: the sum of the old ones.',
      ],
      { levels: [{ level: 'serious', over: 100 }], freshness: { step: 'month', plusDays: 10, at: '24:00' } },
    ),
    ...alarms.map((alarm, i) =>
      one(
        `${stem}-ears${i + 1}`,
        [`${vi}: EARS C${i + 1}`, `${en}: EARS C${i + 1}`],
        `ears${i + 1}(${daily})`,
        DEVIATIONS,
        [
          `EARS C${i + 1} của ngày trọn gần nhất, nền 7 ngày (CDC); báo động khi trên ${alarm}.`,
          `EARS C${i + 1} of the last complete day, baseline of 7 days (CDC); alarm above ${alarm}.`,
        ],
        { levels: [{ level: 'attention', over: alarm }] },
      ),
    ),
  ];
}

/** The largest outbreak of a disease that is not endemic here, by its cases in one commune. */
const largestOutbreak = ({ linkedWarning, linkedEpidemic, linkedDays }: HealthSettings): Indicator =>
  one(
    'linked-largest',
    ['Ổ dịch lớn nhất, bệnh không lưu hành', 'Largest outbreak, disease not endemic'],
    'either(last_max(health.linked, now), sum(health.linked, now))',
    CASES,
    [
      `Ca có liên quan dịch tễ (mã ổ dịch trong báo cáo) trong một xã, chẩn đoán trong ${linkedDays} ngày (giả định); từ ${linkedWarning} ca cảnh báo, từ ${linkedEpidemic} ca là dịch; danh mục bệnh không lưu hành là giả định.`,
      `Cases that reports link by the code of an outbreak, in one commune, diagnosed within ${linkedDays} days (assumed); ${linkedWarning} warn, ${linkedEpidemic} and more are an epidemic; which diseases are not endemic is assumed.`,
    ],
    {
      levels: [
        { level: 'attention', above: linkedWarning },
        { level: 'serious', above: linkedEpidemic },
      ],
    },
  );

export function indicatorsOf(settings: HealthSettings): Indicator[] {
  const { occupancyHigh, occupancyFull } = settings;
  const assumed = {
    vi: `ngưỡng ${occupancyHigh}% và ${occupancyFull}% là giả định`,
    en: `limits of ${occupancyHigh}% and ${occupancyFull}% are assumed`,
  };
  const levels = occupancyLevels(settings);
  return [
    ...FOLLOWED.flatMap((disease) => ofDisease(disease, settings)),
    largestOutbreak(settings),
    one(
      'late-month',
      ['Báo cáo muộn trong tháng', 'Reported late this month'],
      '100 * sum(health.late-reports, month) / sum(health.reported, month)',
      PERCENT,
      [
        'Ca báo cáo quá 24 giờ, 48 giờ hoặc thứ Tư tuần sau tuỳ bệnh / ca báo cáo; TT 15/2026/TT-BYT.',
        'Cases reported after 24 h, 48 h or the next Wednesday, by disease / cases reported; Circular 15/2026/TT-BYT.',
      ],
      {
        target: 0,
        levels: [
          { level: 'attention', above: 5 },
          { level: 'serious', above: 15 },
        ],
      },
    ),
    one(
      'late-deaths-month',
      ['Tử vong báo cáo quá 24 giờ', 'Deaths reported after 24 h'],
      'sum(health.late-deaths, month)',
      CASES,
      [
        'Ca tử vong trong tháng báo cáo quá 24 giờ kể từ lúc mất; TT 15/2026/TT-BYT.',
        'Deaths of this month reported later than 24 h after; Circular 15/2026/TT-BYT.',
      ],
      { target: 0, levels: [{ level: 'serious', above: 1 }] },
    ),
    one(
      'visits-today',
      ['Lượt khám hôm nay', 'Visits today'],
      'sum(health.visits, today)',
      VISITS,
      [
        'Lượt khám chữa bệnh có ngày vào hôm nay (XML1, NGAY_VAO); bản gửi lại chỉ tính một lần.',
        'Visits that began today (XML1, NGAY_VAO); a corrected record counts once.',
      ],
      { compare: 'week', freshness: { every: 60 } },
    ),
    one(
      'occupancy',
      ['Công suất giường', 'Bed occupancy'],
      '100 * sum(health.beds-occupied, now) / sum(health.beds, now)',
      PERCENT,
      [
        `Giường đang dùng / giường có, theo báo cáo mới nhất của mỗi cơ sở; ${assumed.vi}.`,
        `Beds occupied / beds, by the newest report of each facility; ${assumed.en}.`,
      ],
      { levels, compare: 'day' },
    ),
    one(
      'occupancy-highest',
      ['Cơ sở kín giường nhất', 'Fullest facility'],
      'last_max(health.occupancy, 6h)',
      PERCENT,
      [
        `Công suất giường cao nhất trong các cơ sở, báo cáo mới nhất trong 6 giờ; ${assumed.vi}.`,
        `Highest occupancy of a facility, newest report of six hours; ${assumed.en}.`,
      ],
      { levels },
    ),
    one(
      'calls-today',
      ['Cấp cứu 115 hôm nay', 'Emergency calls today'],
      'sum(health.calls, today)',
      CALLS,
      [
        'Cuộc gọi cấp cứu từ 0 giờ, theo hệ thống điều hành 115.',
        'Emergency calls since midnight, from the 115 dispatch system.',
      ],
      { compare: 'day' },
    ),
    one(
      'call-wait-today',
      ['Chờ xe cấp cứu', 'Wait for an ambulance'],
      'mean(health.call-wait, today)',
      MINUTES,
      [
        'Trung bình từ lúc gọi đến lúc xe tới trong hôm nay, theo hệ thống điều hành 115.',
        'Mean time from call to arrival today, from the 115 dispatch system.',
      ],
      { compare: 'day' },
    ),
  ];
}
