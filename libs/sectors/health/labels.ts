import type { Text } from '#libs/contracts';
import { DISEASES } from './diseases.js';

export const labels: Record<string, Record<string, Text>> = {
  disease: {
    ...Object.fromEntries(DISEASES.map(({ code, label }) => [code, label])),
    J10: { vi: 'Cúm mùa', en: 'Seasonal influenza' },
    B01: { vi: 'Thuỷ đậu', en: 'Chickenpox' },
    A09: { vi: 'Tiêu chảy', en: 'Diarrhoea' },
  },
  age: {
    '0-4': { vi: '0–4 tuổi', en: 'aged 0–4' },
    '5-14': { vi: '5–14 tuổi', en: 'aged 5–14' },
    '15-24': { vi: '15–24 tuổi', en: 'aged 15–24' },
    '25-49': { vi: '25–49 tuổi', en: 'aged 25–49' },
    '50-64': { vi: '50–64 tuổi', en: 'aged 50–64' },
    '65+': { vi: 'Từ 65 tuổi', en: 'aged 65 and over' },
    unknown: { vi: 'Chưa rõ', en: 'Not given' },
  },
  kind: {
    outpatient: { vi: 'Ngoại trú', en: 'Outpatient' },
    inpatient: { vi: 'Nội trú', en: 'Inpatient' },
    traffic: { vi: 'Tai nạn giao thông', en: 'Traffic accident' },
    injury: { vi: 'Chấn thương', en: 'Injury' },
    illness: { vi: 'Bệnh cấp tính', en: 'Acute illness' },
    birth: { vi: 'Sản khoa', en: 'Birth' },
    transfer: { vi: 'Chuyển viện', en: 'Transfer' },
    other: { vi: 'Khác', en: 'Other' },
  },
};
