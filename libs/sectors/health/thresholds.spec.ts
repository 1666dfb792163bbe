import { describe, expect, test } from '@jest/globals';
import { DAY_MS, type HubEvent } from '#libs/contracts';
import { evaluateBy, evaluateFormula, evaluateTile, explainFormula, levelOf, type Sight } from '#libs/live';
import { createPack, enteredType, formula } from '#libs/sector-kit';
import { sightOf } from '../../../test/support/pack-checks.js';
import { epidemicLimit, fiveYearMean } from './indicators.js';
import { pack as defined } from './index.js';
import { TYPES } from './types.js';

const pack = createPack('health', defined, undefined);
/** A Tuesday. */
const NOW = Date.parse('2026-11-24T10:00:00+07:00');

const cases = (unit: string, day: string, count: number): HubEvent[] =>
  Array.from({ length: count }, (_, n) => ({
    id: `${unit}/${day}/${n}`,
    source: 's',
    type: TYPES.disease,
    time: Date.parse(`${day}T09:00:00+07:00`),
    unit,
    data: { caseId: `${unit}/${day}/${n}`, icd10: 'A97.0', diagnosedAt: `${day}T08:00:00+07:00` },
  }));

const before = (unit: string, year: number, value: number): HubEvent => ({
  id: `${unit}/${year}`,
  source: 'register',
  type: enteredType('health'),
  time: NOW - DAY_MS,
  unit,
  data: { metric: 'history', dims: ['A97'], period: `${year}-11-01`, value, version: 1 },
});

/** Two old communes, merged since; the sums of the years are 10, 20, 30, 40, 50. */
const HISTORY = [2021, 2022, 2023, 2024, 2025].flatMap((year, i) => [
  before('00001', year, 4 + 2 * i),
  before('00002', year, 6 + 8 * i),
]);
const MERGED = { '00001': '31135', '00002': '31135' };

const read = (sight: Sight, text: string, unit: string): number | null =>
  evaluateBy(sight, formula(text), 'unit', [unit]).get(unit)?.value ?? null;
const indicator = (sight: Sight, code: string): number | null =>
  evaluateFormula(sight, formula(`[health.${code}]`)).value;

describe('monthly limit of an epidemic', () => {
  const events = [...HISTORY, ...cases('31135', '2026-11-03', 60)];

  test('mean and two deviations of the same month of five years, of the communes that were merged together', () => {
    const sight = sightOf(pack, events, NOW, MERGED);
    // Mean (10 + 20 + 30 + 40 + 50) / 5 = 30; squares 400 + 100 + 0 + 100 + 400 = 1000; / 4 = 250.
    expect(read(sight, fiveYearMean('A97'), '31135')).toBe(30);
    expect(read(sight, epidemicLimit('A97'), '31135')).toBeCloseTo(30 + 2 * Math.sqrt(250), 9);
    expect(indicator(sight, 'dengue-epidemic')).toBeCloseTo((100 * 60) / (30 + 2 * Math.sqrt(250)), 9);
  });

  test('without the predecessors the commune of today has no past', () => {
    const sight = sightOf(pack, events, NOW);
    expect(read(sight, fiveYearMean('A97'), '00001')).toBe(8);
    expect(read(sight, fiveYearMean('A97'), '31135')).toBeNull();
  });

  test('a year that the hub counted itself needs no entry', () => {
    const own = [...HISTORY.filter(({ data }) => data['period'] !== '2025-11-01'), ...cases('31135', '2025-11-07', 80)];
    const mean = (events: HubEvent[]) => read(sightOf(pack, events, NOW, MERGED), fiveYearMean('A97'), '31135');
    expect(mean([...own, ...cases('31135', '2025-10-30', 1)])).toBe((10 + 20 + 30 + 40 + 80) / 5);
    // A month in the middle of which it began to count is not known as a whole.
    expect(mean(own)).toBe((10 + 20 + 30 + 40) / 4);
  });

  test('fewer than three known years of five are no mean', () => {
    const sight = sightOf(pack, HISTORY.slice(6), NOW, MERGED);
    expect(read(sight, fiveYearMean('A97'), '31135')).toBeNull();
  });
});

test('an indicator is over its limit above 100 %, not at it', () => {
  const even = HISTORY.map((event) => ({ ...event, data: { ...event.data, value: 5 } }));
  const level = (count: number) => {
    const sight = sightOf(pack, [...even, ...cases('31135', '2026-11-03', count)], NOW, MERGED);
    const found = pack.indicators.find(({ code }) => code === 'health.dengue-epidemic');
    return levelOf(indicator(sight, 'dengue-epidemic'), found?.levels, NOW);
  };
  // Ten cases in each of five years: the limit is ten.
  expect([level(10), level(11)]).toEqual(['ok', 'serious']);
});

describe('weekly warning', () => {
  test('mean and one deviation of the eight weeks before, against this week', () => {
    // Mondays 28/9 to 16/11 with 2, 4, 4, 4, 5, 5, 7, 9: mean 5, squares 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32; / 7.
    const weeks = [2, 4, 4, 4, 5, 5, 7, 9];
    const monday = Date.parse('2026-09-28T00:00:00Z');
    const events = weeks.flatMap((count, i) =>
      cases('31135', new Date(monday + 7 * i * DAY_MS).toISOString().slice(0, 10), count),
    );
    const sight = sightOf(pack, [...events, ...cases('31135', '2026-11-23', 10)], NOW);
    expect(indicator(sight, 'dengue-warning')).toBeCloseTo((100 * 10) / (5 + Math.sqrt(32 / 7)), 9);
  });
});

describe('before everybody', () => {
  const table = pack.board.tiles.find(({ id }) => id === 'communes');
  const stateOf = (shared: boolean) => {
    const events = [...HISTORY, ...cases('31135', '2026-11-03', 60), ...cases('31120', '2026-11-03', 3)];
    events.push(...cases('31147', '2026-11-03', 9));
    const sight = sightOf(pack, events, NOW, MERGED);
    const context = { ...sight, scope: { ...sight.scope, shared }, packs: [pack], sources: [], visible: [] };
    const state = table && evaluateTile(table, context as never);
    return state?.kind === 'table' ? state : null;
  };

  test('a commune with three cases is left out, and another with it, so that a total does not tell', () => {
    const cells = (shared: boolean) => stateOf(shared)?.rows.map(({ key, cells: [, count] }) => [key, count]);
    expect(cells(false)).toEqual([
      ['31135', 60],
      ['31120', 3],
      ['31147', 9],
    ]);
    expect(cells(true)).toEqual([['31135', 60]]);
    expect(stateOf(true)?.hiddenBelow).toBe(5);
  });

  test('two tiles that cut the same persons differently do not give a small count by subtraction', () => {
    const hfm = (unit: string, count: number) =>
      cases(unit, '2026-11-03', count).map((event): HubEvent => {
        const id = `h${event.id}`;
        return { ...event, id, data: { ...event.data, caseId: id, icd10: 'B08.4' } };
      });
    // Communes with a few cases each, hidden anyway: among them what is hidden elsewhere may lie as well.
    const few = [
      ...['31147', '31150', '31153'].flatMap((unit) => cases(unit, '2026-11-03', 3)),
      ...['31156', '31159', '31162'].flatMap((unit) => hfm(unit, 3)),
    ];
    const events = [...few, ...cases('31135', '2026-11-03', 17), ...cases('31120', '2026-11-04', 60)];
    const shown = (sick: number) => {
      const sight = sightOf(pack, [...events, ...hfm('31135', sick), ...HISTORY], NOW, MERGED);
      const units = { ...sight.units, find: () => ({ name: '', lon: 105, lat: 10 }) };
      const context = { ...sight, units, scope: { ...sight.scope, shared: true }, packs: [pack], sources: [] } as never;
      const state = (id: string) => evaluateTile(pack.board.tiles.find((tile) => tile.id === id) as never, context);
      const [map, communes] = [state('map'), state('communes')];
      const both = map.kind === 'map' ? map.points.find(({ key }) => key === 'unit:31135')?.value : undefined;
      const dengue = communes.kind === 'table' ? communes.rows.find(({ key }) => key === '31135')?.cells[1] : undefined;
      return [both ?? null, dengue ?? null];
    };
    // Hand-foot-mouth in the commune: 20 is no secret, 3 is.
    expect(shown(20)).toEqual([37, 17]);
    expect(shown(3)).toContain(null);
  });

  test('neither an explanation nor a share that is made of it tells a small count', () => {
    const sight = sightOf(pack, [...HISTORY, ...cases('31135', '2026-11-24', 3)], NOW, MERGED);
    const explained = (shared: boolean, code: string) =>
      JSON.stringify(explainFormula({ ...sight, scope: { ...sight.scope, shared } }, formula(`[health.${code}]`)));
    expect(explained(false, 'dengue-week')).toContain('"value":3');
    expect(explained(true, 'dengue-week')).not.toContain('"value":3');
    expect(explained(false, 'dengue-epidemic')).toContain(String((100 * 3) / (30 + 2 * Math.sqrt(250))).slice(0, 10));
    expect(explained(true, 'dengue-epidemic')).not.toMatch(/"value":(3[,}]|4\.8)/);
  });

  test('what years had is compared with, whichever of them knows the commune', () => {
    expect(stateOf(false)?.rows[0]?.cells[2]).toBe(30);
  });
});
