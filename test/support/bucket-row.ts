import { type BucketRow, periodStart, type Resolution } from '../../libs/contracts/index.js';

/** The bucket of one observation. */
export function bucketOf(
  metric: string,
  dims: string[],
  resolution: Exclude<Resolution, 'now'>,
  at: number,
  value: number,
  version = 1,
): BucketRow {
  const start = periodStart(resolution, at);
  const seen = { min: value, max: value, last: value, lastAt: at };
  return { metric, dims, resolution, start, count: 1, sum: value, ...seen, version };
}
