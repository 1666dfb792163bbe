import { type Metric, quantileOf } from '#libs/sector-kit';
import type { Cell, CellChange, Period, Series } from './bucket-set.js';
import { ofToday, withHeirs } from './heirs.js';
import { partsInPeriod, wholesOf } from './parts.js';
import { type MeasureBody, QUANTILES, Query } from './query.js';
import { isToldForWhole } from './told-whole.js';
import type { Sight } from './sight.js';
import { cover, cutAfter, type Span } from './span.js';
import {
  add,
  aggregate,
  clean,
  type Groups,
  isEmpty,
  lostExtreme,
  merge,
  takeBack,
  type Tally,
  WHOLE,
} from './tally-groups.js';

const MEMO_PER_PERIOD = 4_000;
const MOST_PATCHES = 100_000;

/** Tallies by the values of dimension `by`, or under `WHOLE`. A group without any observation is absent. */
export function tallies(sight: Sight, measure: MeasureBody, over: Span, by?: string): Groups {
  const metric = sight.catalogue.metric(measure.metric);
  if (!metric) return new Map();
  const query = new Query(sight, metric, measure, by);
  const span = cutAfter(over, sight.upTo?.get(measure));
  if (span.kind === 'level') return levelTallies(sight, query, span.at);
  if (metric.kind === 'stock' && isLevelOnly(sight, metric)) return levelTallies(sight, query, span.to - 1);
  const periods: Period[] = [];
  for (const [step, start] of cover(span, metric.kind === 'stock' ? 'h' : 'm')) {
    const period = sight.buckets.period(metric.code, step, start);
    if (period) periods.push(period);
  }
  const running = periods.pop();
  const total: Groups = new Map();
  if (!running) return total;
  if (periods.length > 0) merge(total, settled(sight, periods, running, { from: span.from, query }), false);
  merge(total, partial(sight, running, query), query.inTurn);
  return query.hasParts && query.keeps === 'newest' && measure.agg !== 'silent'
    ? wholesOf(sight, metric, total)
    : total;
}

/** The periods before the newest together: they hardly change any more, so that their sum is kept with the newest. */
function settled(
  sight: Sight,
  periods: readonly Period[],
  newest: Period,
  { from, query }: { from: number; query: Query },
): Groups {
  const key = `${from} ${periods.length} ${query.key}`;
  let revision = 0;
  for (const period of periods) revision += period.revision;
  const known = newest.memo.get(key);
  if (known?.revision === revision) return known.result as Groups;
  const groups: Groups = new Map();
  for (const period of periods) merge(groups, partial(sight, period, query), query.inTurn);
  if (newest.memo.size >= MEMO_PER_PERIOD) newest.memo.clear();
  newest.memo.set(key, { revision, result: groups, patches: 0 });
  return groups;
}

/** The group that a measure counts a series in, or null; also for series that nothing was observed of. */
export function grouping(sight: Sight, measure: MeasureBody, by?: string): (dims: readonly string[]) => string | null {
  const metric = sight.catalogue.metric(measure.metric);
  if (!metric) return () => null;
  const query = new Query(sight, metric, measure, by);
  return (dims) => query.groupOf({ metric: metric.code, dims, newestAt: null });
}

/**
 * The number of a tally. Without any observation: 0 for `sum`, `count` and `series` of flows and stocks once anything
 * of their sector was observed, "no data" (null) else, of a part of what is only told as a whole, and of what is entered:
 * nothing published is not 0; see `Measure`.
 */
export function valueOf(
  sight: Sight,
  measure: MeasureBody,
  tally: Tally | undefined,
  by?: [string, string],
): number | null {
  const metric = sight.catalogue.metric(measure.metric);
  if (!metric) return null;
  if (!tally && !isSectorObserved(sight, metric.code)) return null;
  if (measure.agg === 'silent') {
    const query = new Query(sight, metric, measure, by?.[0]);
    const known = new Set<Series>();
    for (const series of sight.buckets.seriesOfMetric(metric.code))
      if (query.groupOf(series) === (by?.[1] ?? WHOLE)) known.add(series);
    const gone = withHeirs(sight, metric, known);
    let heard = 0;
    for (const series of tally?.newest?.keys() ?? []) if (!gone.has(series)) heard++;
    return known.size - gone.size - heard;
  }
  if (!tally) {
    if (metric.entered && measure.agg !== 'series') return null;
    if (isToldForWhole(sight, metric, measure, by?.[0] === 'unit' ? by[1] : undefined)) return null;
    if (measure.agg === 'series') return 0;
    return (measure.agg === 'sum' || measure.agg === 'count') && metric.kind !== 'reading' ? 0 : null;
  }
  const q = QUANTILES[measure.agg];
  if (q !== undefined) return clean(quantileOf(tally.bins ?? new Map(), q, metric.sketch?.alpha ?? 0.01));
  return clean(aggregate(measure.agg, ofToday(sight, metric, tally)));
}

/** Before the first message of a sector nobody knows that nothing happened there; after it, none is 0. */
const isSectorObserved = ({ buckets, catalogue }: Sight, code: string): boolean =>
  buckets.isAnyObserved(catalogue.packOfMetric(code)?.metrics ?? []);

/** A stock that is only known as a level: its past is the samples of that level. */
export function isLevelOnly(sight: Sight, metric: Metric): boolean {
  return !sight.buckets.has(metric.code, 'h') && !sight.buckets.has(metric.code, 'd');
}

/**
 * Whether levels of then are known at all: from the first sample of any in the sector on. What is older than samples are kept
 * is no data, not 0.
 */
export function isLevelTold({ buckets, catalogue }: Sight, code: string, span: Span): boolean {
  if (span.kind !== 'level') return true;
  return buckets.isAnySampled(catalogue.packOfMetric(code)?.metrics ?? []);
}

/**
 * Whether there was anything to know in this span: a stock that is read from samples has no past before the first of
 * them, which is not the same as 0.
 */
export function isKnown(sight: Sight, code: string, span: Span): boolean {
  const metric = sight.catalogue.metric(code);
  if (metric?.kind !== 'stock' || (span.kind === 'buckets' && !isLevelOnly(sight, metric))) return true;
  const at = span.kind === 'level' ? span.at : span.to - 1;
  if (sight.moment.live && at >= sight.moment.at) return true;
  const since = sight.buckets.levelsSince(code);
  return since !== null && since <= at;
}

/**
 * Whether a past period of a metric can be compared with: its buckets count from the first day with an observation in
 * reach on. A period before that is not 0, it is not known.
 */
export function isObserved(sight: Sight, code: string, span: Span): boolean {
  if (span.kind === 'level') return isKnown(sight, code, span);
  const since = sight.buckets.daysSince(code);
  return since !== null && since <= span.from;
}

/** A sample keeps the sum only; the things of a stock count 1 each. */
export const levelCell = (value: number, at: number): Cell => ({
  count: value,
  sum: value,
  min: value,
  max: value,
  last: value,
  lastAt: at,
  version: 0,
});

function levelTallies(sight: Sight, query: Query, at: number): Groups {
  if (sight.moment.live && at >= sight.moment.at) {
    const period = sight.buckets.period(query.metric.code, 'now', 0);
    return period ? partial(sight, period, query) : new Map();
  }
  const groups: Groups = new Map();
  for (const [series, value, sampledAt] of sight.buckets.levelsAt(query.metric.code, at)) {
    const group = query.groupOf(series);
    if (group === null) continue;
    const cell = levelCell(value, sampledAt);
    add(groups, group, { series, cell, start: sampledAt, bin: query.binOf(series) }, query.keeps);
  }
  return groups;
}

function partial(sight: Sight, period: Period, query: Query): Groups {
  // Which values are the newest is known when all periods were read: their parts are left out then.
  const hasParts = query.hasParts && query.keeps !== 'newest';
  if (query.few) return added(sight, period, query, hasParts);
  const known = period.memo.get(query.key);
  if (known) {
    const changes = period.changesSince(known.revision);
    if (changes?.length === 0) return known.result as Groups;
    // Sums drift by rounding with each patch, so now and then they are made anew; and a whole that is new takes away its parts.
    const mayPatch = known.patches < MOST_PATCHES && !hasParts;
    if (changes && mayPatch && patch(known.result as Groups, changes, period.start, query)) {
      known.revision = period.revision;
      known.patches += changes.length;
      return known.result as Groups;
    }
  }
  const groups = added(sight, period, query, hasParts);
  if (period.memo.size >= MEMO_PER_PERIOD) period.memo.clear();
  period.memo.set(query.key, { revision: period.revision, result: groups, patches: 0 });
  return groups;
}

function added(sight: Sight, period: Period, query: Query, hasParts: boolean): Groups {
  const { start, cells } = period;
  const parts = hasParts ? partsInPeriod(sight, query.metric, period, (series) => query.groupOf(series)) : null;
  const groups: Groups = new Map();
  const put = (series: Series, cell: Cell): void => {
    const group = parts?.has(series) ? null : query.groupOf(series);
    if (group !== null) add(groups, group, { series, cell, start, bin: query.binOf(series) }, query.keeps);
  };
  const { few } = query;
  if (few)
    for (const series of few) {
      const cell = cells.get(series);
      if (cell) put(series, cell);
    }
  else for (const [series, cell] of cells) put(series, cell);
  return groups;
}

/**
 * Brings kept groups up to date with changed cells. False when that cannot be done without reading all cells: an
 * extreme went away, or a group lost its last observation.
 */
function patch(groups: Groups, changes: readonly CellChange[], start: number, query: Query): boolean {
  for (const { series, before, after } of changes) {
    const group = query.groupOf(series);
    if (group === null) continue;
    const tally = groups.get(group);
    if (isEmpty(after)) {
      if (before && !isEmpty(before)) return false;
      continue;
    }
    if (before && !isEmpty(before)) {
      if (!tally || lostExtreme(tally, before, after)) return false;
      takeBack(tally, before, query.binOf(series));
    }
    add(groups, group, { series, cell: after, start, bin: query.binOf(series) }, query.keeps);
  }
  return true;
}
