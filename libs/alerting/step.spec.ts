import { describe, expect, it } from '@jest/globals';
import type { Rule } from '#libs/contracts';
import fc from 'fast-check';
import { nextTurn } from './in-force.js';
import { type Decision, type RuleState, step } from './step.js';
import { beyond } from './verdict.js';

/** Monday, 2026-11-23, 08:00 in Vietnam. */
const START = Date.parse('2026-11-23T01:00:00Z');

const rule = (more: Partial<Rule> = {}): Rule => ({
  id: 'own.test',
  title: { vi: 'Thử', en: 'Test' },
  sector: 'none',
  severity: 'warning',
  note: { vi: '', en: '' },
  condition: { kind: 'threshold', value: '1', above: 10 },
  ...more,
});

/** A value from a moment on: seconds after the start. */
type Course = readonly (readonly [at: number, value: number | null])[];
interface Happened {
  at: number;
  what: Exclude<Decision, { kind: 'none' }>;
}

/** Looks at every change, whenever time alone says so, and at `extra` moments; all in seconds. */
function run(one: Rule, course: Course, options: { extra?: readonly number[]; until: number }) {
  const happened: Happened[] = [];
  let state: RuleState | null = null;
  let value: number | null = null;
  const recover = typeof one.recover === 'number' ? { recover: one.recover } : {};
  const look = (at: number): void => {
    const now = START + at * 1000;
    const reading = { key: 'a', ...beyond(value, { above: 10, ...recover }) };
    // What is stored passes through JSON, and whoever looks next may be another process.
    const before: RuleState | null = state === null ? null : (JSON.parse(JSON.stringify(state)) as RuleState);
    const stepped = step(one, before, reading, now);
    state = stepped.state;
    if (stepped.decision.kind === 'none') return;
    happened.push({ at, what: stepped.decision });
    if (stepped.decision.kind === 'fire' && state && !stepped.decision.reopen) state.alertId = `alert-${at}`;
  };
  const changes = new Map(course);
  const planned = [...new Set([0, ...changes.keys(), ...turnsOf(one), ...(options.extra ?? []), options.until])]
    .filter((at) => at <= options.until)
    .sort((a, b) => a - b);
  for (const at of planned) {
    for (let due = dueOf(state); due !== null && due < at; due = dueOf(state)) look(due);
    value = changes.has(at) ? (changes.get(at) ?? null) : value;
    look(at);
  }
  return { happened, state: state as RuleState | null };
}

/** When the rule's own hours begin and end, within an hour. */
function turnsOf(one: Rule): number[] {
  const turns: number[] = [];
  for (let at: number | null = START; (at = nextTurn(one, at)) !== null && at < START + 3_600_000;)
    turns.push((at - START) / 1000);
  return turns;
}

const dueOf = (state: RuleState | null): number | null => (state?.dueAt == null ? null : (state.dueAt - START) / 1000);
const told = ({ happened }: { happened: Happened[] }): string[] =>
  happened.map(({ at, what }) => {
    const marks = what.kind === 'fire' ? [what.reopen && 'reopen', what.flapping && 'flapping'].filter(Boolean) : [];
    return [at, what.kind, ...marks].join(' ');
  });

const courses: fc.Arbitrary<Course> = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 90 }), fc.constantFrom(0, 8, 10, 12, null)), {
    minLength: 1,
    maxLength: 25,
  })
  .map((parts) => {
    let at = 0;
    return parts.map(([gap, value]) => [(at += gap), value] as const);
  });
const rules: fc.Arbitrary<Rule> = fc
  .record({
    for: fc.constantFrom(0, 30, 60),
    keepFiring: fc.constantFrom(0, 45),
    recover: fc.constantFrom(undefined, 5, 8),
    noData: fc.constantFrom(undefined, 'ok' as const, 'keep' as const, 'fire' as const),
    flapping: fc.constantFrom(undefined, { times: 2, minutes: 3 }, { times: 4, minutes: 10 }),
    hours: fc.constantFrom(undefined, { days: [1], from: '08:05', to: '08:15' }),
  })
  .map((more) => rule(Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined))));
const UNTIL = 3_000;

describe('step', () => {
  it('holds for exactly `for` before it fires', () => {
    const seconds = fc.integer({ min: 0, max: 120 });
    fc.assert(
      fc.property(courses, seconds, (course, wait) => {
        const holding: [number, number][] = [];
        let since: number | null = null;
        for (const [at, value] of [...course, [UNTIL, 0] as const]) {
          const holds = value !== null && value >= 10;
          if (holds) since ??= at;
          else if (since !== null) {
            holding.push([since, at]);
            since = null;
          }
        }
        const wanted = holding.filter(([from, to]) => to - from > wait).map(([from]) => from + wait);
        const { happened } = run(rule({ for: wait }), course, { until: UNTIL });
        expect(happened.filter(({ what }) => what.kind === 'fire').map(({ at }) => at)).toEqual(wanted);
      }),
      { seed: 1 },
    );
  });

  it('never fires twice without an end between, nor ends what does not fire', () => {
    fc.assert(
      fc.property(rules, courses, (one, course) => {
        const kinds = run(one, course, { until: UNTIL }).happened.map(({ what }) => what.kind);
        kinds.forEach((kind, i) => expect(kind).toBe(i % 2 === 0 ? 'fire' : 'end'));
      }),
      { seed: 2 },
    );
  });

  it('ends with its reason: the value came back, there is none, its hours are over, it is looked at no longer', () => {
    const firing: RuleState = { phase: 'firing', since: START, dueAt: null, value: 12, alertId: 'a', firings: [] };
    const why = (one: Rule, value: number | null, more = {}) => {
      const reading = { key: 'a', ...beyond(value, { above: 10 }), ...more };
      const { decision } = step(one, firing, reading, START);
      return decision.kind === 'end' ? decision.why : decision.kind;
    };
    expect(why(rule(), 5)).toBe('back');
    expect(why(rule(), null)).toBe('no-data');
    expect(why(rule({ noData: 'keep' }), null)).toBe('none');
    expect(why(rule({ validTo: '2026-11-22' }), 12)).toBe('not-in-force');
    expect(why(rule(), null, { holds: false, back: true, gone: true })).toBe('not-watched');
    // What was kept for a while goes by what is known at its end.
    const ending: RuleState = { ...firing, phase: 'ending' };
    const { decision } = step(rule({ keepFiring: 60 }), ending, { key: 'a', ...beyond(null, {}) }, START + 60_000);
    expect(decision).toEqual({ kind: 'end', why: 'no-data' });
  });

  it('comes to the same however often it looks between', () => {
    const extra = fc.array(fc.integer({ min: 0, max: UNTIL - 1 }), { maxLength: 60 });
    fc.assert(
      fc.property(rules, courses, extra, (one, course, looks) => {
        expect(run(one, course, { extra: looks, until: UNTIL })).toEqual(run(one, course, { until: UNTIL }));
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  it('ends only past the recovery threshold', () => {
    const course: Course = [
      [0, 12],
      [10, 8],
      [20, 11],
      [30, 7],
      [40, 5],
      [50, 8],
    ];
    expect(told(run(rule({ recover: 5 }), course, { until: 60 }))).toEqual(['0 fire', '40 end']);
    expect(told(run(rule(), course, { until: 60 }))).toEqual(['0 fire', '10 end', '20 fire', '30 end']);
  });

  it('keeps an alert for a while after its condition, and goes on with it when that comes back', () => {
    const course: Course = [
      [0, 12],
      [10, 0],
      [30, 12],
      [40, 0],
    ];
    expect(told(run(rule({ keepFiring: 60 }), course, { until: 200 }))).toEqual(['0 fire', '100 end']);
  });

  it('damps what flaps: the same alert again, marked, until it has been quiet as long', () => {
    const course: Course = [
      [0, 12],
      [10, 0],
      [20, 12],
      [30, 0],
      [40, 12],
      [50, 0],
      [100, 12],
      [110, 0],
      [1000, 12],
      [1010, 0],
    ];
    const { happened, state } = run(rule({ flapping: { times: 3, minutes: 2 } }), course, { until: 2000 });
    expect(told({ happened })).toEqual([
      '0 fire',
      '10 end',
      '20 fire reopen',
      '30 end',
      '40 fire reopen flapping',
      // Not at 50, nor with the firing at 100: quiet since 110.
      '230 end',
      '1000 fire',
      '1010 end',
    ]);
    expect(state).toBeNull();
  });

  it('without data does as the rule says', () => {
    const course: Course = [
      [0, 12],
      [10, null],
      [20, 0],
      [30, null],
    ];
    expect(told(run(rule(), course, { until: 60 }))).toEqual(['0 fire', '10 end']);
    expect(told(run(rule({ noData: 'keep' }), course, { until: 60 }))).toEqual(['0 fire', '20 end']);
    expect(told(run(rule({ noData: 'fire' }), course, { until: 60 }))).toEqual(['0 fire', '20 end', '30 fire']);
  });

  it('outside its hours and days nothing holds', () => {
    const course: Course = [[0, 12]];
    const hours = { days: [1], from: '08:05', to: '08:15' };
    // Before the hours begin nothing is remembered that could wake up: whoever looks does so at `nextTurn`.
    expect(told(run(rule({ hours, for: 60 }), course, { until: 2000 }))).toEqual(['360 fire', '900 end']);
    // Nor is anything kept there, whether its condition ends with the hours or before them.
    const kept = rule({ hours, keepFiring: 600 });
    expect(told(run(kept, course, { until: 2000 }))).toEqual(['300 fire', '900 end']);
    const early: Course = [...course, [800, 0]];
    expect(told(run(kept, early, { until: 2000 }))).toEqual(['300 fire', '900 end']);
    const state: RuleState = { phase: 'firing', since: START, dueAt: null, value: 12, alertId: 'a', firings: [] };
    const back = step(kept, state, { key: 'a', ...beyond(0, { above: 10 }) }, START + 800_000);
    expect(dueOf(back.state)).toBe(900);
    expect(told(run(rule({ validTo: '2026-11-22' }), course, { until: 2000 }))).toEqual([]);
    expect(told(run(rule({ validFrom: '2026-11-23' }), course, { until: 2000 }))).toEqual(['0 fire']);
  });
});
