import {
  calendarShift,
  calendarStart,
  type CalendarStep,
  DAY_MS,
  dayName,
  HOUR_MS,
  MINUTE_MS,
  type Text,
} from '#libs/contracts';
import { dayNumber, weekday } from './holidays.js';

/**
 * What an owner promises of a number:
 * - `{every: 15}`: an observation at least every so many minutes;
 * - `{step: 'day', at: '17:00'}`: all of a day is there by 17:00 of the same day;
 * - `{step: 'week', plusDays: 3, at: '24:00'}`: all of a period is there so many days after its last day, at that time
 *   (a week ends on Sunday, so by the end of the next Wednesday);
 * - with `days` (1 Monday … 7 Sunday): only of periods that begin on one of these days, e.g. school days. Public holidays
 *   are not known here.
 */
export type Freshness =
  { every: number } | { step: CalendarStep; plusDays?: number; at: string; days?: readonly number[] };

/**
 * Whether a promise is broken at `now`: there is no observation from the newest period that should be there. Before
 * the first observation ever nothing was promised. Times are epoch ms.
 */
export function isLate(freshness: Freshness, newest: number | null, now: number): boolean {
  if (newest === null) return false;
  if ('every' in freshness) return now - newest > freshness.every * MINUTE_MS;
  return newest < owedPeriod(freshness, now);
}

/** Start of the newest period whose figures should be there at `now`. */
export function owedPeriod(freshness: Exclude<Freshness, { every: number }>, now: number): number {
  const { step, days } = freshness;
  let start = calendarStart(step, now);
  const isOwed = (): boolean => !days || days.includes(weekday(dayNumber(dayName(start))) || 7);
  // A promise reaches over few periods at most: each round goes one back.
  while (dueOf(freshness, start) > now || !isOwed()) start = calendarShift(step, start, -1);
  return start;
}

/** When the figures of the period that starts at `start` are due, epoch ms. */
export function dueOf({ step, plusDays = 0, at }: Exclude<Freshness, { every: number }>, start: number): number {
  const lastDay = calendarShift(step, start, 1) - DAY_MS;
  const [hours = 0, minutes = 0] = at.split(':').map(Number);
  return lastDay + plusDays * DAY_MS + hours * HOUR_MS + minutes * MINUTE_MS;
}

const PERIOD: Record<CalendarStep, Text> = {
  day: { vi: 'hằng ngày', en: 'daily' },
  week: { vi: 'hằng tuần', en: 'weekly' },
  month: { vi: 'hằng tháng', en: 'monthly' },
  quarter: { vi: 'hằng quý', en: 'quarterly' },
  year: { vi: 'hằng năm', en: 'yearly' },
};

const DAYS: Text = { vi: 'các ngày đã định trong tuần', en: 'on set days of the week' };

/** The promise in words. */
export function freshnessText(freshness: Freshness): Text {
  if ('every' in freshness) return { vi: `mỗi ${freshness.every} phút`, en: `every ${freshness.every} min` };
  const { step, plusDays = 0, at, days } = freshness;
  const { vi, en } = days ? DAYS : PERIOD[step];
  if (plusDays === 0) return { vi: `${vi}, trước ${at}`, en: `${en} by ${at}` };
  return { vi: `${vi}, trước ${at}, ${plusDays} ngày sau kỳ`, en: `${en} by ${at}, ${plusDays} days after the period` };
}
