/** From when to when an alert fired, epoch ms; `to` null: it still does. */
export interface Span {
  from: number;
  to: number | null;
}

/** How far apart two spans may begin and still be the same firing. */
const SAME_MS = 4_000;

/** Matches the firings of both sides by alert and time; differences are ours minus theirs. */
export function compare(ours: ReadonlyMap<string, readonly Span[]>, theirs: ReadonlyMap<string, readonly Span[]>) {
  const result = {
    matched: 0,
    onlyOurs: 0,
    onlyTheirs: 0,
    starts: [] as number[],
    ends: [] as number[],
    unmatched: [] as string[],
  };
  for (const name of new Set([...ours.keys(), ...theirs.keys()])) {
    const left = [...(theirs.get(name) ?? [])];
    for (const span of ours.get(name) ?? []) {
      const at = left.findIndex(({ from }) => Math.abs(from - span.from) <= SAME_MS);
      const [other] = at < 0 ? [] : left.splice(at, 1);
      if (!other) {
        result.onlyOurs++;
        result.unmatched.push(`here  ${name} ${told(span)}`);
        continue;
      }
      result.matched++;
      result.starts.push(span.from - other.from);
      if (span.to !== null && other.to !== null) result.ends.push(span.to - other.to);
    }
    result.onlyTheirs += left.length;
    result.unmatched.push(...left.map((span) => `there ${name} ${told(span)}`));
  }
  return result;
}

const told = ({ from, to }: Span): string =>
  `${new Date(from).toISOString().slice(11, 21)} to ${to === null ? 'now' : new Date(to).toISOString().slice(11, 21)}`;
