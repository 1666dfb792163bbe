import { afterEach, describe, expect, test } from '@jest/globals';
import {
  formatAge,
  formatAsOf,
  formatAxis,
  formatChange,
  formatClock,
  formatMoment,
  formatNumber,
  formatWeekday,
} from './format.js';
import { setLanguage } from './language.js';

afterEach(() => setLanguage('vi'));
const at = Date.UTC(2026, 10, 22, 7, 32, 5);

describe('numbers', () => {
  test('are Vietnamese by default and English on a switch', () => {
    expect(formatNumber(1234.5, 1)).toBe('1.234,5');
    expect(formatNumber(-1234567, 0)).toBe('−1.234.567');
    setLanguage('en');
    expect(formatNumber(1234.5, 1)).toBe('1,234.5');
  });

  test('never read as a negative zero', () => {
    expect(formatNumber(-0.04, 1)).toBe('0,0');
    expect(formatChange(-0.04, 1)).toBe('0,0');
    expect(formatChange(0.04, 1)).toBe('0,0');
  });

  test('a change carries its sign', () => {
    expect(formatChange(30, 0)).toBe('+30');
    expect(formatChange(-30, 0)).toBe('−30');
  });

  test('an axis shows no more digits than it needs', () => {
    expect(formatAxis(5, 2)).toBe('5');
    expect(formatAxis(2.5, 2)).toBe('2,5');
  });
});

describe('times are of Vietnam wherever the screen is', () => {
  test('clock, moment and weekday', () => {
    expect(formatClock(at)).toBe('14:32:05');
    expect(formatMoment(at)).toBe('22/11/2026 14:32');
    expect(formatWeekday(at)).toBe('Chủ nhật');
    expect(formatMoment(Date.UTC(2026, 11, 31, 17, 0))).toBe('01/01/2027 00:00');
  });

  test('as-of names the day when it is another', () => {
    expect(formatAsOf(at, at + 3_600_000)).toBe('14:32');
    expect(formatAsOf(at, at + 12 * 3_600_000)).toBe('22/11 14:32');
  });

  test('ages', () => {
    expect([0, 42, 125, 7_300, 200_000].map((s) => formatAge(s * 1000))).toEqual([
      'vừa xong',
      '42 giây trước',
      '2 phút trước',
      '2 giờ trước',
      '2 ngày trước',
    ]);
    expect(formatAge(-5_000)).toBe('vừa xong');
  });
});
