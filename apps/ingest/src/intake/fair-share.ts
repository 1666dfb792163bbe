/** What a source sent counts half as much after this long. */
const HALF_LIFE_MS = 5_000;
/** Below this many recent events a source is never called heavy. */
const LIGHT = 2_000;

/**
 * Who fills the queue. When the worker is behind, a source that sent more than twice the mean of late is told to wait
 * long before the queue is full for all, so that a flood is its own sender's trouble.
 */
export class FairShare {
  private readonly recent = new Map<string, { events: number; at: number }>();

  sent(source: string, events: number, now: number): void {
    const entry = this.recent.get(source);
    this.recent.set(source, { events: (entry ? faded(entry, now) : 0) + events, at: now });
  }

  isHeavy(source: string, now: number): boolean {
    const own = this.recent.get(source);
    if (!own) return false;
    const events = faded(own, now);
    if (events < LIGHT) return false;
    let others = 0;
    let count = 0;
    for (const [id, entry] of this.recent) {
      const left = faded(entry, now);
      // Bounded by the sources that sent within the last minutes.
      if (left < 1) this.recent.delete(id);
      else if (id !== source) {
        others += left;
        count++;
      }
    }
    return count === 0 || events > (2 * (events + others)) / (count + 1);
  }
}

const faded = ({ events, at }: { events: number; at: number }, now: number): number =>
  events * 0.5 ** (Math.max(0, now - at) / HALF_LIFE_MS);
