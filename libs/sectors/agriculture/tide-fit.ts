import { HOUR_MS, MINUTE_MS } from '#libs/contracts';

/** A value at a time, epoch ms. */
export type Point = readonly [number, number];

/** Periods of the principal lunar (M2) and the lunisolar diurnal (K1) constituent, ms. */
const M2_MS = 12.4206012 * HOUR_MS;
const K1_MS = 23.9344721 * HOUR_MS;

/** Less than one lunar day of readings tells no tide. */
const LEAST_SPAN_MS = 25 * HOUR_MS;
const LEAST_POINTS = 40;
/** From here on a trend and the daily inequality can be told apart from the tide itself. */
const LONG_SPAN_MS = 48 * HOUR_MS;
/** Share of the variance that the fit must explain to be worth anything. */
const LEAST_EXPLAINED = 0.5;

export interface TideFit {
  /** The fitted value at a time. */
  at: (time: number) => number;
  /** Share of the variance that it explains, 0 to 1. */
  explained: number;
}

/**
 * Least-squares harmonic fit: a mean and M2; over two days or more also a trend and K1 (harmonic analysis of tides, e.g.
 * Pugh & Woodworth, "Sea-Level Science", 2014, chapter 4). Null where the points do not follow a tide.
 */
export function fitTide(points: readonly Point[]): TideFit | null {
  const [first] = points[0] ?? [0];
  const [last] = points.at(-1) ?? [0];
  if (points.length < LEAST_POINTS || last - first < LEAST_SPAN_MS) return null;
  const terms = termsFrom(first, last - first >= LONG_SPAN_MS);
  const factors = leastSquares(
    points.map(([time]) => terms(time)),
    points.map(([, value]) => value),
  );
  if (!factors) return null;
  const at = (time: number): number => terms(time).reduce((sum, term, i) => sum + term * (factors[i] ?? 0), 0);
  const middle = points.reduce((sum, [, value]) => sum + value, 0) / points.length;
  const spread = points.reduce((sum, [, value]) => sum + (value - middle) ** 2, 0);
  const rest = points.reduce((sum, [time, value]) => sum + (value - at(time)) ** 2, 0);
  const explained = spread > 0 ? 1 - rest / spread : 0;
  return explained >= LEAST_EXPLAINED ? { at, explained } : null;
}

function termsFrom(start: number, long: boolean): (time: number) => number[] {
  return (time) => {
    const m2 = (2 * Math.PI * (time - start)) / M2_MS;
    const terms = [1, Math.cos(m2), Math.sin(m2)];
    if (!long) return terms;
    const k1 = (2 * Math.PI * (time - start)) / K1_MS;
    return [...terms, (time - start) / LONG_SPAN_MS, Math.cos(k1), Math.sin(k1)];
  };
}

const STEP_MS = 5 * MINUTE_MS;

/** The next time after `from` at which the fit turns from rising to falling, within a tide and an hour; null without any. */
export function nextPeak(fit: TideFit, from: number): { at: number; value: number } | null {
  const end = from + M2_MS + HOUR_MS;
  let before = fit.at(from);
  let here = fit.at(from + STEP_MS);
  for (let time = from + STEP_MS; time < end; time += STEP_MS) {
    const after = fit.at(time + STEP_MS);
    if (here >= before && here > after) return { at: time, value: here };
    before = here;
    here = after;
  }
  return null;
}

/** Factors that make the rows' sums come closest to the values, by the normal equations; null where they are not unique. */
function leastSquares(rows: readonly (readonly number[])[], values: readonly number[]): number[] | null {
  const size = rows[0]?.length ?? 0;
  const matrix = Array.from({ length: size }, () => Array.from<number>({ length: size + 1 }).fill(0));
  for (const [n, row] of rows.entries()) {
    for (let i = 0; i < size; i++) {
      const line = matrix[i] as number[];
      for (let j = 0; j < size; j++) line[j] = (line[j] ?? 0) + (row[i] ?? 0) * (row[j] ?? 0);
      line[size] = (line[size] ?? 0) + (row[i] ?? 0) * (values[n] ?? 0);
    }
  }
  return solve(matrix);
}

/** Gaussian elimination with pivots of a matrix whose last column is the right side. */
function solve(matrix: number[][]): number[] | null {
  const size = matrix.length;
  for (let i = 0; i < size; i++) {
    const best = matrix
      .slice(i)
      .reduce((at, line, k) => (Math.abs(line[i] ?? 0) > Math.abs(matrix[at]?.[i] ?? 0) ? i + k : at), i);
    [matrix[i], matrix[best]] = [matrix[best] as number[], matrix[i] as number[]];
    const pivot = matrix[i] as number[];
    if (Math.abs(pivot[i] ?? 0) < 1e-9) return null;
    for (let k = 0; k < size; k++) {
      const line = matrix[k] as number[];
      if (k === i) continue;
      const factor = (line[i] ?? 0) / (pivot[i] ?? 1);
      for (let j = i; j <= size; j++) line[j] = (line[j] ?? 0) - factor * (pivot[j] ?? 0);
    }
  }
  return matrix.map((line, i) => (line[size] ?? 0) / (line[i] ?? 1));
}
