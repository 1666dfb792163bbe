import { periodStart, RESOLUTIONS, type Resolution } from '#libs/contracts';
import type { Observation, Share } from '#libs/sector-kit';

/** What one transaction adds to one bucket. `min`, `max`, `last` are null for stocks. */
export interface BucketDelta {
  metric: string;
  dims: readonly string[];
  resolution: Resolution;
  start: number;
  count: number;
  sum: number;
  min: number | null;
  max: number | null;
  last: number | null;
  lastAt: number | null;
}

/** Names a bucket within a run; U+001F cannot occur in a dimension that passed the door. */
export const seriesKey = (metric: string, dims: readonly string[]): string => `${metric}\u001f${dims.join('\u001f')}`;
export const bucketKey = (metric: string, dims: readonly string[], resolution: Resolution, start: number): string =>
  `${seriesKey(metric, dims)}\u001e${resolution}${start}`;

/**
 * Sums what many events add to buckets, so that a bucket is written once a transaction. Adding in any order gives the
 * same counts, minima, maxima and last values; sums agree to rounding.
 */
export class BucketDeltas {
  private readonly deltas = new Map<string, BucketDelta>();

  /** A flow or a reading: one observation at the event's time, in buckets of a minute, an hour and a day. */
  observe(
    { metric, dims, value }: Observation,
    time: number,
    resolutions: readonly ('m' | 'h' | 'd')[] = RESOLUTIONS,
  ): void {
    const series = seriesKey(metric, dims);
    for (const resolution of resolutions) {
      const delta = this.at(series, metric, dims, resolution, periodStart(resolution, time));
      delta.count += 1;
      delta.sum += value;
      delta.min = delta.min === null ? value : Math.min(delta.min, value);
      delta.max = delta.max === null ? value : Math.max(delta.max, value);
      if (isNewer(value, time, delta.last, delta.lastAt)) {
        delta.last = value;
        delta.lastAt = time;
      }
    }
  }

  /**
   * A stock: `sign` 1 adds what a projected thing now gives, −1 takes back what it gave before. Its `lastAt` says how
   * fresh it is: the newest event that moved it, of those that arrived before a newer one made them history.
   */
  share({ metric, dims, value, at }: Share, sign: 1 | -1, eventTime: number | null): void {
    const series = seriesKey(metric, dims);
    const resolutions: readonly Resolution[] = at === undefined ? ['now'] : ['h', 'd'];
    for (const resolution of resolutions) {
      const delta = this.at(series, metric, dims, resolution, at === undefined ? 0 : periodStart(resolution, at));
      delta.count += sign;
      delta.sum += sign * value;
      if (eventTime !== null && (delta.lastAt === null || eventTime > delta.lastAt)) delta.lastAt = eventTime;
    }
  }

  /** Every bucket that was touched; those that came out unchanged are left out unless asked for. */
  list(options: { unchanged?: boolean } = {}): BucketDelta[] {
    const all = [...this.deltas.values()];
    return options.unchanged ? all : all.filter((delta) => delta.count !== 0 || delta.sum !== 0 || delta.last !== null);
  }

  get(key: string): BucketDelta | undefined {
    return this.deltas.get(key);
  }

  entries(): IterableIterator<[string, BucketDelta]> {
    return this.deltas.entries();
  }

  private at(
    series: string,
    metric: string,
    dims: readonly string[],
    resolution: Resolution,
    start: number,
  ): BucketDelta {
    const key = `${series}\u001e${resolution}${start}`;
    let delta = this.deltas.get(key);
    if (!delta) {
      delta = { metric, dims, resolution, start, count: 0, sum: 0, min: null, max: null, last: null, lastAt: null };
      this.deltas.set(key, delta);
    }
    return delta;
  }
}

/** The newer of two observations by time; of one moment, the larger, so that order of arrival never matters. */
function isNewer(value: number, time: number, last: number | null, lastAt: number | null): boolean {
  return last === null || lastAt === null || time > lastAt || (time === lastAt && value > last);
}
