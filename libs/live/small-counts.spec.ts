import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hideSmall, roomOf, type Sums } from './small-counts.js';

const LIMIT = 3;

const valueOf = (counts: readonly number[], cells: readonly number[]): number =>
  cells.reduce((sum, cell) => sum + (counts[cell] ?? 0), 0);

/** Values that each hidden sum could have, by trying every table of counts up to `most` that agrees with what is shown. */
function possible({ counts, sums }: Sums, hidden: readonly boolean[], most: number): Set<number>[] {
  const seen = sums.map(() => new Set<number>());
  const shown = sums.flatMap((cells, i) => (hidden[i] ? [] : [{ cells, left: valueOf(counts, cells) }]));
  const guess = counts.map(() => 0);
  const holding = counts.map((_, cell) => shown.filter(({ cells }) => cells.includes(cell)));
  const lastOf = counts.map((_, cell) => shown.filter(({ cells }) => Math.max(...cells) === cell));
  const fill = (cell: number): void => {
    if (cell === counts.length) {
      for (const [i, cells] of sums.entries()) seen[i]?.add(valueOf(guess, cells));
      return;
    }
    const own = holding[cell] ?? [];
    const highest = Math.min(most, ...own.map(({ left }) => left));
    for (let value = 0; value <= highest; value++) {
      guess[cell] = value;
      for (const sum of own) sum.left -= value;
      // A shown sum all of whose cells are chosen must come out.
      if ((lastOf[cell] ?? []).every(({ left }) => left === 0)) fill(cell + 1);
      for (const sum of own) sum.left += value;
    }
  };
  fill(0);
  return seen;
}

/** Rows, columns, and the total of a table, beside the cells themselves. */
function tableOf(table: readonly (readonly number[])[]): Sums {
  const width = table[0]?.length ?? 0;
  const at = (row: number, column: number): number => row * width + column;
  const rows = table.map((cells, row) => cells.map((_, column) => at(row, column)));
  const columns = (table[0] ?? []).map((_, column) => table.map((_row, row) => at(row, column)));
  const counts = table.flat();
  return { counts, sums: [...counts.map((_, cell) => [cell]), ...rows, ...columns, counts.map((_, cell) => cell)] };
}

const hiddenCells = (table: readonly (readonly number[])[], limit: number): boolean[][] => {
  const hidden = hideSmall(tableOf(table), limit);
  const width = table[0]?.length ?? 0;
  return table.map((_, row) => hidden.slice(row * width, (row + 1) * width));
};

describe('small counts', () => {
  test('are hidden, zeros too, and with each of them enough that row and column totals do not give it back', () => {
    const table = [
      [20, 3, 16],
      [14, 0, 18],
      [25, 12, 40],
    ];
    const hidden = hiddenCells(table, 5);
    expect([hidden[0]?.[1], hidden[1]?.[1]]).toEqual([true, true]);
    const sums = tableOf(table);
    const shown = hideSmall(sums, 5).map((is) => !is);
    for (const [sum, is] of shown.entries()) if (!is) expect(roomOf(sums, shown, sum)).toBeGreaterThanOrEqual(5);
    // Without the second step the row and the column give it away.
    const naive = sums.sums.map((cells) => valueOf(sums.counts, cells) >= 5);
    expect(roomOf(sums, naive, 1)).toBeLessThan(5);
  });

  test('a line of ones whose total is known elsewhere cannot be worked out', () => {
    // Three communes with one case each: that the hidden ones are at least 1 would give all three away.
    const sums = { counts: [1, 1, 1, 12, 0], sums: [[0], [1], [2], [3], [4], [0, 1, 2, 3, 4], [0, 1, 2, 4]] };
    const hidden = hideSmall(sums, 5);
    expect(hidden.slice(0, 5)).toEqual([true, true, true, true, true]);
    for (const [i, values] of possible(sums, hidden, 20).entries()) {
      if (hidden[i]) expect(values.size).toBeGreaterThanOrEqual(6);
    }
  });

  test('what lies between a total and a part of it counts as a cell', () => {
    // 40 in the province and 38 in one commune: the other communes, two cases together, would be known.
    const hidden = hideSmall({ counts: [38, 2, 0], sums: [[0], [1], [2], [0, 1, 2]] }, 5);
    expect(hidden).toEqual([true, true, true, false]);
  });

  test('a tile that is a part of another is not shown beside it where the rest is small', () => {
    // Both diseases in a commune 20, one of them 17: nobody shows the other, and subtraction would.
    const sums = { counts: [17, 3, 40, 31], sums: [[0, 1], [0], [0, 2], [1, 3], [0, 1, 2, 3]] };
    const hidden = hideSmall(sums, 5);
    expect(hidden[0] || hidden[1]).toBe(true);
    expect(hidden[4]).toBe(false);
  });

  test('all large: nothing is hidden', () => {
    expect(
      hideSmall(
        tableOf([
          [9, 8],
          [7, 6],
        ]),
        5,
      ),
    ).not.toContain(true);
  });

  test('of any sums that overlap in any way, each hidden one keeps more values than the limit', () => {
    const cases = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 2, maxLength: 6 }).chain((counts) =>
      fc.record({
        counts: fc.constant(counts),
        sums: fc.uniqueArray(fc.subarray([...counts.keys()], { minLength: 1 }), {
          minLength: 2,
          maxLength: 9,
          selector: (cells) => cells.join(),
        }),
      }),
    );
    fc.assert(
      fc.property(cases, (sums) => {
        const hidden = hideSmall(sums, LIMIT);
        // Counts up to the total and the limit more: what no shown sum bounds must have as many values too.
        const values = possible(sums, hidden, 4 + LIMIT);
        for (const [i, cells] of sums.sums.entries()) {
          const own = valueOf(sums.counts, cells);
          if (own < LIMIT) expect(hidden[i]).toBe(true);
          if (!hidden[i]) continue;
          expect(values[i]?.has(own)).toBe(true);
          expect(values[i]?.size).toBeGreaterThan(LIMIT);
        }
        for (const [i, whole] of sums.sums.entries())
          for (const [j, part] of sums.sums.entries()) {
            if (hidden[i] || hidden[j] || i === j || !part.every((cell) => whole.includes(cell))) continue;
            expect(valueOf(sums.counts, whole) - valueOf(sums.counts, part)).toBeGreaterThanOrEqual(LIMIT);
          }
      }),
      { numRuns: 200 },
    );
  });

  test('of any table with its totals too', () => {
    const tables = fc.array(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 3, maxLength: 3 }), {
      minLength: 2,
      maxLength: 2,
    });
    fc.assert(
      fc.property(tables, (table) => {
        const sums = tableOf(table);
        const hidden = hideSmall(sums, LIMIT);
        const values = possible(sums, hidden, 5 + LIMIT);
        for (const [i, is] of hidden.entries()) if (is) expect(values[i]?.size).toBeGreaterThan(LIMIT);
      }),
      { numRuns: 60 },
    );
  });
});
