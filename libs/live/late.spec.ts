import { expect, test } from '@jest/globals';
import { Catalogue, formula, type Metric } from '#libs/sector-kit';
import { harbour } from '../../test/support/harbour-pack.js';
import { BucketSet } from './bucket-set.js';
import { isBehind } from './late.js';
import { needsOfIndicators } from './needs.js';
import { EVERYTHING } from './scope.js';
import type { Sight } from './sight.js';

const at = (text: string): number => Date.parse(`2026-${text}+07:00`);
const dues: Metric = {
  code: 'harbour.dues',
  title: { vi: 'Phí', en: 'Dues' },
  kind: 'stock',
  dims: ['unit'],
  format: { unit: { vi: '', en: '' }, digits: 0 },
  entered: 'month',
};
const catalogue = new Catalogue([{ ...harbour, metrics: [...harbour.metrics, dues] }]);
/** By the tenth of the next month. */
const promise = { step: 'month', plusDays: 10, at: '24:00' } as const;

/** At a moment, where these months were published (the last of them then), by unit. */
function sight(now: number, ...months: [month: string, unit: string][]): Sight {
  const buckets = new BucketSet();
  for (const [month, unit] of months)
    for (const resolution of ['h', 'd'] as const)
      buckets.apply([
        {
          ...{ metric: dues.code, dims: [unit], resolution, start: at(`${month}-01T00:00`), count: 1, sum: 7 },
          ...{ min: null, max: null, last: null, lastAt: now, version: 1 },
        },
      ]);
  // T1 holds T101 and T102; T9 was merged into T101 in July.
  const since = at('07-01T00:00');
  const units: Sight['units'] = {
    within: (code, above) => code === above || above === 'T1',
    find: () => undefined,
    today: (code) => (code === 'T9' ? 'T101' : code),
    heir: (code) => (code === 'T9' ? { code: 'T101', since } : undefined),
    holders: (code) => (code === 'T1' ? [] : [{ code: 'T1', since: -Infinity, until: Infinity }]),
  };
  return { catalogue, buckets, units, scope: EVERYTHING, moment: { at: now, live: true } };
}

test('of what is entered the period counts, not when it was published', () => {
  const isLate = (now: string, ...months: string[]): boolean => {
    const own = sight(at(now), ...months.map((month): [string, string] => [month, 'T101']));
    return isBehind(own, { formula: formula('last(harbour.dues, 800d)'), freshness: promise }, at(now));
  };
  // Owed on 26 November: October.
  expect(isLate('11-26T10:00', '01')).toBe(true);
  expect(isLate('11-26T10:00', '01', '10')).toBe(false);
  expect(isLate('12-10T23:59', '10')).toBe(false);
  expect(isLate('12-11T00:00', '10')).toBe(true);
});

test('and of one key only its own', () => {
  const own = sight(at('11-26T10:00'), ['01', 'T101'], ['10', 'T102']);
  const isLate = (key: string): boolean =>
    isBehind(own, { formula: formula('last(harbour.dues, 800d)'), freshness: promise }, own.moment.at, {
      by: 'unit',
      key,
    });
  expect([isLate('T101'), isLate('T102')]).toEqual([true, false]);
});

test('and of what it is held against nothing is owed', () => {
  const own = sight(at('11-26T10:00'), ['01', 'T101']);
  const against = formula('count(harbour.arrivals, month) / average(last(harbour.dues), 5 months, every 12)');
  const isLate = (observedAt: string): boolean =>
    isBehind(own, { formula: against, freshness: promise }, at(observedAt));
  expect([isLate('11-25T08:00'), isLate('09-30T23:00')]).toEqual([false, true]);
});

test('and one unit does not stand for others that told the period before', () => {
  const isLate = (...months: [month: string, unit: string][]): boolean => {
    const own = sight(at('11-26T10:00'), ...months);
    return isBehind(own, { formula: formula('sum(harbour.dues, year)'), freshness: promise }, own.moment.at);
  };
  expect(isLate(['09', 'T1'], ['10', 'T101'])).toBe(true);
  expect(isLate(['09', 'T101'], ['09', 'T102'], ['10', 'T101'])).toBe(true);
  expect(isLate(['09', 'T101'], ['09', 'T102'], ['10', 'T101'], ['10', 'T102'])).toBe(false);
  // Not of a part that the whole stands for, of a unit that was merged away, of what was told longer ago.
  expect(isLate(['09', 'T101'], ['09', 'T102'], ['10', 'T1'])).toBe(false);
  expect(isLate(['09', 'T9'], ['10', 'T101'])).toBe(false);
  expect(isLate(['08', 'T1'], ['10', 'T101'])).toBe(false);
});

test('what was owed and the period before are loaded, whatever the formula reads', () => {
  const indicator = { formula: formula('sum(harbour.dues, month)'), freshness: promise };
  const moment = { at: at('11-26T10:00'), live: false };
  const ranges = needsOfIndicators([indicator], catalogue, moment).get(dues.code)?.ranges;
  expect(ranges?.d).toMatchObject({ from: at('09-01T00:00') });
});
