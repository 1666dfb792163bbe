import type { Formula, TableState, TileState } from '#libs/contracts';
import type { Catalogue, Tile } from '#libs/sector-kit';
import { evaluateFormula, measuresOf } from './formula.js';
import { hideSmall } from './small-counts.js';
import type { Sight } from './tally.js';

/** A tile as it may be shown to everybody before a wall: small counts of what asks for it are hidden. */
export function withoutSmallCounts(tile: Tile, state: TileState, sight: Sight): TileState {
  const { catalogue } = sight;
  if (tile.kind === 'number' && state.kind === 'number') {
    const formula = catalogue.indicator(tile.indicator)?.indicator.formula;
    const limit = limitOf(formula, catalogue);
    if (limit === null || !formula) return state;
    if (!countsOnly(formula, catalogue)) {
      // Of earlier values nobody knows here what they were made of.
      const value = isHidden(formula, state.value, catalogue, sight) ? null : state.value;
      return { ...state, value, before: null, spark: state.spark.map(() => null) };
    }
    const show = (value: number | null): number | null => (isSmall(value, limit) ? null : value);
    const hidden = isSmall(state.value, limit) ? { hiddenBelow: limit } : {};
    return { ...state, ...hidden, value: show(state.value), before: show(state.before), spark: state.spark.map(show) };
  }
  if (tile.kind === 'table' && state.kind === 'table') return tableWithout(tile, state, catalogue);
  if ((tile.kind === 'bars' && state.kind === 'bars') || (tile.kind === 'lines' && state.kind === 'lines')) {
    const limit = highest(tile.series.map(({ measure }) => catalogue.metric(measure.metric)?.hideBelow));
    if (limit === null) return state;
    const groups = state.kind === 'bars' ? state.groups : state.lines;
    const { values, mark } = hide(
      groups.map((group) => group.values),
      limit,
    );
    const shown = groups.map((group, i) => ({ ...group, values: values[i] ?? [] }));
    return state.kind === 'bars' ? { ...state, groups: shown, ...mark } : { ...state, lines: shown, ...mark };
  }
  if (tile.kind === 'map' && state.kind === 'map') {
    const limit = highest(tile.layers.map(({ measure }) => catalogue.metric(measure.metric)?.hideBelow));
    if (limit === null) return state;
    const { values, mark } = hide([state.points.map(({ value }) => value)], limit);
    const points = state.points.map((point, i) => ({ ...point, value: values[0]?.[i] ?? null }));
    return { ...state, points, ...mark };
  }
  return state;
}

/**
 * Whether a value may not be shared: a small count, or a number that is made of one, for with its formula and its other
 * parts it gives the count away. Without a sight, of a number made of counts that may be small: always.
 */
export function isHidden(formula: Formula, value: number | null, catalogue: Catalogue, sight?: Sight): boolean {
  const limit = limitOf(formula, catalogue);
  if (limit === null) return false;
  if (countsOnly(formula, catalogue)) return isSmall(value, limit);
  if (!sight) return true;
  return measuresOf(formula, catalogue).some((measure) => {
    const own = catalogue.metric(measure.metric)?.hideBelow;
    return own !== undefined && isSmall(evaluateFormula(sight, { measure }).value, own);
  });
}

/** Whether a formula reads counts that are hidden where they are small. */
export const readsSmallCounts = (formula: Formula, catalogue: Catalogue): boolean =>
  limitOf(formula, catalogue) !== null;

/** Columns of counts are one table; what else is made of hidden counts is hidden with them. */
function tableWithout(tile: Tile & { kind: 'table' }, state: TableState, catalogue: Catalogue): TableState {
  const limits = tile.columns.map(({ formula }) => limitOf(formula, catalogue));
  const limit = highest(limits);
  if (limit === null) return state;
  const counts = tile.columns.flatMap(({ formula }, i) => (limits[i] !== null && 'measure' in formula ? [i] : []));
  const { values, mark } = hide(
    state.rows.map(({ cells }) => counts.map((i) => cells[i] ?? null)),
    limit,
  );
  const rows = state.rows.map((row, r) => {
    const shown = values[r] ?? [];
    const anyHidden = counts.some((i, n) => row.cells[i] !== null && shown[n] === null);
    const cells = row.cells.map((value, i) => {
      const place = counts.indexOf(i);
      if (place >= 0) return shown[place] ?? null;
      return anyHidden && limits[i] !== null ? null : value;
    });
    return { ...row, cells };
  });
  return { ...state, rows, ...mark };
}

/** Of a single row or column the other totals are the counts themselves, and nobody shows them. */
function hide(
  table: readonly (readonly (number | null)[])[],
  limit: number,
): { values: (number | null)[][]; mark: { hiddenBelow?: number } } {
  const columns = Math.max(0, ...table.map((row) => row.length));
  const hidden = hideSmall(table, limit, { rowTotals: columns > 1, columnTotals: table.length > 1 });
  const values = table.map((row, i) => row.map((value, j) => (hidden.cells[i]?.[j] ? null : value)));
  const any = hidden.cells.some((row) => row.includes(true));
  return { values, mark: any ? { hiddenBelow: limit } : {} };
}

const isSmall = (value: number | null, limit: number): boolean => value !== null && value > 0 && value < limit;

const highest = (limits: readonly (number | null | undefined)[]): number | null => {
  const known = limits.filter((limit) => typeof limit === 'number');
  return known.length === 0 ? null : Math.max(...known);
};

function limitOf(formula: Formula | undefined, catalogue: Catalogue): number | null {
  if (!formula) return null;
  return highest(measuresOf(formula, catalogue).map(({ metric }) => catalogue.metric(metric)?.hideBelow));
}

/** A plain count: one measure, over other indicators too. */
function countsOnly(formula: Formula | undefined, catalogue: Catalogue): boolean {
  return formula !== undefined && 'measure' in catalogue.expand(formula);
}
