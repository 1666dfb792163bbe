import { expect, test } from '@jest/globals';
import { groupDue, groupKey, isRouted, routedAnew } from './group.js';

const of = { rule: 'sample.high', severity: 'serious', province: '92', policy: 'flood' } as const;

test('what differs in rule, severity, province or policy is told apart; a unit that is not known is a group, too', () => {
  const keys = [
    of,
    { ...of, rule: 'sample.low' },
    { ...of, severity: 'critical' as const },
    { ...of, province: '' },
    { ...of, policy: 'night' },
  ].map(groupKey);
  expect(new Set(keys).size).toBe(5);
  expect(groupKey({ ...of })).toBe(keys[0]);
});

test('a group of alerts goes to another policy; what is an incident by itself has none in its name', () => {
  const group = { key: groupKey(of), policy: 'flood' };
  expect(routedAnew(group, 'night')).toBe(groupKey({ ...of, policy: 'night' }));
  for (const alone of [
    { key: 'manual 1', policy: '' },
    { key: 'manual 1', policy: 'flood' },
  ]) {
    expect(isRouted(alone)).toBe(false);
    expect(routedAnew(alone, 'night')).toBe('manual 1');
  }
});

test('the first message goes at once, a later one so long after the one before, and never in the past', () => {
  expect(groupDue(null, 30, 1_000_000)).toBe(1_000_000);
  expect(groupDue(990_000, 30, 1_000_000)).toBe(1_020_000);
  expect(groupDue(900_000, 30, 1_000_000)).toBe(1_000_000);
});
