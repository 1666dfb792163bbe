import type { Area, Level, TileState, TileView } from '#libs/contracts';

/** Numbers of one board from which they are arranged by what they say: two rows of small ones are not read at a glance. */
const MANY = 9;
/** Large at least and at most; what is not normal is large, the rest of the least is filled with the first calm ones. */
const LEAST_LARGE = 4;
const MOST_LARGE = 6;
/** Compact ones beside each other. */
const PER_LINE = 4;
const COLUMNS = 24;

/** Id of the tile that names all numbers without data. */
export const MISSING_TILE = 'numbers-missing';

const RANK: Record<Level, number> = { critical: 0, serious: 1, attention: 2, unknown: 3, ok: 3 };

/** Where the numbers of a board go; tiles of `missing` are not drawn, one tile names them. */
export interface NumberRows {
  areas: ReadonlyMap<string, Area>;
  compact: ReadonlySet<string>;
  missing: readonly string[];
}

/**
 * Arranges a board's many numbers within the rows that they have: first and large what is not normal, the worst first; the
 * calm ones below, compact, in the board's own order; those without data named together at the end. Null where there are
 * few, or they are not in one block: they stay as the board lays them. Pure.
 */
export function numberRows(views: readonly TileView[], states: Readonly<Record<string, TileState>>): NumberRows | null {
  const numbers = views.filter(({ kind }) => kind === 'number');
  if (numbers.length < MANY) return null;
  const top = Math.min(...numbers.map(({ area }) => area.row));
  const bottom = Math.max(...numbers.map(({ area }) => area.row + area.height));
  const among = (tile: TileView): boolean => tile.area.row < bottom && tile.area.row + tile.area.height > top;
  if (views.some((tile) => tile.kind !== 'number' && among(tile))) return null;

  const rankOf = ({ id }: TileView): number => {
    const state = states[id];
    if (state?.kind !== 'number') return RANK.unknown;
    // Hidden small counts are known, if not told.
    const missing = state.value === null && state.hiddenBelow === undefined;
    return missing ? RANK.ok + 1 : RANK[state.level];
  };
  const ordered = numbers.toSorted((a, b) => rankOf(a) - rankOf(b));
  const abnormal = ordered.filter((tile) => rankOf(tile) < RANK.ok).length;
  const large = ordered.slice(0, Math.min(MOST_LARGE, Math.max(LEAST_LARGE, abnormal)));
  const rest = ordered.slice(large.length);
  const missing = rest.filter((tile) => rankOf(tile) > RANK.ok).map(({ id }) => id);
  const compact = rest.filter(({ id }) => !missing.includes(id)).map(({ id }) => id);
  const cells = [...compact, ...(missing.length > 0 ? [MISSING_TILE] : [])];
  const lines = Math.ceil(cells.length / PER_LINE);
  const height = bottom - top - lines;
  if (height < 2) return null;
  return {
    areas: new Map([
      ...inRow(
        large.map(({ id }) => id),
        top,
        height,
        large.length,
      ),
      ...cells.flatMap((_, index) =>
        index % PER_LINE === 0
          ? inRow(cells.slice(index, index + PER_LINE), top + height + index / PER_LINE, 1, PER_LINE)
          : [],
      ),
    ]),
    compact: new Set(compact),
    missing,
  };
}

/** Beside each other over the whole width; the last of a row that is not full takes what is left. */
function inRow(ids: readonly string[], row: number, height: number, perRow: number): [string, Area][] {
  const edge = (place: number): number => Math.round((place * COLUMNS) / perRow);
  return ids.map((id, index) => {
    const end = index === ids.length - 1 ? COLUMNS : edge(index + 1);
    return [id, { col: edge(index), row, width: end - edge(index), height }];
  });
}
