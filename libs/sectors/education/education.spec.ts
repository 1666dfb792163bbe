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
  expect(countedBy(pack, events, Date.parse('2026-11-11T20:00:00+07:00'))('[education.present]')).toBeGreaterThan(90);
});

test('attendance of a day is that of the newest report of each school', () => {
  const report = (school: string, present: number, online: number, time = NOW): HubEvent =>
    event(TYPES.attendance, { school, level: 'primary', day: '2026-11-20', pupils: 100, present, online }, '92', time);
  const read = countedBy(pack, [report('a', 90, 10), report('b', 50, 0), report('b', 100, 0, NOW + 1)], NOW + 2);
  expect(['present', 'absent', 'online', 'reported'].map((code) => read(`[education.${code}]`))).toEqual([
    95, 10, 5, 2,
  ]);
});

test('more present than there are is not counted', () => {
  const odd = event(TYPES.attendance, {
    school: 'a',
    level: 'primary',
    day: '2026-11-20',
    pupils: 10,
    present: 99,
    online: 99,
  });
  expect(countedBy(pack, [odd], NOW)('[education.present]')).toBe(100);
});

test('the messages of the fixture give what is counted by hand', () => {
  const { messages } = publishedOf<{ messages: FixtureMessage[] }>(import.meta.url);
  const read = countedBy(pack, messagesOf(pack, messages, NOW), NOW);
  // 900 of 1,000 pupils are there, 20 of them online, in two schools; 540 of 720 schools are of standard.
  const codes = ['present', 'absent', 'online', 'reported', 'standard'];
  expect(codes.map((code) => read(`[education.${code}]`))).toEqual([90, 100, 2, 2, 75]);
});
