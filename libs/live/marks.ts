import type { Marks } from '#libs/contracts';
import { type BoardContext, sourcesOfPack } from './board-context.js';
import type { Sight } from './sight.js';
import { higher } from './tally-groups.js';

/** A sight with the sources in service. */
export type SourcedSight = Pick<BoardContext, keyof Sight | 'sources'>;

/** Longest interval between events that the sources of these metrics promise, in ms; 0 when nobody promises any. */
export function promiseOf(context: SourcedSight, metrics: readonly string[]): number {
  const packs = new Set(metrics.map((code) => context.catalogue.packOfMetric(code)));
  const sources = [...packs].flatMap((pack) => (pack ? sourcesOfPack(context.sources, pack) : []));
  return sources.reduce((longest, source) => Math.max(longest, source.every * 1000), 0);
}

/**
 * Marks of a tile that shows these metrics:
 * - `at`: the newest observation behind it; of a stock, which has no observations of its own, the newest event of its
 *   pack's sources;
 * - `simulated`: a source marked as simulated may write an event type of the pack;
 * - `forecast`: all of it is about a time to come;
 * - `late`: `at` is older than the longest promise of the pack's sources.
 */
export function marksOf(context: SourcedSight, metrics: readonly string[], observedAt: number | null): Marks {
  let at = observedAt;
  let simulated = false;
  const promise = promiseOf(context, metrics);
  for (const code of new Set(metrics)) {
    const pack = context.catalogue.packOfMetric(code);
    if (!pack) continue;
    const stock = context.catalogue.metric(code)?.kind === 'stock';
    if (observedAt === null && context.scope.units === '*') at = higher(at, context.buckets.newestAt(code));
    for (const source of sourcesOfPack(context.sources, pack)) {
      simulated ||= source.simulated;
      if (stock && source.lastEvent !== null) at = higher(at, source.lastEvent);
    }
  }
  if (at !== null) at = Math.min(at, context.moment.at);
  const marks: Marks = { at };
  if (simulated) marks.simulated = true;
  if (metrics.length > 0 && metrics.every((code) => context.catalogue.metric(code)?.forecast)) marks.forecast = true;
  if (at !== null && promise > 0 && context.moment.at - at > promise) marks.late = true;
  return marks;
}
