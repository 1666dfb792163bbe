import { expect, test } from '@jest/globals';
import { HOUR_MS } from '#libs/contracts';
import { formula } from '#libs/sector-kit';
import { harbourCatalogue } from '../../test/support/harbour-pack.js';
import { BucketSet } from './bucket-set.js';
import { explainFormula } from './explain.js';
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
