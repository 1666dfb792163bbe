import { afterEach, describe, expect, test } from '@jest/globals';
import {
  formatAge,
  formatAsOf,
  formatAxis,
  formatChange,
  formatClock,
  formatDuration,
  formatMoment,
  formatNumber,
  formatWeekday,
} from './format.js';
import { unitWord } from '#libs/contracts';
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

test('a length of time is said in its largest units', () => {
  expect([0, 45, 5_400, 168 * 3_600, 90_061].map(formatDuration)).toEqual([
    '0 giây',
    '45 giây',
    '1 giờ 30 phút',
    '7 ngày',
    '1 ngày 1 giờ',
  ]);
});

test('English says one task and two tasks; symbols have no plural', () => {
  const written = (vi: string, en: string, value: number, language: 'vi' | 'en' = 'en') =>
    unitWord({ unit: { vi, en } }, value, language);
  expect([written('nhiệm vụ', 'tasks', 1), written('nhiệm vụ', 'tasks', 2)]).toEqual(['task', 'tasks']);
  expect([written('nhiệm vụ', 'tasks', 1, 'vi'), written('', 'ms', 1), written('', 'beds', 1)]).toEqual([
    'nhiệm vụ',
    'ms',
    'bed',
  ]);
  expect(written('', 'facilities', 1)).toBe('facility');
});
