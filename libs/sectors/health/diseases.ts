import { DAY_MS, HOUR_MS, type Text, weekStart } from '#libs/contracts';

/** The term within which a case must be reported. */
export type Term = '24h' | '48h' | 'week';

interface Disease {
  /** Name of the group in series: an ICD-10 code or range. */
  code: string;
  /** Beginnings of the ICD-10 codes that belong to it, without dots. */
  icd: readonly string[];
  term: Term;
  label: Text;
}

/**
 * Notifiable diseases with a term of their own, TT 15/2026/TT-BYT, in force since 1/7/2026; the circular lists 18 with 24
 * hours and 17 with 48, of which these are the known ones. All others are reported weekly.
 */
export const DISEASES: readonly Disease[] = [
  { code: 'B05', icd: ['B05'], term: '24h', label: { vi: 'Sởi', en: 'Measles' } },
  { code: 'A36', icd: ['A36'], term: '24h', label: { vi: 'Bạch hầu', en: 'Diphtheria' } },
  { code: 'J09', icd: ['J09'], term: '24h', label: { vi: 'Cúm A/H5N1', en: 'Influenza A/H5N1' } },
  { code: 'A39', icd: ['A39'], term: '24h', label: { vi: 'Não mô cầu', en: 'Meningococcal disease' } },
  { code: 'A80', icd: ['A80'], term: '24h', label: { vi: 'Bại liệt', en: 'Polio' } },
  { code: 'A20', icd: ['A20'], term: '24h', label: { vi: 'Dịch hạch', en: 'Plague' } },
  { code: 'A97', icd: ['A97', 'A90', 'A91'], term: '48h', label: { vi: 'Sốt xuất huyết Dengue', en: 'Dengue' } },
  { code: 'B08.4', icd: ['B084'], term: '48h', label: { vi: 'Tay chân miệng', en: 'Hand, foot and mouth' } },
  { code: 'A82', icd: ['A82'], term: '48h', label: { vi: 'Dại', en: 'Rabies' } },
  { code: 'A00', icd: ['A00'], term: '48h', label: { vi: 'Tả', en: 'Cholera' } },
  { code: 'B50-B54', icd: ['B50', 'B51', 'B52', 'B53', 'B54'], term: '48h', label: { vi: 'Sốt rét', en: 'Malaria' } },
  { code: 'A37', icd: ['A37'], term: '48h', label: { vi: 'Ho gà', en: 'Whooping cough' } },
  { code: 'B06', icd: ['B06'], term: '48h', label: { vi: 'Rubella', en: 'Rubella' } },
  { code: 'A83.0', icd: ['A830'], term: '48h', label: { vi: 'Viêm não Nhật Bản', en: 'Japanese encephalitis' } },
];

/** The disease of an ICD-10 code, and its term. What is not listed is grouped by its three-character category. */
export function diseaseOf(icd10: string): { code: string; term: Term } {
  const plain = icd10.replace(/[.+*]/g, '');
  const known = DISEASES.find(({ icd }) => icd.some((start) => plain.startsWith(start)));
  return known ?? { code: plain.slice(0, 3), term: 'week' };
}

/** The last moment at which a case diagnosed at `diagnosed` is reported in time; weekly: the Wednesday after its week. */
export function deadlineOf(term: Term, diagnosed: number): number {
  if (term === '24h') return diagnosed + 24 * HOUR_MS;
  if (term === '48h') return diagnosed + 48 * HOUR_MS;
  return weekStart(diagnosed) + 10 * DAY_MS - 1;
}
