import type { RecentEvent } from '#libs/contracts';
import type { Catalogue } from '#libs/sector-kit';

const KEPT_PER_PACK = 60;

/** The newest ticker lines of each pack, so that a busy sector does not push out a quiet one. Bounded. */
export class RecentEvents {
  revision = 0;
  private readonly byPack = new Map<string, RecentEvent[]>();

  constructor(private readonly catalogue: Catalogue) {}

  /** Adds events, newest first among themselves; known ones are left out. */
  add(events: readonly RecentEvent[]): void {
    for (const event of [...events].reverse()) {
      const pack = this.catalogue.packOfType(event.type);
      if (!pack) continue;
      const list = this.byPack.get(pack.id) ?? [];
      if (list.some((known) => known.source === event.source && known.id === event.id)) continue;
      list.unshift(event);
      this.byPack.set(pack.id, list.slice(0, KEPT_PER_PACK));
      this.revision++;
    }
  }

  /** All of them, newest first by event time. */
  list(): RecentEvent[] {
    return [...this.byPack.values()].flat().sort((a, b) => b.time - a.time || (a.id < b.id ? 1 : -1));
  }
}
