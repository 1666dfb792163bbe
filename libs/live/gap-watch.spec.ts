import { expect, test } from '@jest/globals';
import { GapWatch } from './gap-watch.js';

test('a number that stays away is a loss, told once', () => {
  const watch = new GapWatch(1_000);
  watch.saw('a', 5, 0);
  watch.saw('a', 6, 0);
  watch.saw('a', 9, 100);
  expect(watch.lost(500)).toBe(false);
  expect(watch.lost(1_200)).toBe(true);
  expect(watch.lost(1_300)).toBe(false);
});

test('numbers that overtake each other, repeat, or belong to others are none', () => {
  const watch = new GapWatch(1_000);
  for (const n of [1, 3, 2, 2, 5, 4]) watch.saw('a', n, 0);
  watch.saw('b', 700, 0);
  expect(watch.lost(10_000)).toBe(false);
});
