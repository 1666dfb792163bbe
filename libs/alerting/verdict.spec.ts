import { describe, expect, it } from '@jest/globals';
import { isInForce, nextTurn } from './in-force.js';
import { aged, beyond, missed } from './verdict.js';

const at = (text: string): number => Date.parse(`${text}+07:00`);

describe('verdicts', () => {
  it('holds at a limit and is back at its recovery', () => {
    expect(beyond(4, { above: 4, recover: 3.5 })).toEqual({ value: 4, limit: 4, holds: true, back: false });
    expect(beyond(3.9, { above: 4, recover: 3.5 })).toMatchObject({ holds: false, back: false });
    expect(beyond(3.5, { above: 4, recover: 3.5 })).toMatchObject({ holds: false, back: true });
    expect(beyond(2, { below: 3, recover: 4 })).toMatchObject({ holds: true, limit: 3 });
    expect(beyond(4, { below: 3, recover: 4 })).toMatchObject({ holds: false, back: true });
  });

  it('holds beyond a limit only, where it is meant so', () => {
    expect(beyond(0, { over: 0 })).toEqual({ value: 0, limit: 0, holds: false, back: true });
    expect(beyond(0.1, { over: 0 })).toMatchObject({ holds: true, limit: 0 });
    expect(beyond(3, { under: 3 })).toMatchObject({ holds: false });
    expect(beyond(2.9, { over: 9, under: 3, recover: 4 })).toMatchObject({ holds: true, limit: 3 });
    expect(beyond(3.5, { under: 3, recover: 4 })).toMatchObject({ holds: false, back: false });
    expect(beyond(1, { over: null })).toMatchObject({ holds: null });
  });

  it('leaves a range on either side, and names the limit that was passed', () => {
    const range = { above: 30, below: 10 };
    expect(beyond(35, range)).toMatchObject({ holds: true, limit: 30 });
    expect(beyond(5, range)).toMatchObject({ holds: true, limit: 10 });
    expect(beyond(12, range)).toMatchObject({ holds: false, back: true, limit: 10 });
  });

  it('does not judge without data', () => {
    expect(beyond(null, { above: 4 })).toEqual({ value: null, limit: 4, holds: null, back: false });
    expect(beyond(3, { above: null })).toMatchObject({ holds: null });
    expect(beyond(9, { above: null, below: 10 })).toMatchObject({ holds: true, limit: 10 });
    expect(aged(null, 15, 0)).toMatchObject({ holds: null });
  });

  it('tells age from the minute on', () => {
    expect(aged(0, 15, 15 * 60_000 - 1)).toMatchObject({ holds: false, back: true });
    expect(aged(0, 15, 15 * 60_000)).toMatchObject({ holds: true, value: 15 });
  });

  it('tells a missed target on the side that is wanted', () => {
    expect(missed(94, 100, { percent: 5, wants: 'above' })).toMatchObject({ holds: true, limit: 95 });
    expect(missed(95, 100, { percent: 5, wants: 'above' })).toMatchObject({ holds: false });
    expect(missed(106, 100, { percent: 5, wants: 'below' })).toMatchObject({ holds: true, limit: 105 });
    expect(missed(1, null, { percent: 5, wants: 'below' })).toMatchObject({ holds: null });
  });
});

describe('hours of a rule', () => {
  it('looks over midnight and knows its turns', () => {
    const night = { hours: { days: [5], from: '22:00', to: '06:00' } };
    // 2026-11-27 is a Friday.
    expect(isInForce(night, at('2026-11-27T21:59'))).toBe(false);
    expect(isInForce(night, at('2026-11-28T05:59'))).toBe(true);
    expect(isInForce(night, at('2026-11-28T22:30'))).toBe(false);
    expect(nextTurn(night, at('2026-11-28T01:00'))).toBe(at('2026-11-28T06:00'));
    expect(nextTurn(night, at('2026-11-28T07:00'))).toBe(at('2026-12-04T22:00'));
  });

  it('looks in each of several windows, and turns only where none goes on', () => {
    const hours = [
      { days: [1, 2, 3, 4, 5], from: '07:30', to: '11:30' },
      { days: [5], from: '11:30', to: '14:00' },
      { days: [5], from: '13:00', to: '17:00' },
    ];
    expect(isInForce({ hours }, at('2026-11-27T12:00'))).toBe(true);
    expect(isInForce({ hours }, at('2026-11-26T12:00'))).toBe(false);
    expect(nextTurn({ hours }, at('2026-11-27T08:00'))).toBe(at('2026-11-27T17:00'));
    expect(nextTurn({ hours }, at('2026-11-27T17:00'))).toBe(at('2026-11-30T07:30'));
  });

  it('keeps the office hours and their holidays', () => {
    const working = { hours: 'working' as const };
    expect(nextTurn(working, at('2026-11-27T09:00'))).toBe(at('2026-11-27T11:30'));
    expect(nextTurn(working, at('2026-11-27T17:00'))).toBe(at('2026-11-30T07:30'));
    expect(isInForce(working, at('2026-09-02T09:00'))).toBe(false);
  });

  it('begins and ends with its days', () => {
    const days = { validFrom: '2026-12-01', validTo: '2026-12-31' };
    expect(nextTurn(days, at('2026-11-27T09:00'))).toBe(at('2026-12-01T00:00'));
    expect(nextTurn(days, at('2026-12-27T09:00'))).toBe(at('2027-01-01T00:00'));
    expect(nextTurn(days, at('2027-01-01T00:00'))).toBeNull();
    expect(nextTurn({}, 0)).toBeNull();
  });
});
