import type { RecentEvent } from '#libs/contracts';
import type { BucketReader } from '#libs/persistence';
import type { Catalogue } from '#libs/sector-kit';

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
