import type { HubEvent } from '#libs/contracts';
import { loadCatalogue } from '#libs/sectors';

/** Realistic events of every pack, `count` at most, as request bodies of `batch` events of one source each. */
export async function simulatedEvents(
  count: number,
  batch: number,
): Promise<{ batches: { source: string; body: string }[]; sources: string[]; total: number }> {
  const catalogue = await loadCatalogue();
  const to = Date.now();
  const bySource = new Map<string, HubEvent[]>();
  const packs = catalogue.packs.filter((pack) => pack.simulation);
  for (const pack of packs) {
    let taken = 0;
    for (const event of pack.simulation?.events({ from: to - 12 * 3_600_000, to, seed: 11, pace: 1 }) ?? []) {
      const list = bySource.get(event.source) ?? [];
      bySource.set(event.source, list);
      list.push(event);
      if (++taken >= count / packs.length) break;
    }
  }
  const batches: { source: string; body: string }[] = [];
  let total = 0;
  for (const [source, events] of bySource) {
    for (let i = 0; i < events.length; i += batch) {
      const slice = events.slice(i, i + batch);
      total += slice.length;
      batches.push({
        source,
        body: JSON.stringify(slice.map((event) => ({ ...event, time: new Date(event.time).toISOString() }))),
      });
    }
  }
  // Sources take turns, as they do in life.
  batches.sort((a, b) => a.body.length - b.body.length || (a.body < b.body ? -1 : 1));
  return { batches, sources: [...bySource.keys()], total };
}
