/**
 * Public holidays of Vietnam: Labour Code 45/2019/QH14, Article 112 (days) and Article 111(3) (a holiday on a weekend
 * gives the next working day off).
 */
import { DAY_MS } from '#libs/contracts';

/**
 * First day of Tết and the day of the Hùng kings (10th of the third month), month-day of each year: the lunisolar
 * calendar of Vietnam, worked out from new moons and solar terms at UTC+7 (it differs from China's in 2030, for example).
 */
const LUNAR: readonly (readonly [year: number, tet: string, kings: string])[] = [
  [2020, '01-25', '04-02'],
  [2021, '02-12', '04-21'],
  [2022, '02-01', '04-10'],
  [2023, '01-22', '04-29'],
  [2024, '02-10', '04-18'],
  [2025, '01-29', '04-07'],
  [2026, '02-17', '04-26'],
  [2027, '02-06', '04-16'],
  [2028, '01-26', '04-04'],
  [2029, '02-13', '04-23'],
  [2030, '02-02', '04-12'],
  [2031, '01-23', '04-01'],
  [2032, '02-11', '04-19'],
  [2033, '01-31', '04-09'],
  [2034, '02-19', '04-28'],
  [2035, '02-08', '04-17'],
  [2036, '01-28', '04-06'],
  [2037, '02-15', '04-24'],
  [2038, '02-04', '04-13'],
  [2039, '01-24', '04-03'],
  [2040, '02-12', '04-20'],
  [2041, '02-01', '04-10'],
  [2042, '01-22', '04-29'],
  [2043, '02-10', '04-19'],
  [2044, '01-30', '04-07'],
  [2045, '02-17', '04-26'],
  [2046, '02-06', '04-15'],
  [2047, '01-26', '04-04'],
  [2048, '02-14', '04-22'],
  [2049, '02-02', '04-11'],
  [2050, '01-23', '04-01'],
];

/** What the Prime Minister decides each year and what a locality adds, over the days the law fixes. Days as `2026-01-02`. */
export interface HolidayChoices {
  /** Days of Tết before the first of the year; the law gives five in all. Usual: 1. */
  tetBefore: number;
  /** Which neighbour of 2 September is off as well. */
  nationalDay: 'before' | 'after';
  /** What was decided for single years; the others have the usual of the two above. */
  decided?: Readonly<Record<number, Pick<HolidayChoices, 'tetBefore' | 'nationalDay'>>>;
  /** Further days off, such as working days that are exchanged. */
  daysOff: readonly string[];
  /**
   * Days off that come every year from a given one on: the first of them, `2026-11-24`. On a rest day they have a substitute
   * as the days of the law do. Absent: none.
   */
  yearlyDaysOff?: readonly string[];
  /** Weekend days that are worked instead. */
  workedDays: readonly string[];
}

/** `2026-11-22` as a number of days since 1970-01-01, without a time zone. */
export const dayNumber = (name: string): number => Date.parse(`${name}T00:00:00Z`) / DAY_MS;

/** 0 Sunday … 6 Saturday of a day number. */
export const weekday = (day: number): number => (((day + 4) % 7) + 7) % 7;

/**
 * Days off by law of one year, substitutes included, as day numbers. The lunar days are known from 2020 to 2050; of
 * another year only those of the solar calendar are given.
 * @param restDays weekdays on which nobody works at all (0 Sunday … 6 Saturday)
 */
export function holidaysOf(year: number, choices: HolidayChoices, restDays: ReadonlySet<number>): Set<number> {
  const day = (monthDay: string): number => dayNumber(`${year}-${monthDay}`);
  const { tetBefore, nationalDay } = choices.decided?.[year] ?? choices;
  const lunar = LUNAR.find(([each]) => each === year);
  const national = day('09-02');
  const days = [day('01-01'), day('04-30'), day('05-01'), national, national + (nationalDay === 'before' ? -1 : 1)];
  if (lunar) {
    const [, tet, kings] = lunar;
    for (let i = 0; i < 5; i++) days.push(day(tet) - tetBefore + i);
    days.push(day(kings));
  }
  for (const first of choices.yearlyDaysOff ?? []) {
    const again = day(first.slice(5));
    // 29 February does not come every year.
    const isThere =
      Number.isInteger(again) && new Date(again * DAY_MS).toISOString().endsWith(`${first.slice(4)}T00:00:00.000Z`);
    if (isThere && Number(first.slice(0, 4)) <= year) days.push(again);
  }
  return withSubstitutes(days, restDays);
}

/** Each holiday on a rest day moves to the next day that is neither. */
function withSubstitutes(days: readonly number[], restDays: ReadonlySet<number>): Set<number> {
  const off = new Set(days);
  for (const day of [...off].sort((a, b) => a - b)) {
    if (!restDays.has(weekday(day))) continue;
    let substitute = day + 1;
    while (off.has(substitute) || restDays.has(weekday(substitute))) substitute++;
    off.add(substitute);
  }
  return off;
}

/**
 * Tells whether a day number is off: by law, substitutes included, or by the choices. Each year is reckoned once.
 * @param restDays weekdays on which nobody works at all (0 Sunday … 6 Saturday)
 */
export function holidayTest(
  choices: HolidayChoices,
  restDays: ReadonlySet<number> = WEEKEND,
): (day: number) => boolean {
  const daysOff = new Set(choices.daysOff.map(dayNumber));
  const worked = new Set(choices.workedDays.map(dayNumber));
  const years = new Map<number, ReadonlySet<number>>();
  return (day) => {
    if (worked.has(day)) return false;
    if (daysOff.has(day)) return true;
    const year = new Date(day * DAY_MS).getUTCFullYear();
    let known = years.get(year);
    if (!known) {
      // A substitute of a year's last day may fall into the next year.
      known = new Set([...holidaysOf(year - 1, choices, restDays), ...holidaysOf(year, choices, restDays)]);
      years.set(year, known);
    }
    return known.has(day);
  };
}

const WEEKEND: ReadonlySet<number> = new Set([0, 6]);
