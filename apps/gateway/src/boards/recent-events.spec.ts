import { expect, test } from '@jest/globals';
import type { RecentEvent } from '#libs/contracts';
import { harbourCatalogue } from '../../../../test/support/harbour-pack.js';
import { RecentEvents } from './recent-events.js';

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 10, 22, 5, 0);
const arrived = (id: string, time: number): RecentEvent => ({
  source: 's',
  id,
  type: 'vn.ioc.harbour.ship.arrived.v1',
  time,
  unit: null,
  text: { vi: id, en: id },
});
const ids = (recent: RecentEvents) => recent.list().map(({ id }) => id);

test('what happened last stands first, in whatever order it arrives', () => {
  const recent = new RecentEvents(harbourCatalogue());
  recent.add([arrived('now', NOON)]);
  recent.add([arrived('an hour ago', NOON - 60 * MINUTE)]);
  recent.add([arrived('two hours ago', NOON - 120 * MINUTE)]);
  recent.add([arrived('half an hour ago', NOON - 30 * MINUTE)]);
  expect(ids(recent)).toEqual(['now', 'half an hour ago', 'an hour ago', 'two hours ago']);
});

test('of one moment the last arrived stands first; a known event is not taken twice', () => {
  const recent = new RecentEvents(harbourCatalogue());
  recent.add([arrived('b', NOON), arrived('a', NOON)]);
  recent.add([arrived('c', NOON), arrived('a', NOON)]);
  expect(ids(recent)).toEqual(['c', 'b', 'a']);
});

test('a flood of old events keeps what is new, and no more than it may', () => {
  const recent = new RecentEvents(harbourCatalogue());
  recent.add([arrived('new', NOON)]);
  const revision = recent.revision;
  for (let n = 1; n <= 500; n++) recent.add([arrived(`old ${n}`, NOON - n * MINUTE)]);
  expect(recent.list()).toHaveLength(60);
  expect(ids(recent).slice(0, 3)).toEqual(['new', 'old 1', 'old 2']);
  expect(recent.revision - revision).toBe(59);
});
