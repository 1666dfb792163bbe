import type { Text } from '#libs/contracts';

export const labels: Record<string, Record<string, Text>> = {
  species: {
    'ray-nau': { vi: 'Rầy nâu', en: 'Brown planthopper' },
    'ray-lung-trang': { vi: 'Rầy lưng trắng', en: 'White-backed planthopper' },
    'ray-xanh-duoi-den': { vi: 'Rầy xanh đuôi đen', en: 'Green leafhopper' },
    'sau-cuon-la': { vi: 'Sâu cuốn lá', en: 'Leaf folder' },
    'sau-duc-than': { vi: 'Sâu đục thân', en: 'Stem borer' },
    'bo-xit': { vi: 'Bọ xít', en: 'Rice bug' },
    khac: { vi: 'Loài khác', en: 'Others' },
  },
  parameter: {
    oxygen: { vi: 'Oxy hoà tan', en: 'Dissolved oxygen' },
    ph: { vi: 'pH', en: 'pH' },
    temperature: { vi: 'Nhiệt độ', en: 'Temperature' },
    salinity: { vi: 'Độ mặn', en: 'Salinity' },
    'water-level': { vi: 'Mực nước', en: 'Water level' },
    'air-temperature': { vi: 'Nhiệt độ không khí', en: 'Air temperature' },
    'soil-moisture': { vi: 'Độ ẩm đất', en: 'Soil moisture' },
    'pond-oxygen': { vi: 'Oxy ao', en: 'Pond oxygen' },
    'pond-ph': { vi: 'pH ao', en: 'Pond pH' },
    'pond-temperature': { vi: 'Nhiệt độ ao', en: 'Pond temperature' },
    'pond-salinity': { vi: 'Độ mặn ao', en: 'Pond salinity' },
  },
  state: {
    working: { vi: 'Hoạt động', en: 'Working' },
    silent: { vi: 'Im lặng', en: 'Silent' },
    stuck: { vi: 'Kẹt giá trị', en: 'Stuck' },
    drifting: { vi: 'Nghi trôi', en: 'Suspected to drift' },
  },
  stage: {
    quiet: { vi: 'Yên', en: 'Quiet' },
    rising: { vi: 'Đang vào đèn', en: 'Rising' },
    sowing: { vi: 'Nên xuống giống', en: 'Sowing advised' },
  },
};
