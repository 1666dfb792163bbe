interface Followed {
  next: number;
  /** Numbers that were skipped → when that was noticed. */
  missing: Map<number, number>;
}

const MAX_PUBLISHERS = 200;
const MAX_MISSING = 1_000;

/**
 * Notices lost messages by their numbers. The first message of a publisher is taken as its start. A publisher sends
 * over several connections, so a number may come a little late: it counts as lost after `graceMs`.
 */
export class GapWatch {
  private readonly publishers = new Map<string, Followed>();

  constructor(private readonly graceMs = 1_000) {}

  /** True for the first message of a publisher. */
  saw(publisher: string, n: number, now: number): boolean {
    const followed = this.publishers.get(publisher);
    const known = followed ?? { next: n, missing: new Map<number, number>() };
    known.missing.delete(n);
    for (let lost = known.next; lost < n && known.missing.size <= MAX_MISSING; lost++) known.missing.set(lost, now);
    known.next = Math.max(known.next, n + 1);
    this.publishers.delete(publisher);
    this.publishers.set(publisher, known);
    // Publishers come and go with restarts: the longest silent ones are forgotten.
    if (this.publishers.size > MAX_PUBLISHERS) this.publishers.delete(this.publishers.keys().next().value as string);
    return followed === undefined;
  }

  /** True once for every loss: whoever hears it reloads, and what was missing is forgotten. */
  lost(now: number): boolean {
    let found = false;
    for (const { missing } of this.publishers.values()) {
      const [oldest] = missing.values();
      if (oldest === undefined || (now - oldest < this.graceMs && missing.size <= MAX_MISSING)) continue;
      missing.clear();
      found = true;
    }
    return found;
  }
}
