import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DAY_MS, HOUR_MS, type HubEvent, MINUTE_MS } from '#libs/contracts';
import { checkProjection, createPack, foldAll } from '#libs/sector-kit';
import { countedBy } from '../../../test/support/pack-checks.js';
import { pack as defined } from './index.js';
import { sensor } from './sensors.js';
import { AgricultureSettings } from './settings.js';
import { simulation } from './simulation.js';
import { fitTide, nextPeak, type Point } from './tide-fit.js';
import { TYPES } from './types.js';

const pack = createPack('agriculture', defined, undefined);
const watch = sensor(new AgricultureSettings());
const START = Date.parse('2026-11-02T00:00:00+07:00');

const pond = (time: number, values: object): HubEvent => ({
  id: `ao-tran-de/${time}`,
  source: 's',
  type: TYPES.pond,
  time,
  data: { pond: 'ao-tran-de', kind: 'shrimp', ...values },
});
const every = (minutes: number, from: number, to: number): number[] =>
  Array.from({ length: Math.floor((to - from) / (minutes * MINUTE_MS)) }, (_, i) => from + i * minutes * MINUTE_MS);
const states = (events: readonly HubEvent[], now: number): Record<string, number> => {
  const counted = countedBy(pack, events, now);
  return Object.fromEntries(
    ['working', 'silent', 'stuck', 'drifting'].map((state) => [
      state,
      counted(`sum(agriculture.sensors, now, state: ${state})`) ?? 0,
    ]),
  );
};

describe('a sensor', () => {
  test('is silent to the minute, and gone after a month', () => {
    const events = [pond(START, { ph: 8 })];
    const only = (state: string) => ({ working: 0, silent: 0, stuck: 0, drifting: 0, [state]: 1 });
    expect(states(events, START + 60 * MINUTE_MS - 1)).toEqual(only('working'));
    expect(states(events, START + 60 * MINUTE_MS)).toEqual(only('silent'));
    expect(states(events, START + 30 * DAY_MS)).toEqual({ working: 0, silent: 0, stuck: 0, drifting: 0 });
    const [state] = foldAll(watch, events).values();
    expect([START, START + HOUR_MS].map((now) => state && watch.shares(state, now).until)).toEqual([
      START + HOUR_MS,
      START + 30 * DAY_MS,
    ]);
  });

  test('that tells the same value for six hours is stuck, until it moves', () => {
    const end = START + 6 * HOUR_MS + 30 * MINUTE_MS;
    const same = every(15, START, end).map((time) => pond(time, { oxygen: 5.1, ph: 8 + time / 1e12 }));
    expect(states(same, end)).toMatchObject({ stuck: 1, working: 1 });
    expect(states(same.slice(0, -4), end - HOUR_MS)).toMatchObject({ stuck: 0 });
    expect(states([...same, pond(end, { oxygen: 5.2 })], end)).toMatchObject({ stuck: 0, working: 2 });
    // Fresh water has the same salinity for days.
    const fresh = same.map((event) => ({
      ...event,
      type: TYPES.salinity,
      data: { station: 'nga-nam', salinity: 0.3 },
    }));
    expect(states(fresh, end)).toMatchObject({ stuck: 0, working: 1 });
  });

  test('whose days only rise for nine days is suspected to drift', () => {
    const end = START + 10 * DAY_MS;
    const rising = (ofDay: (day: number) => number) =>
      every(60, START, end).map((time) => {
        const day = Math.floor((time - START) / DAY_MS);
        return pond(time, { ph: 7 + ofDay(day) + 0.3 * Math.sin((time - START) / (3 * HOUR_MS)) });
      });
    expect(
      states(
        rising((day) => 0.25 * day),
        end - 1,
      ),
    ).toMatchObject({ drifting: 1 });
    // Less than a fifth, or with a day that turns back.
    expect(
      states(
        rising((day) => 0.1 * day),
        end - 1,
      ),
    ).toMatchObject({ drifting: 0, working: 1 });
    expect(
      states(
        rising((day) => (day === 4 ? 0.5 : 0.25 * day)),
        end - 1,
      ),
    ).toMatchObject({ drifting: 0, working: 1 });
  });

  test('any order and any repetition of readings ends in the same state', () => {
    const reading = fc.tuple(fc.integer({ min: 0, max: 20 * 24 }), fc.constantFrom(0.2, 4, 5.5), fc.boolean());
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 40 }), fc.integer(), (readings, seed) => {
        const events = readings.map(([hour, value, salt], n): HubEvent => {
          const time = START + hour * HOUR_MS + (n % 3) * 20 * MINUTE_MS;
          const event = salt
            ? { ...pond(time, {}), type: TYPES.salinity, data: { station: 'tran-de', salinity: value } }
            : pond(time, { oxygen: value, ph: value });
          return { ...event, id: String(n) };
        });
        checkProjection(watch, events, { seed });
      }),
      { numRuns: 100 },
    );
  });
});

describe('the next tide', () => {
  const M2 = 12.4206012 * HOUR_MS;
  const K1 = 23.9344721 * HOUR_MS;
  const level = (time: number): number =>
    8 +
    0.5 * ((time - START) / DAY_MS) +
    3 * Math.cos((2 * Math.PI * (time - START - HOUR_MS)) / M2) +
    0.6 * Math.cos((2 * Math.PI * (time - START)) / K1);

  test('a tide of M2, K1 and a trend is found again, and carried on', () => {
    const points = every(30, START, START + 3 * DAY_MS).map((time): Point => [time, level(time)]);
    const fit = fitTide(points);
    expect(fit?.explained).toBeCloseTo(1, 9);
    const from = START + 3 * DAY_MS;
    for (const ahead of [0, 5, 11])
      expect(fit?.at(from + ahead * HOUR_MS)).toBeCloseTo(level(from + ahead * HOUR_MS), 6);
    const peak = fit && nextPeak(fit, from);
    // Highest of all minutes of the tide to come, by trying each.
    const minutes = every(1, from + MINUTE_MS, from + 13 * HOUR_MS);
    const highest = minutes.reduce((best, time) => (level(time) > level(best) ? time : best));
    expect(Math.abs((peak?.at ?? 0) - highest)).toBeLessThanOrEqual(5 * MINUTE_MS);
    expect(peak?.value).toBeCloseTo(level(highest), 2);
  });

  test('readings without a tide, and too few of them, forecast nothing', () => {
    let state = 7;
    const noise = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
    expect(fitTide(every(30, START, START + 3 * DAY_MS).map((time): Point => [time, noise()]))).toBeNull();
    expect(fitTide(every(30, START, START + 24 * HOUR_MS).map((time): Point => [time, level(time)]))).toBeNull();
    expect(fitTide([])).toBeNull();
    expect(fitTide(every(30, START, START + 3 * DAY_MS).map((time): Point => [time, 4]))).toBeNull();
  });

  test('at the coast the forecast of a published week comes within a tenth of what is measured then', () => {
    const now = Date.parse('2025-03-20T12:00:00+07:00');
    const told = (from: number, to: number) =>
      [...simulation.events({ from, to, seed: 3, pace: 1 })].filter(
        ({ type, subject }) => type === TYPES.salinity && subject === 'tran-de',
      );
    const counted = countedBy(pack, told(now - 4 * DAY_MS, now), now);
    const peak = counted('last(agriculture.salinity-peak, now)') ?? 0;
    const at = counted('last(agriculture.salinity-peak-at, now)') ?? 0;
    const measured = told(at - 30 * MINUTE_MS, at + 30 * MINUTE_MS).map(({ data }) => Number(data['salinity']));
    expect(at).toBeGreaterThan(now);
    expect(Math.abs(peak / Math.max(...measured) - 1)).toBeLessThan(0.1);
    // A silent station forecasts nothing.
    const later = countedBy(pack, told(now - 4 * DAY_MS, now), now + 2 * HOUR_MS);
    expect(later('last(agriculture.salinity-peak, now)')).toBeNull();
  });
});
