/**
 * A measure reads one number out of the buckets of one metric. `agg` works over every series that matches `where`
 * and every bucket of the window:
 * - `sum`, `count`, `min`, `max`: of the bucketed observations; `mean` = sum / count;
 * - `last`: of each series the newest observation, then the sum over series for `last`, the highest for `lastMax`,
 *   the lowest for `lastMin`;
 * - `p50`, `p95`, `p99`: quantiles of a metric that counts the bins of a sketch;
 * - `series`: how many series have an observation in the window; `silent`: how many known series have none.
 * Without any observation `sum` and `count` give 0 when the metric is a flow or stock, "no data" (null) when it is a reading
 * or its values are entered. As long as nothing was ever observed of any metric of the sector, `sum`, `count`, `series` and
 * `silent` are "no data" as well: a sector that never sent anything does not say 0.
 */
export interface Measure {
  metric: string;
  agg:
    | 'sum'
    | 'count'
    | 'min'
    | 'max'
    | 'mean'
    | 'last'
    | 'lastMax'
    | 'lastMin'
    | 'series'
    | 'silent'
    | 'p50'
    | 'p95'
    | 'p99';
  over: Window;
  /** Dimension → allowed values. A value of dimension `unit` also matches every unit below it. */
  where?: Record<string, readonly string[]>;
}

/**
 * - `now`: the level of a stock; `today`, `week`, `month`, `quarter`, `year`: since the start of the Vietnamese day,
 *   Monday, first of the month, quarter, year;
 * - `{months: n}`: the running calendar month and the n−1 before;
 * - `{days: n}`: today and the n−1 days before; `{hours: n}`: the running hour and the n−1 before;
 *   `{minutes: n}` likewise (n ≤ 120).
 */
export type Window =
  | 'now'
  | 'today'
  | 'week'
  | 'month'
  | 'quarter'
  | 'year'
  | { months: number }
  | { days: number }
  | { hours: number }
  | { minutes: number };

/** Periods of the calendar that a formula may look back by. */
export type CalendarStep = 'day' | 'week' | 'month' | 'quarter' | 'year';

/** What a formula makes of its values in earlier periods; `deviation` is the sample standard deviation (n − 1). */
export type Fold = 'average' | 'deviation' | 'median' | 'lowest' | 'highest' | 'total';

/**
 * A formula over measures and other indicators. Division by zero and missing operands give "no data" (null), never 0.
 * - `before`: the same formula at the same moment `back` steps earlier;
 * - `fold`: over the formula's values in the `count` complete periods before the running one, leaving out the last
 *   `skip` of them; with `every: 12` only each twelfth (the same month of the years before). No data when fewer than half
 *   of them (for `deviation` fewer than two) have any. Every measure inside counts the whole period, whatever its own
 *   window; a level counts at the period's end;
 * - `either`: the first argument that has data, e.g. figures of a register before those that were counted here;
 * - `middle`: the median of the arguments that have data; no data when fewer than half of them have any;
 * - `ears`: EARS C1, C2 or C3 of the formula's daily values, for the last complete day.
 */
export type Formula =
  | { measure: Measure }
  | { constant: number }
  | { indicator: string }
  | { op: 'add' | 'sub' | 'mul' | 'div' | 'least' | 'greatest' | 'either' | 'middle'; args: readonly Formula[] }
  | { before: Formula; step: CalendarStep; back: number }
  | { fold: Fold; of: Formula; step: CalendarStep; count: number; skip: number; every?: number }
  | { ears: 1 | 2 | 3; of: Formula };

/** The formulas that stand directly in a formula. */
export function partsOf(formula: Formula): readonly Formula[] {
  if ('op' in formula) return formula.args;
  if ('before' in formula) return [formula.before];
  return 'of' in formula ? [formula.of] : [];
}
