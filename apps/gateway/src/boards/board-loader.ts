import type { BucketReader, StoredSeries } from '#libs/persistence';
import { BucketSet, type Needs } from '#libs/live';
import type { Catalogue } from '#libs/sector-kit';
import type { RecentEvent } from '#libs/contracts';

/**
 * Reads from the database what `needs` names into `buckets`. `until` (epoch ms) bounds periods and levels; `live`
 * also reads the levels as they are now.
 */
export async function loadBuckets(
  reader: BucketReader,
  buckets: BucketSet,
  needs: Needs,
  options: { until?: number; live: boolean; ahead?: number },
): Promise<void> {
  const series = await reader.series([...needs.keys()]);
  const byMetric = new Map<string, StoredSeries[]>();
  for (const one of series) {
    buckets.know(one.metric, one.dims);
    const list = byMetric.get(one.metric);
    if (list) list.push(one);
    else byMetric.set(one.metric, [one]);
  }
  for (const [metric, { ranges, levelsFrom }] of needs) {
    const own = byMetric.get(metric) ?? [];
    for (const resolution of ['m', 'h', 'd'] as const) {
      const range = ranges[resolution];
      if (!range) continue;
      const to = options.live ? Math.max(range.to, options.ahead ?? 0) : range.to;
      buckets.apply(await reader.buckets(own, resolution, range.from, to));
    }
    if (levelsFrom === null) continue;
    if (options.live) buckets.apply(await reader.buckets(own, 'now', 0, 1));
    buckets.addLevels(await reader.levels(own, levelsFrom, options.until ?? Date.now()));
  }
}

/** The ticker's lines of the newest events received up to `until`, newest first. */
export async function loadRecent(
  reader: BucketReader,
  catalogue: Catalogue,
  until: number,
  limit: number,
): Promise<RecentEvent[]> {
  const events = await reader.recentEvents(until, limit);
  return events.flatMap((event): RecentEvent[] => {
    const text = catalogue.eventType(event.type)?.line?.(event as never);
    if (!text) return [];
    const { source, id, type, time, unit } = event;
    return [{ source, id, type, time, unit: unit ?? null, text }];
  });
}
