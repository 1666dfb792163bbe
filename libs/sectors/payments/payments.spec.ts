import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { HubEvent } from '#libs/contracts';
import { createPack } from '#libs/sector-kit';
import { checkPack, countedBy } from '../../../test/support/pack-checks.js';
import { pack as defined, TYPES } from './index.js';

const pack = createPack('payments', defined, undefined);
const NOW = Date.parse('2026-11-20T09:30:00+07:00');
const published = JSON.parse(readFileSync(new URL('./fixtures/published.json', import.meta.url), 'utf8')) as {
  accounts: number;
  percent: number;
  ofTarget: number;
  portal: { payments: number; billions: number };
};
let ids = 0;
const event = (type: string, data: Record<string, unknown>): HubEvent => ({
  id: String(ids++),
  source: 's',
  type,
  time: NOW,
  unit: '92',
  data,
});

test('is a whole pack', () => {
  const events = checkPack(pack, Date.parse('2026-11-10T00:00:00+07:00'));
  expect(countedBy(pack, events, Date.parse('2026-11-11T23:59:00+07:00'))('[payments.cashless-today]')).toBeGreaterThan(
    50,
  );
});

test('644,136 people with accounts are 69.29 %, 139 % of the target', () => {
  const adults = Math.round(published.accounts / (published.percent / 100));
  const value = (metric: string, number: number): HubEvent =>
    event('vn.ioc.payments.value.published.v1', { metric, period: '2026-10-01', value: number, version: 1 });
  const read = countedBy(pack, [value('accounts', published.accounts), value('adults', adults)], NOW);
  expect(read('[payments.accounts]')).toBe(published.accounts);
  expect(read('[payments.accounts-share]')).toBeCloseTo(published.percent, 4);
  expect(Math.round(read('[payments.accounts-of-target]') ?? 0)).toBe(published.ofTarget);
  expect(countedBy(pack, [value('accounts', 5)], NOW)('[payments.accounts-share]')).toBeNull();
});

test('the 26.8 million payments of the national portal and their 12,900 bn đồng are counted exactly', () => {
  const { payments, billions } = published.portal;
  const told = event(TYPES.paid, { purpose: 'one-stop', channel: 'portal', count: payments, amount: billions * 1e9 });
  const read = countedBy(pack, [told], NOW);
  expect([read('sum(payments.count, today, channel: portal)'), read('[payments.amount-today]')]).toEqual([
    26_800_000, 12_900,
  ]);
});

test('payments and facilities without cash are shares', () => {
  const events = [
    event(TYPES.paid, { purpose: 'tax', channel: 'cash', count: 25, amount: 1e9 }),
    event(TYPES.paid, { purpose: 'tax', channel: 'qr', count: 75, amount: 3e9 }),
    event(TYPES.facility, { facility: 'a', kind: 'hospital', cashless: 'yes' }),
    event(TYPES.facility, { facility: 'b', kind: 'hospital', cashless: 'no' }),
    event(TYPES.facility, { facility: 'c', kind: 'school', cashless: 'yes' }),
  ];
  const read = countedBy(pack, events, NOW);
  expect([read('[payments.cashless-today]'), read('[payments.amount-today]')]).toEqual([75, 4]);
  expect(read('[payments.hospitals-cashless]')).toBe(50);
  expect(read('[payments.facilities-cashless]')).toBeCloseTo(200 / 3, 9);
});
