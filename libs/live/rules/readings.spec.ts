import { describe, expect, it } from '@jest/globals';
import { DAY_MS, HOUR_MS, MINUTE_MS, type Rule } from '#libs/contracts';
import { Catalogue } from '#libs/sector-kit';
import { bucketOf } from '../../../test/support/bucket-row.js';
import { harbour } from '../../../test/support/harbour-pack.js';
import { BucketSet } from '../bucket-set.js';
import { EVERYTHING } from '../scope.js';
import { prepareRule } from './prepared-rule.js';
import { readingsOf, type RuleSight } from './readings.js';

const catalogue = new Catalogue([harbour]);
const both = (text: string) => ({ vi: text, en: text });
const NOW = Date.parse('2026-11-23T12:30:00+07:00');
const rule = (condition: Rule['condition'], more: Partial<Rule> = {}): Rule => ({
  id: 'own.test',
  title: both('test'),
  sector: 'harbour',
  severity: 'warning',
  note: both('test'),
  condition,
  ...more,
});

let version = 0;
function observe(buckets: BucketSet, metric: string, dims: string[], at: number, value: number): void {
  for (const resolution of ['m', 'h', 'd'] as const)
    buckets.apply([bucketOf(metric, dims, resolution, at, value, ++version)]);
}

function sight(fill: (buckets: BucketSet) => void, more: Partial<RuleSight> = {}): RuleSight {
  const buckets = new BucketSet();
  fill(buckets);
  return {
    catalogue,
    buckets,
    units: { within: (code, ancestor) => code === ancestor || code.startsWith(ancestor), find: () => undefined },
    scope: EVERYTHING,
    moment: { at: NOW, live: true },
    sources: [],
    ...more,
  };
}

const read = (one: Rule, at: RuleSight, known: string[] = []) =>
  readingsOf(prepareRule(one, catalogue), at, { known }).sort((a, b) => (a.key < b.key ? -1 : 1));

describe('readings of a rule', () => {
  it('judges each key by limits of its own, or by one for all', () => {
    const water = sight((buckets) => {
      observe(buckets, 'harbour.water', ['T1', 'east'], NOW - 5 * MINUTE_MS, 6);
      observe(buckets, 'harbour.water', ['T1', 'west'], NOW - 5 * MINUTE_MS, 2);
      observe(buckets, 'harbour.crew', ['p'], NOW - 5 * MINUTE_MS, 4);
    });
    const value = 'last(harbour.water, 2h)';
    const ofKey = rule({ kind: 'threshold', value, above: 'max(harbour.water, 7d) - 1' }, { by: 'gauge' });
    expect(read(ofKey, water)).toMatchObject([
      { key: 'east', value: 6, limit: 5, holds: true },
      { key: 'west', value: 2, limit: 1, holds: true },
    ]);
    const forAll = rule({ kind: 'threshold', value, above: 'sum(harbour.crew, today)' }, { by: 'gauge' });
    expect(read(forAll, water).map(({ holds }) => holds)).toEqual([true, false]);
  });

  it('tells a baseline of nothing from what lies over it', () => {
    const dry = sight((buckets) => {
      for (let day = 0; day < 8; day++) observe(buckets, 'harbour.water', ['T1', 'dry'], NOW - day * DAY_MS, 0);
      for (let day = 1; day < 8; day++) observe(buckets, 'harbour.water', ['T1', 'wet'], NOW - day * DAY_MS, day % 2);
      observe(buckets, 'harbour.water', ['T1', 'wet'], NOW, 9);
    });
    const value = 'sum(harbour.water, today)';
    const limit = 'average(sum(harbour.water), 7 days) + 2 * deviation(sum(harbour.water), 7 days)';
    const holds = (condition: object) =>
      read(rule({ kind: 'threshold', value, ...condition }, { by: 'gauge' }), dry).map(({ key, holds }) => [
        key,
        holds,
      ]);
    expect(holds({ above: limit })).toEqual([
      ['dry', true],
      ['wet', true],
    ]);
    expect(holds({ over: limit })).toEqual([
      ['dry', false],
      ['wet', true],
    ]);
  });

  it('looks at its units only, and keeps remembered keys in sight', () => {
    const water = sight((buckets) => {
      observe(buckets, 'harbour.water', ['T1', 'east'], NOW - MINUTE_MS, 6);
      observe(buckets, 'harbour.water', ['T2', 'west'], NOW - MINUTE_MS, 6);
    });
    const one = rule({ kind: 'threshold', value: 'last(harbour.water, 2h)', above: 5 }, { by: 'gauge', units: ['T1'] });
    expect(read(one, water).map(({ key }) => key)).toEqual(['east']);
    expect(read(one, water, ['gone'])).toMatchObject([{ key: 'east' }, { key: 'gone', holds: null }]);
  });

  it('sees too little where nothing came at all, but not of what was taken as removed', () => {
    const ships = sight((buckets) => {
      observe(buckets, 'harbour.arrivals', ['T1', 'busy'], NOW - 10 * MINUTE_MS, 1);
      observe(buckets, 'harbour.arrivals', ['T1', 'still'], NOW - 2 * DAY_MS, 1);
      observe(buckets, 'harbour.arrivals', ['T1', 'closed'], NOW - 40 * DAY_MS, 1);
    });
    const few = rule({ kind: 'threshold', value: 'count(harbour.arrivals, 60m)', below: 0.5 }, { by: 'pier' });
    expect(read(few, ships).map(({ key, holds }) => [key, holds])).toEqual([
      ['busy', false],
      ['still', true],
    ]);
    const absent = rule({ kind: 'absent', metric: 'harbour.arrivals', minutes: 60 }, { by: 'pier' });
    expect(read(absent, ships).map(({ key, holds }) => [key, holds])).toEqual([
      ['busy', false],
      ['still', true],
    ]);
    // As of a past moment, what came later is not known yet.
    const before = { ...ships, moment: { at: NOW - DAY_MS - 30 * HOUR_MS, live: false } };
    expect(read(absent, before).map(({ key }) => key)).not.toContain('busy');
  });

  it('tells a change within minutes, and nothing where the earlier value is not known', () => {
    const rising = sight((buckets) => {
      observe(buckets, 'harbour.water', ['T1', 'east'], NOW - 61 * MINUTE_MS, 2);
      observe(buckets, 'harbour.water', ['T1', 'east'], NOW - MINUTE_MS, 5);
      observe(buckets, 'harbour.water', ['T1', 'new'], NOW - MINUTE_MS, 5);
    });
    const one = rule({ kind: 'change', value: 'last(harbour.water, 30m)', minutes: 60, above: 3 }, { by: 'gauge' });
    expect(read(one, rising)).toMatchObject([
      { key: 'east', value: 3, holds: true },
      { key: 'new', value: null, holds: null },
    ]);
  });

  it('compares a rise with the lowest and a fall with the highest within its minutes, however long ago that was', () => {
    const course = (...values: (readonly [minutesAgo: number, value: number])[]) =>
      sight((buckets) => {
        for (const [ago, value] of values)
          observe(buckets, 'harbour.water', ['T1', 'east'], NOW - ago * MINUTE_MS, value);
      });
    const value = 'last(harbour.water, 2h)';
    const rise = rule({ kind: 'change', value, minutes: 60, above: 1 }, { by: 'gauge' });
    // An ebb comes before the flood: 1.9 m an hour ago, 0.6 m half an hour ago, 1.9 m now.
    const tide = course([100, 1.9], [58, 1.9], [40, 0.6], [20, 0.6], [0, 1.9]);
    expect(read(rise, tide)).toMatchObject([{ holds: true, limit: 1 }]);
    expect(read(rise, tide)[0]?.value).toBeCloseTo(1.3);
    // In every minute of the hour after it, until the low water is more than the hour ago.
    const low = course([90, 1.9], [30, 0.6], [24, 1.9]);
    const holds = (ago: number) => read(rise, { ...low, moment: { at: NOW + ago * MINUTE_MS, live: false } })[0]?.holds;
    for (let later = 0; later <= 36; later++) expect([later, holds(later)]).toEqual([later, true]);
    expect(holds(37)).toBe(false);
    // Of a new series what is known counts.
    expect(read(rise, course([15, 0.5], [0, 1.7]))).toMatchObject([{ holds: true }]);
    const fall = { kind: 'change', value, minutes: 60, below: -1 } as const;
    const dry = course([100, 1], [30, 3], [10, 1.5]);
    expect(read(rule(fall, { by: 'gauge' }), dry)).toMatchObject([{ value: -1.5, limit: -1, holds: true }]);
    const both = rule({ ...fall, above: 1 }, { by: 'gauge' });
    expect(read(both, dry)).toMatchObject([{ value: -1.5, holds: true }]);
    expect(read(both, tide)).toMatchObject([{ limit: 1, holds: true }]);
    expect(read(both, course([100, 1], [0, 1.2]))).toMatchObject([{ limit: 1, holds: false, back: true }]);
  });

  it('hears silent sources of its sector, by what they promised', () => {
    const source = { id: 'piers', name: 'Piers', types: ['vn.ioc.harbour.*'], units: ['*'], simulated: false };
    const heard = (minutes: number) => ({
      ...source,
      every: 600,
      lastEvent: null,
      lastSeen: NOW - minutes * MINUTE_MS,
    });
    const other = { ...heard(900), id: 'clinic', types: ['vn.ioc.elsewhere.*'] };
    const one = rule({ kind: 'silent-source', times: 4 });
    expect(
      read(
        one,
        sight(() => undefined, { sources: [heard(39), other] }),
      ),
    ).toMatchObject([{ key: 'piers', value: 39, limit: 40, holds: false }]);
    expect(
      read(
        one,
        sight(() => undefined, { sources: [heard(40)] }),
      )[0],
    ).toMatchObject({ holds: true });
  });
});
