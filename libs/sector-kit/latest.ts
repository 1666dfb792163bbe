/**
 * A field of which the latest report counts: `[time, value]`. Of two reports of the same time the greater value wins,
 * so the result depends neither on order nor on repetition.
 */
export type Latest<V extends string | number> = [number, V];

/** The later of what is known and what is reported; `undefined` values report nothing. */
export function latest<V extends string | number>(known: Latest<V> | undefined, time: number, value: V): Latest<V>;
export function latest<V extends string | number>(
  known: Latest<V> | undefined,
  time: number,
  value: V | undefined,
): Latest<V> | undefined;
export function latest<V extends string | number>(
  known: Latest<V> | undefined,
  time: number,
  value: V | undefined,
): Latest<V> | undefined {
  if (value === undefined) return known;
  if (!known || time > known[0] || (time === known[0] && value > known[1])) return [time, value];
  return known;
}
