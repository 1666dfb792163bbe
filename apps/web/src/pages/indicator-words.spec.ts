import { afterEach, expect, test } from '@jest/globals';
import { MONTH } from '#libs/contracts';
import { setLanguage } from '../language.js';
import { levelWords, promiseText } from './indicator-words.js';

afterEach(() => setLanguage('vi'));

const salt = { unit: { vi: '‰', en: '‰' }, digits: 2 };

test('thresholds are said in words that tell which way they hold', () => {
  const levels = [
    { level: 'attention', above: 1 },
    { level: 'serious', above: 4 },
  ] as const;
  expect(levelWords({ levels: [...levels], format: salt })).toEqual(['Chú ý từ 1 ‰', 'Nghiêm trọng từ 4 ‰']);
  setLanguage('en');
  expect(levelWords({ levels: [...levels], format: salt })).toEqual(['Attention from 1 ‰', 'Serious from 4 ‰']);
});

test('strict and inclusive limits read differently, and a fine one is not rounded away', () => {
  const percent = { unit: { vi: '%', en: '%' }, digits: 0 };
  const said = (limit: object): string[] => levelWords({ levels: [{ level: 'critical', ...limit }], format: percent });
  expect([{ above: 95 }, { over: 100 }, { below: 50 }, { under: 99.95 }].flatMap(said)).toEqual([
    'Khẩn cấp từ 95 %',
    'Khẩn cấp trên 100 %',
    'Khẩn cấp từ 50 % trở xuống',
    'Khẩn cấp dưới 99,95 %',
  ]);
  const month = { unit: { vi: '', en: '' }, digits: MONTH };
  expect(levelWords({ levels: [{ level: 'serious', over: 24_340 }], format: month })).toEqual([
    'Nghiêm trọng trên 2028-05',
  ]);
});

test('a threshold that counts for a time only says so', () => {
  const levels = [{ level: 'serious', above: 4, validFrom: '2021-07-01', validTo: '2026-06-30' } as const];
  expect(levelWords({ levels, format: salt })).toEqual([
    'Nghiêm trọng từ 4 ‰ (từ ngày 2021-07-01 đến hết ngày 2026-06-30)',
  ]);
});

test('a promised interval is said in words', () => {
  expect([300, 86_400, null].map(promiseText)).toEqual(['mỗi 5 phút', 'mỗi 1 ngày', '–']);
});
