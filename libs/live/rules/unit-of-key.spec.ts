import { expect, test } from '@jest/globals';
import type { Rule } from '#libs/contracts';
import { sampleCatalogue } from '../../../test/support/sample-pack.js';
import { BucketSet } from '../bucket-set.js';
import { EVERYTHING, type UnitLookup } from '../scope.js';
import { prepareRule } from './prepared-rule.js';
import { smallestAbove, unitOfKey } from './unit-of-key.js';

const catalogue = sampleCatalogue();
/** A unit lies below that whose code its own begins with; `9` is above the provinces. */
const units: UnitLookup = {
  within: (code, above) => code.startsWith(above),
  find: (code) => ({ name: code, lon: null, lat: null, parent: code.length === 5 ? code.slice(0, 2) : null }),
  today: (code) => (code === '92999' ? '92001' : code),
};
const both = { vi: 'x', en: 'x' };

function unitOf(key: string, of: readonly [meter: string, unit: string][], over: Partial<Rule> = {}): string | null {
  const buckets = new BucketSet();
  for (const dims of of) buckets.know('sample_meter', dims);
  const condition = { kind: 'threshold' as const, value: 'last_max(sample_meter, 2h)', above: 1 };
  const rule: Rule = { ...{ id: 'own.a', title: both, sector: 'sample', severity: 'warning', note: both }, condition };
  const sight = { catalogue, buckets, units, scope: EVERYTHING, moment: { at: 0, live: true }, sources: [] };
  return unitOfKey(prepareRule({ ...rule, by: 'meter', ...over }, catalogue), key, sight);
}

test('a key lies in the unit of its series, of today', () => {
  expect(unitOf('m1', [['m1', '92001'], ['m2', '80001']])).toBe('92001'); // prettier-ignore
  expect(unitOf('m1', [['m1', '92001'], ['m1', '92999']])).toBe('92001'); // prettier-ignore
  expect(unitOf('m3', [['m1', '92001']])).toBeNull();
  expect(unitOf('m1', [['m1', '']])).toBeNull();
});

test('of several it is the smallest above all of them, as far as the rule looks', () => {
  const of: [string, string][] = [
    ['m1', '92001'],
    ['m1', '92002'],
    ['m1', '80001'],
  ];
  expect(unitOf('m1', of.slice(0, 2))).toBe('92');
  expect(unitOf('m1', of)).toBeNull();
  expect(unitOf('m1', of, { units: ['92'] })).toBe('92');
  expect(unitOf('m1', of, { units: ['80'] })).toBe('80001');
});

test('conditions of a measure, and absence, know their series as well', () => {
  const condition = { kind: 'absent' as const, metric: 'sample_meter', minutes: 5 };
  expect(unitOf('m1', [['m1', '92001']], { condition })).toBe('92001');
  const where = { unit: ['80'] };
  expect(unitOf('m1', [['m1', '92001'], ['m1', '80001']], { condition: { ...condition, where } })).toBe('80001'); // prettier-ignore
});

test('the smallest above some is one of them where it is above the others', () => {
  expect(smallestAbove([], units)).toBeNull();
  expect(smallestAbove(['92001', '92'], units)).toBe('92');
  expect(smallestAbove(['92', '92001'], units)).toBe('92');
});
