import { DAY_MS, dayName, dayStart, periodStart } from '#libs/contracts';
import type { DataFault, TypedEvent } from './sector.js';
import { readTime } from './simulation.js';

/** Days of which a sender told something, by name such as `2026-11-22`: they show which ones it owes. */
export interface ToldDays {
  /** The newest of them, oldest first. */
  days: string[];
  /** First day ever told: before it nothing was owed. */
  since: string;
}

/** Whether the day that an event tells had begun by its time: one to come would stay the newest for long. */
export const dayHasBegun = ({ data, time }: TypedEvent<{ day: string }>): boolean => dayStart(data.day) <= time;

/** The fault of an event that tells a day to come: a slip of the year. */
export const dayFault = (event: TypedEvent<{ day: string }>): DataFault | null =>
  dayHasBegun(event) ? null : { field: 'day', demand: 'must have begun by the time of the event' };

/** The fault of an event that tells in these fields when something was or happened, and names a day to come. */
export function happenedFault<D extends object>(
  { data, time }: TypedEvent<D>,
  ...fields: readonly (keyof D & string)[]
): DataFault | null {
  const tomorrow = periodStart('d', time) + DAY_MS;
  const field = fields.find(
    (name) => (readTime((data[name] as string | null | undefined) ?? undefined) ?? 0) >= tomorrow,
  );
  return field === undefined ? null : { field, demand: 'must not be of a day after the event' };
}

/** The fault of a count that is a part of another. */
export const partFault = <D extends object>(
  data: D,
  part: keyof D & string,
  whole: keyof D & string,
): DataFault | null =>
  Number(data[part]) > Number(data[whole]) ? { field: part, demand: `must not be more than ${whole}` } : null;

/** More than the days that any pack looks back, with the time it leaves to tell them. */
const DAYS_KEPT = 40;

export const withDay = (known: ToldDays | undefined | null, day: string): ToldDays => ({
  days: [...new Set([...(known?.days ?? []), day])].sort().slice(-DAYS_KEPT),
  since: known && known.since < day ? known.since : day,
});

/**
 * The days that are missing at `now`, newest first; by the next midnight it may be another.
 * @param owed `dueDays`: days after its own by whose end a day must be told; `lookBackDays`: how many are looked back
 */
export function missingDays(
  { days, since }: ToldDays,
  now: number,
  owed: { dueDays: number; lookBackDays: number },
): string[] {
  const newest = periodStart('d', now) - (owed.dueDays + 1) * DAY_MS;
  return Array.from({ length: owed.lookBackDays }, (_, i) => dayName(newest - i * DAY_MS)).filter(
    (day) => day >= since && !days.includes(day),
  );
}
