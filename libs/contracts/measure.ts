/**
 * A measure reads one number out of the buckets of one metric. `agg` works over every series that matches `where`
 * and every bucket of the window:
 * - `sum`, `count`, `min`, `max`: of the bucketed observations; `mean` = sum / count;
 * - `last`: of each series the newest observation, then the sum over series for `last`, the highest for `lastMax`,
 *   the lowest for `lastMin`;
 * - `series`: how many series have an observation in the window; `silent`: how many known series have none.
 * Without any observation `sum` and `count` give 0 when the metric is a flow or stock, "no data" (null) when it is a reading.
 */
export interface Measure {
  metric: string;
  agg: 'sum' | 'count' | 'min' | 'max' | 'mean' | 'last' | 'lastMax' | 'lastMin' | 'series' | 'silent';
  over: Window;
  /** Dimension → allowed values. A value of dimension `unit` also matches every unit below it. */
  where?: Record<string, readonly string[]>;
}

/**
 * - `now`: the level of a stock; `today`, `week`, `month`: since the start of the Vietnamese day, Monday, first of month;
 * - `{days: n}`: today and the n−1 days before; `{hours: n}`: the running hour and the n−1 before;
 *   `{minutes: n}` likewise (n ≤ 120).
 */
export type Window = 'now' | 'today' | 'week' | 'month' | { days: number } | { hours: number } | { minutes: number };

/** A formula over measures. Division by zero and missing operands give "no data" (null), never 0. */
export type Formula =
  { measure: Measure } | { constant: number } | { op: 'add' | 'sub' | 'mul' | 'div'; args: readonly Formula[] };
