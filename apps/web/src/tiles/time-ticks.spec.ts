import { expect, test } from '@jest/globals';
import { DAY_MS, HOUR_MS } from '#libs/contracts';
import { formatClock } from '../format.js';
import { timeTicks } from './time-ticks.js';

const noon = Date.UTC(2026, 10, 22, 5);

test('a day is marked at round Vietnamese hours, no more often than asked', () => {
  const ticks = timeTicks(noon - 23 * HOUR_MS, noon, 9);
  expect(ticks.length).toBeLessThanOrEqual(9);
  expect(ticks.length).toBeGreaterThan(4);
  for (const tick of ticks) expect(formatClock(tick)).toMatch(/^(00|03|06|09|12|15|18|21):00:00$/);
});

test('a month is marked at Vietnamese midnights, the last day among them', () => {
  const last = Date.UTC(2026, 10, 21, 17);
  const ticks = timeTicks(last - 29 * DAY_MS, last, 6);
  expect(ticks.at(-1)).toBe(last);
  for (const tick of ticks) expect(formatClock(tick)).toBe('00:00:00');
});

test('a single moment has one mark at most', () => {
  expect(timeTicks(noon, noon, 5).length).toBeLessThanOrEqual(1);
});
