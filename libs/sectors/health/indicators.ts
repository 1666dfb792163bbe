import type { Formula, Measure } from '#libs/contracts';
import type { Indicator } from '#libs/sector-kit';
import { CALLS, CASES, MINUTES, PERCENT, VISITS } from './metrics.js';

export function measure(
  metric: string,
  over: Measure['over'],
  where?: Measure['where'],
  agg: Measure['agg'] = 'sum',
): Formula {
  return { measure: { metric: `health.${metric}`, agg, over, ...(where ? { where } : {}) } };
}

export function percent(a: Formula, b: Formula): Formula {
  return { op: 'mul', args: [{ constant: 100 }, { op: 'div', args: [a, b] }] };
}

/** Occupancy that calls for attention, and full: assumed, no rule of law. */
export const OCCUPANCY_LEVELS: NonNullable<Indicator['levels']> = [
  { level: 'attention', above: 90 },
  { level: 'serious', above: 100 },
];

export const indicators: readonly Indicator[] = [
  {
    code: 'health.dengue-week',
    title: { vi: 'Sốt xuất huyết tuần này', en: 'Dengue this week' },
    formula: measure('cases', 'week', { disease: ['A97'] }),
    format: CASES,
    note: {
      vi: 'Ca sốt xuất huyết Dengue (A97) theo ngày chẩn đoán, từ thứ Hai; báo cáo theo TT 15/2026/TT-BYT.',
      en: 'Dengue cases (A97) by day of diagnosis since Monday; reported under Circular 15/2026/TT-BYT.',
    },
    compare: 'week',
  },
  {
    code: 'health.hfm-week',
    title: { vi: 'Tay chân miệng tuần này', en: 'Hand-foot-mouth this week' },
    formula: measure('cases', 'week', { disease: ['B08.4'] }),
    format: CASES,
    note: {
      vi: 'Ca tay chân miệng (B08.4) theo ngày chẩn đoán, từ thứ Hai; báo cáo theo TT 15/2026/TT-BYT.',
      en: 'Hand, foot and mouth cases (B08.4) by day of diagnosis since Monday; Circular 15/2026/TT-BYT.',
    },
    compare: 'week',
  },
  {
    code: 'health.late-month',
    title: { vi: 'Báo cáo muộn trong tháng', en: 'Reported late this month' },
    formula: percent(measure('late-reports', 'month'), measure('reported', 'month')),
    format: PERCENT,
    note: {
      vi: 'Ca báo cáo quá 24 giờ, 48 giờ hoặc thứ Tư tuần sau tuỳ bệnh / ca báo cáo; TT 15/2026/TT-BYT.',
      en: 'Cases reported after 24 h, 48 h or the next Wednesday, by disease / cases reported; Circular 15/2026/TT-BYT.',
    },
    target: 0,
    levels: [
      { level: 'attention', above: 5 },
      { level: 'serious', above: 15 },
    ],
  },
  {
    code: 'health.visits-today',
    title: { vi: 'Lượt khám hôm nay', en: 'Visits today' },
    formula: measure('visits', 'today'),
    format: VISITS,
    note: {
      vi: 'Lượt khám chữa bệnh có ngày vào hôm nay (XML1, NGAY_VAO); bản gửi lại chỉ tính một lần.',
      en: 'Visits that began today (XML1, NGAY_VAO); a corrected record counts once.',
    },
    compare: 'week',
  },
  {
    code: 'health.occupancy',
    title: { vi: 'Công suất giường', en: 'Bed occupancy' },
    formula: percent(measure('beds-occupied', 'now'), measure('beds', 'now')),
    format: PERCENT,
    note: {
      vi: 'Giường đang dùng / giường có, theo báo cáo mới nhất của mỗi cơ sở; ngưỡng 90% và 100% là giả định.',
      en: 'Beds occupied / beds, by the newest report of each facility; limits of 90% and 100% are assumed.',
    },
    levels: OCCUPANCY_LEVELS,
    compare: 'day',
  },
  {
    code: 'health.occupancy-highest',
    title: { vi: 'Cơ sở kín giường nhất', en: 'Fullest facility' },
    formula: measure('occupancy', { hours: 6 }, undefined, 'lastMax'),
    format: PERCENT,
    note: {
      vi: 'Công suất giường cao nhất trong các cơ sở, báo cáo mới nhất trong 6 giờ; ngưỡng 90% và 100% là giả định.',
      en: 'Highest occupancy of a facility, newest report of six hours; limits of 90% and 100% are assumed.',
    },
    levels: OCCUPANCY_LEVELS,
  },
  {
    code: 'health.calls-today',
    title: { vi: 'Cấp cứu 115 hôm nay', en: 'Emergency calls today' },
    formula: measure('calls', 'today'),
    format: CALLS,
    note: {
      vi: 'Cuộc gọi cấp cứu từ 0 giờ, theo hệ thống điều hành 115.',
      en: 'Emergency calls since midnight, from the 115 dispatch system.',
    },
    compare: 'day',
  },
  {
    code: 'health.call-wait-today',
    title: { vi: 'Chờ xe cấp cứu', en: 'Wait for an ambulance' },
    formula: measure('call-wait', 'today', undefined, 'mean'),
    format: MINUTES,
    note: {
      vi: 'Trung bình từ lúc gọi đến lúc xe tới trong hôm nay, theo hệ thống điều hành 115.',
      en: 'Mean time from call to arrival today, from the 115 dispatch system.',
    },
    compare: 'day',
  },
];
