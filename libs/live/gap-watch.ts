/**
 * Notices lost messages by their numbers. The first message of a publisher is taken as its start; after that every
 * number must follow the one before.
 */
export class GapWatch {
  private readonly next = new Map<string, number>();

  /** True when a message before this one never came. Repeated and older messages are none. */
  missed(publisher: string, n: number): boolean {
    const expected = this.next.get(publisher);
    if (expected !== undefined && n < expected) return false;
    this.next.delete(publisher);
    this.next.set(publisher, n + 1);
    // Publishers come and go with restarts: the longest silent ones are forgotten.
    if (this.next.size > MAX_PUBLISHERS) this.next.delete(this.next.keys().next().value as string);
    return expected !== undefined && n > expected;
  }
}

const MAX_PUBLISHERS = 200;
