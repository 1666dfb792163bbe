import { expect, test } from '@jest/globals';
import type { Rule } from '#libs/contracts';
import { prepareRule, type SourceInfo, type UnitLookup } from '#libs/live';
import { sampleCatalogue } from '../../../../test/support/sample-pack.js';
import { sourcesBehind } from './sources-behind.js';

const catalogue = sampleCatalogue();
const units: UnitLookup = {
  within: (code, above) => code.startsWith(above),
  today: (code) => (code === '94007' ? '92001' : code),
  find: () => undefined,
};
const both = { vi: 'x', en: 'x' };
const rule: Rule = {
  ...{ id: 'own.a', title: both, sector: 'sample', severity: 'warning', note: both, by: 'meter' },
  condition: { kind: 'absent', metric: 'sample_meter', minutes: 5 },
};
const source = (id: string, of: string[], types = ['vn.ioc.sample.*']): SourceInfo => ({
  ...{ id, name: id, types, units: of, every: 60, simulated: false, lastEvent: null, lastSeen: null },
});
const behind = (unit: string | null, ...sources: SourceInfo[]) =>
  sourcesBehind(prepareRule(rule, catalogue), unit, { catalogue, sources, units }).join(' ');

test('the sources of the smallest area around an alert are behind it', () => {
  const all = [source('all', ['*']), source('province', ['92']), source('far', ['80', '92002'])];
  expect(behind('92001', ...all)).toBe('province');
  expect(behind('92002', ...all)).toBe('far');
  expect(behind('92001', ...all, source('second', ['80', '92']))).toBe('province second');
  expect(behind('92001', ...all, source('foreign', ['92001'], ['vn.ioc.other.*']))).toBe('province');
});

test('a gateway of a commune that was merged is that of what lies in the commune of today', () => {
  const [all, old] = [source('all', ['*']), source('old', ['94007'])];
  expect([behind('92001', all, old), behind('92002', all, old)]).toEqual(['old', 'all']);
});

test('where nothing tells one from the other all of them are', () => {
  expect(behind('92001', source('all', ['*']), source('more', ['*']), source('far', ['80']))).toBe('all more');
  expect(behind(null, source('all', ['*']), source('province', ['92']))).toBe('all province');
  expect(behind('92001', source('far', ['80']))).toBe('');
});
