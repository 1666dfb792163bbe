import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DAY_MS, HOUR_MS, type HubEvent, MINUTE_MS } from '#libs/contracts';
import { checkProjection, createPack, foldAll } from '#libs/sector-kit';
import { countedBy } from '../../../test/support/pack-checks.js';
import { flight, trapNight } from './flights.js';
import { flightRatio } from './indicators.js';
import { pack as defined } from './index.js';
import { AgricultureSettings } from './settings.js';
import { TYPES } from './types.js';

const pack = createPack('agriculture', defined, undefined);
const settings = new AgricultureSettings();
/** Local midnight before the first evening. */
const FIRST = Date.parse('2026-11-01T00:00:00+07:00');
const morning = (night: number): number => FIRST + (night + 1) * DAY_MS + 6 * HOUR_MS;

const report = (time: number, count: number): HubEvent => ({
  id: String(time),
  source: 's',
  type: TYPES.trap,
  time,
  data: {
    trap: 'bd-my-tu',
    counts: [
      { species: 'ray-nau', count },
      { species: 'khac', count: 9 },
    ],
  },
});
/** A night's count in two reports, before and after midnight. */
const night = (n: number, count: number): HubEvent[] => {
  const half = Math.floor(count / 2);
  return [report(FIRST + n * DAY_MS + 20 * HOUR_MS, half), report(FIRST + n * DAY_MS + 28 * HOUR_MS, count - half)];
};
/** Fourteen quiet nights of 40, then a flight of six with its peak in the third. */
const FLIGHT = [...Array.from<number>({ length: 14 }).fill(40), 200, 500, 900, 600, 300, 150];
const upTo = (n: number): HubEvent[] => FLIGHT.slice(0, n + 1).flatMap((count, i) => night(i, count));
const stageAt = (events: readonly HubEvent[], now: number): string[] => {
  const counted = countedBy(pack, events, now);
  return ['quiet', 'rising', 'sowing'].filter(
    (stage) => counted(`sum(agriculture.flights, now, stage: ${stage})`) === 1,
  );
};

describe('a flight of planthoppers', () => {
  test('rises until its peak has passed, and then sowing is advised for four days', () => {
    expect(stageAt(upTo(13), morning(13))).toEqual(['quiet']);
    expect(stageAt(upTo(14), morning(14))).toEqual(['rising']);
    // The peak night is over, but only the next one tells that it was the peak.
    expect(stageAt(upTo(16), morning(16))).toEqual(['rising']);
    expect(stageAt(upTo(17), morning(17) - 1)).toEqual(['rising']);
    expect(stageAt(upTo(17), morning(17))).toEqual(['sowing']);
    const counted = countedBy(pack, upTo(17), morning(17));
    expect(counted('last(agriculture.flight-peak, now)')).toBe(FIRST + 16 * DAY_MS);
    expect(counted('last(agriculture.sow-until, now)')).toBe(FIRST + 20 * DAY_MS);
    expect(stageAt(upTo(19), FIRST + 21 * DAY_MS - 1)).toEqual(['sowing']);
    expect(stageAt(upTo(19), FIRST + 21 * DAY_MS)).toEqual(['quiet']);
  });

  test('is none below the floor, without a past, or where a night is merely busy', () => {
    const few = FLIGHT.map((count) => count / 10);
    expect(
      stageAt(
        few.flatMap((count, i) => night(i, count)),
        morning(17),
      ),
    ).toEqual(['quiet']);
    expect(stageAt(upTo(17).slice(24), morning(17))).toEqual(['quiet']);
    expect(stageAt([...upTo(13), ...night(14, 119)], morning(14))).toEqual(['quiet']);
    expect(stageAt([...upTo(13), ...night(14, 120)], morning(14))).toEqual(['rising']);
  });

  test('the ratio of last night is to the median of the fourteen before, or to the floor', () => {
    const noon = morning(15) + 6 * HOUR_MS;
    // Nights 1 to 14: thirteen of 40 and one of 200: the median is 40, below the floor of 100.
    expect(countedBy(pack, upTo(15), noon)(flightRatio(settings))).toBe(5);
    const many = FLIGHT.map((count) => 10 * count);
    const events = many.slice(0, 16).flatMap((count, i) => night(i, count));
    expect(countedBy(pack, events, noon)(flightRatio(settings))).toBe(5000 / 400);
  });

  test('a night in which the trap told of other insects or of nothing is one of no planthoppers; a silent one is not known', () => {
    const without = (n: number, data: object): HubEvent => {
      const time = FIRST + n * DAY_MS + 29 * HOUR_MS;
      return { ...report(time, 0), id: `empty ${time}`, data: { trap: 'bd-my-tu', ...data } };
    };
    const noon = morning(14) + 6 * HOUR_MS;
    // Two busy nights and the eleven after them without planthoppers; night 13 is silent: the median of thirteen is 0.
    const told = (data: object) => [
      ...[0, 1].flatMap((n) => night(n, 900)),
      ...Array.from({ length: 11 }, (_, i) => without(i + 2, data)),
      ...night(14, 300),
    ];
    for (const data of [{ counts: [{ species: 'khac', count: 5 }] }, { counts: [] }, {}]) {
      const read = countedBy(pack, told(data), noon);
      expect(read('median(mean(agriculture.trap-night), 14 days, skip 1)')).toBe(0);
      expect(read(flightRatio(settings))).toBe(3);
      expect(stageAt(told(data), noon)).toEqual(['rising']);
    }
    // Were they silent, two known nights would make no median.
    const silent = [...night(0, 900), ...night(1, 900), ...night(14, 300)];
    expect(countedBy(pack, silent, noon)(flightRatio(settings))).toBeNull();
    expect(stageAt(silent, noon)).toEqual(['quiet']);
    // A sign of life by day is no night; planthoppers counted then are of the evening's.
    const byDay = { ...without(3, {}), time: FIRST + 3 * DAY_MS + 15 * HOUR_MS };
    expect(foldAll(trapNight, [byDay]).size).toBe(0);
  });

  test('a night is that of its evening, whatever the clock says', () => {
    const counted = countedBy(pack, night(3, 41), FIRST + 5 * DAY_MS);
    expect(counted('total(sum(agriculture.trap-night), 1 day, skip 1)')).toBe(41);
    expect(counted('total(sum(agriculture.trap-night), 1 day)')).toBe(0);
  });

  test('turns without a report: each morning', () => {
    const projected = flight(settings);
    const [state] = foldAll(projected, upTo(17)).values();
    const until = (now: number) => state && projected.shares(state, now).until;
    expect(until(morning(17) - 1)).toBe(morning(17));
    expect(until(morning(17))).toBe(morning(18));
    expect(until(morning(60))).toBeNull();
  });

  test('any order and any repetition of reports ends in the same state', () => {
    const one = fc.tuple(fc.integer({ min: 0, max: 40 * 24 * 60 }), fc.integer({ min: 0, max: 900 }));
    fc.assert(
      fc.property(fc.array(one, { maxLength: 40 }), fc.integer(), (reports, seed) => {
        const events = reports.map(([minute, count], n) => {
          const full = { ...report(FIRST + minute * MINUTE_MS, count), id: String(n) };
          return count % 4 === 0 ? { ...full, data: { trap: 'bd-my-tu' } } : full;
        });
        for (const projected of [trapNight, flight(settings)]) checkProjection(projected, events, { seed });
      }),
      { numRuns: 100 },
    );
  });
});
