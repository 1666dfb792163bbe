import { expect, test } from '@jest/globals';
import type { HubEvent } from '#libs/contracts';
import {
  checkPack,
  countedBy,
  type FixtureMessage,
  messagesOf,
  publishedOf,
} from '../../../test/support/pack-checks.js';
import { pack, TYPES } from './index.js';

const NOW = Date.parse('2026-11-20T15:00:00+07:00');
let ids = 0;
const event = (type: string, data: Record<string, unknown>, unit = '92', time = NOW): HubEvent => ({
  id: String(ids++),
  source: 's',
  type,
  time,
  unit,
  data,
});

test('is a whole pack', () => {
  const events = checkPack(pack, Date.parse('2026-11-10T00:00:00+07:00'));
  expect(countedBy(pack, events, Date.parse('2026-11-11T20:00:00+07:00'))('[tourism.occupancy]')).toBeGreaterThan(30);
});

test('guests by origin, rooms by their newest report, revenue by its published months', () => {
  const revenue = (period: string, value: number, version = 1): HubEvent =>
    event('vn.ioc.tourism.value.published.v1', { metric: 'revenue', period, value, version });
  const events = [
    event(TYPES.arrivals, { site: 'chua-doi', origin: 'domestic', guests: 75 }),
    event(TYPES.arrivals, { site: 'con-son', origin: 'international', guests: 25 }),
    event(TYPES.rooms, { house: 'a', rooms: 10, occupied: 2 }, '92', NOW - 60_000),
    event(TYPES.rooms, { house: 'a', rooms: 10, occupied: 9 }),
    event(TYPES.rooms, { house: 'b', rooms: 10, occupied: 20 }),
    revenue('2026-09-01', 100),
    revenue('2026-10-01', 80),
    revenue('2026-10-01', 90, 2),
    revenue('2025-12-01', 500),
  ];
  const read = countedBy(pack, events, NOW);
  expect(['today', 'international', 'occupancy', 'revenue-year'].map((code) => read(`[tourism.${code}]`))).toEqual([
    100, 25, 95, 190,
  ]);
});

test('a year of which no month is published yet has no revenue: that is not 0', () => {
  const published = event('vn.ioc.tourism.value.published.v1', {
    metric: 'revenue',
    period: '2026-12-01',
    value: 0,
    version: 1,
  });
  const at = (day: string): number | null =>
    countedBy(pack, [published], Date.parse(`${day}T08:00:00+07:00`))('[tourism.revenue-year]');
  expect([at('2026-12-31'), at('2027-01-05')]).toEqual([0, null]);
});

test('the messages of the fixture give what is counted by hand', () => {
  const { messages } = publishedOf<{ messages: FixtureMessage[] }>(import.meta.url);
  const read = countedBy(pack, messagesOf(pack, messages, NOW), NOW);
  // 20 of 200 guests came from abroad; 57 of 100 rooms are taken.
  const codes = ['today', 'international', 'occupancy', 'revenue-year'];
  expect(codes.map((code) => read(`[tourism.${code}]`))).toEqual([200, 10, 57, 410]);
});
