/**
 * Quantiles that can be merged: DDSketch (Masson, Rim, Lee: "DDSketch: a fast and fully-mergeable quantile sketch with
 * relative-error guarantees", VLDB 2019). A value v ≥ 1 belongs to bin ⌈log_γ v⌉ with γ = (1 + α) / (1 − α); a quantile
 * that is read from the bins is off by at most α of the true one. Bins are counted like anything else, one series a
 * bin, so units, services and periods merge by adding.
 */
export interface Sketch {
  /** Dimension of the metric that holds the bin. */
  dim: string;
  /** Bound of the relative error, e.g. 0.02. */
  alpha: number;
}

const gammaOf = (alpha: number): number => (1 + alpha) / (1 - alpha);

/** Bin of a value; all values below 1 share bin 0 (so that of these the error is below 1). */
export function binOf(value: number, alpha: number): number {
  return value <= 1 ? 0 : Math.ceil(Math.log(value) / Math.log(gammaOf(alpha)));
}

/** The value that stands for a bin. */
export function valueOfBin(bin: number, alpha: number): number {
  const gamma = gammaOf(alpha);
  return bin === 0 ? 1 : (2 * gamma ** bin) / (gamma + 1);
}

/** The q-quantile (0 … 1) of counted bins; null without any. */
export function quantileOf(bins: ReadonlyMap<number, number>, q: number, alpha: number): number | null {
  const sorted = [...bins].filter(([, count]) => count > 0).sort((a, b) => a[0] - b[0]);
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  for (const [bin, count] of sorted) {
    seen += count;
    if (seen > q * (total - 1)) return valueOfBin(bin, alpha);
  }
  return null;
}
