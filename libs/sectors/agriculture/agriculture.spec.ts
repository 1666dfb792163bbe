import { describe, expect, test } from '@jest/globals';
import { Catalogue, checkBoard, createPack, type TypedEvent } from '#libs/sector-kit';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { readFileSync } from 'node:fs';
import { DAY_MS, HOUR_MS, type HubEvent } from '#libs/contracts';
import { pack as defined } from './index.js';
import { alarmOf, rulesOf } from './observe.js';
import { AgricultureSettings } from './settings.js';
import { simulation } from './simulation.js';
import { PUBLISHED } from './tides.js';
import { TYPES } from './types.js';

const pack = createPack('agriculture', defined, undefined);
const rules = rulesOf(new AgricultureSettings());
const at = (text: string): number => Date.parse(`${text}+07:00`);
const fixture = (
  JSON.parse(readFileSync(new URL('./fixtures/readings.json', import.meta.url), 'utf8')) as (Omit<HubEvent, 'time'> & {
    time: string;
  })[]
).map((event): HubEvent => ({ ...event, source: 'test', time: Date.parse(event.time) }));

function observe(event: HubEvent): Record<string, number> {
  const type = pack.events.find((candidate) => candidate.type === event.type);
  const observations = type?.observe?.(event as TypedEvent<object>) ?? [];
  for (const { metric, dims } of observations) {
    expect(pack.metrics.find(({ code }) => code === metric)?.dims).toHaveLength(dims.length);
  }
  return Object.fromEntries(
    observations.map(({ metric, dims, value }) => [`${metric.replace('agriculture.', '')} ${dims.join(' ')}`, value]),
  );
}
function faults(event: HubEvent): unknown[] {
  const dto = pack.events.find(({ type }) => type === event.type)?.dto;
  if (!dto) throw new Error(`no type ${event.type}`);
  return validateSync(plainToInstance(dto, event.data), { whitelist: true, forbidNonWhitelisted: true });
}
const ofType = (type: string): HubEvent => {
  const found = fixture.find((event) => event.type === type);
  if (!found) throw new Error(`no fixture of ${type}`);
  return found;
};

describe('agriculture pack', () => {
  test('is complete and its board can be drawn', () => {
    expect(() => new Catalogue([pack])).not.toThrow();
    expect(() => checkBoard(pack)).not.toThrow();
  });

  test('fixtures are valid messages, one of each type', () => {
    expect(fixture.map(({ type }) => type).sort()).toEqual(pack.events.map(({ type }) => type).sort());
    for (const event of fixture) expect(faults(event)).toEqual([]);
  });

  test('water level gives the alarm level where one is published', () => {
    expect(observe(ofType(TYPES.waterLevel))).toEqual({
      'water-level 31135 can-tho': 2.2,
      'water-alarm 31135 can-tho': 3,
    });
    expect([1.59, 1.6, 1.8, 1.99, 2].map((level) => alarmOf('can-tho', level, rules))).toEqual([0, 1, 2, 2, 3]);
    expect(alarmOf('dai-ngai', 1.9, rules)).toBe(2);
    expect(alarmOf('ngoai-danh-sach', 9, rules)).toBeNull();
  });

  test('a pond is out of limits by each value that is, and by the limits of what lives in it', () => {
    const pond = '31783 ao-vinh-chau-2';
    const reading = ofType(TYPES.pond);
    expect(observe(reading)).toMatchObject({
      [`pond-breaches ${pond} oxygen`]: 1,
      [`pond-breaches ${pond} ph`]: 1,
    });
    expect(observe({ ...reading, data: { pond: 'ao-vinh-chau-2', kind: 'catfish', oxygen: 2.1 } })).toEqual({
      [`pond-oxygen ${pond}`]: 2.1,
    });
  });

  test('a place without a unit in the event has its own, and a null is no reading', () => {
    expect(observe(ofType(TYPES.weather))).toMatchObject({ 'rain 31135 kt-can-tho': 0.4 });
    expect(observe(ofType(TYPES.soil))).toEqual({
      'soil-moisture 31567 ruong-my-tu': 38.5,
      'soil-ph 31567 ruong-my-tu': 5.8,
    });
    expect(observe(ofType(TYPES.trap))).toEqual({
      'trap-count 31567 bd-my-tu ray-nau': 1250,
      'trap-count 31567 bd-my-tu khac': 88,
    });
  });
});

describe('agriculture simulation', () => {
  const day = (text: string, seed: number) => {
    const from = at(text);
    return [...simulation.events({ from, to: from + DAY_MS, seed, pace: 1 })];
  };

  test.each([
    ['2025-02-23T00:00', 0],
    ['2025-04-05T00:00', 1],
  ] as const)('replays the published salinity of %s within 0.1‰', (text, n) => {
    const events = day(text, 7);
    for (const [station, figures] of Object.entries(PUBLISHED)) {
      const values = events
        .filter(({ type, subject }) => type === TYPES.salinity && subject === station)
        .map(({ data }) => Number(data['salinity']));
      expect(values).toHaveLength(96);
      expect(Math.abs(Math.max(...values) - figures[n][0])).toBeLessThanOrEqual(0.1);
      expect(Math.abs(Math.min(...values) - figures[n][1])).toBeLessThanOrEqual(0.1);
    }
  });

  test('shows salt in the rains too, and bounded values in every month', () => {
    for (const text of ['2026-01-05T00:00', '2026-06-30T00:00', '2026-11-22T00:00', '2027-03-20T00:00']) {
      for (const event of day(text, 1)) {
        expect(faults(event)).toEqual([]);
        if (event.type === TYPES.salinity) expect(Number(event.data['salinity'])).toBeLessThan(25);
      }
    }
    const november = day('2026-11-22T00:00', 1).filter(({ type }) => type === TYPES.salinity);
    expect(Math.max(...november.map(({ data }) => Number(data['salinity'])))).toBeGreaterThan(10);
  });

  test('traps are silent by day', () => {
    const hours = day('2026-11-22T00:00', 1)
      .filter(({ type }) => type === TYPES.trap)
      .map(({ time }) => Math.floor(((time + 7 * HOUR_MS) % DAY_MS) / HOUR_MS));
    expect(hours.length).toBeGreaterThan(60);
    expect(hours.filter((hour) => hour > 5 && hour < 18)).toEqual([]);
  });

  test('gives the same events however time is cut', () => {
    const from = at('2026-11-22T00:00');
    const cuts = [0, 1_234_567, 5_000_000, 40_000_001, DAY_MS];
    const cut = cuts
      .slice(1)
      .flatMap((end, n) => [...simulation.events({ from: from + (cuts[n] ?? 0), to: from + end, seed: 7, pace: 1 })]);
    const text = (events: HubEvent[]): string[] => events.map((event) => JSON.stringify(event)).sort();
    expect(text(cut)).toEqual(text(day('2026-11-22T00:00', 7)));
    expect(new Set(cut.map(({ id, source }) => `${source} ${id}`)).size).toBe(cut.length);
  });

  test('each scenario disturbs as it says', () => {
    const start = at('2026-11-22T09:00');
    const play = (name: string, minutes: number): HubEvent[] => {
      const scenario = simulation.scenarios.find((candidate) => candidate.name === name);
      return [...(scenario?.events?.({ from: start, to: start + minutes * 60_000, start, seed: 1 }) ?? [])];
    };
    const surge = play('salinity-surge', 12).filter(({ subject }) => subject === 'nga-nam');
    expect(Number(surge.at(-1)?.data['salinity'])).toBeGreaterThan(8);
    expect(play('planthopper-peak', 1)).toHaveLength(3);
    expect(play('reconnect-flood', 360).length).toBe(360 * 12);
    expect(play('silent-source', 60)).toEqual([]);
  });
});
