import { expect, test } from '@jest/globals';
import { GroupSize } from './group-size.js';

/** Commits full groups of which each event takes so long. */
function settled(size: GroupSize, msAnEvent: number): number {
  for (let i = 0; i < 20; i++) size.took(size.most, size.most * msAnEvent);
  return size.most;
}

test('groups grow while events are cheap, and shrink at once when they are dear', () => {
  const size = new GroupSize();
  expect(settled(size, 0.01)).toBe(8_000);
  size.took(8_000, 4_000);
  expect(size.most).toBe(1_000);
  expect(settled(size, 0.25)).toBeLessThanOrEqual(2_000);
  expect(settled(size, 0.25)).toBeGreaterThan(1_000);
});

test('however dear an event is, a group has room for five hundred', () => {
  expect(settled(new GroupSize(), 50)).toBe(500);
});

test('small groups that are quick say nothing about large ones', () => {
  const size = new GroupSize();
  const before = size.most;
  for (let i = 0; i < 100; i++) size.took(3, 4);
  expect(size.most).toBe(before);
});
