import { expect, test } from '@jest/globals';
import { nextTry } from './deliveries.service.js';

test('tries are further and further apart, wait as long as they are asked to, and end', () => {
  const wait = (tries: number, retryAfter: number | null = null, status = 500): number | null =>
    nextTry(tries, { status, retryAfter }, 0)?.getTime() ?? null;
  const waits = Array.from({ length: 9 }, (_, tries) => wait(tries + 1) ?? 0);
  expect(waits).toEqual(waits.toSorted((a, b) => a - b));
  expect([waits[0], wait(10)]).toEqual([5_000, null]);
  expect([wait(1, 60), wait(1, 1), wait(1, null, 410)]).toEqual([60_000, 5_000, null]);
});
