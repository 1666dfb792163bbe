import { expect, test } from '@jest/globals';
import { NO_TURNS, nextTurn, TURN_MS } from './takeover-turns.js';

/** Who is shown at each moment, by what holds the wall then. */
function shownAt(...moments: [at: number, holding: string][]): string {
  let turns = NO_TURNS;
  return moments
    .map(([at, holding]) => {
      turns = nextTurn(turns, [...holding], at);
      return turns.key ?? '-';
    })
    .join('');
}

test('those that hold a wall take turns, each for its time', () => {
  const moments = [0, 1, TURN_MS - 1, TURN_MS, 2 * TURN_MS - 1, 2 * TURN_MS, 3 * TURN_MS];
  expect(shownAt(...moments.map((at): [number, string] => [at, 'abc']))).toBe('aaabbca');
  expect(shownAt([0, 'a'], [TURN_MS, 'a'], [2 * TURN_MS, 'a'])).toBe('aaa');
});

test('what is new is shown at once; where one was answered another takes its place', () => {
  expect(shownAt([0, 'a'], [1_000, 'ba'], [1_000 + TURN_MS, 'ba'])).toBe('aba');
  expect(shownAt([0, 'ab'], [10, 'b'], [20, ''], [30, 'c'])).toBe('ab-c');
  // One that nobody sees any more takes no turn of another away.
  expect(shownAt([0, 'ab'], [10, 'a'], [TURN_MS, 'a'])).toBe('aaa');
});
