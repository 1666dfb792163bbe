import { setTimeout as delay } from 'node:timers/promises';
import { DAY_MS, periodStart } from '#libs/contracts';

/** Longer than any file of tests that counts what is of today. */
const NEAR_MS = 90_000;

/**
 * Before tests of what is counted today by the real clock: where a Vietnamese day is about to end, waits for the next one.
 * Otherwise what is of today at their beginning would be of yesterday at their end.
 */
export async function awayFromMidnight(): Promise<void> {
  const left = periodStart('d', Date.now()) + DAY_MS - Date.now();
  if (left < NEAR_MS) await delay(left + 1_000);
}
