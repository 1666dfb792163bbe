import type { BarsState, LinesState, Measure, TableState } from '#libs/contracts';
import type { Tile } from '#libs/sector-kit';
import { type BoardContext, labelOf, visiblePlaces } from './board-context.js';
import { evaluateBy, keysOf, measuresOf } from './formula.js';
import { levelOf } from './level.js';
import { marksOf, promiseOf } from './marks.js';
import { type Step, stepsOf } from './span.js';
import { isKnown, tallies, valueOf } from './tally.js';
import { WHOLE } from './tally-groups.js';
import { higher } from './tally-groups.js';

type TileOf<K extends Tile['kind']> = Extract<Tile, { kind: K }>;
/** Lines of one series that is split by a dimension. */
const MAX_LINES = 8;

/** The step and number of steps of a lines tile. */
export function stepsOfLines(over: TileOf<'lines'>['over']): { step: Step; count: number } {
  if ('hours' in over) return { step: 'h', count: over.hours };
  if ('days' in over) return { step: 'd', count: over.days };
  return { step: 'm', count: over.minutes };
}

export function evaluateLines(context: BoardContext, tile: TileOf<'lines'>): LinesState {
  const { step, count } = stepsOfLines(tile.over);
  const steps = stepsOf(step, count, context.moment);
  const lines: LinesState['lines'] = [];
  let at: number | null = null;
  for (const [index, { measure, by, label }] of tile.series.entries()) {
    const pack = context.catalogue.packOfMetric(measure.metric);
    const title = label ??
      context.catalogue.metric(measure.metric)?.title ?? { vi: measure.metric, en: measure.metric };
    const columns = steps.map(({ span }) => tallies(context, measure, span, by));
    for (const column of columns) for (const tally of column.values()) at = higher(at, tally.at);
    const known = steps.map(({ span }) => isKnown(context, measure.metric, span));
    const read = (key: string, own?: [string, string]): (number | null)[] =>
      columns.map((column, i) => (known[i] === true ? valueOf(context, measure, column.get(key), own) : null));
    if (by === undefined) {
      const values = read(WHOLE);
      lines.push({ key: String(index), label: title, values });
      continue;
    }
    for (const key of largest(context, measure, columns, by)) {
      const values = read(key, [by, key]);
      lines.push({ key: `${index}:${key}`, label: labelOf(context, pack, by, key), values });
    }
  }
  const metrics = tile.series.map((series) => series.measure.metric);
  return { kind: 'lines', steps: steps.map(({ start }) => start), lines, ...marksOf(context, metrics, at) };
}

type Columns = ReturnType<typeof tallies>[];

/** The values of a dimension with the highest newest numbers, in a fixed order so that lines keep their places. */
function largest(context: BoardContext, measure: Omit<Measure, 'over'>, columns: Columns, by: string): string[] {
  const weight = new Map<string, number>();
  for (const column of columns) {
    for (const [key, tally] of column) {
      const value = valueOf(context, measure, tally, [by, key]) ?? 0;
      weight.set(key, Math.max(weight.get(key) ?? 0, value));
    }
  }
  const ranked = [...weight].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, MAX_LINES);
  return ranked.map(([key]) => key).sort();
}

export function evaluateBars(context: BoardContext, tile: TileOf<'bars'>): BarsState {
  let at: number | null = null;
  const groups = tile.series.map(({ measure }) => {
    const readings = evaluateBy(context, { measure }, tile.by);
    for (const reading of readings.values()) at = higher(at, reading.at);
    return readings;
  });
  const total = new Map<string, number>();
  for (const readings of groups) {
    for (const [key, { value }] of readings) total.set(key, (total.get(key) ?? 0) + (value ?? 0));
  }
  const keys = [...total]
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, tile.top)
    .map(([key]) => key);
  const metrics = tile.series.map((series) => series.measure.metric);
  const pack = context.catalogue.packOfMetric(metrics[0] ?? '');
  return {
    kind: 'bars',
    categories: keys.map((key) => ({ key, label: labelOf(context, pack, tile.by, key) })),
    groups: tile.series.map(({ label, measure }, index) => ({
      key: String(index),
      label,
      values: keys.map((key) => groups[index]?.get(key)?.value ?? noneOf(context, measure)),
    })),
    ...marksOf(context, metrics, at),
  };
}

/** What a category without any observation shows: 0 of a flow or stock, nothing of a reading. */
const noneOf = (context: BoardContext, measure: Measure): number | null =>
  valueOf(context, { ...measure, agg: measure.agg === 'silent' ? 'series' : measure.agg }, undefined);

export function evaluateTable(context: BoardContext, tile: TileOf<'table'>): TableState {
  const places = visiblePlaces(context, tile.by).map((place) => place.code);
  const keys = new Set([...places, ...tile.columns.flatMap(({ formula }) => [...keysOf(context, formula, tile.by)])]);
  const columns = tile.columns.map(({ formula }) => evaluateBy(context, formula, tile.by, keys));
  const first = (key: string): number | null => columns[0]?.get(key)?.value ?? null;
  const ranked = [...keys].sort((a, b) => compare(first(a), first(b)) || (a < b ? -1 : 1)).slice(0, tile.top);
  const metrics = tile.columns.flatMap(({ formula }) =>
    measuresOf(formula, context.catalogue).map((measure) => measure.metric),
  );
  const pack = context.catalogue.packOfMetric(metrics[0] ?? '');
  const atOf = (key: string): number | null =>
    columns.reduce<number | null>((newest, readings) => higher(newest, readings.get(key)?.at ?? null), null);
  const newest = [...keys].reduce<number | null>((at, key) => higher(at, atOf(key)), null);
  // Only readings are promised at a rhythm: an agency without a new dossier is not late.
  const promised = metrics.every((code) => context.catalogue.metric(code)?.kind === 'reading');
  const lateAfter = promised ? promiseOf(context, metrics) || Infinity : Infinity;
  return {
    kind: 'table',
    columns: tile.columns.map(({ key, label, format }) => ({ key, label, format })),
    rows: ranked.map((key) => {
      const at = atOf(key);
      return {
        key,
        label: labelOf(context, pack, tile.by, key),
        level: levelOf(first(key), tile.levels, context.moment.at),
        cells: columns.map((readings) => readings.get(key)?.value ?? null),
        at,
        ...(at !== null && context.moment.at - at > lateAfter ? { late: true } : {}),
      };
    }),
    ...marksOf(context, metrics, newest),
  };
}

/** Descending; what has no data comes last. */
function compare(a: number | null, b: number | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return b - a;
}
