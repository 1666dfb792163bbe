import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { DAY_MS, type HubEvent } from '#libs/contracts';
import { checkProjection, createPack } from '#libs/sector-kit';
import { checkPack, countedBy } from '../../../test/support/pack-checks.js';
import { pack as defined } from './index.js';
import { entry, TYPES } from './projections.js';
import { DatabasesSettings } from './settings.js';

const pack = createPack('databases', defined, undefined);
const published = JSON.parse(readFileSync(new URL('./fixtures/published.json', import.meta.url), 'utf8')) as {
  specialised: number;
};
const START = Date.parse('2026-11-01T08:00:00+07:00');
let ids = 0;
const event = (type: string, time: number, data: object): HubEvent => ({
  id: String(ids++),
  source: 's',
  type,
  time,
  unit: '92',
  data: { ...data },
});
const registered = (database: string, more: object = {}, time = START): HubEvent =>
  event(TYPES.registered, time, { database, name: database, agency: 'H13.2', kind: 'specialised', ...more });
const updated = (database: string, time: number, records = 10, more: object = {}): HubEvent =>
  event(TYPES.updated, time, { database, records, ...more });

test('is a whole pack', () => {
  const events = checkPack(pack, START);
  const read = countedBy(pack, events, START + DAY_MS);
  expect(read('[databases.registered]')).toBe(40);
  expect(read('[databases.land-records]')).toBeGreaterThan(0);
});

test('of the published 2,398 specialised databases, others not counted', () => {
  const half = Array.from({ length: published.specialised / 2 }, (_, i) => registered(`cn-${i}`));
  const read = countedBy(pack, [...half, registered('dat-dai', { kind: 'land' })], START);
  expect([read('[databases.registered]'), read('[databases.registered-share]')]).toEqual([1199, 50]);
  expect(pack.indicators[0]?.target).toBe(published.specialised);
  const own = createPack('databases', defined, { specialised: 2_000 });
  expect(countedBy(own, half, START)('[databases.registered-share]')).toBeCloseTo(59.95, 9);
});

describe('an entry', () => {
  const state = (events: HubEvent[], now: number, settings = pack): string => {
    const read = countedBy(settings, events, now);
    return ['fresh', 'late', 'waiting'].filter((name) => read(`sum(databases.entries, now, state: ${name})`)).join();
  };
  const weekly = registered('a', { everyDays: 7 });

  test('waits for its first update as long as it promised, and is fresh as long after each', () => {
    expect(state([weekly], START + 7 * DAY_MS)).toBe('waiting');
    expect(state([weekly], START + 7 * DAY_MS + 1)).toBe('late');
    const events = [weekly, updated('a', START + 2 * DAY_MS)];
    expect(state(events, START + 9 * DAY_MS)).toBe('fresh');
    expect(state(events, START + 9 * DAY_MS + 1)).toBe('late');
    const { until } = entry(new DatabasesSettings()).shares(
      events.reduce<object | null>((before, one) => entry(new DatabasesSettings()).fold(before, one), null) ?? {},
      START,
    );
    expect(until).toBe(START + 9 * DAY_MS + 1);
  });

  test('without a promise has that of the setting', () => {
    const month = START + 30 * DAY_MS;
    expect([state([registered('a')], month), state([registered('a')], month + 1)]).toEqual(['waiting', 'late']);
    const own = createPack('databases', defined, { everyDays: 40 });
    expect(state([registered('a')], month + 1, own)).toBe('waiting');
  });

  test('is nothing before it is registered and after it is taken out; an update to come is one of now', () => {
    expect(state([updated('a', START)], START)).toBe('');
    expect(state([weekly, registered('a', { retired: true }, START + 1)], START + 30 * DAY_MS)).toBe('');
    const ahead = updated('a', START, 10, { at: '2036-11-01T08:00:00+07:00' });
    expect(state([weekly, ahead], START + 7 * DAY_MS + 1)).toBe('late');
  });

  test('late ones are counted by their owner', () => {
    const read = countedBy(
      pack,
      [weekly, registered('b', { agency: 'H13.3', everyDays: 30 }), updated('b', START, 50), registered('c')],
      START + 8 * DAY_MS,
    );
    expect(read('sum(databases.entries, now, state: late, agency: H13.2)')).toBe(1);
    expect([read('[databases.late]'), read('[databases.fresh-share]'), read('[databases.records]')]).toEqual([
      1, 50, 50,
    ]);
  });

  test('ends the same in any order and with any repetition', () => {
    const told = fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 3 }), fc.boolean());
    fc.assert(
      fc.property(fc.array(told, { maxLength: 12 }), fc.integer(), (list, seed) => {
        const events = list.map(([day, number, update]) =>
          update
            ? updated('a', START + day * DAY_MS, number)
            : registered(
                'a',
                { agency: `H13.${number}`, everyDays: number, retired: number > 2 },
                START + day * DAY_MS,
              ),
        );
        checkProjection(entry(new DatabasesSettings()), events, { seed });
      }),
      { numRuns: 100 },
    );
  });
});
