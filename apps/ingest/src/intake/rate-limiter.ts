import type { SourceGrant } from '#libs/access';

/** Seconds of its rate that a source may send at once. */
const BURST_SECONDS = 2;

/**
 * A token bucket for each source, in events. A batch larger than what is left is taken once the bucket is full, and
 * then owed: so the mean rate holds, and any permitted batch can pass.
 */
export class RateLimiter {
  private readonly buckets = new Map<string, { tokens: number; at: number }>();

  constructor(private readonly defaultRate: number) {}

  /** Takes `events` tokens. Resolves to 0, or to the seconds after which they would be there. `now` in epoch ms. */
  take(grant: SourceGrant, events: number, now: number): number {
    const rate = grant.rate ?? this.defaultRate;
    const capacity = rate * BURST_SECONDS;
    const bucket = this.refilled(grant.id, rate, capacity, now);
    const needed = Math.min(events, capacity);
    if (bucket.tokens < needed) return (needed - bucket.tokens) / rate;
    bucket.tokens -= events;
    return 0;
  }

  /** Seconds until the source may send again at all; asked before its body is read. */
  wait(grant: SourceGrant, now: number): number {
    const rate = grant.rate ?? this.defaultRate;
    const { tokens } = this.refilled(grant.id, rate, rate * BURST_SECONDS, now);
    return tokens >= 1 ? 0 : (1 - tokens) / rate;
  }

  private refilled(id: string, rate: number, capacity: number, now: number): { tokens: number; at: number } {
    const bucket = this.buckets.get(id) ?? { tokens: capacity, at: now };
    bucket.tokens = Math.min(capacity, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * rate);
    bucket.at = now;
    this.buckets.set(id, bucket);
    return bucket;
  }
}
