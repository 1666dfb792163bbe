import { expect, test } from '@jest/globals';
import type { AlertLine, TileView } from '../../../libs/contracts/index.js';
import { withAlerts, worthListing } from './alerts-layout.js';

const tile = (
  id: string,
  kind: TileView['kind'],
  col: number,
  row: number,
  width: number,
  height: number,
): TileView => ({
  id,
  kind,
  title: { vi: id, en: id },
  area: { col, row, width, height },
});

/** Cells that more than one tile covers, or that lie outside of the grid. */
function faults({ tiles, alerts }: ReturnType<typeof withAlerts>): string[] {
  const seen = new Set<string>();
  const bad: string[] = [];
  for (const area of [...tiles.map((one) => one.area), ...(alerts ? [alerts] : [])]) {
    for (let x = area.col; x < area.col + area.width; x++) {
      for (let y = area.row; y < area.row + area.height; y++) {
        if (x > 23 || y > 11 || seen.has(`${x},${y}`)) bad.push(`${x},${y}`);
        seen.add(`${x},${y}`);
      }
    }
  }
  return bad;
}

test('a tall ticker gives its upper half', () => {
  const laid = withAlerts(
    [tile('n', 'number', 0, 1, 18, 11), tile('t', 'ticker', 18, 1, 6, 7), tile('s', 'sources', 18, 8, 6, 4)],
    false,
  );
  expect(laid.alerts).toEqual({ col: 18, row: 1, width: 6, height: 4 });
  expect(laid.tiles[1]?.area).toEqual({ col: 18, row: 5, width: 6, height: 3 });
  expect(faults(laid)).toEqual([]);
});

test('beside a small ticker everything from its row down makes room; what lies above stays', () => {
  const numbers = [0, 6, 12, 18].map((col) => tile(`n${col}`, 'number', col, 1, 6, 6));
  const laid = withAlerts(
    [
      ...numbers,
      tile('c', 'lines', 0, 7, 9, 5),
      tile('m', 'map', 9, 7, 9, 5),
      tile('t', 'ticker', 18, 7, 6, 3),
      tile('s', 'sources', 18, 10, 6, 2),
    ],
    false,
  );
  expect(laid.alerts).toEqual({ col: 18, row: 7, width: 6, height: 5 });
  expect(laid.tiles.slice(0, 4).map(({ area }) => area.col)).toEqual([0, 6, 12, 18]);
  expect(laid.tiles.slice(4).map(({ area }) => [area.col, area.width])).toEqual([
    [0, 7],
    [7, 6],
    [13, 5],
    [13, 5],
  ]);
  expect(faults(laid)).toEqual([]);
});

test('where neither is possible alerts take the place of the ticker, while there are any', () => {
  const across = [tile('m', 'map', 0, 1, 18, 11), tile('s', 'sources', 18, 1, 6, 6), tile('t', 'ticker', 18, 7, 6, 5)];
  const upper = [tile('m', 'map', 0, 1, 18, 11), tile('t', 'ticker', 18, 1, 6, 4), tile('s', 'sources', 18, 5, 6, 7)];
  for (const tiles of [across, upper]) {
    const laid = withAlerts(tiles, true);
    expect(laid.alerts).toEqual(tiles.find(({ id }) => id === 't')?.area);
    expect(laid.tiles.map(({ id }) => id)).toEqual(['m', 's']);
    expect(withAlerts(tiles, false)).toEqual({ tiles, alerts: null });
  }
});

test('without a ticker nothing moves', () => {
  const tiles = [tile('m', 'map', 0, 0, 24, 12)];
  expect(withAlerts(tiles, true)).toEqual({ tiles, alerts: null });
});

test('information is listed only where nothing worse is open', () => {
  const line = (id: string, severity: AlertLine['severity']): AlertLine => ({ id, severity }) as AlertLine;
  const information = [line('c', 'information'), line('d', 'information')];
  expect(worthListing([line('a', 'serious'), line('b', 'warning'), ...information]).map(({ id }) => id)).toEqual([
    'a',
    'b',
  ]);
  expect(worthListing(information)).toEqual(information);
});
