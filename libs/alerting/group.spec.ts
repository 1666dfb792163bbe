import { expect, test } from '@jest/globals';
import { groupDue, groupKey } from './group.js';

const of = { rule: 'sample.high', severity: 'serious', province: '92' } as const;

test('what differs in rule, severity or province is told apart; a unit that is not known is a group, too', () => {
  const keys = [
    of,
    { ...of, rule: 'sample.low' },
    { ...of, severity: 'critical' as const },
    { ...of, province: '' },
  ].map(groupKey);
  expect(new Set(keys).size).toBe(4);
  expect(groupKey({ ...of })).toBe(keys[0]);
});

test('the first message goes at once, a later one so long after the one before, and never in the past', () => {
  expect(groupDue(null, 30, 1_000_000)).toBe(1_000_000);
  expect(groupDue(990_000, 30, 1_000_000)).toBe(1_020_000);
  expect(groupDue(900_000, 30, 1_000_000)).toBe(1_000_000);
});
