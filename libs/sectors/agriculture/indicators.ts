import type { Formula, Measure } from '#libs/contracts';
import type { Indicator } from '#libs/sector-kit';
import { HOURS, INSECTS, OXYGEN, PONDS, SALT, SENSORS } from './metrics.js';

function measure(metric: string, agg: Measure['agg'], over: Measure['over'], where?: Measure['where']): Formula {
  return { measure: { metric: `agriculture.${metric}`, agg, over, ...(where ? { where } : {}) } };
}

/** Of salinity: 1‰ ends irrigation (assumed), 4‰ is intrusion (QĐ 18/2021/QĐ-TTg). */
export const SALT_LEVELS: NonNullable<Indicator['levels']> = [
  { level: 'attention', above: 1 },
  { level: 'serious', above: 4 },
];

export const indicators: readonly Indicator[] = [
  {
    code: 'agriculture.salinity-now',
    title: { vi: 'Mặn cao nhất lúc này', en: 'Highest salinity now' },
    formula: measure('salinity', 'lastMax', { hours: 2 }),
    format: SALT,
    note: {
      vi: 'Trị số mới nhất cao nhất trong các trạm, hai giờ gần đây; xâm nhập mặn từ 4‰ theo QĐ 18/2021/QĐ-TTg.',
      en: 'Highest of the newest readings of all stations, last two hours; intrusion from 4‰, Decision 18/2021/QĐ-TTg.',
    },
    levels: SALT_LEVELS,
    compare: 'day',
  },
  {
    code: 'agriculture.salinity-max-today',
    title: { vi: 'Mặn cao nhất hôm nay', en: 'Highest salinity today' },
    formula: measure('salinity', 'max', 'today'),
    format: SALT,
    note: {
      vi: 'Trị số cao nhất của mọi trạm từ 0 giờ; cấp theo QĐ 18/2021/QĐ-TTg.',
      en: 'Highest reading of all stations since midnight; level after Decision 18/2021/QĐ-TTg.',
    },
    levels: SALT_LEVELS,
    compare: 'day',
  },
  {
    code: 'agriculture.salinity-hours-today',
    title: { vi: 'Giờ mặn từ 4‰ hôm nay', en: 'Hours from 4‰ today' },
    formula: measure('salinity-hours-4', 'sum', 'today'),
    format: HOURS,
    note: {
      vi: 'Tổng số giờ của các trạm có độ mặn từ 4‰ hôm nay (QĐ 18/2021/QĐ-TTg).',
      en: 'Hours from 4‰ today, added over stations (Decision 18/2021/QĐ-TTg).',
    },
    compare: 'day',
  },
  {
    code: 'agriculture.water-alarm',
    title: { vi: 'Báo động lũ cao nhất', en: 'Highest flood alarm' },
    formula: measure('water-alarm', 'lastMax', { hours: 2 }),
    format: { unit: { vi: '/ 3', en: '/ 3' }, digits: 0 },
    note: {
      vi: 'Cấp báo động cao nhất trong các trạm có mức báo động đã công bố; BĐ1, BĐ2 tại Cần Thơ là giả định.',
      en: 'Highest alarm level of stations with published levels; levels 1 and 2 of Cần Thơ are assumed.',
    },
    levels: [
      { level: 'attention', above: 1 },
      { level: 'serious', above: 2 },
      { level: 'critical', above: 3 },
    ],
  },
  {
    code: 'agriculture.silent-sensors',
    title: { vi: 'Cảm biến im lặng', en: 'Silent sensors' },
    formula: {
      op: 'add',
      args: [
        measure('salinity', 'silent', { minutes: 60 }),
        measure('water-level', 'silent', { minutes: 60 }),
        measure('pond-oxygen', 'silent', { minutes: 60 }),
      ],
    },
    format: SENSORS,
    note: {
      vi: 'Cảm biến mặn, mực nước và ao nuôi đã từng gửi mà 60 phút qua không có số liệu (chu kỳ giả định 15 phút).',
      en: 'Known salinity, level and pond sensors without a reading for 60 minutes (assumed period 15 minutes).',
    },
    levels: [
      { level: 'attention', above: 1 },
      { level: 'serious', above: 4 },
    ],
  },
  {
    code: 'agriculture.oxygen-lowest',
    title: { vi: 'Oxy ao thấp nhất', en: 'Lowest pond oxygen' },
    formula: measure('pond-oxygen', 'lastMin', { hours: 2 }),
    format: OXYGEN,
    note: {
      vi: 'Oxy hoà tan mới nhất thấp nhất trong các ao; ngưỡng tôm từ 5 mg/L, cá tra từ 2 mg/L.',
      en: 'Lowest of the newest dissolved oxygen readings; limits: shrimp 5 mg/L, catfish 2 mg/L.',
    },
    levels: [
      { level: 'attention', below: 3 },
      { level: 'serious', below: 2 },
    ],
  },
  {
    code: 'agriculture.ponds-out',
    title: { vi: 'Ao vượt ngưỡng', en: 'Ponds out of limits' },
    formula: measure('pond-out', 'last', { hours: 2 }),
    format: PONDS,
    note: {
      vi: 'Số ao có ít nhất một thông số ngoài ngưỡng: 26–32 °C, mặn 7–25‰, pH 7,5–8,5, DO từ 5 mg/L (cá tra từ 2).',
      en: 'Ponds with a value out of limits: 26–32 °C, 7–25‰, pH 7.5–8.5, oxygen from 5 mg/L (catfish 2).',
    },
    levels: [{ level: 'attention', above: 1 }],
  },
  {
    code: 'agriculture.planthoppers',
    title: { vi: 'Rầy nâu vào đèn 24 giờ', en: 'Planthoppers, 24 hours' },
    formula: measure('trap-count', 'sum', { hours: 24 }, { species: ['ray-nau'] }),
    format: INSECTS,
    note: {
      vi: 'Tổng rầy nâu ở các bẫy đèn trong 24 giờ; xuống giống né rầy ngay sau đỉnh.',
      en: 'Brown planthoppers in all traps over 24 hours; sowing follows right after the peak.',
    },
    compare: 'day',
  },
];
