import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CalendarStep } from './measure.js';
import {
  isDayName,
  calendarShift,
  calendarStart,
  DAY_MS,
  dayName,
  dayStart,
  monthStart,
  periodStart,
  weekStart,
} from './period.js';

const local = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Asia/Ho_Chi_Minh',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});
const times = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2100, 0, 1) });

test.each([
  ['2028-02-29', true],
  ['2026-02-29', false],
  ['2026-13-01', false],
  ['2026-11-32', false],
  ['26-11-22', false],
  ['2026-11-22 ', false],
])('the name of a day that there is: %s', (text, is) => expect(isDayName(text)).toBe(is));

describe('periods', () => {
  test('a day is the day that Intl names in Asia/Ho_Chi_Minh', () => {
    fc.assert(
      fc.property(times, (time) => {
        expect(dayName(time)).toBe(local.format(time));
        const start = periodStart('d', time);
        expect(dayName(start)).toBe(dayName(time));
        expect(dayStart(dayName(time))).toBe(start);
        expect(dayName(start - 1)).not.toBe(dayName(time));
        expect(time - start).toBeLessThan(DAY_MS);
      }),
    );
  });

  test('weeks start on Monday, months on the first, both at local midnight', () => {
    expect(new Date(weekStart(Date.UTC(2026, 10, 22, 16, 59))).toISOString()).toBe('2026-11-15T17:00:00.000Z');
    expect(new Date(weekStart(Date.UTC(2026, 10, 22, 17, 0))).toISOString()).toBe('2026-11-22T17:00:00.000Z');
    expect(new Date(monthStart(Date.UTC(2026, 10, 30, 17, 0))).toISOString()).toBe('2026-11-30T17:00:00.000Z');
  });
});

describe('periods of the calendar', () => {
  const at = (text: string): number => Date.parse(`${text}+07:00`);

  test.each<[CalendarStep, string]>([
    ['day', '2026-11-23T00:00:00'],
    ['week', '2026-11-23T00:00:00'],
    ['month', '2026-11-01T00:00:00'],
    ['quarter', '2026-10-01T00:00:00'],
    ['year', '2026-01-01T00:00:00'],
  ])('the running %s starts at %s', (step, start) => {
    expect(calendarStart(step, at('2026-11-23T00:00:00'))).toBe(at(start));
    expect(calendarStart(step, at('2026-11-23T23:59:59'))).toBe(at(start));
  });

  test('the same moment of another period; a month that is too short ends earlier', () => {
    expect(calendarShift('month', at('2026-03-31T14:32:05'), -1)).toBe(at('2026-02-28T14:32:05'));
    expect(calendarShift('year', at('2028-02-29T08:00:00'), -1)).toBe(at('2027-02-28T08:00:00'));
    expect(calendarShift('quarter', at('2026-01-15T08:00:00'), -1)).toBe(at('2025-10-15T08:00:00'));
    expect(calendarShift('week', at('2026-01-01T08:00:00'), -1)).toBe(at('2025-12-25T08:00:00'));
    expect(calendarShift('month', at('2026-12-31T23:59:00'), 2)).toBe(at('2027-02-28T23:59:00'));
  });
});
