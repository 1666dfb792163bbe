import { expect, test } from '@jest/globals';
import type { Level, NumberState, TileState, TileView } from '#libs/contracts';
import { MISSING_TILE, numberRows } from './number-rows.js';

const both = (text: string) => ({ vi: text, en: text });
const view = (
  id: string,
  kind: TileView['kind'],
  col: number,
  row: number,
  width: number,
  height: number,
): TileView => ({
  ...{ id, kind, title: both(id) },
  area: { col, row, width, height },
});
/** Two rows of eight numbers between a headline and a chart. */
const board = (count: number): TileView[] => [
  view('headline', 'headline', 0, 0, 24, 1),
  ...Array.from({ length: count }, (_, n) => view(`n${n}`, 'number', (n % 8) * 3, 1 + 3 * Math.floor(n / 8), 3, 3)),
  view('chart', 'lines', 0, 7, 24, 5),
];
const number = (level: Level, value: number | null = 1): NumberState => ({
  ...{ kind: 'number', value, level, before: null, beforeLabel: null, spark: [], at: 0 },
});
const states = (count: number, bad: Record<string, NumberState>): Record<string, TileState> => ({
  ...Object.fromEntries(Array.from({ length: count }, (_, n) => [`n${n}`, number('ok')])),
  ...bad,
});

test('few numbers stay where the board has them', () => {
  expect(numberRows(board(8), states(8, { n3: number('critical') }))).toBeNull();
});

test('what is not normal is first and large, the worst first; the calm ones are compact in their own order', () => {
  const bad = { n14: number('critical'), n2: number('attention'), n9: number('serious') };
  const rows = numberRows(board(15), states(15, bad));
  const large = [...(rows?.areas ?? [])].filter(([, area]) => area.height > 1);
  // Three are not normal; the first calm one fills the row.
  expect(large).toEqual([
    ['n14', { col: 0, row: 1, width: 6, height: 3 }],
    ['n9', { col: 6, row: 1, width: 6, height: 3 }],
    ['n2', { col: 12, row: 1, width: 6, height: 3 }],
    ['n0', { col: 18, row: 1, width: 6, height: 3 }],
  ]);
  expect([...(rows?.compact ?? [])]).toEqual(['n1', 'n3', 'n4', 'n5', 'n6', 'n7', 'n8', 'n10', 'n11', 'n12', 'n13']);
  expect(rows?.areas.get('n4')).toEqual({ col: 12, row: 4, width: 6, height: 1 });
  // The last line is filled to the edge.
  expect(rows?.areas.get('n13')).toEqual({ col: 12, row: 6, width: 12, height: 1 });
});

test('numbers without data are named together, and leave their room to the others', () => {
  const none = Object.fromEntries(
    ['n1', 'n4', 'n5', 'n6', 'n7', 'n8', 'n9'].map((id) => [id, number('unknown', null)]),
  );
  const rows = numberRows(board(15), states(15, { ...none, n3: { ...number('ok', null), hiddenBelow: 5 } }));
  expect(rows?.missing).toEqual(['n1', 'n4', 'n5', 'n6', 'n7', 'n8', 'n9']);
  expect(rows?.areas.get('n0')).toMatchObject({ height: 4 });
  // A count too small to be shown is known.
  expect(rows?.areas.has('n3')).toBe(true);
  expect(rows?.areas.get(MISSING_TILE)).toMatchObject({ row: 6, height: 1 });
});

test('nothing lies over anything, whatever is wrong', () => {
  for (let bad = 0; bad <= 15; bad++) {
    const wrong = Object.fromEntries(Array.from({ length: bad }, (_, n) => [`n${n}`, number('serious')]));
    const rows = numberRows(board(15), states(15, wrong));
    const cells = [...(rows?.areas.values() ?? [])].flatMap(({ col, row, width, height }) =>
      Array.from({ length: width * height }, (_, n) => `${col + (n % width)},${row + Math.floor(n / width)}`),
    );
    expect(new Set(cells).size).toBe(24 * 6);
    expect(cells).toHaveLength(24 * 6);
  }
});
