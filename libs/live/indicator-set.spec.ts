import { expect, test } from '@jest/globals';
import { DAY_MS, periodStart, type BucketRow, type Resolution } from '#libs/contracts';
import { formula, type Indicator } from '#libs/sector-kit';
import fc from 'fast-check';
import { harbourCatalogue } from '../../test/support/harbour-pack.js';
import { BucketSet } from './bucket-set.js';
import { evaluateBy } from './formula.js';
import { IndicatorSet } from './indicator-set.js';
import { EVERYTHING } from './scope.js';
import type { Sight } from './sight.js';

const catalogue = harbourCatalogue();
const NOW = Date.UTC(2026, 10, 22, 7, 32, 0);
const units = { within: (code: string, above: string) => code === above, find: () => undefined };
const sight = (buckets: BucketSet): Sight => {
  return { catalogue, buckets, units, scope: EVERYTHING, moment: { at: NOW, live: true } };
};
const both = (text: string) => ({ vi: text, en: text });
const indicator = (code: string, text: string): Indicator => {
  return { code, title: both(code), formula: formula(text), format: { unit: both(''), digits: 0 }, note: both('') };
};
const indicators = [
  indicator('a', 'sum(harbour.arrivals, today)'),
  indicator('b', 'max(harbour.arrivals, 7d, pier: n) - min(harbour.arrivals, 7d)'),
  indicator('c', 'last_max(harbour.water, today) + series(harbour.water, today)'),
  indicator('d', 'sum(harbour.moored, now, unit: T1)'),
  indicator('e', 'mean(harbour.water, 24h)'),
  indicator('f', 'sum(harbour.arrivals, 7d, pier: n | e)'),
];

/** Changes of buckets: flows and readings only grow, stocks come and go. */
const change = fc
  .record({
    metric: fc.constantFrom('harbour.arrivals', 'harbour.water', 'harbour.moored'),
    // So many that a pier has few series at first and many later.
    unit: fc.constantFrom('T1', 'T2', ...Array.from({ length: 14 }, (_, i) => `T1${i}`)),
    pier: fc.constantFrom('n', 's', 'e'),
    back: fc.integer({ min: 0, max: 2 }),
    count: fc.integer({ min: 0, max: 5 }),
    value: fc.integer({ min: -5, max: 50 }),
  })
  .map(({ metric, unit, pier, back, count, value }): Omit<BucketRow, 'version'> => {
    const stock = metric === 'harbour.moored';
    const resolution: Resolution = stock ? 'now' : metric === 'harbour.water' ? 'h' : 'd';
    const start = stock ? 0 : periodStart(resolution, NOW) - (resolution === 'd' ? back * DAY_MS : 0);
    const seen = stock ? null : value;
    const dims = stock ? [unit] : [unit, pier];
    const values = { min: seen, max: seen, last: seen, lastAt: null };
    return { metric, dims, resolution, start, count, sum: count * value, ...values };
  });

test('after any changes, seen at any times, the numbers are those of a fresh reading', () => {
  let most = 0;
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 12 }), { maxLength: 12 }), (steps) => {
      const buckets = new BucketSet();
      const set = new IndicatorSet(indicators, catalogue);
      const rows = new Map<string, BucketRow>();
      let version = 0;
      for (const step of steps) {
        for (const changed of step) {
          // The newest observation of a bucket never becomes older.
          const lastAt = changed.last === null ? null : changed.start + version;
          const row = { ...changed, lastAt, version: ++version };
          rows.set(`${row.metric} ${row.dims.join()} ${row.resolution} ${row.start}`, row);
          buckets.apply([row]);
        }
        set.advance(sight(buckets), 0);
        evaluateBy(sight(buckets), formula('sum(harbour.arrivals, 7d)'), 'pier');
        const fresh = new BucketSet();
        fresh.apply([...rows.values()]);
        const anew = new IndicatorSet(indicators, catalogue);
        anew.advance(sight(fresh), 0);
        const own = [...rows.values()].filter(
          ({ metric, dims: [, pier] }) => metric === 'harbour.arrivals' && pier !== 's',
        );
        if (own.length > 0) expect(set.get('f')?.value).toBe(own.reduce((total, { sum }) => total + sum, 0));
        most = Math.max(most, new Set(own.map(({ dims }) => dims.join())).size);
        for (const { code } of indicators) expect([code, set.get(code)]).toEqual([code, anew.get(code)]);
        expect(evaluateBy(sight(buckets), formula('sum(harbour.arrivals, 7d)'), 'pier')).toEqual(
          evaluateBy(sight(fresh), formula('sum(harbour.arrivals, 7d)'), 'pier'),
        );
      }
    }),
    { numRuns: 200, seed: 3 },
  );
  expect(most).toBeGreaterThan(15);
});

test('only what changed is told, and an unknown code is not there', () => {
  const buckets = new BucketSet();
  const set = new IndicatorSet(indicators, catalogue);
  expect(set.advance(sight(buckets), 0)).toEqual([]);
  // The first observation of the sector, of whatever metric: what is counted there is 0 from now on.
  buckets.observe(['harbour.water']);
  expect(set.advance(sight(buckets), 0)).toEqual(['a', 'd', 'f']);
  const moored = { metric: 'harbour.moored', dims: ['T1'], resolution: 'now' as const, start: 0, count: 2, sum: 2 };
  buckets.apply([{ ...moored, min: null, max: null, last: null, lastAt: null, version: 1 }]);
  expect(set.advance(sight(buckets), 0)).toEqual(['d']);
  expect(set.get('d')?.value).toBe(2);
  expect(set.advance(sight(buckets), 0)).toEqual([]);
  expect(set.get('x')).toBeUndefined();
});
