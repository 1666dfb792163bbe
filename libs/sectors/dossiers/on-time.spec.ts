import { describe, expect, test } from '@jest/globals';
import { workingClock } from '#libs/sector-kit';
import { judge, type Case } from './on-time.js';
import { waitsOf, withStep, type Step } from './waits.js';

const at = (text: string): number => Date.parse(`2026-11-${text}+07:00`);
const rules = { clock: workingClock(), dueMovesWithWait: false };
/** Due on Wednesday 18 November 2026 at 17:00. */
const DUE = at('18T17:00');
/** Requests are the waits, unless a test says otherwise. */
const caseOf = (given: Partial<Case>): Case => ({
  due: DUE,
  end: null,
  waits: [],
  requests: given.waits ?? [],
  ...given,
});
const verdict = (given: Partial<Case>, now = at('30T08:00'), more = {}): boolean =>
  judge(caseOf(given), now, { ...rules, ...more }).onTime;

describe('formula 2.1', () => {
  test('clause 1: ended by the due time, to the minute', () => {
    expect(verdict({ end: DUE })).toBe(true);
    expect(verdict({ end: DUE + 60_000 })).toBe(false);
    expect(verdict({ end: DUE + 60_000, due: null })).toBe(true);
  });

  test('clause 2: what was waited for supplements is taken off, in working time', () => {
    // Friday 15:00 to Monday 9:00 are 3.5 working hours; from Wednesday 17:00 they end on Thursday at 11:00.
    const waits = [{ from: at('13T15:00'), to: at('16T09:00') }];
    expect(verdict({ end: at('19T11:00'), waits })).toBe(true);
    expect(verdict({ end: at('19T11:01'), waits })).toBe(false);
    expect(verdict({ end: at('19T11:00'), waits }, DUE, { dueMovesWithWait: true })).toBe(false);
    expect(verdict({ end: at('19T11:00'), waits: [{ from: at('19T08:00'), to: at('19T10:00') }] })).toBe(false);
  });

  test('clause 3: asked once and not answered, it ended with the request', () => {
    expect(verdict({ waits: [{ from: at('17T10:00'), to: null }] })).toBe(true);
    expect(verdict({ waits: [{ from: at('19T10:00'), to: null }] })).toBe(false);
  });

  test('clause 4: asked more than once, it is overdue', () => {
    const waits = [
      { from: at('12T10:00'), to: at('12T11:00') },
      { from: at('13T10:00'), to: at('13T11:00') },
    ];
    expect(verdict({ end: at('13T12:00'), waits })).toBe(false);
    expect(verdict({ end: at('13T12:00'), waits: waits.slice(0, 1) })).toBe(true);
  });

  test('clauses 3 and 4 speak of supplements alone, whatever else is taken off', () => {
    const waits = [
      { from: at('12T10:00'), to: at('12T11:00') },
      { from: at('13T10:00'), to: at('13T11:00') },
    ];
    expect(verdict({ end: at('13T12:00'), waits, requests: [] })).toBe(true);
    expect(verdict({ end: at('13T12:00'), waits, requests: waits.slice(1) })).toBe(true);
    expect(verdict({ end: at('13T12:00'), waits: [], requests: waits })).toBe(false);
    // Nothing is taken off: not answered it still ended with the request.
    expect(verdict({ waits: [], requests: [{ from: at('17T10:00'), to: null }] })).toBe(true);
    // Not paid yet: the wait that lasts is taken off.
    expect(verdict({ waits: [{ from: at('17T10:00'), to: null }], requests: [] })).toBe(true);
    expect(verdict({ waits: [{ from: at('19T10:00'), to: null }], requests: [] })).toBe(false);
  });

  test('clause 5: without an end it ends with the period, and while that runs the verdict changes by itself', () => {
    const open = (now: number) => judge(caseOf({}), now, rules);
    expect(open(DUE)).toEqual({ onTime: true, deadline: DUE, lateSince: null, until: DUE + 1 });
    expect(open(DUE + 1)).toEqual({ onTime: false, deadline: DUE, lateSince: DUE + 1, until: null });
  });

  test('what is late is so since its due time passed or it was asked twice, whichever was earlier', () => {
    const since = (given: Partial<Case>) => judge(caseOf(given), at('30T08:00'), rules);
    const twice = (day: string) => [
      { from: at('10T10:00'), to: at('10T11:00') },
      { from: at(`${day}T10:00`), to: at(`${day}T11:00`) },
    ];
    expect(since({ end: at('25T10:00') }).lateSince).toBe(DUE + 1);
    expect(since({ waits: [{ from: at('19T10:00'), to: null }] }).lateSince).toBe(DUE + 1);
    expect(since({ end: at('13T12:00'), waits: twice('12') }).lateSince).toBe(at('12T10:00'));
    // Two waits of an hour move the due time from 17:00 to 9:30 of the next day.
    expect(since({ end: at('24T12:00'), waits: twice('23') }).lateSince).toBe(at('19T08:30') + 1);
  });
});

describe('waits', () => {
  const waiting = new Set(['5']);
  const steps = (...given: [string, string][]): Step[] =>
    given.reduce<Step[]>((all, [time, status]) => withStep(all, at(time), status), []);

  test('begin with the first request and end with the next step, whatever is repeated and in whatever order', () => {
    const told = steps(['12T14:00', '4'], ['11T10:00', '5'], ['12T01:00', '5'], ['11T10:00', '5'], ['10T08:00', '4']);
    expect(waitsOf(told, waiting, false)).toEqual([{ from: at('11T10:00'), to: at('12T14:00') }]);
    expect(waitsOf(steps(['11T10:00', '5'], ['12T14:00', '4'], ['13T09:00', '5']), waiting, true)).toEqual([
      { from: at('11T10:00'), to: at('12T14:00') },
      { from: at('13T09:00'), to: null },
    ]);
  });

  test('that nobody reported the end of ended when they were last reported', () => {
    const told = steps(['11T10:00', '5'], ['12T01:00', '5']);
    expect(waitsOf(told, waiting, false)).toEqual([{ from: at('11T10:00'), to: at('12T01:00') }]);
    expect(waitsOf(told, waiting, true)).toEqual([{ from: at('11T10:00'), to: null }]);
  });

  test('are of bounded memory', () => {
    const many = Array.from({ length: 100 }, (_, i) => i).reduce<Step[]>((all, i) => withStep(all, 1000 - i, '4'), []);
    expect(many).toHaveLength(30);
    expect(many[0]).toEqual([901, '4']);
  });
});
