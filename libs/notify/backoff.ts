const FIRST_MS = 2_000;
const LONGEST_MS = 300_000;
/** About 25 minutes of a channel that answers and refuses; while its circuit is open nothing is tried and none is used up. */
export const MOST_TRIES = 12;

/**
 * When a message is tried again after so many tries: each wait twice the one before, up to five minutes, spread by a
 * fifth to either side so that what failed together does not return together; what the receiver asks for is waited at
 * least. Null: given up.
 */
export function nextTry(tries: number, after: number | undefined, now: number, random: () => number): number | null {
  if (tries >= MOST_TRIES) return null;
  const wait = Math.min(FIRST_MS * 2 ** (tries - 1), LONGEST_MS) * (0.8 + 0.4 * random());
  return now + Math.round(Math.max(wait, after ?? 0));
}
