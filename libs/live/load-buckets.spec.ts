import { expect, test } from '@jest/globals';
import type { BucketReader } from '#libs/persistence';
import { Catalogue, enteredMetrics, formula } from '#libs/sector-kit';
import { harbour } from '../../test/support/harbour-pack.js';
import { BucketSet } from './bucket-set.js';
import { evaluateBy, evaluateFormula } from './formula.js';
import { loadLive, loadPast } from './load-buckets.js';
import { type Needs, needFormula } from './needs.js';
import { EVERYTHING } from './scope.js';
import type { Sight } from './sight.js';

const FIRST = Date.parse('2026-11-22T12:00:00+07:00');
const SAMPLED = FIRST + 600_000;
const PUBLISHED = FIRST + 1_200_000;
const title = { vi: 'kế hoạch', en: 'plan' };
const plan = enteredMetrics('harbour', [
  { code: 'plan', step: 'year', dims: ['unit'], title, format: { unit: title, digits: 0 } },
]);
const catalogue = new Catalogue([
  {
    ...harbour,
    events: [...harbour.events, plan.event],
    projections: [plan.projection],
    metrics: [...harbour.metrics, ...plan.metrics],
  },
]);
const arrivals = 'sum(harbour.arrivals, today)';
const moored = 'sum(harbour.moored, now)';
const planned = 'last(harbour.plan, year)';

/**
 * A database in which the harbour was heard of since `FIRST`; series of all that is asked for are known. Samples of levels are
 * kept since `SAMPLED`; the plan of the year was published at `PUBLISHED`.
 */
const reader = {
  series: (metrics: string[]) => Promise.resolve(metrics.map((metric, id) => ({ id, metric, dims: ['T101'] }))),
  observedMetrics: () => Promise.resolve(['harbour.water']),
  observedBy: (until: number, metrics: string[]) =>
    Promise.resolve(until < FIRST ? [] : metrics.filter((metric) => metric === 'harbour.water')),
  sampledBy: (until: number, metrics: string[]) =>
    Promise.resolve(until < SAMPLED ? [] : metrics.filter((metric) => metric === 'harbour.moored')),
  buckets: () => Promise.resolve([]),
  levels: () => Promise.resolve([]),
  publishedAfter: (types: string[], metrics: string[], at: number) =>
    Promise.resolve(
      at < PUBLISHED && metrics.includes('harbour.plan')
        ? types.map((type) => ({
            ...{ type, time: PUBLISHED, unit: 'T101' },
            data: { metric: 'plan', period: '2026-01-01', value: 7, version: 1 },
          }))
        : [],
    ),
  publishedUntil: () => Promise.resolve([]),
} as unknown as BucketReader;

async function sightOf(at: number, live: boolean, texts: string[]): Promise<Sight> {
  const buckets = new BucketSet();
  const needs: Needs = new Map();
  const moment = { at, live };
  for (const text of texts) needFormula(needs, formula(text), catalogue, moment);
  const units = { within: (code: string, above: string) => code === above, find: () => undefined };
  if (live) await loadLive(reader, buckets, needs, { now: at, since: null });
  else await loadPast({ catalogue, reader, units }, buckets, needs, { at, known: at });
  return { catalogue, buckets, units, scope: EVERYTHING, moment };
}

const at = async (moment: number, live: boolean, ...texts: string[]): Promise<(number | null)[]> => {
  const sight = await sightOf(moment, live, texts);
  return texts.map((text) => evaluateFormula(sight, formula(text)).value);
};

test('a moment before the first observation of a sector has no data, one after it has none of them: 0', async () => {
  expect(await at(FIRST - 60_000, false, arrivals)).toEqual([null]);
  expect(await at(FIRST, false, arrivals)).toEqual([0]);
  expect(await at(FIRST + 60_000, true, arrivals)).toEqual([0]);
});

test('a figure that was published later does not make a sector heard of before', async () => {
  expect(await at(FIRST - 60_000, false, arrivals, planned)).toEqual([null, null]);
  expect(await at(FIRST, false, arrivals, planned)).toEqual([0, null]);
});

test('of a moment of which samples of levels are gone no level is known, also by place; with others there, none is 0', async () => {
  expect(await at(SAMPLED - 60_000, false, arrivals, moored)).toEqual([0, null]);
  expect(await at(SAMPLED, false, arrivals, moored)).toEqual([0, 0]);
  const [before, after] = [await sightOf(SAMPLED - 1, false, [moored]), await sightOf(SAMPLED, false, [moored])];
  const inT101 = (sight: Sight) => evaluateBy(sight, formula(moored), 'unit', ['T101']).get('T101')?.value;
  expect([inT101(before), inT101(after)]).toEqual([null, 0]);
});
