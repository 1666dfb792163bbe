import { expect, test } from '@jest/globals';
import { GroupSize } from './group-size.js';

/** Commits full groups that take so long, until their size is settled; the sizes that it settles on. */
function settled(size: GroupSize, ms: (events: number) => number): { least: number; most: number } {
  const sizes: number[] = [];
  for (let i = 0; i < 60; i++) {
    size.took(size.most, ms(size.most));
    if (i >= 30) sizes.push(size.most);
  }
  return { least: Math.min(...sizes), most: Math.max(...sizes) };
}

test('groups grow while events are cheap, and shrink at once when they are dear', () => {
  const size = new GroupSize();
  expect(settled(size, (n) => 0.01 * n)).toEqual({ least: 8_000, most: 8_000 });
  size.took(8_000, 2_000);
  expect(size.most).toBe(2_000);
  const { least, most } = settled(size, (n) => 0.25 * n);
  expect(least).toBeGreaterThanOrEqual(1_000);
  expect(most).toBeLessThanOrEqual(3_000);
});

test('where a transaction is slow whatever it holds, groups do not stay small', () => {
  expect(settled(new GroupSize(), (n) => 400 + 0.02 * n).most).toBeGreaterThan(4_000);
});

test('however dear an event is, a group has room for a thousand', () => {
  expect(settled(new GroupSize(), (n) => 50 * n)).toEqual({ least: 1_000, most: 1_000 });
});

test('groups that are far from full change nothing: neither quick ones nor a slow one', () => {
  const size = new GroupSize();
  for (let i = 0; i < 100; i++) size.took(3, 4);
  expect(size.most).toBe(1_000);
  settled(size, (n) => 0.01 * n);
  size.took(30, 9_000);
  expect(size.most).toBe(8_000);
});
