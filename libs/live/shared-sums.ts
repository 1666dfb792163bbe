import { type Formula, type Measure, partsOf, type TileState } from '#libs/contracts';
import type { Catalogue, Metric, Tile } from '#libs/sector-kit';
import { visiblePlaces } from './board-context.js';
import type { BucketSet } from './bucket-set.js';
import { contributions } from './contributions.js';
import { EARS_DAYS, foldSpans, measuresOf, periodSpan } from './formula.js';
import { needMeasure, type Needs } from './needs.js';
import { allBoards } from './overview.js';
import { scopeKey } from './scope.js';
import { stepsOfLines } from './series-tiles.js';
import { hideSmall } from './small-counts.js';
import { type Moment, type Span, spanOf, stepsOf } from './span.js';
import type { Sight } from './sight.js';
import { grouping, isObserved, tallies } from './tally.js';
import { WHOLE } from './tally-groups.js';

type MeasureBody = Omit<Measure, 'over'>;

/** A measure over a span, split by a dimension or not: as many sums as there are groups. */
export interface Leaf {
  measure: MeasureBody;
  span: Span;
  by: string | undefined;
  /** It is a number of its own on some screen: hidden later than points of a chart. */
  large?: boolean;
}

/** What may be shown to everybody of the counts that hide small ones, at one moment and in one scope. */
export interface SharedSums {
  /** `key`: the value of the dimension that the leaf is split by. What is not among the sums is not shown. */
  readonly shows: (leaf: Leaf, key?: string) => boolean;
}

/** `sight`: what is known there; absent, all that might be. */
interface Place {
  catalogue: Catalogue;
  moment: Moment;
  sight?: Sight;
}

/** Below which count a metric is hidden; null where it never is. */
export function limitOfMetric(catalogue: Catalogue, code: string): number | null {
  return catalogue.metric(code)?.hideBelow || null;
}

/**
 * The hidden counts that a formula is made of; null where they cannot be held against the others: what it was at an
 * earlier moment, or a fold within a fold.
 */
export function leavesOf(place: Place, formula: Formula, by?: string): Leaf[] | null {
  const { catalogue, moment } = place;
  const whole = catalogue.expand(formula);
  const hides = ({ metric }: Measure): boolean => limitOfMetric(catalogue, metric) !== null;
  if (!measuresOf(whole, catalogue).some(hides)) return [];
  if ('measure' in whole)
    return [{ measure: whole.measure, span: spanOf(whole.measure.over, moment), by, large: by === undefined }];
  if ('before' in whole) return null;
  if ('of' in whole) {
    if (isNested(whole.of)) return null;
    const periods = foldSpans('fold' in whole ? whole : EARS_DAYS, moment.at);
    const measures = measuresOf(whole.of, catalogue).filter(hides);
    return periods.flatMap((period) =>
      measures.flatMap((measure): Leaf[] => {
        const span = periodSpan(measure, period, moment.at);
        // What was not counted yet in a period is unknown there, and tells nothing.
        return place.sight && !isObserved(place.sight, measure.metric, span) ? [] : [{ measure, span, by }];
      }),
    );
  }
  const parts = partsOf(whole).map((part) => leavesOf(place, part, by));
  return parts.includes(null) ? null : parts.flatMap((part) => part ?? []);
}

const isNested = (formula: Formula): boolean =>
  'of' in formula || 'before' in formula || partsOf(formula).some(isNested);

/** Everything that shared views can show of hidden counts: all boards, all indicators. */
function sharedLeaves(place: Place): Leaf[] {
  const { catalogue } = place;
  const leaves = new Map<string, Leaf>();
  const add = (found: readonly Leaf[] | null): void => {
    for (const leaf of found ?? [])
      if (limitOfMetric(catalogue, leaf.measure.metric) !== null && !leaves.get(nameOf(leaf))?.large)
        leaves.set(nameOf(leaf), leaf);
  };
  for (const { formula } of catalogue.allIndicators()) add(leavesOf(place, formula));
  for (const board of allBoards(catalogue)) for (const tile of board.tiles) add(leavesOfTile(place, tile));
  return [...leaves.values()];
}

/** Leaves of a tile that is no number; numbers are indicators. */
function leavesOfTile(place: Place, tile: Tile): Leaf[] {
  const { moment } = place;
  switch (tile.kind) {
    case 'table':
      return tile.columns.flatMap(({ formula }) => leavesOf(place, formula, tile.by) ?? []);
    case 'bars':
      return tile.series.map(({ measure }) => ({ measure, span: spanOf(measure.over, moment), by: tile.by }));
    case 'map':
      return tile.layers.map(({ measure, by }) => ({ measure, span: spanOf(measure.over, moment), by }));
    case 'lines': {
      const { step, count } = stepsOfLines(tile.over);
      const spans = stepsOf(step, count, moment).map(({ span }) => span);
      return tile.series.flatMap(({ measure, by }) => spans.map((span): Leaf => ({ measure, span, by })));
    }
    default:
      return [];
  }
}

/** What must be loaded for a past moment so that shared views hide the same there. */
export function needsOfShared(needs: Needs, place: Place): void {
  for (const { measure, span } of sharedLeaves(place)) needMeasure(needs, measure, span, place.catalogue);
}

const nameOf = ({ measure, span, by }: Leaf): string =>
  `${measure.metric} ${JSON.stringify(measure.where ?? null)} ${by ?? ''} ${nameOfSpan(span)}`;
const nameOfSpan = (span: Span): string => (span.kind === 'level' ? `at ${span.at}` : `${span.from}-${span.to}`);

/** A count can be told from these; how many units have any is told by none. */
const COUNTED: readonly Measure['agg'][] = ['sum', 'count', 'last'];

interface Kept {
  stamp: string;
  minute: number;
  sums: SharedSums;
  /** Tiles as they were shown when this was decided. */
  states: Map<Tile, TileState>;
}
const MOST_KEPT = 100;
/** How much dearer it is to hide a number of its own than a point of a chart or a commune of a map. */
const LARGE_COST = 20;
const kept = new WeakMap<BucketSet, Map<string, Kept>>();

const minuteOf = ({ at, live }: Moment): number => (live ? Math.floor(at / 60_000) : at);
const keptOf = ({ buckets, scope }: Sight): Kept | undefined => kept.get(buckets)?.get(scopeKey(scope));

/**
 * A tile of such counts moves on once a minute, all of them together: to decide for each case that is reported would cost
 * too much, and would show each.
 */
export function heldForAMinute(sight: Sight, tile: Tile, make: () => TileState): TileState {
  const known = keptOf(sight);
  const held = known?.minute === minuteOf(sight.moment) ? known.states.get(tile) : undefined;
  if (held) return held;
  const state = make();
  keptOf(sight)?.states.set(tile, state);
  return state;
}

/** Decided over all sums together; kept until a count or the minute changes, `held`: until the minute does. */
export function sharedSums(sight: Sight, held = false): SharedSums {
  const { catalogue, buckets, moment, scope } = sight;
  const metrics = catalogue.allMetrics().filter(({ code }) => limitOfMetric(catalogue, code) !== null);
  const minute = minuteOf(moment);
  const stamp = `${metrics.reduce((sum, { code }) => sum + buckets.revision(code), 0)} ${minute}`;
  const known = keptOf(sight);
  if (known && (known.stamp === stamp || (held && known.minute === minute))) return known.sums;
  const shown = new Set<string>();
  const leaves = sharedLeaves({ catalogue, moment, sight });
  for (const metric of metrics) {
    const of = leaves.filter(({ measure }) => measure.metric === metric.code && COUNTED.includes(measure.agg));
    for (const name of shownOf(sight, metric, of)) shown.add(name);
  }
  const sums: SharedSums = {
    shows: (leaf, key = WHOLE) =>
      limitOfMetric(catalogue, leaf.measure.metric) === null ||
      (COUNTED.includes(leaf.measure.agg) && shown.has(`${nameOf(leaf)} ${key}`)),
  };
  const own = kept.get(buckets) ?? new Map<string, Kept>();
  kept.set(buckets, own);
  if (own.size >= MOST_KEPT) own.clear();
  own.set(scopeKey(scope), { stamp, minute, sums, states: new Map() });
  return sums;
}

/** One series in one slice of time: the smallest cell that sums can tell apart. */
interface Atom {
  slice: number;
  dims: readonly string[];
}

/** Names of the sums of one metric that may be shown. */
function shownOf(sight: Sight, metric: Metric, leaves: readonly Leaf[]): string[] {
  const slices = slicesOf(leaves.map(({ span }) => span));
  const atoms: Atom[] = [];
  const counts: number[] = [];
  for (const [slice, span] of slices.entries()) {
    for (const { dims, value } of contributions(sight, { metric: metric.code, agg: 'sum' }, span)) {
      atoms.push({ slice, dims });
      counts.push(Math.max(0, Math.round(value)));
    }
  }
  for (const leaf of leaves) {
    const inside = slices.flatMap((span, slice) => (lies(span, leaf.span) ? [slice] : []));
    for (const dims of emptyOf(sight, metric, leaf)) {
      for (const slice of inside) {
        atoms.push({ slice, dims });
        counts.push(0);
      }
    }
  }
  const names = new Map<string, number[]>();
  const large = new Set(leaves.flatMap((leaf) => (leaf.large ? [`${nameOf(leaf)} ${WHOLE}`] : [])));
  for (const leaf of leaves) {
    const group = remembered(grouping(sight, leaf.measure, leaf.by));
    const inside = slices.map((span) => lies(span, leaf.span));
    const name = nameOf(leaf);
    for (const [cell, { slice, dims }] of atoms.entries()) {
      const key = inside[slice] ? group(dims) : null;
      if (key === null) continue;
      const cells = names.get(`${name} ${key}`);
      if (cells) cells.push(cell);
      else names.set(`${name} ${key}`, [cell]);
    }
  }
  const dear = [...names.keys()].map((name) => (large.has(name) ? LARGE_COST : 1));
  const hidden = hideSmall({ counts, sums: [...names.values()] }, metric.hideBelow ?? 0, dear);
  return [...names.keys()].filter((_, i) => !hidden[i]);
}

/** Series that could be, for each group without a count: somebody might have been counted there. */
function emptyOf(sight: Sight, metric: Metric, { measure, span, by }: Leaf): string[][] {
  const found = tallies(sight, { ...measure, agg: 'sum' }, span, by);
  const keys = by === undefined ? [WHOLE] : visiblePlaces(sight, by).map(({ code }) => code);
  const { units } = sight.scope;
  const unit = units === '*' ? '' : (units[0] ?? '');
  return keys
    .filter((key) => !found.has(key))
    .map((key) =>
      metric.dims.map((name) => (name === by ? key : (measure.where?.[name]?.[0] ?? (name === 'unit' ? unit : '')))),
    );
}

/** Spans cut where any of them begins or ends. */
function slicesOf(spans: readonly Span[]): Span[] {
  const levels = new Map(spans.flatMap((span) => (span.kind === 'level' ? [[span.at, span] as const] : [])));
  const edges = [...new Set(spans.flatMap((span) => (span.kind === 'buckets' ? [span.from, span.to] : [])))];
  edges.sort((a, b) => a - b);
  const cut = edges.slice(1).flatMap((to, i): Span[] => {
    const from = edges[i] ?? to;
    const base = spans.every((span) => span.kind === 'level' || span.base === 'd') ? 'd' : 'h';
    return spans.some((span) => lies({ kind: 'buckets', from, to, base }, span))
      ? [{ kind: 'buckets', from, to, base }]
      : [];
  });
  return [...cut, ...levels.values()];
}

function lies(slice: Span, span: Span): boolean {
  if (slice.kind === 'level' || span.kind === 'level') return nameOfSpan(slice) === nameOfSpan(span);
  return span.from <= slice.from && slice.to <= span.to;
}

/** A group is asked for once per set of dimensions, however many slices it has. */
function remembered(group: (dims: readonly string[]) => string | null): (dims: readonly string[]) => string | null {
  const known = new Map<readonly string[], string | null>();
  return (dims) => {
    let key = known.get(dims);
    if (key === undefined) known.set(dims, (key = group(dims)));
    return key;
  };
}
