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
  },
};
