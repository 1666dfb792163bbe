import { calendarStart, DAY_MS, dayName, HOUR_MS, type Text } from '#libs/contracts';
import type { HealthSettings } from './settings.js';

/** The term within which a case must be reported. */
export type Term = '24h' | '48h' | 'week';

interface Disease {
  /** Name of the group in series: an ICD-10 code or range. */
  code: string;
  /** Beginnings of the ICD-10 codes that belong to it, without dots. */
  icd: readonly string[];
  term: Term;
  /** First and last day on which the term is in force; absent: since the circular, and on. */
  validFrom?: string;
  validTo?: string;
  label: Text;
}

/**
 * Notifiable diseases with a term of their own, TT 15/2026/TT-BYT; the circular lists 18 with 24 hours and 17 with 48, of
 * which these are the known ones: settings add others. All the rest are reported weekly.
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

/** First day of TT 15/2026/TT-BYT. What was diagnosed before stood under another circular and is not judged by this one. */
const CIRCULAR = '2026-07-01';
const EVER = '9999-12-31';

/** The series that a case belongs to. What is not listed is grouped by its three-character category. */
export function diseaseOf(icd10: string): string {
  return listed(icd10)?.code ?? plain(icd10).slice(0, 3);
}

/** Whether an ICD-10 code is, or lies under, one of these. */
const isUnder = (icd10: string, codes: readonly string[]): boolean =>
  codes.some((code) => plain(icd10).startsWith(plain(code)));

/** Whether it was at `at`; a line is a code, or a code with its first day, or with its first and last: `A20 2026-07-01`. */
export function isAmong(icd10: string, lines: readonly string[], at: number): boolean {
  const day = dayName(at);
  const inForce = lines.map((line) => line.split(' ')).filter(([, from = '', to = EVER]) => from <= day && day <= to);
  return isUnder(
    icd10,
    inForce.map(([code = '']) => code),
  );
}

/** Whether cases are counted under this name: what is entered of a disease must be told of the same series. */
export const isSeries = (code: string): boolean =>
  DISEASES.some((disease) => disease.code === code) || (/^[A-Z]\d{2}$/.test(code) && diseaseOf(code) === code);

/**
 * Within which term a case had to be reported on the day of its diagnosis; null where it had not, or no known rule was in force.
 * Dated terms of the settings go before their undated lists, those before the built-in list; the last that fits counts.
 */
export function termOf(icd10: string, diagnosed: number, settings: HealthSettings): Term | null {
  const day = dayName(diagnosed);
  const dated = settings.terms
    .map((line) => line.split(' '))
    .findLast(([code = '', , from = '', to = EVER]) => isUnder(icd10, [code]) && from <= day && day <= to);
  if (dated) return dated[1] === 'none' ? null : (dated[1] as Term);
  if (day < CIRCULAR) return null;
  if (isUnder(icd10, settings.within24Hours)) return '24h';
  if (isUnder(icd10, settings.within48Hours)) return '48h';
  const { term, validFrom = CIRCULAR, validTo = EVER } = listed(icd10) ?? { term: 'week' as const };
  return validFrom <= day && day <= validTo ? term : 'week';
}

/** The last moment at which a case diagnosed at `diagnosed` is reported in time; weekly: the Wednesday after its week. */
export function deadlineOf(term: Term, diagnosed: number): number {
  if (term === '24h') return diagnosed + 24 * HOUR_MS;
  if (term === '48h') return diagnosed + 48 * HOUR_MS;
  return calendarStart('week', diagnosed) + 10 * DAY_MS - 1;
}

const plain = (icd10: string): string => icd10.replace(/[.+*]/g, '');
const listed = (icd10: string): Disease | undefined =>
  DISEASES.find(({ icd }) => icd.some((start) => plain(icd10).startsWith(start)));
