/** Arithmetic mean; null of nothing. */
export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length;
}

/** Sample standard deviation (n − 1); null of fewer than two. */
export function sampleDeviation(values: readonly number[]): number | null {
  const middle = mean(values);
  if (middle === null || values.length < 2) return null;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}

/** The middle value, or the mean of the two middle ones; null of nothing. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const upper = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 === 0 ? upper - 1 : upper], sorted[upper]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

/** Least standard deviation that EARS divides by, so that a baseline without variance alarms at a real rise only. */
const LEAST_DEVIATION = 0.2;

/**
 * The EARS statistic of the last day of daily counts, oldest first (Hutwagner et al. 2003; CDC): C1 compares with the
 * seven days before, C2 with the seven days that end three days before, C3 sums what C2 of the last three days exceeds
 * 1 by. Alarm above 3 (C1, C2) or 2 (C3). A missing day in a baseline or at the end: null.
 */
export function ears(method: 1 | 2 | 3, days: readonly (number | null)[]): number | null {
  const last = days.length - 1;
  if (method === 1) return standardised(days, last, 0);
  if (method === 2) return standardised(days, last, 2);
  let sum = 0;
  for (let day = last - 2; day <= last; day++) {
    const c2 = standardised(days, day, 2);
    if (c2 === null) return null;
    sum += Math.max(0, c2 - 1);
  }
  return sum;
}

/** How many deviations a day lies above the seven days that end `lag` days before the day before it. */
function standardised(days: readonly (number | null)[], day: number, lag: number): number | null {
  const value = days[day];
  const baseline = days.slice(Math.max(0, day - lag - 7), Math.max(0, day - lag)).filter((one) => one !== null);
  const middle = mean(baseline);
  const deviation = sampleDeviation(baseline);
  if (value === null || value === undefined || baseline.length < 7 || middle === null || deviation === null)
    return null;
  return (value - middle) / Math.max(deviation, LEAST_DEVIATION);
}
