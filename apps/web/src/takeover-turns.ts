/** How long each of several alerts holds a wall before the next one does. */
export const TURN_MS = 8_000;
const MOST_KNOWN = 200;

/** Whose turn it is, since when, and which have been there before. */
export interface Turns {
  key: string | null;
  since: number;
  known: readonly string[];
}

export const NO_TURNS: Turns = { key: null, since: 0, known: [] };

/**
 * Whose turn it is of those that hold a wall, the newest first. What is new is shown at once; each then stays for `TURN_MS`; where
 * one was answered, the next takes its place. Pure.
 */
export function nextTurn(turns: Turns, keys: readonly string[], now: number): Turns {
  const known = [...keys, ...turns.known.filter((key) => !keys.includes(key))].slice(0, MOST_KNOWN);
  const arrived = keys.find((key) => !turns.known.includes(key));
  if (arrived !== undefined) return { key: arrived, since: now, known };
  const at = keys.findIndex((key) => key === turns.key);
  if (at >= 0 && now < turns.since + TURN_MS) return { ...turns, known };
  return { key: keys[at >= 0 ? (at + 1) % keys.length : 0] ?? null, since: now, known };
}
