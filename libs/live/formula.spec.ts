import { describe, expect, test } from '@jest/globals';
import { DAY_MS, HOUR_MS, periodStart, type BucketRow } from '#libs/contracts';
import { formula } from '#libs/sector-kit';
import { harbourCatalogue } from '../../test/support/harbour-pack.js';
import { BucketSet } from './bucket-set.js';
import { evaluateBy, evaluateFormula, shifted, shiftsOf } from './formula.js';
import { needFormula, needsBefore, type Needs } from './needs.js';
import { EVERYTHING } from './scope.js';
import type { Sight } from './sight.js';

const catalogue = harbourCatalogue();
/** 14:32 on Sunday 22 November 2026 in Vietnam. */
const NOW = Date.UTC(2026, 10, 22, 7, 32, 0);
const TODAY = periodStart('d', NOW);

/** One day's ships at a pier: `count` ships of 100 t. */
function day(back: number, count: number, pier = 'n'): BucketRow {
  const start = TODAY - back * DAY_MS;
  const newest = start + HOUR_MS;
  const values =
    count > 0 ? { min: 100, max: 100, last: 100, lastAt: newest } : { min: null, max: null, last: null, lastAt: null };
  return {
    metric: 'harbour.arrivals',
    dims: ['T101', pier],
    resolution: 'd',
    start,
    count,
    sum: count * 100,
    ...values,
    version: 1,
  };
}

function sight(rows: BucketRow[], earlier?: Sight['earlier'], at = NOW): Sight {
  const buckets = new BucketSet();
  buckets.apply(rows);
  const units = { within: (code: string, above: string) => code === above, find: () => undefined };
  return { catalogue, buckets, units, scope: EVERYTHING, moment: { at, live: true }, ...(earlier ? { earlier } : {}) };
}

const value = (text: string, from: Sight): number | null => evaluateFormula(from, formula(text)).value;

describe('arithmetic', () => {
  const three = sight([day(0, 3)]);

  test('caps, weights and signs', () => {
    expect(value('least(20, 8 * count(harbour.arrivals, today))', three)).toBe(20);
    expect(value('greatest(5, count(harbour.arrivals, today))', three)).toBe(5);
    expect(value('0.4 * count(harbour.arrivals, today) + 0.6 * 10 - -1', three)).toBe(8.2);
  });

  test('what is missing or divided by zero is no data, whatever stands around it', () => {
    expect(value('1 / (count(harbour.arrivals, today) - 3)', three)).toBeNull();
    expect(value('least(20, mean(harbour.water, today))', three)).toBeNull();
    expect(value('0 * last(harbour.water, today)', three)).toBeNull();
  });

  test('the middle of those that have data, if half of them have', () => {
    expect(value('middle(9, 1, 2)', three)).toBe(2);
    expect(value('middle(9, 1, last(harbour.water, today), last(harbour.water, today))', three)).toBe(5);
    expect(value('middle(9, last(harbour.water, today), last(harbour.water, today))', three)).toBeNull();
  });

  test('another indicator stands for its formula', () => {
    expect(value('[harbour.arrivals-today] * 2', three)).toBe(6);
    expect(value('[harbour.tonnes-each]', three)).toBe(100);
  });
});

describe('over earlier periods', () => {
  const week = [3, 1, 4, 1, 5, 9, 2].map((count, back) => day(back, count));

  test('the running day is left out, and skip leaves out more', () => {
    expect(value('average(count(harbour.arrivals), 4 days)', sight(week))).toBe((1 + 4 + 1 + 5) / 4);
    expect(value('highest(count(harbour.arrivals), 3 days, skip 2)', sight(week))).toBe(9);
    expect(value('lowest(count(harbour.arrivals), 6 days)', sight(week))).toBe(1);
    expect(value('total(sum(harbour.arrivals), 2 days)', sight(week))).toBe(500);
    expect(value('median(count(harbour.arrivals), 5 days)', sight(week))).toBe(4);
  });

  test('the deviation divides by n − 1', () => {
    // (1−2.75)² + (4−2.75)² + (1−2.75)² + (5−2.75)² = 3.0625 + 1.5625 + 3.0625 + 5.0625 = 12.75; 12.75 / 3 = 4.25
    expect(value('deviation(count(harbour.arrivals), 4 days)', sight(week))).toBeCloseTo(Math.sqrt(4.25), 9);
  });

  test('days before the first observation are unknown, not 0; half must be known', () => {
    expect(value('average(count(harbour.arrivals), 12 days)', sight(week))).toBeCloseTo((1 + 4 + 1 + 5 + 9 + 2) / 6, 9);
    expect(value('average(count(harbour.arrivals), 13 days)', sight(week))).toBeNull();
    expect(value('average(count(harbour.arrivals), 4 days)', sight([]))).toBeNull();
  });

  test('a day without a ship after the first is 0', () => {
    expect(value('average(count(harbour.arrivals), 3 days)', sight([day(3, 6)]))).toBe(2);
  });

  test('each value of a dimension has its own past', () => {
    const rows = [day(1, 2, 'n'), day(2, 4, 'n'), day(2, 9, 's')];
    const readings = evaluateBy(sight(rows), formula('average(count(harbour.arrivals), 2 days)'), 'pier', ['n', 's']);
    expect([readings.get('n')?.value, readings.get('s')?.value]).toEqual([3, 4.5]);
  });

  test('EARS of the last complete day', () => {
    // Baseline 2, 2, 2, 4, 2, 2, 2 about 16/7; squares 6·(2/7)² + (12/7)² = 24/49 + 144/49 = 168/49; /6 = 4/7.
    const counts = [0, 8, 2, 2, 2, 4, 2, 2, 2, 1, 1, 1, 1];
    const c1 = (8 - 16 / 7) / Math.sqrt(4 / 7);
    expect(value('ears1(count(harbour.arrivals))', sight(counts.map((n, back) => day(back, n))))).toBeCloseTo(c1, 9);
  });
});

describe('the same moment before', () => {
  const before = sight([day(7, 5)], undefined, NOW - 7 * DAY_MS);
  const look = formula('count(harbour.arrivals, today) - before(count(harbour.arrivals, today), 1 week)');

  test('is read from what was loaded for it', () => {
    const now = sight([day(0, 8)], ({ step, back }) => (step === 'week' && back === 1 ? before : null));
    expect(evaluateFormula(now, look).value).toBe(3);
    expect(evaluateFormula(sight([day(0, 8)]), look).value).toBeNull();
  });

  test('without any observation then there is nothing to compare with', () => {
    const empty = sight([], undefined, NOW - 7 * DAY_MS);
    expect(
      evaluateFormula(
        sight([day(0, 8)], () => empty),
        look,
      ).value,
    ).toBeNull();
  });

  test('what must be loaded, and for which moment, is known beforehand', () => {
    const [shift] = shiftsOf(look, catalogue);
    expect(shift).toEqual({ step: 'week', back: 1 });
    if (!shift) return;
    const moment = shifted(shift, { at: NOW + 5_000, live: true });
    expect(moment).toEqual({ at: NOW - 7 * DAY_MS, live: false });
    const needs = needsBefore([look], catalogue, shift, moment).get('harbour.arrivals');
    expect(needs?.ranges.h?.from).toBe(TODAY - 7 * DAY_MS);
    // The last millisecond of a day stands for all of it: held against whole days.
    const wholeDay = shifted(shift, { at: TODAY + DAY_MS - 1, live: false });
    expect(needsBefore([look], catalogue, shift, wholeDay).get('harbour.arrivals')?.ranges).toEqual({
      d: { from: TODAY - 7 * DAY_MS, to: TODAY - 7 * DAY_MS + 1 },
    });
  });
});

test('a fold needs the days of all its periods in memory, and no more of the hours', () => {
  const needs: Needs = new Map();
  needFormula(needs, formula('average(count(harbour.arrivals), 4 weeks)'), catalogue, { at: NOW, live: true });
  // The running week began on Monday 16 November; the four before it on Monday 19 October.
  expect(needs.get('harbour.arrivals')?.ranges).toEqual({
    d: { from: Date.parse('2026-10-19T00:00:00+07:00'), to: Date.parse('2026-11-15T00:00:00+07:00') + 1 },
  });
});

test('by unit, old codes count for the unit of today that took them over: the total stays', () => {
  const rows = ['T101', 'T9', 'T8'].map((unit, i) => ({ ...day(0, i + 1), dims: [unit, 'n'] }));
  const base = sight(rows);
  const units = { ...base.units, today: (code: string) => (code === 'T101' ? code : 'T201') };
  const readings = evaluateBy({ ...base, units }, formula('count(harbour.arrivals, today)'), 'unit');
  expect([...readings].map(([unit, { value }]) => [unit, value])).toEqual([
    ['T101', 1],
    ['T201', 5],
  ]);
});
