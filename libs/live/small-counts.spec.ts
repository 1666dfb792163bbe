import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hideSmall, type Hidden } from './small-counts.js';

const LIMIT = 5;
const BOTH = { rowTotals: true, columnTotals: true };

/** All tables of counts up to `most` that agree with everything that is shown. */
function* possible(table: number[][], hidden: Hidden, most: number): Generator<number[][]> {
  const rows = table.map((row) => row.reduce((a, b) => a + b, 0));
  const columns = (table[0] ?? []).map((_, j) => table.reduce((sum, row) => sum + (row[j] ?? 0), 0));
  const all = rows.reduce((a, b) => a + b, 0);
  const open = table.flatMap((row, i) => row.flatMap((_, j) => (hidden.cells[i]?.[j] ? [[i, j] as const] : [])));
  const guess = table.map((row) => [...row]);
  const fits = (): boolean =>
    guess.every((row, i) => hidden.rowTotals[i] || row.reduce((a, b) => a + b, 0) === rows[i]) &&
    columns.every((sum, j) => hidden.columnTotals[j] || guess.reduce((s, row) => s + (row[j] ?? 0), 0) === sum) &&
    (hidden.total || guess.flat().reduce((a, b) => a + b, 0) === all);
  const fill = function* (n: number): Generator<number[][]> {
    const cell = open[n];
    if (!cell) {
      if (fits()) yield guess.map((row) => [...row]);
      return;
    }
    const [i, j] = cell;
    for (let value = 0; value <= most; value++) {
      (guess[i] as number[])[j] = value;
      yield* fill(n + 1);
    }
  };
  yield* fill(0);
}

/** Small cells that only one value fits. */
function known(table: number[][], hidden: Hidden): string[] {
  const seen = new Map<string, Set<number>>();
  for (const guess of possible(table, hidden, 8)) {
    for (const [i, row] of guess.entries())
      for (const [j, value] of row.entries()) {
        const key = `${i}/${j}`;
        seen.set(key, (seen.get(key) ?? new Set()).add(value));
      }
  }
  return table.flatMap((row, i) =>
    row.flatMap((value, j) =>
      value > 0 && value < LIMIT && (seen.get(`${i}/${j}`)?.size ?? 0) < 2 ? [`${i}/${j}`] : [],
    ),
  );
}

describe('small counts', () => {
  test('are hidden, and with each of them enough that totals do not give it back', () => {
    const table = [
      [20, 3, 6],
      [14, 7, 8],
      [25, 12, 40],
    ];
    const hidden = hideSmall(table, LIMIT, BOTH);
    // One in the row and one in the column of the small one, and the corner between: the cheapest circle.
    expect(hidden.cells).toEqual([
      [false, true, true],
      [false, true, true],
      [false, false, false],
    ]);
    expect(known(table, hidden)).toEqual([]);
    // Without the second step the row gives it away.
    const naive = { ...hidden, cells: table.map((row) => row.map((value) => value < LIMIT)) };
    expect(known(table, naive)).toEqual(['0/1']);
  });

  test('in a single column hide the next smallest with them', () => {
    const hidden = hideSmall([[40], [3], [9], [0]], LIMIT, { rowTotals: false, columnTotals: true });
    expect(hidden.cells).toEqual([[false], [true], [true], [false]]);
    expect(hidden.columnTotals).toEqual([false]);
  });

  test('that are alone take the total with them', () => {
    const hidden = hideSmall([[3], [0]], LIMIT, { rowTotals: false, columnTotals: true });
    expect([hidden.cells, hidden.columnTotals, hidden.total]).toEqual([[[true], [false]], [true], true]);
  });

  test('cannot be worked out of any table, by trying every table that fits', () => {
    const cells = fc.integer({ min: 0, max: 7 });
    const tables = fc
      .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 2, max: 3 }))
      .chain(([rows, columns]) =>
        fc.array(fc.array(cells, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows }),
      );
    fc.assert(
      fc.property(tables, (table) => {
        const hidden = hideSmall(table, LIMIT, BOTH);
        // More than six unknown cells are too many to try.
        fc.pre(hidden.cells.flat().filter(Boolean).length <= 6);
        expect(known(table, hidden)).toEqual([]);
        for (const [i, row] of table.entries())
          for (const [j, value] of row.entries())
            if (value > 0 && value < LIMIT) expect(hidden.cells[i]?.[j]).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});
