import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DAY_MS, dayName, monthStart, periodStart, weekStart } from './period.js';

const local = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Asia/Ho_Chi_Minh',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});
const times = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2100, 0, 1) });

describe('periods', () => {
  test('a day is the day that Intl names in Asia/Ho_Chi_Minh', () => {
    fc.assert(
      fc.property(times, (time) => {
        expect(dayName(time)).toBe(local.format(time));
        const start = periodStart('d', time);
        expect(dayName(start)).toBe(dayName(time));
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
