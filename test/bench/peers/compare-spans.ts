/** From when to when an alert fired, epoch ms; `to` null: it still does. */
export interface Span {
  from: number;
  to: number | null;
}

/** How far apart two spans may begin and still be the same firing. */
const SAME_MS = 4_000;

/** Matches the firings of both sides by alert and time; differences are ours minus theirs. */
export function compare(ours: ReadonlyMap<string, readonly Span[]>, theirs: ReadonlyMap<string, readonly Span[]>) {
  const result = { matched: 0, onlyOurs: 0, onlyTheirs: 0, starts: [] as number[], ends: [] as number[] };
  for (const name of new Set([...ours.keys(), ...theirs.keys()])) {
    const left = [...(theirs.get(name) ?? [])];
    for (const span of ours.get(name) ?? []) {
      const at = left.findIndex(({ from }) => Math.abs(from - span.from) <= SAME_MS);
      const [other] = at < 0 ? [] : left.splice(at, 1);
      if (!other) {
        result.onlyOurs++;
        continue;
      }
      result.matched++;
      result.starts.push(span.from - other.from);
      if (span.to !== null && other.to !== null) result.ends.push(span.to - other.to);
    }
    result.onlyTheirs += left.length;
  }
  return result;
}
