import { expect, test } from '@jest/globals';
import { CLOCK, DAY, MONTH, type IndicatorValue } from '#libs/contracts';
import { indicatorsFile } from './indicators-file.js';
import { cellOf, levelsCell } from './written-value.js';

const at = Date.parse('2026-11-24T23:30:00+07:00');

test('months, days and moments leave as ISO 8601 of Vietnamese time, numbers as numbers', () => {
  expect([24_340, 24_335, 0].map((value) => cellOf(value, { digits: MONTH }))).toEqual([
    '2028-05',
    '2027-12',
    '0000-01',
  ]);
  expect(cellOf(at, { digits: DAY })).toBe('2026-11-24');
  expect(cellOf(at, { digits: CLOCK })).toBe('2026-11-24T23:30:00+07:00');
  expect([cellOf(24_340, { digits: 0 }), cellOf(null, { digits: MONTH })]).toEqual([24_340, null]);
  expect(cellOf(1e300, { digits: DAY })).toBe('1e+300');
});

test('thresholds say which way they hold', () => {
  const levels = [
    { level: 'attention', under: 80 },
    { level: 'serious', below: 70 },
    { level: 'serious', above: 4 },
    { level: 'critical', over: 5.5, validFrom: '2021-07-01' },
  ] as const;
  expect(levelsCell(levels, { digits: 1 })).toBe(
    'attention < 80; serious <= 70; serious >= 4; critical > 5.5 (2021-07-01/)',
  );
  expect(levelsCell([{ level: 'attention', above: 24_340 }], { digits: MONTH })).toBe('attention >= 2028-05');
});

test('a forecast month stands in the file as one reads it, with the thresholds beside it', () => {
  const one: IndicatorValue = {
    ...{ code: 'a.reached', sector: 'a', title: { vi: 'Đạt', en: 'Reached' }, formula: 'f', note: { vi: '', en: '' } },
    ...{ format: { unit: { vi: '', en: '' }, digits: MONTH }, levels: [{ level: 'serious', over: 24_340 }] },
    ...{ owner: { vi: 'Sở', en: 'Department' }, frequency: 'live', freshness: null, sharing: 'public' },
    ...{
      validFrom: null,
      validTo: null,
      value: 24_341,
      level: 'serious',
      target: 24_340,
      observedAt: null,
      late: false,
      simulated: false,
      entered: false,
      forecast: false,
    },
  };
  const [header = '', row = ''] = indicatorsFile([one]).slice(1).split('\r\n');
  const cells = Object.fromEntries(header.split(',').map((name, i) => [name, row.split(',')[i]]));
  expect(cells).toMatchObject({ value: '2028-06', target: '2028-05', owner: 'Sở', levels: 'serious > 2028-05' });
});
