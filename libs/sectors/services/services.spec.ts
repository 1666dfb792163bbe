import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { DAY_MS, dayName, type HubEvent } from '#libs/contracts';
import { checkPack, countedBy, countedWithPast } from '../../../test/support/pack-checks.js';
import { pack } from './index.js';
import { TYPES } from './projections.js';

const day = (text: string): number => Date.parse(`${text}T00:00:00+07:00`);
const NOW = day('2026-11-20') + 9 * 3_600_000;
const published = JSON.parse(readFileSync(new URL('./fixtures/published.json', import.meta.url), 'utf8')) as {
  essential: { all: number; of06: number; done: number };
  online: Record<string, number>;
  portal: { dossiers: number };
};
let ids = 0;
const event = (type: string, data: Record<string, unknown>, time = NOW): HubEvent => ({
  id: String(ids++),
  source: 'test',
  type,
  time,
  data,
});

test('is a whole pack', () => {
  const events = checkPack(pack, day('2026-11-10'));
  expect(countedBy(pack, events, day('2026-11-12'))('[services.essential-done]')).toBe(published.essential.done);
});

test('41 of the 53 essential services are done, 25 of them of Đề án 06', () => {
  const { all, of06, done } = published.essential;
  const list = Array.from({ length: all }, (_, i) =>
    event(TYPES.essential, {
      service: `s-${i}`,
      group: i < of06 ? 'de-an-06' : 'added',
      state: i < done ? 'done' : 'open',
    }),
  );
  const read = countedBy(pack, list, NOW);
  expect([read('[services.essential-done]'), read('sum(services.essential, now)')]).toEqual([41, 53]);
  expect(read('sum(services.essential, now, group: de-an-06)')).toBe(25);
  expect(read('[services.essential-share]')).toBeCloseTo(77.36, 2);
});

test('the 46.2 million dossiers of the national portal are counted to the last one', () => {
  const { dossiers } = published.portal;
  const told = event(TYPES.day, { system: 'cong-dvcqg', day: dayName(NOW), dossiers, online: dossiers });
  const read = countedBy(pack, [told, { ...told, id: 'again' }], NOW);
  expect(read('sum(services.counted, today, kind: online)')).toBe(46_200_000);
});

test('the published shares by year are entered, and stand beside their target', () => {
  const years = Object.entries(published.online).filter(([year]) => /^\d+$/.test(year));
  const values = years.map(([year, value]) =>
    event('vn.ioc.services.value.published.v1', {
      metric: 'adults-online',
      period: `${year}-01-01`,
      value,
      version: 1,
    }),
  );
  const at = (now: string): number | null => countedBy(pack, values, day(now))('[services.adults-online]');
  expect([at('2020-06-01'), at('2021-06-01'), at('2022-08-01')]).toEqual([1.78, 9.51, 18]);
  expect(pack.indicators.find(({ code }) => code === 'services.adults-online')?.target).toBe(
    published.online['target2024'],
  );
});

test('the growth is of the newest published year against the one before, in points, and none where that is not known', () => {
  const values = [
    ['2021-01-01', 9.51],
    ['2022-01-01', 18],
  ].map(([period, value]) =>
    event('vn.ioc.services.value.published.v1', { metric: 'adults-online', period, value, version: 1 }),
  );
  const growth = (now: string): number | null =>
    countedWithPast(pack, values, day(now))('[services.adults-online-growth]');
  expect(growth('2022-08-01')).toBeCloseTo(18 - 9.51, 9);
  expect(growth('2021-08-01')).toBeNull();
  // A year's figure is published late: until then the newest is held against its own year before.
  expect(growth('2023-08-01')).toBeCloseTo(18 - 9.51, 9);
});

describe('daily counters', () => {
  const counted = (back: number, more = {}, time = NOW): HubEvent =>
    event(TYPES.day, { system: 'a', day: dayName(NOW - back * DAY_MS), dossiers: 100, online: 80, ...more }, time);

  test('of a day that is told again replace those before, and count once', () => {
    const read = countedBy(pack, [counted(3), counted(3, { online: 90 }, NOW + 1), counted(2)], NOW);
    expect(read('[services.online-share]')).toBe(85);
    expect(
      countedBy(pack, [counted(3, { online: 90 }, NOW + 1), counted(2), counted(3)], NOW)('[services.online-share]'),
    ).toBe(85);
  });

  test('of yesterday are added up, and are no data before any of them is there', () => {
    const yesterday = (...events: HubEvent[]): number | null =>
      countedBy(pack, events, NOW)('[services.dossiers-yesterday]');
    expect(yesterday(counted(2), counted(1), counted(1, { system: 'b', dossiers: 7, online: 7 }), counted(0))).toBe(
      107,
    );
    expect(yesterday(counted(2), counted(1, { dossiers: 0, online: 0 }))).toBe(0);
    expect(yesterday(counted(2), counted(0))).toBeNull();
  });

  test('that are missing are seen: yesterday may still come, the days before not', () => {
    const missing = (events: HubEvent[], now = NOW): number | null =>
      countedBy(pack, events, now)('[services.missing-days]');
    const all = Array.from({ length: 14 }, (_, i) => counted(i + 2));
    expect(missing(all)).toBe(0);
    expect(missing(all, NOW + DAY_MS)).toBe(1);
    expect(missing(all.filter((_, i) => i !== 5 && i !== 6))).toBe(2);
    expect(missing([counted(3), counted(2)])).toBe(0);
    expect(missing([counted(5), counted(2)])).toBe(2);
    expect(countedBy(pack, [counted(5), counted(2)], NOW)('[services.systems-whole]')).toBe(0);
  });
});
