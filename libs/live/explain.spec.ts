import { expect, test } from '@jest/globals';
import { HOUR_MS } from '#libs/contracts';
import { formula } from '#libs/sector-kit';
import { harbourCatalogue } from '../../test/support/harbour-pack.js';
import { BucketSet } from './bucket-set.js';
import { explainFormula } from './explain.js';
import { bucketOf } from '../../test/support/bucket-row.js';
import { evaluateFormula } from './formula.js';
import { EVERYTHING } from './scope.js';

const NOW = Date.UTC(2026, 10, 22, 7);

test('behind a number of silent ones stand those that were not heard, not the others', () => {
  const buckets = new BucketSet();
  const heard = (gauge: string, hoursAgo: number) => {
    const start = NOW - hoursAgo * HOUR_MS;
    const one = { min: 3, max: 3, last: 3, lastAt: start, version: 1 };
    return {
      metric: 'harbour.water',
      dims: ['T101', gauge],
      resolution: 'h' as const,
      start,
      count: 1,
      sum: 3,
      ...one,
    };
  };
  buckets.apply([heard('a', 1), heard('b', 30), heard('c', 2), heard('d', 40)]);
  const units = { within: (code: string, above: string) => code === above, find: () => undefined };
  const moment = { at: NOW, live: true };
  const sight = { catalogue: harbourCatalogue(), buckets, units, scope: EVERYTHING, moment };
  const silent = formula('silent(harbour.water, 24h)');
  expect(evaluateFormula(sight, silent).value).toBe(2);
  const { series, seriesTotal } = explainFormula(sight, silent);
  expect(seriesTotal).toBe(2);
  expect(series?.map(({ dims, value, at }) => [dims['gauge']?.value, value, at])).toEqual([
    ['b', 1, null],
    ['d', 1, null],
  ]);
});

test('a past period of a fold is not called today', () => {
  const units = { within: (code: string, above: string) => code === above, find: () => undefined };
  const sight = { catalogue: harbourCatalogue(), buckets: new BucketSet(), units, scope: EVERYTHING };
  const moment = { at: NOW, live: true };
  const { parts } = explainFormula({ ...sight, moment }, formula('average(count(harbour.arrivals, pier: n), 2 days)'));
  expect(parts?.map(({ text }) => text)).toEqual(Array(2).fill('count(harbour.arrivals, pier: n)'));
});

test('a gauge that is told under two units of today is named: it is put in for each', () => {
  const buckets = new BucketSet();
  const water = (unit: string, gauge: string, level: number) =>
    bucketOf('harbour.water', [unit, gauge], 'h', NOW - HOUR_MS, level);
  buckets.apply([water('T101', 'g1', 3), water('T201', 'g1', 4), water('T102', 'g2', 2), water('OLD', 'g2', 2)]);
  buckets.apply([bucketOf('harbour.arrivals', ['T101', 'p'], 'h', NOW - HOUR_MS, 1)]);
  buckets.apply([bucketOf('harbour.arrivals', ['T201', 'p'], 'h', NOW - HOUR_MS, 1)]);
  const units = {
    within: (code: string, above: string) => code === above,
    find: (code: string) => ({ name: `Xã ${code}`, lon: null, lat: null }),
    today: (code: string) => (code === 'OLD' ? 'T102' : code),
  };
  const sight = { catalogue: harbourCatalogue(), buckets, units, scope: EVERYTHING, moment: { at: NOW, live: true } };
  const told = (text: string) => explainFormula(sight, formula(text));
  const { value, twice } = told('last(harbour.water, 24h)');
  expect(value).toBe(11);
  expect(twice?.map(({ thing, units: under }) => [thing.value, under.map(({ label }) => label.en)])).toEqual([
    ['g1', ['Xã T101', 'Xã T201']],
  ]);
  expect(told('series(harbour.water, 24h)').twice).toHaveLength(1);
  // A mean over all readings weighs them; a pier's ships are different ships.
  expect(told('mean(harbour.water, 24h)').twice).toBeUndefined();
  expect(told('sum(harbour.arrivals, 24h)').twice).toBeUndefined();
});
