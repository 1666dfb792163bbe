import { expect, test } from '@jest/globals';
import { FairShare } from './fair-share.js';

test('a flood is heavy, its neighbours are not, and it is forgotten', () => {
  const share = new FairShare();
  share.sent('flood', 50_000, 0);
  for (const source of ['a', 'b', 'c']) share.sent(source, 100, 0);
  expect([share.isHeavy('flood', 0), share.isHeavy('a', 0), share.isHeavy('unknown', 0)]).toEqual([true, false, false]);
  expect(share.isHeavy('flood', 60_000)).toBe(false);
});

test('many that send alike are not heavy, however much it is', () => {
  const share = new FairShare();
  for (const source of ['a', 'b', 'c', 'd']) share.sent(source, 50_000, 0);
  expect(['a', 'b', 'c', 'd'].some((source) => share.isHeavy(source, 0))).toBe(false);
});
