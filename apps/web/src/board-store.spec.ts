import { describe, expect, test } from '@jest/globals';
import type { BoardState, Delta, NumberState, Snapshot } from '#libs/contracts';
import {
  applyDelta,
  applySnapshot,
  applyTick,
  connectionOf,
  emptyScreen,
  simulatedPart,
  sinceOf,
} from './board-store.js';

const TOPIC = 'board:x';
const value = (n: number, more: Partial<NumberState> = {}): NumberState => ({
  kind: 'number',
  value: n,
  level: 'ok',
  before: null,
  beforeLabel: null,
  spark: [],
  at: 1,
  ...more,
});
const board: BoardState = {
  board: { id: 'x', title: { vi: 'X', en: 'X' }, distance: 5, tiles: [] },
  tiles: { a: value(1), b: value(2) },
};
const snapshot: Snapshot = { topic: TOPIC, epoch: 'e', seq: 5, at: 10_000, state: board };
const delta = (from: number, seq: number, more: Partial<Delta> = {}): Delta => ({
  topic: TOPIC,
  epoch: 'e',
  from,
  seq,
  at: 11_000,
  changes: { b: value(3) },
  ...more,
});
const shown = () => applySnapshot(emptyScreen(TOPIC, 0), snapshot, 100)[0];

describe('following a board', () => {
  test('a delta that follows changes its tiles only', () => {
    const [state, effect] = applyDelta(shown(), delta(5, 6), 200);
    expect(effect).toEqual({ draw: ['b'] });
    expect(state.board?.tiles).toEqual({ a: value(1), b: value(3) });
    expect(sinceOf(state)).toEqual({ [TOPIC]: { epoch: 'e', seq: 6 } });
    expect(board.tiles['b']).toEqual(value(2));
  });

  test.each([
    ['a gap', delta(6, 7)],
    ['another epoch', delta(5, 6, { epoch: 'f' })],
  ])('%s changes nothing, proves nothing, and asks again', (_, message) => {
    const before = shown();
    const [state, effect] = applyDelta(before, message, 9_000);
    expect(effect).toEqual({ watch: true });
    expect(state).toEqual(before);
  });

  test('a delta before any snapshot asks for one', () => {
    expect(applyDelta(emptyScreen(TOPIC, 0), delta(5, 6), 1)[1]).toEqual({ watch: true });
  });

  test('a delta that comes twice, or is of another topic, draws nothing', () => {
    expect(applyDelta(shown(), delta(4, 5), 200)[1]).toEqual({ draw: 'nothing' });
    expect(applyDelta(shown(), delta(5, 6, { topic: 'board:y' }), 200)[1]).toEqual({ draw: 'nothing' });
  });
});

describe('staleness', () => {
  test('silence of five seconds is a cut, since the last message by the server clock', () => {
    const state = applyTick(shown(), { at: 12_000, fresh: true }, 2_000);
    expect(connectionOf(state, 6_999)).toEqual({ is: 'live', age: 4_999 });
    expect(connectionOf(state, 7_000)).toEqual({ is: 'cut', since: 12_000 });
  });

  test('clears with the next message', () => {
    const state = applyTick(shown(), { at: 20_000, fresh: true }, 10_000);
    expect(connectionOf(state, 10_500).is).toBe('live');
  });

  test('a server that is behind is told apart, until it is fresh again', () => {
    const behind = applyTick(shown(), { at: 12_000, fresh: false, since: 9_000 }, 2_000);
    expect(connectionOf(behind, 2_100)).toEqual({ is: 'behind', since: 9_000 });
    const [still] = applyDelta(behind, delta(5, 6), 2_200);
    expect(connectionOf(still, 2_300).is).toBe('behind');
    expect(connectionOf(applyTick(still, { at: 14_000, fresh: true }, 4_000), 4_100).is).toBe('live');
  });
});

test('a board is simulated in part, whole or not', () => {
  const of = (tiles: BoardState['tiles']) => simulatedPart({ ...board, tiles });
  expect(of({ a: value(1) })).toBe('none');
  expect(of({ a: value(1), b: value(2, { simulated: true }) })).toBe('some');
  expect(of({ a: value(1, { simulated: true }), empty: value(0, { value: null, at: null }) })).toBe('all');
});
