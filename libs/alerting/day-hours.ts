import { DAY_MS, MINUTE_MS, VN_OFFSET_MS } from '#libs/contracts';
import { weekday } from '#libs/sector-kit';

/** Hours of chosen days: 1 Monday … 7 Sunday, `HH:MM`; `from` after `to` goes over midnight, equal means 24 hours. */
export interface DayHours {
  days: readonly number[];
  from: string;
  to: string;
}

/** A moment as Vietnam's clocks show it: day number since 1970-01-01, and ms since its midnight. */
export interface LocalTime {
  day: number;
  at: number;
}

export function localTime(time: number): LocalTime {
  const day = Math.floor((time + VN_OFFSET_MS) / DAY_MS);
  return { day, at: time + VN_OFFSET_MS - day * DAY_MS };
}

/** Epoch ms of a day number and ms since its midnight in Vietnam. */
export const momentOf = (day: number, at: number): number => day * DAY_MS - VN_OFFSET_MS + at;

/**
 * ms since midnight of `HH:MM`, `24:00` included.
 * @throws RangeError on other text
 */
export function readTime(text: string): number {
  const match = /^(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/.exec(text);
  if (!match) throw new RangeError(`"${text}" is not a time such as 07:30`);
  return match[1] === undefined ? DAY_MS : (Number(match[1]) * 60 + Number(match[2])) * MINUTE_MS;
}

/** 1 Monday … 7 Sunday of a day number. */
export const isoDay = (day: number): number => weekday(day) || 7;

/** Hours read once, for many questions. */
export interface ReadHours {
  /** By ISO day, 0 unused. */
  days: readonly boolean[];
  from: number;
  /** After `from`; above 24 hours where they end on the next day. */
  to: number;
}

/** @throws RangeError when a time cannot be read */
export function readHours({ days, from, to }: DayHours): ReadHours {
  const start = readTime(from) % DAY_MS;
  const end = readTime(to);
  return {
    days: Array.from({ length: 8 }, (_, day) => days.includes(day)),
    from: start,
    to: end > start ? end : end + DAY_MS,
  };
}

/** The day whose hours hold the moment, or null: after midnight that may be the day before. */
export function dayWithin(hours: ReadHours, { day, at }: LocalTime): number | null {
  if (at >= hours.from && at < hours.to && hours.days[isoDay(day)]) return day;
  if (at + DAY_MS < hours.to && hours.days[isoDay(day - 1)]) return day - 1;
  return null;
}

/** Whether a moment lies in these hours. */
export const isWithin = (hours: DayHours, time: number): boolean =>
  dayWithin(readHours(hours), localTime(time)) !== null;
