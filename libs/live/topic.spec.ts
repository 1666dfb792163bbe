import { expect, test } from '@jest/globals';
import type { BoardView, NumberState, TileState } from '#libs/contracts';
import fc from 'fast-check';
import { applyDelta, Topic } from './topic.js';

const board: BoardView = { id: 'b', title: { vi: '', en: '' }, distance: 5, tiles: [] };
const number = (value: number | null): NumberState => ({
  kind: 'number',
  value,
  level: 'ok',
  before: null,
  beforeLabel: null,
  spark: [],
  at: null,
});
const tiles = (values: Record<string, number | null>): Record<string, TileState> =>
  Object.fromEntries(Object.entries(values).map(([id, value]) => [id, number(value)]));

test('a snapshot and all deltas after it give the same as a new snapshot, from wherever a screen joins', () => {
  const update = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.option(fc.integer({ min: 0, max: 3 })));
  fc.assert(
    fc.property(fc.array(update, { maxLength: 20 }), fc.nat(20), (updates, joins) => {
      const topic = new Topic('board:b', 'e', board, tiles({ a: 0, b: null, c: 1 }), 0);
      let screen = topic.snapshot();
      for (const [index, values] of updates.entries()) {
        if (index === joins) screen = topic.snapshot();
        const delta = topic.advance(tiles(values), index + 1);
        if (!delta) continue;
        const next = applyDelta(screen, delta);
        if (!next) throw new Error('a delta did not follow');
        screen = next;
      }
      expect(screen).toEqual(topic.snapshot());
    }),
  );
});

test('what is as it was is not sent', () => {
  const topic = new Topic('board:b', 'e', board, tiles({ a: 1, b: 2 }), 0);
  expect(topic.advance(tiles({ a: 1 }), 1)).toBeNull();
  expect(Object.keys(topic.advance(tiles({ a: 1, b: 3 }), 2)?.changes ?? {})).toEqual(['b']);
});

test('a screen knows a delta that it must not apply: another epoch, or one missed', () => {
  const topic = new Topic('board:b', 'e', board, tiles({ a: 1 }), 0);
  const old = topic.snapshot();
  topic.advance(tiles({ a: 2 }), 1);
  const second = topic.advance(tiles({ a: 3 }), 2);
  if (!second) throw new Error('nothing changed');
  expect(applyDelta(old, second)).toBeNull();
  expect(applyDelta({ ...topic.snapshot(), seq: 1, epoch: 'other' }, second)).toBeNull();
  expect(topic.isCurrent({ epoch: 'e', seq: 2 })).toBe(true);
  expect(topic.isCurrent({ epoch: 'other', seq: 2 })).toBe(false);
  expect(topic.isCurrent({ epoch: 'e', seq: 1 })).toBe(false);
});
