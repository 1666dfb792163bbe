import { expect, test } from '@jest/globals';
import type { HubEvent } from '#libs/contracts';
import {
  checkPack,
  countedBy,
  type FixtureMessage,
  messagesOf,
  publishedOf,
} from '../../../test/support/pack-checks.js';
import { pack, TYPES } from './index.js';

const NOW = Date.parse('2026-11-20T15:00:00+07:00');
let ids = 0;
const event = (type: string, data: Record<string, unknown>, unit = '92', time = NOW): HubEvent => ({
  id: String(ids++),
  source: 's',
  type,
  time,
  unit,
  data,
});

test('is a whole pack', () => {
  const events = checkPack(pack, Date.parse('2026-11-10T00:00:00+07:00'));
  const read = countedBy(pack, events, Date.parse('2026-11-11T20:00:00+07:00'));
  expect(read('[social.insured]')).toBeCloseTo(93.98, 2);
  expect(read('[social.account-month]')).toBeGreaterThan(50);
});

test('what is paid to accounts is a share of all; insurance needs both its numbers', () => {
  const value = (metric: string, number: number): HubEvent =>
    event('vn.ioc.social.value.published.v1', { metric, period: '2026-10-01', value: number, version: 1 });
  const events = [
    event(TYPES.paid, { benefit: 'pension', through: 'account', count: 30, amount: 6e9 }),
    event(TYPES.paid, { benefit: 'pension', through: 'cash', count: 10 }),
    value('insured', 95),
  ];
  const read = countedBy(pack, events, NOW);
  expect(['account-month', 'amount-month', 'insured'].map((code) => read(`[social.${code}]`))).toEqual([75, 6, null]);
  expect(countedBy(pack, [...events, value('people', 100)], NOW)('[social.insured]')).toBe(95);
  expect(read('[social.paid-month]')).toBe(40);
  expect(countedBy(pack, [value('poor', 3), value('households', 200)], NOW)('[social.poor]')).toBe(1.5);
});

test('the messages of the fixture give what is counted by hand', () => {
  const { messages } = publishedOf<{ messages: FixtureMessage[] }>(import.meta.url);
  const read = countedBy(pack, messagesOf(pack, messages, NOW), NOW);
  // 160 of 200 payments went to accounts; 0.8 + 0.15 + 0.05 bn đồng; 950 of 1,000 people are insured.
  const codes = ['paid-month', 'account-month', 'amount-month', 'insured', 'poor'];
  expect(codes.map((code) => read(`[social.${code}]`))).toEqual([200, 80, 1, 95, null]);
});
