import type { Marks } from '#libs/contracts';
import type { Metric } from '#libs/sector-kit';
import { type BoardContext, type SourceInfo, sourcesOfMetric } from './board-context.js';
import type { Sight } from './sight.js';
import { higher } from './tally-groups.js';

/** A sight with the sources in service. */
export type SourcedSight = Pick<BoardContext, keyof Sight | 'sources'>;

/**
 * Longest interval between events that the sources of these metrics promise, in ms; 0 when nobody promises any. For what is
 * entered nobody does: its indicator may (`freshness`).
 */
export function promiseOf(context: SourcedSight, metrics: readonly string[]): number {
  const promises = [...new Set(metrics)].flatMap((code) => {
    const { metric, sources } = fedBy(context, code);
    return metric?.entered ? [] : sources.map(({ every }) => every * 1000);
  });
  return Math.max(0, ...promises);
}

/**
 * Marks of a tile that shows these metrics:
 * - `at`: the newest observation behind it; of a stock, which has no observations of its own, the newest event of its
 *   sources;
 * - `simulated`: a source marked as simulated may feed one of them;
 * - `entered`: figures of one of them were entered by hand here, whoever may tell such figures besides;
 * - `forecast`: all of it is about a time to come;
 * - `late`: `at` is older than the longest promise of their sources.
 */
export function marksOf(context: SourcedSight, metrics: readonly string[], observedAt: number | null): Marks {
  const { buckets, scope, moment } = context;
  let at = observedAt;
  let simulated = false;
  let entered = false;
  for (const code of new Set(metrics)) {
    const { metric, sources } = fedBy(context, code);
    if (!metric) continue;
    const newest = buckets.newestAt(code);
    if (observedAt === null && scope.units === '*') at = higher(at, newest);
    for (const source of sources) {
      entered ||= newest !== null && source.entered?.includes(code) === true;
      simulated ||= source.simulated;
      // What was entered last may be another figure.
      if (metric.kind === 'stock' && !metric.entered) at = higher(at, source.lastEvent);
    }
  }
  if (at !== null) at = Math.min(at, moment.at);
  const promise = promiseOf(context, metrics);
  const marks: Marks = { at };
  if (simulated) marks.simulated = true;
  if (entered) marks.entered = true;
  if (metrics.length > 0 && metrics.every((code) => context.catalogue.metric(code)?.forecast)) marks.forecast = true;
  if (at !== null && promise > 0 && moment.at - at > promise) marks.late = true;
  return marks;
}

/** A metric with the sources that may feed it. */
function fedBy({ catalogue, sources }: SourcedSight, code: string): { metric?: Metric; sources: SourceInfo[] } {
  const metric = catalogue.metric(code);
  return metric ? { metric, sources: sourcesOfMetric(sources, catalogue, metric) } : { sources: [] };
}
