import { describe, expect, it } from '@jest/globals';
import type { Rule } from '#libs/contracts';
import { Catalogue, formula, type SectorPack } from '#libs/sector-kit';
import { faultsOf } from './check-rule.js';

const same = (text: string) => ({ vi: text, en: text });
const format = { unit: same(''), digits: 0 };

const pack: SectorPack = {
  id: 'wells',
  title: same('Wells'),
  events: [],
  metrics: [
    { code: 'wells.depth', title: same('Depth'), kind: 'reading', dims: ['unit', 'well'], format },
    { code: 'wells.pumps', title: same('Pumps'), kind: 'flow', dims: ['well'], format },
  ],
  projections: [],
  indicators: [
    { code: 'wells.deep', title: same('Deep'), formula: formula('max(wells.depth, today)'), format, note: same('') },
    {
      code: 'wells.aim',
      title: same('Aim'),
      formula: formula('sum(wells.pumps, today)'),
      format,
      note: same(''),
      target: 9,
    },
  ],
  board: { id: 'wells', title: same('Wells'), distance: 5, tiles: [] },
  overview: [],
  labels: {},
};
const catalogue = new Catalogue([pack]);

const good: Rule = {
  id: 'own.deep',
  title: same('Deep'),
  sector: 'wells',
  severity: 'serious',
  note: same('assumed'),
  condition: { kind: 'threshold', value: 'last(wells.depth, 2h)', above: 10 },
  by: 'well',
  recover: 8,
};
const faults = (more: object, rules: readonly Rule[] = []) =>
  faultsOf({ ...good, ...more }, catalogue, { hasUnit: (code) => code === '92', rules });
const condition = (more: object) => faults({ condition: { ...good.condition, ...more }, recover: undefined });

describe('faults of a rule', () => {
  it('finds none in a good one', () => {
    expect(faults({ units: ['92'], hours: 'working', steps: [same('Go')], for: 600 })).toEqual([]);
  });

  it('knows codes of agencies by their form, and what only a silent source can mute', () => {
    expect(faults({ agency: 'H92.5' })).toEqual([]);
    for (const agency of ['H92.', 'Sở Y tế', 'H9', 'h92.5'])
      expect(faults({ agency })).toEqual([{ path: '/agency', message: expect.stringContaining('H13.25') }]);
    const inhibits = [{ rules: ['own.x'], same: 'source' }];
    expect(faults({ inhibits })).toEqual([
      { path: '/inhibits/0/same', message: expect.stringContaining('silent sources') },
    ]);
    const silent = { condition: { kind: 'silent-source', times: 4 }, by: undefined, recover: undefined };
    expect(faults({ ...silent, inhibits }, [{ ...good, id: 'own.x' }])).toEqual([]);
  });

  it('shows a formula where it is wrong', () => {
    expect(condition({ value: 'last(wells.depth, 2x)' })).toEqual([
      { path: '/condition/value', message: expect.stringContaining('window'), at: 18 },
    ]);
    expect(condition({ value: '2 * last(wells.dept, 2h)' })).toEqual([
      { path: '/condition/value', message: 'there is no metric wells.dept', at: 9 },
    ]);
    expect(condition({ above: 'last(wells.depth, 1h, pond: a)' })[0]).toMatchObject({
      path: '/condition/above',
      message: expect.stringContaining('no dimension pond'),
    });
    expect(condition({ value: '[wells.lost]' })[0]).toMatchObject({
      message: 'there is no indicator wells.lost',
      at: 1,
    });
    expect(condition({ value: 'sum(wells.depth, today) / (3 - 3)' })[0]).toMatchObject({
      message: 'divides by zero',
      at: 24,
    });
    expect(condition({ value: '1 + 2' })[0]?.message).toMatch(/measures nothing/);
  });

  it('refuses limits that never or always hold, and a recovery on the wrong side', () => {
    expect(condition({ above: undefined })[0]).toMatchObject({ path: '/condition' });
    expect(condition({ above: 2, below: 3 })[0]).toMatchObject({ path: '/condition/above' });
    expect(condition({ value: 'count(wells.depth, today)', above: undefined, below: -1 })[0]?.message).toMatch(/never/);
    expect(condition({ value: 'least(20, count(wells.depth, today))', above: 21 })[0]?.message).toMatch(/never/);
    expect(condition({ value: 'count(wells.depth, today)', above: 0 })[0]?.message).toMatch(/always/);
    const over = (more: object) => condition({ above: undefined, ...more });
    expect(over({ over: 0, value: 'count(wells.depth, today)' })).toEqual([]);
    expect(over({ over: 'last(wells.depth, 2h)', under: 0 })).toEqual([]);
    expect(condition({ over: 2 })[0]).toMatchObject({ path: '/condition/over' });
    expect(over({ over: 2, below: 2 })[0]).toMatchObject({ path: '/condition/over' });
    expect(over({ over: 2, under: 2 })).toEqual([]);
    expect(over({ under: 0, value: 'count(wells.depth, today)' })[0]?.message).toMatch(/never/);
    expect(over({ over: 20, value: 'least(20, count(wells.depth, today))' })[0]?.message).toMatch(/never/);
    const change = { kind: 'change', minutes: 5, value: 'last(wells.depth, 2h)', above: undefined } as const;
    expect(condition({ ...change, above: 0 })[0]).toMatchObject({ path: '/condition/above' });
    expect(condition({ ...change, below: 1 })[0]).toMatchObject({ path: '/condition/below' });
    expect(condition({ ...change, above: 0.1, below: -0.1 })).toEqual([]);
    expect(condition({ ...change, over: 0 })).toEqual([]);
    expect(faults({ recover: 11 })[0]).toMatchObject({
      path: '/recover',
      message: expect.stringContaining('wrong side'),
    });
    expect(
      faults({ condition: { kind: 'threshold', value: 'last(wells.depth, 2h)', below: 3 }, recover: 2 })[0],
    ).toMatchObject({ path: '/recover' });
  });

  it('names dimensions, units, indicators and targets that are not there', () => {
    expect(faults({ by: 'pond' })[0]?.message).toBe('wells.depth has no dimension pond; it has unit, well');
    expect(faults({ units: ['92', '07'] })[0]).toEqual({ path: '/units/1', message: 'there is no unit 07' });
    const pumps = { kind: 'threshold', value: 'sum(wells.pumps, today)', above: 1 };
    expect(faults({ condition: pumps, recover: undefined, units: ['92'] })[0]).toMatchObject({ path: '/units' });
    const track = { kind: 'off-track', indicator: 'wells.deep', percent: 5, wants: 'above' };
    expect(faults({ condition: track, recover: undefined })[0]?.message).toMatch(/no target/);
    expect(faults({ condition: { ...track, indicator: 'wells.aim' }, recover: undefined })).toEqual([]);
    expect(faults({ condition: { kind: 'silent-source', times: 4 }, recover: undefined })[0]).toMatchObject({
      path: '/by',
    });
    expect(faults({ sector: 'lakes' })[0]).toMatchObject({ path: '/sector' });
  });

  it('finds circles of rules that mute each other', () => {
    const mutes = (id: string, other: string): Rule => ({ ...good, id, inhibits: [{ rules: [other], same: 'key' }] });
    const others = [mutes('own.b', 'own.c'), mutes('own.c', 'own.deep')];
    expect(faults({ inhibits: [{ rules: ['own.b'], same: 'key' }] }, others)[0]).toEqual({
      path: '/inhibits',
      message: 'own.deep → own.b → own.c → own.deep mute each other in a circle',
    });
    expect(faults({ inhibits: [{ rules: ['own.x'], same: 'key' }] })[0]?.message).toBe('there is no rule own.x');
    const wrong = ['x', { rules: [], same: 'unit' }, { rules: ['own.deep'], same: 'all' }];
    expect(faults({ inhibits: wrong }).map(({ path }) => path)).toEqual([
      '/inhibits/0',
      '/inhibits/1/rules',
      '/inhibits/2/rules',
      '/inhibits/2/same',
    ]);
  });

  it('refuses hours, days and fields that mean nothing', () => {
    expect(faults({ hours: { days: [8], from: '7:30', to: '25:00' } }).map(({ path }) => path)).toEqual([
      '/hours/days',
      '/hours/from',
      '/hours/to',
    ]);
    const day = { days: [1], from: '07:30', to: '11:30' };
    expect(faults({ hours: [day, { ...day, from: '13:30', to: '17:00' }] })).toEqual([]);
    expect(faults({ hours: [day, { ...day, days: [], to: '07:30' }, 'working'] }).map(({ path }) => path)).toEqual([
      '/hours/1/days',
      '/hours/1/to',
      '/hours/2',
    ]);
    for (const hours of [[], Array.from({ length: 11 }, () => day)])
      expect(faults({ hours })).toEqual([{ path: '/hours', message: expect.stringContaining('window') }]);
    expect(faults({ validTo: '2027-02-31' })[0]).toMatchObject({ path: '/validTo' });
    expect(faults({ validFrom: '2026-02-01', validTo: '2026-01-01' })[0]).toMatchObject({ path: '/validTo' });
    expect(faults({ fro: 3 })[0]).toEqual({ path: '/fro', message: 'there is no such field' });
    expect(faults({ condition: 'x' })[0]).toMatchObject({ path: '/condition' });
    expect(faultsOf(null, catalogue, { hasUnit: () => true, rules: [] })).toEqual([
      { path: '', message: 'must be an object' },
    ]);
  });
});

describe('a catalogue with rules', () => {
  it('refuses a pack whose rule is wrong, naming both', () => {
    const rule: Rule = { ...good, id: 'wells.deep-now', by: 'pond' };
    expect(() => new Catalogue([{ ...pack, rules: [rule] }])).toThrow(/sector pack wells: rule wells.deep-now: \/by/);
    expect(new Catalogue([{ ...pack, rules: [{ ...rule, by: 'well' }] }]).allRules()).toHaveLength(1);
  });
});
