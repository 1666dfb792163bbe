import type { Measure } from '#libs/contracts';
import type { Cell, Series } from './bucket-set.js';

/** Group of a tally that is not split. */
export const WHOLE = '';

/** What was observed in a window, for one group. */
export interface Tally {
  count: number;
  sum: number;
  min: number | null;
  max: number | null;
  /** Time of the newest observation, epoch ms. */
  at: number | null;
  /** Newest observation of each series; only where the aggregate asks for it. */
  newest: Map<Series, Newest> | null;
  /** Counts by the bin of a sketch; only where the aggregate is a quantile. */
  bins: Map<number, number> | null;
}

/** The newest observation of a series: when it was made, and the start of the period of its bucket; epoch ms. */
export interface Newest {
  value: number;
  at: number;
  start: number;
}

/** A cell that is added, with the start of its period (epoch ms) and the bin of a sketch that it counts. */
export interface Addend {
  series: Series;
  cell: Cell;
  start: number;
  bin: number;
}

/** What a tally keeps beside its sums. */
export type Keeps = 'sums' | 'newest' | 'bins';

export type Groups = Map<string, Tally>;

/** The number of an aggregate that is no quantile; null where there is none. */
export function aggregate(agg: Measure['agg'], tally: Tally): number | null {
  const newest = (): number[] => [...(tally.newest?.values() ?? [])].map((entry) => entry.value);
  switch (agg) {
    case 'sum':
      return tally.sum;
    case 'count':
      return tally.count;
    case 'min':
      return tally.min;
    case 'max':
      return tally.max;
    case 'mean':
      return tally.count > 0 ? tally.sum / tally.count : null;
    case 'last':
      return newest().length > 0 ? newest().reduce((a, b) => a + b, 0) : null;
    case 'lastMax':
      return newest().length > 0 ? newest().reduce((a, b) => Math.max(a, b)) : null;
    case 'lastMin':
      return newest().length > 0 ? newest().reduce((a, b) => Math.min(a, b)) : null;
    case 'series':
      return tally.newest?.size ?? 0;
    default:
      return null;
  }
}

/** Twelve digits: sums of the same data in another order agree. */
export function clean(value: number | null): number | null {
  // Counts are what they are; writing them out takes longer than everything else of a reading.
  if (Number.isInteger(value) && Math.abs(value as number) < 1e12) return value;
  return value === null || !Number.isFinite(value) ? null : Number(value.toPrecision(12));
}

/** A bucket may be emptied again when a thing leaves it; then it observed nothing. */
export const isEmpty = (cell: Cell): boolean => cell.count === 0 && cell.sum === 0;

/** Whether a change takes away the extreme that the tally tells. */
export const lostExtreme = (tally: Tally, before: Cell, after: Cell): boolean =>
  (before.max !== null && before.max === tally.max && (after.max ?? -Infinity) < before.max) ||
  (before.min !== null && before.min === tally.min && (after.min ?? Infinity) > before.min);

/** Adds what a cell observed to its group. */
export function add(groups: Groups, group: string, { series, cell, start, bin }: Addend, keeps: Keeps): void {
  if (isEmpty(cell)) return;
  const tally = tallyOf(groups, group, keeps);
  count(tally, bin, cell.sum);
  tally.count += cell.count;
  tally.sum += cell.sum;
  tally.min = lower(tally.min, cell.min);
  tally.max = higher(tally.max, cell.max);
  tally.at = higher(tally.at, cell.lastAt);
  tally.newest?.set(series, { value: cell.last ?? cell.sum, at: cell.lastAt ?? 0, start });
}

/** A tally of newest values without some of its series; null: of no other. */
export function without(tally: Tally, gone: ReadonlySet<Series>): Tally | null {
  if (!tally.newest || gone.size === 0) return tally;
  const newest = new Map([...tally.newest].filter(([series]) => !gone.has(series)));
  if (newest.size === 0) return null;
  return { ...tally, newest, at: [...newest.values()].reduce((at, one) => Math.max(at, one.at), -Infinity) };
}

/**
 * The tally of a single series over its cells. `inTurn`: they come by period, and the later one counts as the newest,
 * whenever it was told; else they come in whatever order.
 */
export function addOwn(tally: Tally, { series, cell, start, bin }: Addend, inTurn: boolean): void {
  count(tally, bin, cell.sum);
  tally.count += cell.count;
  tally.sum += cell.sum;
  tally.min = lower(tally.min, cell.min);
  tally.max = higher(tally.max, cell.max);
  tally.at = higher(tally.at, cell.lastAt);
  const newest = tally.newest?.get(series);
  const at = cell.lastAt ?? 0;
  if (inTurn || !newest || at >= newest.at) tally.newest?.set(series, { value: cell.last ?? cell.sum, at, start });
}

/** Takes back what a cell added before; extremes stay, see `lostExtreme`. */
export function takeBack(tally: Tally, before: Cell, bin: number): void {
  tally.count -= before.count;
  tally.sum -= before.sum;
  count(tally, bin, -before.sum);
}

const count = (tally: Tally, bin: number, more: number): void =>
  void tally.bins?.set(bin, (tally.bins.get(bin) ?? 0) + more);

/** Adds the groups of a part to those of the whole; `inTurn` as in `addOwn`. */
export function merge(total: Groups, part: Groups, inTurn: boolean): void {
  for (const [group, more] of part) {
    const tally = tallyOf(total, group, more.newest ? 'newest' : more.bins ? 'bins' : 'sums');
    for (const [bin, n] of more.bins ?? []) count(tally, bin, n);
    tally.count += more.count;
    tally.sum += more.sum;
    tally.min = lower(tally.min, more.min);
    tally.max = higher(tally.max, more.max);
    tally.at = higher(tally.at, more.at);
    for (const [series, entry] of more.newest ?? []) {
      const known = tally.newest?.get(series);
      if (inTurn || !known || entry.at >= known.at) tally.newest?.set(series, entry);
    }
  }
}

export const emptyTally = (keeps: Keeps): Tally => ({
  count: 0,
  sum: 0,
  min: null,
  max: null,
  at: null,
  newest: keeps === 'newest' ? new Map() : null,
  bins: keeps === 'bins' ? new Map() : null,
});

function tallyOf(groups: Groups, group: string, keeps: Keeps): Tally {
  let tally = groups.get(group);
  if (!tally) {
    tally = emptyTally(keeps);
    groups.set(group, tally);
  }
  return tally;
}

const lower = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : Math.min(a, b));
export const higher = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.max(a, b);
