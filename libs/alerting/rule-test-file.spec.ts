import { describe, expect, it } from '@jest/globals';
import { compareAlerts } from './compare-alerts.js';
import { readRuleTests } from './rule-test-file.js';
import type { RehearsedAlert } from './rule-test.js';

const GOOD = `sector: wells
cases:
  - title: Deep
    from: 2026-03-10 06:00
    to: +2h
    events:
      - { at: '06:00', every: 30m, times: 3, type: well.measured, data: { well: a, note: 'n{n}', depth: 12 } }
      - { at: '-2d 06:00', type: well.measured, data: { well: a, depth: 1 } }
    expect:
      - { rule: deep, key: a, fires: ['06:00', '06:10'], ends: '07:30' }
`;
const at = (text: string): number => Date.parse(`2026-03-10T${text}:00+07:00`);
const alert = (more: Partial<RehearsedAlert> = {}): RehearsedAlert => ({
  rule: 'wells.deep',
  key: 'a',
  severity: 'serious',
  firedAt: at('06:05'),
  endedAt: at('07:30'),
  flapping: false,
  value: 12,
  limit: 10,
  ...more,
});

describe('a file of rule tests', () => {
  it('is read with its times, repetitions and short names', () => {
    const [test] = readRuleTests(GOOD);
    expect(test).toMatchObject({
      rules: [{ id: 'wells.deep', line: 10 }],
      from: at('06:00'),
      to: at('08:00'),
      expect: [{ line: 10, rule: 'wells.deep', fires: [at('06:00'), at('06:10')], ends: [at('07:30'), at('07:30')] }],
    });
    expect(test?.events.map(({ arrives }) => arrives)).toEqual([
      at('06:00') - 2 * 86_400_000,
      at('06:00'),
      at('06:30'),
      at('07:00'),
    ]);
    expect(test?.events[3]?.event).toMatchObject({ type: 'vn.ioc.wells.well.measured.v1', data: { note: 'n3' } });
  });

  it.each([
    ["at: '06:00', every", "at: '25:00', every", /line 7, cases\[1\].events\[1\].at: must be a time/],
    ['every: 30m', 'every: soon', /line 7, .*every: must be a duration/],
    ['title: Deep', 'titel: Deep', /line 3, cases\[1\].titel: there is no such field/],
    ['to: +2h', 'to: -1d 00:00', /line 5, .*to: lies before from/],
    ["fires: ['06:00', '06:10']", 'fires: [1, 2, 3]', /line 10, .*fires: must be a time, or two/],
    ['data: { well: a, depth: 1 }', 'data: 3', /line 8, .*data: must be a mapping/],
    ['    expect:\n      - { rule: deep, key: a,', '    expect:\n      - { rule: deep key: a', /line 10/],
    ['to: +2h', 'to: +400d', /line 5, .*looks/],
  ])('says where it is wrong: %s → %s', (good, bad, message) => {
    expect(() => readRuleTests(GOOD.replace(good, bad))).toThrow(message);
  });

  it('tells what is missing, other than expected, and too much', () => {
    const [test] = readRuleTests(GOOD);
    if (!test) throw new Error('no case');
    const failures = (alerts: RehearsedAlert[]) => compareAlerts(test, alerts).failures.map(({ en }) => en);
    expect(failures([alert()])).toEqual([]);
    expect(failures([])).toEqual([
      'expected wells.deep [a] to fire 2026-03-10 06:00 – 2026-03-10 06:10, and it did not',
    ]);
    expect(failures([alert({ endedAt: null })])).toEqual([
      'wells.deep [a]: expected to end 2026-03-10 07:30, it goes on',
    ]);
    expect(failures([alert({ firedAt: at('06:20') })])[0]).toMatch(/it fired 2026-03-10 06:20/);
    expect(failures([alert(), alert({ key: 'b' })])[0]).toMatch(/not expected: wells.deep \[b\]/);
  });
});
