import type { Resolution } from '#libs/contracts';
import type { Metric } from '#libs/sector-kit';
import type { Cell, Series } from './bucket-set.js';
import { NONE, withHeirs } from './heirs.js';
import { notCurrent, partsInPeriod } from './parts.js';
import { type MeasureBody, QUANTILES, Query } from './query.js';
import type { Sight } from './sight.js';
import { cover, cutAfter, notAfter, type Span } from './span.js';
import { isLevelOnly, levelCell, valueOf } from './tally.js';
import { addOwn, emptyTally, isEmpty, type Tally, WHOLE } from './tally-groups.js';

/** What one series adds to a measure, and when it was last observed there. */
export interface Contribution {
  dims: readonly string[];
  value: number;
  at: number | null;
}

/** An entered value: the start of its period, and when it was published. */
export interface EnteredAt {
  start: number;
  at: number | null;
}

/** Told of each series that adds something; of an entered metric with the values that it is. */
export type OnSeries = (one: Contribution, entered: readonly EnteredAt[] | null) => void;

/** What each series tells of its own, largest first: a unit what is left of it beside its parts. */
export function contributions(sight: Sight, measure: MeasureBody, span: Span): Contribution[] {
  const found: Contribution[] = [];
  contributor(sight, measure, true)(span, (one) => found.push(one));
  return found.sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
}

/**
 * Tells, for one span after another, what each series adds to a measure there. Its series are chosen once. `apart`: also
 * parts of others, which then are without them.
 */
export function contributor(
  sight: Sight,
  measure: MeasureBody,
  apart = false,
): (span: Span, onSeries: OnSeries) => void {
  const metric = sight.catalogue.metric(measure.metric);
  if (!metric) return () => undefined;
  // Of a quantile: how many each bin counts.
  const shown: MeasureBody = QUANTILES[measure.agg] === undefined ? measure : { ...measure, agg: 'sum' };
  const { only } = sight;
  const query = new Query(sight, metric, shown, only?.by);
  const own = new Set<Series>();
  for (const series of query.candidates ?? sight.buckets.seriesOfMetric(metric.code))
    if (query.groupOf(series) === (only?.key ?? WHOLE)) own.add(series);
  const hasParts = query.hasParts && query.keeps !== 'newest';
  const among = (series: Series): string | null => (own.has(series) ? WHOLE : null);
  const replaced = measure.agg === 'silent' ? withHeirs(sight, metric, own) : NONE;
  return (span, onSeries) => {
    const periods = periodsOf(sight, metric, cutAfter(span, sight.upTo?.get(measure)));
    const parts = hasParts ? periods.map((period) => partsInPeriod(sight, metric, period, among)) : [];
    const found = tallied(periods, own, apart ? [] : parts, query);
    if (measure.agg === 'silent') {
      // What is counted is those that nothing was heard of.
      for (const series of own)
        if (!found.has(series) && !replaced.has(series))
          onSeries({ dims: series.dims, value: 1, at: null }, metric.entered ? [] : null);
      return;
    }
    const beside = ofParts(periods, apart ? parts : []);
    const newest = new Map([...found.values()].flatMap(({ tally }) => [...(tally.newest ?? [])]));
    const gone = query.keeps === 'newest' ? notCurrent(sight, metric, newest) : NONE;
    for (const [series, { tally, entered }] of found) {
      const whole = gone.has(series) ? null : valueOf(sight, shown, tally);
      if (whole === null) continue;
      const value = apart ? whole - (beside.get(series) ?? 0) : whole;
      const one = { dims: series.dims, value, at: notAfter(tally.at, sight.moment) };
      // Of the newest only that one was put in.
      onSeries(one, entered && query.keeps === 'newest' ? entered.slice(-1) : entered);
    }
  };
}

interface Found {
  tally: Tally;
  entered: EnteredAt[] | null;
}

/** What each of these series observed in the periods; `parts`: those that are left out of a period. */
function tallied(
  periods: readonly Stretch[],
  own: ReadonlySet<Series>,
  parts: readonly ReadonlyMap<Series, Series>[],
  query: Query,
): Map<Series, Found> {
  const found = new Map<Series, Found>();
  for (const [i, { start, cells }] of periods.entries()) {
    const put = (series: Series, cell: Cell): void => {
      // A bucket may be emptied again when a thing leaves it.
      if (isEmpty(cell) || parts[i]?.has(series)) return;
      let one = found.get(series);
      if (!one)
        found.set(series, (one = { tally: emptyTally(query.keeps), entered: query.metric.entered ? [] : null }));
      addOwn(one.tally, { series, cell, start, bin: query.binOf(series) }, query.inTurn);
      one.entered?.push({ start, at: cell.lastAt });
    };
    // The fewer are gone through: a minute has few cells, a day may have more than are asked for.
    if (cells.size < own.size) {
      for (const [series, cell] of cells) if (own.has(series)) put(series, cell);
    } else {
      for (const series of own) {
        const cell = cells.get(series);
        if (cell) put(series, cell);
      }
    }
  }
  return found;
}

interface Stretch {
  start: number;
  cells: ReadonlyMap<Series, Cell>;
}

/** What the parts of each series told beside it. */
function ofParts(
  periods: readonly Stretch[],
  parts: readonly ReadonlyMap<Series, Series>[],
): ReadonlyMap<Series, number> {
  const sums = new Map<Series, number>();
  for (const [i, own] of parts.entries())
    for (const [part, whole] of own) sums.set(whole, (sums.get(whole) ?? 0) + (periods[i]?.cells.get(part)?.sum ?? 0));
  return sums;
}

/** The cells of a span, by period; of a level those at its moment. */
function periodsOf(sight: Sight, metric: Metric, span: Span): Stretch[] {
  const level = span.kind === 'level' || (metric.kind === 'stock' && isLevelOnly(sight, metric));
  const cellsOf = (step: Resolution, start: number): Stretch[] => {
    const period = sight.buckets.period(metric.code, step, start);
    return period ? [{ start, cells: period.cells }] : [];
  };
  if (!level)
    return [...cover(span, metric.kind === 'stock' ? 'h' : 'm')].flatMap(([step, start]) => cellsOf(step, start));
  const at = span.kind === 'level' ? span.at : span.to - 1;
  if (sight.moment.live && at >= sight.moment.at) return cellsOf('now', 0);
  const levels = new Map<Series, Cell>();
  for (const [series, value, sampledAt] of sight.buckets.levelsAt(metric.code, at))
    levels.set(series, levelCell(value, sampledAt));
  return [{ start: at, cells: levels }];
}
