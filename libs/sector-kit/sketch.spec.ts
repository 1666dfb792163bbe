import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { binOf, quantileOf } from './sketch.js';

const ALPHA = 0.02;
const values = fc.array(fc.double({ min: 1, max: 1e7, noNaN: true }), { minLength: 1, maxLength: 300 });
const binsOf = (list: readonly number[]): Map<number, number> => {
  const bins = new Map<number, number>();
  for (const value of list) bins.set(binOf(value, ALPHA), (bins.get(binOf(value, ALPHA)) ?? 0) + 1);
  return bins;
};

test('a quantile is off by at most the bound, whatever the values', () => {
  fc.assert(
    fc.property(values, fc.constantFrom(0, 0.5, 0.95, 0.99, 1), (list, q) => {
      const exact = list.toSorted((a, b) => a - b)[Math.floor(q * (list.length - 1))] ?? Number.NaN;
      const read = quantileOf(binsOf(list), q, ALPHA) ?? Number.NaN;
      expect(Math.abs(read - exact)).toBeLessThanOrEqual(ALPHA * exact * (1 + 1e-9));
    }),
  );
});

test('two sketches merge by adding: the same as one of all values', () => {
  fc.assert(
    fc.property(values, values, (a, b) => {
      const merged = binsOf(a);
      for (const [bin, count] of binsOf(b)) merged.set(bin, (merged.get(bin) ?? 0) + count);
      expect(merged).toEqual(binsOf([...a, ...b]));
    }),
  );
});

test('nothing has no quantile, and what is below one is told as one', () => {
  expect(quantileOf(new Map(), 0.5, ALPHA)).toBeNull();
  expect(quantileOf(new Map([[0, 3]]), 0.95, ALPHA)).toBe(1);
});
