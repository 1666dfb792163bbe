import type { NumberFormat } from '#libs/contracts';
import { enteredMetrics, type Metric } from '#libs/sector-kit';
import { isSeries } from './diseases.js';

const format = (vi: string, en: string, digits = 0): NumberFormat => ({ unit: { vi, en }, digits });
export const CASES = format('ca', 'cases');
export const VISITS = format('lượt', 'visits');
export const BEDS = format('giường', 'beds');
export const CALLS = format('cuộc', 'calls');
export const MINUTES = format('phút', 'min', 1);
export const PERCENT = format('%', '%', 1);
/** Standard deviations above the mean. */
export const DEVIATIONS = format('ĐLC', 'SD', 1);
const DONG = format('đồng', 'VND');

const metric = (
  kind: Metric['kind'],
  code: string,
  dims: readonly string[],
  unit: NumberFormat,
  vi: string,
  en: string,
): Metric => ({ code: `health.${code}`, title: { vi, en }, kind, dims: ['unit', ...dims], format: unit });

/** Counts of people fall ill under these: small ones are hidden on shared views. */
const ofPeople = [
  metric('stock', 'cases', ['disease'], CASES, 'Ca bệnh theo ngày chẩn đoán', 'Cases by day of diagnosis'),
  metric('stock', 'cases-by-age', ['disease', 'age'], CASES, 'Ca bệnh theo nhóm tuổi', 'Cases by age band'),
  metric('stock', 'reported', ['disease'], CASES, 'Ca bệnh theo ngày báo cáo', 'Cases by day of report'),
  metric('stock', 'late-reports', ['disease'], CASES, 'Ca báo cáo muộn', 'Cases reported late'),
  metric('stock', 'deaths', ['disease'], CASES, 'Ca tử vong', 'Deaths'),
  metric(
    'stock',
    'group-a',
    ['disease'],
    CASES,
    'Ca bệnh nhóm A theo ngày báo cáo',
    'Cases of group A by day of report',
  ),
  metric(
    'stock',
    'linked',
    ['disease', 'cluster'],
    CASES,
    'Ca liên quan trong ổ dịch không lưu hành',
    'Linked cases not endemic here',
  ),
  metric('stock', 'late-deaths', ['disease'], CASES, 'Tử vong báo cáo muộn', 'Deaths reported late'),
];

const others = [
  metric('stock', 'visits', ['facility', 'kind'], VISITS, 'Lượt khám chữa bệnh', 'Visits'),
  metric('stock', 'visit-cost', ['facility'], DONG, 'Tổng chi phí', 'Cost of visits'),
  metric('stock', 'insured-cost', ['facility'], DONG, 'Chi phí trong phạm vi BHYT', 'Insured cost'),
  metric('stock', 'beds', ['facility'], BEDS, 'Giường bệnh', 'Beds'),
  metric('stock', 'beds-occupied', ['facility'], BEDS, 'Giường đang dùng', 'Beds occupied'),
  metric('reading', 'occupancy', ['facility'], PERCENT, 'Công suất giường', 'Bed occupancy'),
  metric('flow', 'calls', ['kind'], CALLS, 'Cuộc gọi cấp cứu', 'Emergency calls'),
  metric('reading', 'call-wait', [], MINUTES, 'Thời gian chờ xe', 'Wait for an ambulance'),
];

/** Cases of past months, by the communes of their time: the years before the hub, entered once. */
export const history = enteredMetrics('health', [
  {
    code: 'history',
    title: { vi: 'Ca bệnh các năm trước', en: 'Cases of earlier years' },
    dims: ['unit', 'disease'],
    values: {
      disease: { fits: isSeries, hint: 'a disease as its cases are counted: A97 (not A97.0), B08.4, B50-B54' },
    },
    format: CASES,
    whole: true,
    step: 'month',
  },
]);

export function metricsOf(hideBelow: number): Metric[] {
  return [...[...ofPeople, ...history.metrics].map((one) => ({ ...one, hideBelow })), ...others];
}
