import type { Formula, MapState, TableState, TileState } from '#libs/contracts';
import type { Catalogue, Tile } from '#libs/sector-kit';
import type { BoardContext } from './board-context.js';
import { measuresOf } from './formula.js';
import { type Leaf, leavesOf, limitOfMetric, sharedSums } from './shared-sums.js';
import { stepsOfLines } from './series-tiles.js';
import { spanOf, stepsOf } from './span.js';
import type { Sight } from './sight.js';

/** A tile as it may be shown to everybody before a wall: small counts, and what would give them away, are hidden. */
export function withoutSmallCounts(tile: Tile, state: TileState, context: BoardContext): TileState {
  const limit = limitOfTile(tile, context.catalogue);
  if (limit === null) return state;
  if (tile.kind === 'number' && state.kind === 'number') {
    const formula = context.catalogue.indicator(tile.indicator)?.indicator.formula;
    // What it was at other moments is not among the sums that are held against each other.
    const own = { ...state, before: null, spark: state.spark.map(() => null) };
    if (!formula || !isHidden(formula, context)) return own;
    return { ...untimed(own), value: null, level: 'unknown', hiddenBelow: limit };
  }
  if (tile.kind === 'table' && state.kind === 'table') return tableWithout(tile, state, context, limit);
  if (tile.kind === 'map' && state.kind === 'map') return mapWithout(tile, state, context, limit);
  const shows = sharedSums(context).shows;
  if (tile.kind === 'bars' && state.kind === 'bars') {
    const groups = state.groups.map((group, i) => {
      const measure = tile.series[i]?.measure;
      const values = state.categories.map(({ key }, at) => {
        const leaf = measure && { measure, span: spanOf(measure.over, context.moment), by: tile.by };
        return leaf && shows(leaf, key) ? (group.values[at] ?? null) : null;
      });
      return { ...group, values };
    });
    return marked({ ...state, groups }, state, limit);
  }
  if (tile.kind === 'lines' && state.kind === 'lines') {
    const { step, count } = stepsOfLines(tile.over);
    const spans = stepsOf(step, count, context.moment).map(({ span }) => span);
    const lines = state.lines.map((line) => {
      const [index = '', key] = line.key.split(/:(.*)/s);
      const series = tile.series[Number(index)];
      const values = spans.map((span, at) => {
        const leaf = series && { measure: series.measure, span, by: series.by };
        return leaf && shows(leaf, key) ? (line.values[at] ?? null) : null;
      });
      return { ...line, values };
    });
    return marked({ ...state, lines }, state, limit);
  }
  return state;
}

/** Says that something is hidden where it is. */
function marked<S extends TileState>(shown: S, state: S, limit: number): S {
  return JSON.stringify(shown) === JSON.stringify(state) ? shown : { ...untimed(shown), hiddenBelow: limit };
}

/** Without the time of the newest observation, which may be that of a hidden case, and what follows from it. */
function untimed<S extends TileState>(state: S): S {
  const { late: _, ...rest } = state;
  return { ...rest, at: null } as unknown as S;
}

/**
 * Rows of which nothing is left are left out, and those whose first number is hidden come last by their key: neither
 * their place nor their colour may tell it.
 */
function tableWithout(
  tile: Tile & { kind: 'table' },
  state: TableState,
  context: BoardContext,
  limit: number,
): TableState {
  const { shows } = sharedSums(context);
  const leaves = tile.columns.map(({ formula }) => leavesOf({ ...context, sight: context }, formula, tile.by));
  const [ranked, last]: [TableState['rows'], TableState['rows']] = [[], []];
  for (const row of state.rows) {
    const hidden = leaves.map((own) => own === null || own.some((leaf) => !shows(leaf, row.key)));
    const cells = row.cells.map((value, i) => (hidden[i] ? null : value));
    if (!hidden.includes(true)) ranked.push(row);
    else if (cells.every((value) => value === null)) continue;
    else if (hidden[0]) last.push({ ...row, cells, level: 'unknown', at: null });
    else ranked.push({ ...row, cells, at: null });
  }
  last.sort((a, b) => (a.key < b.key ? -1 : 1));
  return marked({ ...state, rows: [...ranked, ...last] }, state, limit);
}

function mapWithout(tile: Tile & { kind: 'map' }, state: MapState, context: BoardContext, limit: number): MapState {
  const { shows } = sharedSums(context);
  const layers = new Map(tile.layers.map((layer) => [layer.by, layer]));
  const points = state.points.map((point) => {
    const [by = '', key] = point.key.split(/:(.*)/s);
    const layer = layers.get(by);
    if (!layer || point.shape === 'label') return point;
    const leaf: Leaf = { measure: layer.measure, span: spanOf(layer.measure.over, context.moment), by };
    return shows(leaf, key) ? point : { ...point, value: null, level: 'unknown' as const, at: null };
  });
  return marked({ ...state, points }, state, limit);
}

/** Whether the number of a formula may not be shared: a count in it is small, or would give a small one away; `held`: as decided this minute. */
export function isHidden(formula: Formula, sight: Sight, held = false): boolean {
  const leaves = leavesOf({ ...sight, sight }, formula);
  if (leaves === null) return true;
  if (leaves.length === 0) return false;
  const { shows } = sharedSums(sight, held);
  return leaves.some((leaf) => !shows(leaf));
}

/** Whether a formula reads counts that are hidden where they are small. */
export const readsSmallCounts = (formula: Formula, catalogue: Catalogue): boolean =>
  limitOf(formula, catalogue) !== null;

/** Below which count anything that the formula is made of is hidden; null where nothing is. */
function limitOf(formula: Formula, catalogue: Catalogue): number | null {
  return highest(measuresOf(formula, catalogue).map(({ metric }) => limitOfMetric(catalogue, metric)));
}

/** As `limitOf`, for what a tile shows. */
export function limitOfTile(tile: Tile, catalogue: Catalogue): number | null {
  switch (tile.kind) {
    case 'number': {
      const formula = catalogue.indicator(tile.indicator)?.indicator.formula;
      return formula ? limitOf(formula, catalogue) : null;
    }
    case 'table':
      return highest(tile.columns.map(({ formula }) => limitOf(formula, catalogue)));
    case 'lines':
    case 'bars':
      return highest(tile.series.map(({ measure }) => limitOfMetric(catalogue, measure.metric)));
    case 'map':
      return highest(tile.layers.map(({ measure }) => limitOfMetric(catalogue, measure.metric)));
    default:
      return null;
  }
}

const highest = (limits: readonly (number | null)[]): number | null => {
  const known = limits.filter((limit) => limit !== null);
  return known.length === 0 ? null : Math.max(...known);
};
