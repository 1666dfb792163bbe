import type { MeasureRead } from './explain.js';
import { grouping } from './tally.js';
import { WHOLE } from './tally-groups.js';

/** Something that an event added: to a series, at a time (epoch ms); null: to a level. */
export interface Added {
  metric: string;
  dims: readonly string[];
  at: number | null;
}

/** Whether what was added is among what these measures read: a series of theirs, at a time within their windows. */
export function behind(reads: readonly MeasureRead[]): (added: Added) => boolean {
  const byMetric = new Map<string, ((added: Added) => boolean)[]>();
  const groups = new Map<object, (dims: readonly string[]) => boolean>();
  for (const { measure, span, sight } of reads) {
    let isOf = groups.get(measure);
    if (!isOf) {
      const groupOf = grouping(sight, measure, sight.only?.by);
      isOf = (dims) => groupOf(dims) === (sight.only?.key ?? WHOLE);
      groups.set(measure, isOf);
    }
    const own = isOf;
    const tests = byMetric.get(measure.metric) ?? [];
    byMetric.set(measure.metric, tests);
    tests.push(({ dims, at }) => {
      // A level may be read over a window, too: as it stood at its end.
      if (at === null) return own(dims);
      return span.kind === 'buckets' && at >= span.from && at < span.to && own(dims);
    });
  }
  return (added) => byMetric.get(added.metric)?.some((test) => test(added)) ?? false;
}

/** Before which time (epoch ms) nothing that happened is among what was read; null: nobody knows, of stocks. */
export function readSince(reads: readonly MeasureRead[]): number | null {
  let since = Infinity;
  for (const { measure, span, sight } of reads) {
    if (span.kind === 'level' || sight.catalogue.metric(measure.metric)?.kind === 'stock') return null;
    since = Math.min(since, span.from);
  }
  return since;
}
