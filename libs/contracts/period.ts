import type { CalendarStep } from './measure.js';

/**
 * Periods of the hub. Vietnam has had UTC+7 without daylight saving since 1975, so Asia/Ho_Chi_Minh days are plain
 * arithmetic; `period.spec.ts` holds this against Intl.
 */
export const VN_OFFSET_MS = 7 * 3_600_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** Resolution of a bucket. `now` is the stock level: one row a series, start 0. */
export type Resolution = 'm' | 'h' | 'd' | 'now';
export const RESOLUTIONS = ['m', 'h', 'd'] as const;

/** Start of the period that holds `time` (epoch ms). */
export function periodStart(resolution: Resolution, time: number): number {
  switch (resolution) {
    case 'm':
      return time - modulo(time, MINUTE_MS);
    case 'h':
      return time - modulo(time, HOUR_MS);
    case 'd':
      return time - modulo(time + VN_OFFSET_MS, DAY_MS);
    case 'now':
      return 0;
  }
}

export function periodLength(resolution: 'm' | 'h' | 'd'): number {
  return resolution === 'm' ? MINUTE_MS : resolution === 'h' ? HOUR_MS : DAY_MS;
}

/** Whether a text is the name of a day that there is, such as `2026-11-22`; `2026-02-31` is none. */
export function isDayName(text: string): boolean {
  const at = /^20\d{2}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

/** Start of the Vietnamese week (Monday) that holds `time`. */
export function weekStart(time: number): number {
  const day = periodStart('d', time);
  const weekday = new Date(day + VN_OFFSET_MS).getUTCDay();
  return day - ((weekday + 6) % 7) * DAY_MS;
}

/** Start of the Vietnamese calendar month that holds `time`. */
export function monthStart(time: number): number {
  const local = new Date(time + VN_OFFSET_MS);
  return Date.UTC(local.getUTCFullYear(), local.getUTCMonth(), 1) - VN_OFFSET_MS;
}

/** Start of the Vietnamese calendar period that holds `time`. */
export function calendarStart(step: CalendarStep, time: number): number {
  if (step === 'day') return periodStart('d', time);
  if (step === 'week') return weekStart(time);
  const month = new Date(time + VN_OFFSET_MS).getUTCMonth();
  return monthsLater(monthStart(time), step === 'month' ? 0 : step === 'quarter' ? -(month % 3) : -month);
}

/**
 * The same moment `count` periods later (earlier when negative). Where the month is too short for the day of the month,
 * its last day.
 */
export function calendarShift(step: CalendarStep, time: number, count: number): number {
  if (step === 'day') return time + count * DAY_MS;
  if (step === 'week') return time + count * 7 * DAY_MS;
  const months = count * (step === 'month' ? 1 : step === 'quarter' ? 3 : 12);
  const first = monthStart(time);
  const wanted = monthsLater(first, months);
  const last = monthsLater(first, months + 1) - DAY_MS;
  return Math.min(wanted + (periodStart('d', time) - first), last) + (time - periodStart('d', time));
}

/** Start of the month `count` months after the month that starts at `first`. */
function monthsLater(first: number, count: number): number {
  const local = new Date(first + VN_OFFSET_MS);
  return Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + count, 1) - VN_OFFSET_MS;
}

/** `2026-11-22` of the Vietnamese day that holds `time`. */
export function dayName(time: number): string {
  return new Date(time + VN_OFFSET_MS).toISOString().slice(0, 10);
}

/** Start of the Vietnamese day of this name. */
export function dayStart(name: string): number {
  return Date.parse(`${name}T00:00:00Z`) - VN_OFFSET_MS;
}

function modulo(a: number, b: number): number {
  return ((a % b) + b) % b;
}
