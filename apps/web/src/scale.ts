import type { TileView } from '#libs/contracts';

/** Type sizes of a wall in CSS pixels. */
export interface Scale {
  /** What must be read at the board's distance: values in words, the headline. */
  base: number;
  /** Labels, rows, axis text. */
  small: number;
  /** The least important: notes, as-of times. */
  tiny: number;
  /** A key number where its tile has room for it. */
  key: number;
  layout: 'landscape' | 'portrait' | 'phone';
}

export const PHONE_BELOW = 700;

/**
 * Type follows the viewport, so that a screen of 55 inches reads the same at 1080p and 4K: 40 px of 1080 for five
 * metres. The distance shifts it a little; more would push the content off the screen.
 */
export function scaleOf(width: number, height: number, distance: number): Scale {
  if (width < PHONE_BELOW) return { base: 24, small: 17, tiny: 16, key: 56, layout: 'phone' };
  const portrait = height > width;
  const fit = portrait ? Math.min(height / 52, width / 29) : Math.min(width / 48, height / 27);
  const base = fit * Math.min(1.15, Math.max(0.8, distance / 5));
  return {
    base,
    small: base * 0.6,
    tiny: base * 0.52,
    key: base * 3,
    layout: portrait ? 'portrait' : 'landscape',
  };
}

/** Where a tile goes on the re-flowed grid: columns of 12, `shelf` from 0. */
export interface Placed {
  id: string;
  shelf: number;
  col: number;
  width: number;
}

export interface Reflow {
  /** Height of each shelf in fractions of the free height. */
  shelves: number[];
  tiles: Placed[];
}

const COLUMNS = 12;

/** The sentence, then the numbers, then what explains them. */
const rank = (tile: TileView): number => (tile.kind === 'headline' ? 0 : tile.kind === 'number' ? 1 : 2);

/** Wide bands keep the full width; charts and lists take half of it, two on a shelf. */
function narrowWidth(width: number): number {
  if (width > COLUMNS) return COLUMNS;
  // Four and five cells are the usual number: three of them on a shelf.
  return width >= 6 ? 6 : Math.min(width, 4);
}

interface Shelf {
  rank: number;
  height: number;
  used: number;
  area: number;
  tiles: { id: string; width: number }[];
}

/**
 * Portrait: the tiles in reading order on shelves of 12 columns. A shelf takes tiles of similar height only, gets the
 * height that keeps their area, and is filled to its right edge. Full-width bands grow a
 * little only: their sentence takes two lines at most.
 */
export function reflow(tiles: readonly TileView[]): Reflow {
  const ordered = [...tiles].sort((a, b) => rank(a) - rank(b) || a.area.row - b.area.row || a.area.col - b.area.col);
  const shelves: Shelf[] = [];
  for (const tile of ordered) {
    const width = narrowWidth(tile.area.width);
    const height = tile.area.width > COLUMNS ? tile.area.height * 1.4 : (tile.area.width * tile.area.height) / width;
    const fits = (shelf: Shelf) =>
      shelf.used + width <= COLUMNS &&
      Math.max(shelf.height, height) / Math.min(shelf.height, height) <= 2 &&
      shelf.rank === rank(tile);
    const shelf = shelves.find(fits);
    if (shelf === undefined) {
      shelves.push({ rank: rank(tile), height, used: width, area: width * height, tiles: [{ id: tile.id, width }] });
    } else {
      shelf.used += width;
      shelf.area += width * height;
      shelf.tiles.push({ id: tile.id, width });
    }
  }
  return {
    shelves: shelves.map((shelf) => shelf.area / COLUMNS),
    tiles: shelves.flatMap((shelf, index) => fill(shelf, index)),
  };
}

function fill(shelf: Shelf, index: number): Placed[] {
  let col = 0;
  let taken = 0;
  return shelf.tiles.map(({ id, width }) => {
    taken += width;
    const end = Math.round((taken / shelf.used) * COLUMNS);
    const placed = { id, shelf: index, col, width: Math.max(1, end - col) };
    col = end;
    return placed;
  });
}

/** Which rows a list shows when not all fit: whole pages in turn, the last one filled up from before. */
export function pageOf<T>(items: readonly T[], capacity: number, turn: number): { shown: T[]; from: number } {
  const size = Math.max(1, Math.floor(capacity));
  if (items.length <= size) return { shown: [...items], from: 0 };
  const pages = Math.ceil(items.length / size);
  const from = Math.min((turn % pages) * size, items.length - size);
  return { shown: items.slice(from, from + size), from };
}
