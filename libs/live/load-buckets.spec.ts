import { expect, test } from '@jest/globals';
import type { BucketReader } from '#libs/persistence';
import { formula } from '#libs/sector-kit';
import { harbourCatalogue } from '../../test/support/harbour-pack.js';
import { BucketSet } from './bucket-set.js';
import { evaluateFormula } from './formula.js';
import { loadLive, loadUntil } from './load-buckets.js';
import { type Needs, needFormula } from './needs.js';
import { EVERYTHING } from './scope.js';

const FIRST = Date.parse('2026-11-22T12:00:00+07:00');
const catalogue = harbourCatalogue();
const arrivals = formula('sum(harbour.arrivals, today)');
/** A database in which the harbour was heard of since `FIRST`, and a series of arrivals is known. */
const reader = {
  series: (metrics: string[]) => Promise.resolve(metrics.map((metric, id) => ({ id, metric, dims: ['T101', 'n'] }))),
  observedMetrics: () => Promise.resolve(['harbour.moored']),
  observedBy: (until: number, metrics: string[]) =>
    Promise.resolve(until < FIRST ? [] : metrics.filter((metric) => metric === 'harbour.moored')),
  buckets: () => Promise.resolve([]),
  levels: () => Promise.resolve([]),
} as unknown as BucketReader;

async function arrivalsAt(at: number, live: boolean): Promise<number | null> {
  const buckets = new BucketSet();
  const needs: Needs = new Map();
  const moment = { at, live };
  needFormula(needs, arrivals, catalogue, moment);
  if (live) await loadLive(reader, buckets, needs, { now: at, since: null });
  else await loadUntil({ catalogue, reader }, buckets, needs, at);
  const units = { within: (code: string, above: string) => code === above, find: () => undefined };
  return evaluateFormula({ catalogue, buckets, units, scope: EVERYTHING, moment }, arrivals).value;
}

test('a moment before the first observation of a sector has no data, one after it has none of them: 0', async () => {
  expect(await arrivalsAt(FIRST - 60_000, false)).toBeNull();
  expect(await arrivalsAt(FIRST, false)).toBe(0);
  expect(await arrivalsAt(FIRST + 60_000, true)).toBe(0);
});
