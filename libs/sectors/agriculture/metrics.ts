import { CLOCK, DAY, type NumberFormat } from '#libs/contracts';
import type { Metric } from '#libs/sector-kit';
import type { AgricultureSettings } from './settings.js';

const format = (unit: string, digits: number, en = unit): NumberFormat => ({ unit: { vi: unit, en }, digits });
export const SALT = format('‰', 1);
export const HOURS = format('giờ', 1, 'h');
export const METRES = format('m', 2);
export const OXYGEN = format('mg/L', 1);
export const CELSIUS = format('°C', 1);
export const SENSORS = format('cảm biến', 0, 'sensors');
export const PONDS = format('ao', 0, 'ponds');
export const INSECTS = format('con', 0, 'insects');
export const TRAPS = format('bẫy', 0, 'traps');
export const TIMES = format('lần', 1, 'times');
export const TIME = format('', CLOCK);
export const DATE = format('', DAY);

const metric = (
  kind: Metric['kind'],
  code: string,
  dims: readonly string[],
  unit: NumberFormat,
  vi: string,
  en: string,
): Metric => ({ code: `agriculture.${code}`, title: { vi, en }, kind, dims: ['unit', ...dims], format: unit });

export const metricsOf = ({ irrigationLimit, intrusion }: AgricultureSettings): Metric[] => [
  metric('reading', 'salinity', ['station'], SALT, 'Độ mặn', 'Salinity'),
  metric(
    'stock',
    'salinity-hours-1',
    ['station'],
    HOURS,
    `Số giờ mặn từ ${irrigationLimit}‰`,
    `Hours of salinity from ${irrigationLimit}‰`,
  ),
  metric(
    'stock',
    'salinity-hours-4',
    ['station'],
    HOURS,
    `Số giờ mặn từ ${intrusion}‰`,
    `Hours of salinity from ${intrusion}‰`,
  ),
  metric('reading', 'water-level', ['station'], METRES, 'Mực nước', 'Water level'),
  metric('reading', 'water-alarm', ['station'], format('BĐ', 0), 'Cấp báo động lũ', 'Flood alarm level'),
  metric('reading', 'air-temperature', ['weather-station'], CELSIUS, 'Nhiệt độ không khí', 'Air temperature'),
  metric('reading', 'humidity', ['weather-station'], format('%', 0), 'Độ ẩm không khí', 'Humidity'),
  metric('flow', 'rain', ['weather-station'], format('mm', 1), 'Lượng mưa', 'Rain'),
  metric('reading', 'wind', ['weather-station'], format('m/s', 1), 'Gió', 'Wind'),
  metric('reading', 'soil-moisture', ['plot'], format('%', 0), 'Độ ẩm đất', 'Soil moisture'),
  metric('reading', 'soil-ph', ['plot'], format('pH', 1), 'pH đất', 'Soil pH'),
  metric('reading', 'pond-oxygen', ['pond'], OXYGEN, 'Oxy hoà tan', 'Dissolved oxygen'),
  metric('reading', 'pond-ph', ['pond'], format('pH', 1), 'pH ao', 'Pond pH'),
  metric('reading', 'pond-temperature', ['pond'], CELSIUS, 'Nhiệt độ ao', 'Pond temperature'),
  metric('reading', 'pond-salinity', ['pond'], SALT, 'Độ mặn ao', 'Pond salinity'),
  metric('stock', 'pond-out', ['pond'], PONDS, 'Ao vượt ngưỡng', 'Pond out of limits'),
  metric('flow', 'pond-breaches', ['pond', 'parameter'], format('lần', 0, 'times'), 'Lần vượt ngưỡng', 'Breaches'),
  metric('flow', 'trap-count', ['trap', 'species'], INSECTS, 'Côn trùng vào bẫy', 'Insects trapped'),
  metric('stock', 'trap-night', ['trap'], INSECTS, 'Rầy nâu mỗi đêm', 'Planthoppers of a night'),
  metric('stock', 'flights', ['trap', 'stage'], TRAPS, 'Bẫy theo diễn biến rầy nâu', 'Traps by stage of a flight'),
  metric('stock', 'flight-peak', ['trap'], DATE, 'Đêm đỉnh rầy nâu', 'Peak night of a flight'),
  metric('stock', 'sow-until', ['trap'], DATE, 'Nên xuống giống đến', 'Sowing advised until'),
  metric('stock', 'sensors', ['parameter', 'sensor', 'state'], SENSORS, 'Cảm biến theo tình trạng', 'Sensors by state'),
  {
    ...metric('stock', 'salinity-peak', ['station'], SALT, 'Đỉnh mặn kỳ triều tới', "Next tide's peak of salinity"),
    forecast: true,
  },
  {
    ...metric('stock', 'salinity-peak-at', ['station'], TIME, 'Giờ của đỉnh mặn tới', "Time of the next tide's peak"),
    forecast: true,
  },
];
