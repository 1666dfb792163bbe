import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DAY_MS, HOUR_MS, type HubEvent } from '#libs/contracts';
import { evaluateBy, keysOf } from '#libs/live';
import { createPack, formula } from '#libs/sector-kit';
import {
  checkPack,
  countedBy,
  countedWithPast,
  messagesOf,
  publishedOf,
  sightOf,
} from '../../../test/support/pack-checks.js';
import { ALPHA, pack as defined, TYPES } from './index.js';

const pack = createPack('exchange', defined, undefined);
const NOW = Date.parse('2026-11-20T09:30:00+07:00');
let ids = 0;
const traffic = (data: Record<string, unknown>, time = NOW - 60_000): HubEvent => ({
  id: String(ids++),
  source: 'test',
  type: TYPES.traffic,
  time,
  data: { service: 'dan-cu', agency: 'H13.2', requests: 1, errors: 0, latencies: [], ...data },
});

test('is a whole pack', () => {
  const events = checkPack(pack, Date.parse('2026-11-10T00:00:00+07:00'));
  const read = countedBy(pack, events, Date.parse('2026-11-11T23:59:00+07:00'));
  expect(read('[exchange.p95]')).toBeGreaterThan(100);
  expect(read('[exchange.errors]')).toBeLessThan(3);
});

test('errors are a share of all requests, per service and agency', () => {
  const read = countedBy(
    pack,
    [traffic({ requests: 90, errors: 9 }), traffic({ service: 'thue', requests: 10, errors: 11 })],
    NOW,
  );
  expect(read('[exchange.errors]')).toBe(19);
  expect(read('[exchange.rate]')).toBeCloseTo(100 / 600, 9);
  expect(read('sum(exchange.requests, today, service: thue, outcome: error)')).toBe(10);
  expect(countedBy(pack, [], NOW)('[exchange.errors]')).toBeNull();
});

test('the 95th percentile is within its bound, however the latencies are spread over services and minutes', () => {
  const times = fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 1, maxLength: 150 });
  fc.assert(
    fc.property(times, (list) => {
      const events = list.map((ms, i) =>
        traffic({ service: `s${i % 3}`, latencies: [{ ms, count: 1 }] }, NOW - (i % 25) * 60_000),
      );
      const exact = list.toSorted((a, b) => a - b)[Math.floor(0.95 * (list.length - 1))] ?? Number.NaN;
      const read = countedBy(pack, events, NOW)('[exchange.p95]') ?? Number.NaN;
      expect(Math.abs(read - exact)).toBeLessThanOrEqual(ALPHA * exact * (1 + 1e-9));
    }),
    { numRuns: 60 },
  );
});

test('a service that fell silent and a spike are seen', () => {
  const days = Array.from({ length: 14 }, (_, i) => traffic({ requests: 100 }, NOW - (i + 1) * DAY_MS));
  const quiet = countedBy(pack, days.slice(1), NOW);
  expect(quiet('[exchange.silent]')).toBe(1);
  expect(countedBy(pack, [...days, traffic({})], NOW)('[exchange.silent]')).toBe(0);
});

test('a spike is against the same part of the day of the weeks before, not against whole days', () => {
  const week = (back: number, at: number, requests: number) => traffic({ requests }, NOW - 7 * back * DAY_MS + at);
  // By 9:30 there were 50, 100 and 900 in three weeks, and always 5,000 more in the afternoon.
  const weeks = [50, 100, 900].flatMap((n, i) => [week(i + 1, -HOUR_MS, n), week(i + 1, 5 * HOUR_MS, 5_000)]);
  const read = (events: HubEvent[]) => countedWithPast(pack, events, NOW)('[exchange.spike]');
  expect(read([...weeks, traffic({ requests: 300 })])).toBe(3);
  // Two known weeks of four will do, one does not.
  expect(read([...weeks.slice(0, 4), traffic({ requests: 300 })])).toBe(4);
  expect(read([...weeks.slice(0, 2), traffic({ requests: 300 })])).toBeNull();
});

test('latency, silence and spike are known of each agency too', () => {
  const events = [
    traffic({ agency: 'H13.2', latencies: [{ ms: 100, count: 50 }] }),
    traffic({ agency: 'G01', latencies: [{ ms: 4_000, count: 50 }] }),
    traffic({ agency: 'H13.9' }, NOW - 2 * DAY_MS),
  ];
  const by = (code: string) => evaluateBy(sightOf(pack, events, NOW), formula(`[exchange.${code}]`), 'agency');
  expect(Math.abs((by('p95').get('G01')?.value ?? 0) - 4_000)).toBeLessThanOrEqual(ALPHA * 4_000);
  expect(Math.abs((by('p95').get('H13.2')?.value ?? 0) - 100)).toBeLessThanOrEqual(ALPHA * 100);
  expect(
    evaluateBy(sightOf(pack, events, NOW), formula('[exchange.silent]'), 'agency', ['H13.9']).get('H13.9')?.value,
  ).toBe(1);
});

test('authentications are counted by agency and outcome', () => {
  const count = (outcome: string, n: number): HubEvent => ({
    ...traffic({}),
    type: TYPES.authentications,
    data: { agency: 'H13.2', outcome, count: n },
  });
  const read = countedBy(pack, [count('confirmed', 95), count('not-confirmed', 3), count('failed', 2)], NOW);
  expect([read('[exchange.authentications-today]'), read('[exchange.confirmed]')]).toEqual([100, 95]);
});

test('a day of the national platform: 2.8 million requests of 388 systems and 95 agencies, 32 a second', () => {
  const { ndxp, population } = publishedOf<{
    ndxp: Record<'systems' | 'agencies' | 'perDay' | 'perSecond' | 'peakPerSecond', number>;
    population: Record<'authentications' | 'perSecond', number>;
  }>(import.meta.url);
  // Ten minutes of the average, spread over all systems, and what is left of the day at its beginning.
  const share = Math.floor(ndxp.perDay / 144 / ndxp.systems);
  const said = (service: string, agency: string, requests: number) => ({
    type: 'traffic.counted',
    data: { service, agency, requests, errors: 0, latencies: [{ ms: 100, count: 1 }] },
  });
  const system = (i: number) => said(`s${i}`, `G${String(i % ndxp.agencies).padStart(2, '0')}`, share);
  const now = messagesOf(
    pack,
    Array.from({ length: ndxp.systems }, (_, i) => system(i)),
    NOW - 60_000,
  );
  const rest = messagesOf(pack, [said('s0', 'G00', ndxp.perDay - share * ndxp.systems)], NOW - 8 * HOUR_MS);
  const read = countedBy(pack, [...now, ...rest], NOW);
  expect(read('[exchange.today]')).toBe(ndxp.perDay);
  expect(Math.floor(read('[exchange.rate]') ?? 0)).toBe(ndxp.perSecond);
  expect(Math.floor(ndxp.perDay / 86_400)).toBe(ndxp.perSecond);
  const sight = sightOf(pack, now, NOW);
  const keys = (by: string) => keysOf(sight, formula('sum(exchange.requests, today)'), by).size;
  expect([keys('service'), keys('agency')]).toEqual([ndxp.systems, ndxp.agencies]);
  const counted = { agency: 'G01', outcome: 'confirmed', count: population.authentications / 15 };
  const all = messagesOf(pack, Array(15).fill({ type: 'authentications.counted', data: counted }), NOW);
  expect(countedBy(pack, all, NOW)('[exchange.authentications-today]')).toBe(population.authentications);
});
