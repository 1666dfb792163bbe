import type { Text } from '#libs/contracts';
import { numberTiles } from './number-tile.js';
import type { BoardDefinition, Indicator, Tile } from './sector.js';

/** A tile whose place the layout gives. */
type Placed<T> = T extends Tile ? Omit<T, 'area'> : never;

const WIDTH = 18;
/** Widths of four numbers in a row. */
const NUMBERS = [5, 4, 4, 5];

/**
 * The usual board: the situation on top, up to eight numbers in rows of four, up to three charts or tables below them,
 * and at the right edge what happens and who is heard.
 */
export function standardBoard(
  pack: { id: string; title: Text },
  indicators: readonly Indicator[],
  { numbers, below }: { numbers: readonly string[]; below: readonly Placed<Tile>[] },
): BoardDefinition {
  const number = numberTiles(pack.id, indicators);
  const rows = Math.ceil(numbers.length / NUMBERS.length);
  const top = 1 + rows * 3;
  const width = Math.floor(WIDTH / Math.max(1, below.length));
  return {
    id: pack.id,
    title: pack.title,
    distance: 5,
    tiles: [
      { id: 'headline', kind: 'headline', title: SITUATION, area: { col: 0, row: 0, width: 24, height: 1 } },
      ...numbers.map((code, index) => {
        const place = index % NUMBERS.length;
        const col = NUMBERS.slice(0, place).reduce((sum, each) => sum + each, 0);
        const row = 1 + Math.floor(index / NUMBERS.length) * 3;
        return number(code, { col, row, width: NUMBERS[place] ?? 4, height: 3 });
      }),
      ...below.map(
        (tile, index) => ({ ...tile, area: { col: index * width, row: top, width, height: 12 - top } }) as Tile,
      ),
      { id: 'ticker', kind: 'ticker', title: JUST_NOW, area: { col: WIDTH, row: 1, width: 6, height: 7 } },
      { id: 'sources', kind: 'sources', title: SOURCES, area: { col: WIDTH, row: 8, width: 6, height: 4 } },
    ],
  };
}

const SITUATION: Text = { vi: 'Tình hình', en: 'Situation' };
const JUST_NOW: Text = { vi: 'Vừa diễn ra', en: 'Just now' };
const SOURCES: Text = { vi: 'Nguồn dữ liệu', en: 'Sources' };
