import { DAY_MS, type Measure } from '#libs/contracts';
import { periodStart } from '#libs/contracts';
import type { Series } from './bucket-set.js';
import { Query } from './query.js';
import type { Sight } from './sight.js';
import { cover, type Span } from './span.js';
import { WHOLE } from './tally-groups.js';

/** A series that has said nothing for so many days is taken as removed: nobody waits for it. */
export const REMOVED_DAYS = 30;

/** Where the newest observation of a series is looked for. */
export function newestSpan(at: number): Span & { kind: 'buckets' } {
  return {
    kind: 'buckets',
    from: periodStart('d', at) - REMOVED_DAYS * DAY_MS,
    to: periodStart('m', at + 1),
    base: 'd',
  };
}

/**
 * The newest observation (epoch ms) of each value of `by`, or of everything under `WHOLE`, up to the moment. Series that
 * were taken as removed are absent.
 */
export function newestBy(
  sight: Sight,
  { metric: code, where }: Pick<Measure, 'metric' | 'where'>,
  by?: string,
): Map<string, number> {
  const found = new Map<string, number>();
  const metric = sight.catalogue.metric(code);
  if (!metric) return found;
  const query = new Query(sight, metric, { metric: code, agg: 'sum', ...(where ? { where } : {}) }, by);
  const oldest = sight.moment.at - REMOVED_DAYS * DAY_MS;
  for (const [series, at] of newestOfSeries(sight, code)) {
    if (at < oldest) continue;
    const group = query.groupOf(series);
    if (group !== null && at > (found.get(group) ?? -Infinity)) found.set(group, at);
  }
  return found;
}

function* newestOfSeries(sight: Sight, metric: string): Iterable<[Series, number]> {
  const { buckets, moment } = sight;
  if (moment.live) {
    for (const series of buckets.seriesOfMetric(metric))
      if (series.newestAt !== null) yield [series, Math.min(series.newestAt, moment.at)];
    return;
  }
  for (const [step, start] of cover(newestSpan(moment.at)))
    for (const [series, { lastAt }] of buckets.period(metric, step, start)?.cells ?? [])
      if (lastAt !== null) yield [series, Math.min(lastAt, moment.at)];
}

/** The newest of several. */
export function newestOf(maps: Iterable<ReadonlyMap<string, number>>, key: string = WHOLE): number | null {
  let newest: number | null = null;
  for (const map of maps) {
    const at = map.get(key);
    if (at !== undefined && (newest === null || at > newest)) newest = at;
  }
  return newest;
}
