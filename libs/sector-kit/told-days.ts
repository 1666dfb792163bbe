import { DAY_MS, dayName, periodStart } from '#libs/contracts';

/** Days of which a sender told something, by name such as `2026-11-22`: they show which ones it owes. */
export interface ToldDays {
  /** The newest of them, oldest first. */
  days: string[];
  /** First day ever told: before it nothing was owed. */
  since: string;
}

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
