import { expect, test } from '@jest/globals';
import { DAY_MS, HOUR_MS, type BucketRow } from '#libs/contracts';
import { Catalogue, formula } from '#libs/sector-kit';
import { bucketOf } from '../../test/support/bucket-row.js';
import { harbour } from '../../test/support/harbour-pack.js';
import { BucketSet } from './bucket-set.js';
import { contributions } from './contributions.js';
import { explainFormula } from './explain.js';
import { evaluateBy, evaluateFormula } from './formula.js';
import { EVERYTHING } from './scope.js';
import type { Sight } from './sight.js';

const both = (text: string) => ({ vi: text, en: text });
const boats = {
  code: 'harbour.boats',
  title: both('boats'),
  kind: 'stock' as const,
  dims: ['unit'],
  entered: 'year' as const,
};
const format = { unit: both(''), digits: 0 };
const catalogue = new Catalogue([{ ...harbour, metrics: [...harbour.metrics, { ...boats, format }] }]);

/** 93 and 94 were merged into 92, which kept its code, on 1 July 2025. */
const MERGED = Date.parse('2025-07-01T00:00:00+07:00');
const units: Sight['units'] = {
  within: (code, above) => code === above,
  find: () => undefined,
  today: (code) => (code === '93' || code === '94' ? '92' : code),
  heir: (code) => (code === '93' || code === '94' ? { code: '92', since: MERGED } : undefined),
};

const yearOf = (year: number): number => Date.parse(`${year}-01-01T00:00:00+07:00`);
const entered = (unit: string, year: number, value: number): BucketRow =>
  bucketOf('harbour.boats', [unit], 'd', yearOf(year), value);

function sight(rows: readonly BucketRow[], at: number): Sight {
  const buckets = new BucketSet();
  buckets.apply(rows);
  return { catalogue, buckets, units, scope: EVERYTHING, moment: { at, live: true } };
}
const last = formula('last(harbour.boats, 800d)');

test("what the heir's figure covers is not added to what its parts told before the merger", () => {
  const before = [entered('92', 2024, 10), entered('93', 2024, 20), entered('94', 2024, 30)];
  const at = yearOf(2026);
  expect(evaluateFormula(sight(before, at), last).value).toBe(60);
  const after = sight([...before, entered('92', 2025, 55)], at);
  expect(evaluateFormula(after, last).value).toBe(55);
  expect(evaluateBy(after, last, 'unit').get('92')?.value).toBe(55);
  expect(evaluateFormula(after, formula('series(harbour.boats, 800d)')).value).toBe(1);
  // The explanation puts in what the number is made of.
  expect(explainFormula(after, last)).toMatchObject({ value: 55, seriesTotal: 1, series: [{ value: 55 }] });
});

test('what is entered is held against the same period before, however late it is published', () => {
  const gain = formula('before(last(harbour.boats, 800d), 1 year) - last(harbour.boats, 800d)');
  const at = Date.parse('2026-11-26T09:00:00+07:00');
  const rows = [entered('56', 2023, 30), entered('56', 2024, 20), entered('56', 2025, 9)];
  const earlier = { ...sight(rows, Date.parse('2025-11-26T09:00:00+07:00')) };
  const now = (more: readonly BucketRow[]): Sight => ({ ...sight([...rows, ...more], at), earlier: () => earlier });
  expect(evaluateFormula(now([]), gain).value).toBe(11);
  expect(evaluateBy(now([]), gain, 'unit').get('56')?.value).toBe(11);
  expect(explainFormula(now([]), gain).parts?.[0]).toMatchObject({ value: 20, parts: [{ value: 20 }] });
  // Once there is a figure of the running year it is held against the year before.
  expect(evaluateFormula(now([entered('56', 2026, 5)]), gain).value).toBe(4);
});

/** 31001 came from 92, 31340 from 93; both lie in 92 since the merger. */
const nested: Sight['units'] = {
  ...units,
  within: (code, above) => code === above || above === '92',
  holders: (code) => {
    const since = { code: '92', since: MERGED, until: Infinity };
    const before = (former: string) => ({ code: former, since: -Infinity, until: MERGED });
    if (code === '31001') return [before('92'), since];
    return code === '31340' ? [before('93'), since] : code === '93' ? [since] : [];
  },
};

test('values of a unit are not added to those of units inside it, whatever is told later', () => {
  const value = (rows: readonly BucketRow[], text: string, scope = EVERYTHING) =>
    evaluateFormula({ ...sight(rows, yearOf(2026)), units: nested, scope }, formula(text)).value;
  const newest = 'last(harbour.boats, 800d)';
  const rows = [entered('92', 2025, 100), entered('31001', 2025, 7), entered('31340', 2026, 8)];
  expect([value(rows, newest), value(rows, 'sum(harbour.boats, 800d)')]).toEqual([100, 108]);
  // A scope of the parts alone, and each unit by itself.
  const parts = { sectors: '*' as const, units: ['31001', '31340'] };
  const own: Sight = { ...sight(rows, yearOf(2026)), units: nested };
  expect(value(rows, newest, parts)).toBe(15);
  expect(evaluateBy(own, last, 'unit').get('31340')?.value).toBe(8);
  expect(explainFormula(own, last)).toMatchObject({ value: 100, seriesTotal: 1, at: yearOf(2025) });
  expect(explainFormula(own, formula('sum(harbour.boats, 800d)'))).toMatchObject({ value: 108, seriesTotal: 2 });
  // Before the merger 92 held only what came from it, and 93 the other.
  const before = [entered('92', 2024, 10), entered('31001', 2024, 1), entered('31340', 2024, 2)];
  expect([value(before, newest), value([...before, entered('93', 2024, 20)], newest)]).toEqual([12, 30]);
  expect(value([...before, entered('93', 2024, 20)], 'sum(harbour.boats, 800d)')).toBe(30);
});

test('what is told for a unit of before it was made stands for what it was made of, of the same period', () => {
  // 31900 was made of 11901 and 11902, and no other had its code.
  const made: Sight['units'] = {
    ...units,
    today: (code) => (code.startsWith('119') ? '31900' : code),
    holders: (code) => (code.startsWith('119') ? [{ code: '31900', since: -Infinity, until: Infinity }] : []),
  };
  const value = (rows: readonly BucketRow[], text: string) =>
    evaluateBy({ ...sight(rows, yearOf(2026)), units: made }, formula(text), 'unit', ['31900']).get('31900')?.value;
  const before = [entered('11901', 2024, 10), entered('11902', 2024, 5)];
  const both = [...before, entered('31900', 2024, 31)];
  const mean = 'average(sum(harbour.boats), 2 years)';
  for (const text of ['last(harbour.boats, 800d)', 'sum(harbour.boats, 800d)'])
    expect([text, value(before, text), value(both, text)]).toEqual([text, 15, 31]);
  expect(value([...both, entered('11901', 2023, 7), entered('11902', 2025, 9)], 'sum(harbour.boats, 1200d)')).toBe(47);
  expect(value([...both, entered('31900', 2025, 9)], mean)).toBe(20);
});

test('a whole that is told after its parts takes them away at once, and gives them back when it is withdrawn', () => {
  const buckets = new BucketSet();
  const own = { ...sight([], yearOf(2026)), units: nested, buckets };
  const total = () => evaluateFormula(own, formula('sum(harbour.boats, 800d)')).value;
  buckets.apply([entered('31001', 2025, 7), entered('31340', 2025, 8)]);
  expect(total()).toBe(15);
  buckets.apply([entered('92', 2025, 100)]);
  expect(total()).toBe(100);
  const gone = { count: 0, sum: 0, min: null, max: null, last: null, version: 2 };
  buckets.apply([{ ...entered('92', 2025, 100), ...gone }]);
  expect(total()).toBe(15);
});

test('what is hidden where it is small takes a unit apart: its parts, and what is left of it', () => {
  const own: Sight = { ...sight([entered('92', 2025, 9), entered('31001', 2025, 7)], yearOf(2026)), units: nested };
  const span = { kind: 'buckets' as const, from: yearOf(2025), to: yearOf(2026), base: 'd' as const };
  expect(contributions(own, { metric: 'harbour.boats', agg: 'sum' }, span).map(({ value }) => value)).toEqual([7, 2]);
});

test('parts that tell what is their own are added', () => {
  const metrics = [...harbour.metrics, { ...boats, format, partsAdd: true }];
  const own = sight([entered('92', 2025, 100), entered('31001', 2025, 7)], yearOf(2026));
  const adding = { ...own, catalogue: new Catalogue([{ ...harbour, metrics }]), units: nested };
  expect(evaluateFormula(adding, last).value).toBe(107);
});

test('a gauge that is told under the new code counts once, and its old name is not silent', () => {
  const at = MERGED + 10 * HOUR_MS;
  const water = (unit: string, hour: number, level: number): BucketRow =>
    bucketOf('harbour.water', [unit, 'g1'], 'h', MERGED + hour * HOUR_MS, level);
  const value = (text: string, rows: readonly BucketRow[], now = at) =>
    evaluateFormula(sight(rows, now), formula(text)).value;
  const moved = [water('94', -3, 7), water('92', 9, 5)];
  expect(value('last(harbour.water, 24h)', moved)).toBe(5);
  expect(value('silent(harbour.water, 4h)', moved)).toBe(0);
  // Before the merger they were two gauges of two units.
  expect(value('last(harbour.water, 24h)', [water('94', -3, 7), water('92', -2, 5)])).toBe(12);
  expect(
    value('silent(harbour.water, 4h)', [...moved, bucketOf('harbour.water', ['93', 'g2'], 'd', at - 3 * DAY_MS, 1)]),
  ).toBe(1);
});
