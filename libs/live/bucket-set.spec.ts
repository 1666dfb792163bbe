import { describe, expect, test } from '@jest/globals';
import type { BucketRow } from '#libs/contracts';
import fc from 'fast-check';
import { BucketSet } from './bucket-set.js';

const row = (changed: Partial<BucketRow> = {}): BucketRow => ({
  metric: 'm',
  dims: ['a'],
  resolution: 'd',
  start: 0,
  count: 1,
  sum: 1,
  min: 1,
  max: 1,
  last: 1,
  lastAt: 0,
  version: 1,
  ...changed,
});
const countOf = (set: BucketSet, start = 0): number | undefined =>
  [...(set.period('m', 'd', start)?.cells.values() ?? [])][0]?.count;

describe('buckets in memory', () => {
  test('whatever order and repetition rows come in, the newest version stays', () => {
    const versions = fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8], { minLength: 1 });
    fc.assert(
      fc.property(versions, versions, (once, again) => {
        const set = new BucketSet();
        for (const version of [...once, ...again]) set.apply([row({ version, count: version * 10 })]);
        expect(countOf(set)).toBe(Math.max(...once, ...again) * 10);
      }),
    );
  });

  test('an older or repeated row changes nothing, so that nothing is evaluated for it', () => {
    const set = new BucketSet();
    set.apply([row({ version: 3 })]);
    const revision = set.revision('m');
    expect(set.apply([row({ version: 3 }), row({ version: 2 })])).toBe(0);
    expect(set.revision('m')).toBe(revision);
  });

  test('the same values under other dimensions are another series', () => {
    const set = new BucketSet();
    set.apply([row({ dims: ['a', 'bc'] }), row({ dims: ['ab', 'c'] })]);
    expect(set.size).toBe(2);
  });

  test('what nobody needs is neither taken nor kept', () => {
    const set = new BucketSet({ keep: (metric) => metric === 'm' });
    set.apply([row({ metric: 'other' }), row({ start: 0 }), row({ start: 100 })]);
    expect(set.size).toBe(2);
    set.evict(() => 50);
    expect(countOf(set, 0)).toBeUndefined();
    expect(countOf(set, 100)).toBe(1);
    expect(set.size).toBe(1);
    // That it was observed is known all the same.
    expect(set.isAnyObserved([{ code: 'nothing' }])).toBe(false);
    const list = [{ code: 'nothing' }, { code: 'other' }];
    expect(set.isAnyObserved(list)).toBe(true);
    // At a past moment it was not yet, though its series are known.
    set.observeOnly(['third']);
    expect([set.isAnyObserved(list), set.isAnyObserved([{ code: 'third' }])]).toEqual([false, true]);
  });

  test('a full set refuses new buckets and says so, but follows those it has', () => {
    const set = new BucketSet({ maxCells: 1 });
    set.apply([row(), row({ dims: ['b'] })]);
    expect(set.overflowed).toBe(true);
    expect(set.apply([row({ version: 2, count: 7 })])).toBe(1);
    expect(countOf(set)).toBe(7);
  });

  test('a level of the past is its last sample before, and samples stay bounded', () => {
    const set = new BucketSet();
    const minute = 60_000;
    set.addLevels(Array.from({ length: 5_000 }, (_, i) => ({ metric: 'm', dims: ['a'], at: i * minute, value: i })));
    const at = (time: number): number | undefined => [...set.levelsAt('m', time)][0]?.[1];
    expect(at(4_999 * minute + 1)).toBe(4_999);
    expect(at(4_990 * minute - 1)).toBe(4_989);
    // Older ones are thinned to the last of each hour.
    expect(at(1_200 * minute - 1)).toBe(1_199);
    expect(at(-1)).toBeUndefined();
  });
});
