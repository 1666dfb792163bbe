import type { RecentEvent } from '#libs/contracts';
import type { Catalogue } from '#libs/sector-kit';

/** Twice what a ticker shows, so that a viewer of a few units has lines too. */
const KEPT_PER_PACK = 60;

interface Kept {
  event: RecentEvent;
  arrival: number;
}

/**
 * The newest ticker lines of each pack by event time, so that neither a busy sector nor a late delivery of old events
 * pushes out what is new. Bounded.
 */
export class RecentEvents {
  revision = 0;
  private arrivals = 0;
  private readonly byPack = new Map<string, Kept[]>();

  constructor(private readonly catalogue: Catalogue) {}

  /** Adds events, the last arrived first among themselves; known ones are left out. */
  add(events: readonly RecentEvent[]): void {
    for (const event of [...events].reverse()) {
      const pack = this.catalogue.packOfType(event.type);
      if (!pack) continue;
      const list = this.byPack.get(pack.id) ?? [];
      if (list.some(({ event: known }) => known.source === event.source && known.id === event.id)) continue;
      const place = list.findIndex((kept) => kept.event.time <= event.time);
      const index = place === -1 ? list.length : place;
      if (index >= KEPT_PER_PACK) continue;
      list.splice(index, 0, { event, arrival: this.arrivals++ });
      list.length = Math.min(list.length, KEPT_PER_PACK);
      this.byPack.set(pack.id, list);
      this.revision++;
    }
  }

  /** All of them, newest first by event time, then by arrival. */
  list(): RecentEvent[] {
    const all = [...this.byPack.values()].flat();
    return all.sort((a, b) => b.event.time - a.event.time || b.arrival - a.arrival).map(({ event }) => event);
  }
}
