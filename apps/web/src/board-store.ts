import { STALE_AFTER_MS } from '#libs/contracts';
import type { BoardState, Delta, Snapshot, Tick } from '#libs/contracts';

/** What a screen knows about one topic. Pure: the caller gives every time. */
export interface ScreenState {
  topic: string;
  epoch: string | null;
  seq: number;
  board: BoardState | null;
  /** Screen time of the last message of any kind. */
  heardAt: number;
  /** Server time minus screen time, ms. */
  offset: number;
  /** The gateway says that its own view may be behind, since this server time. */
  behindSince: number | null;
}

/** What to do after a message: draw everything, draw some tiles, ask for the topic again, or nothing. */
export type Effect = { draw: 'all' } | { draw: readonly string[] } | { draw: 'nothing' } | { watch: true };

export function emptyScreen(topic: string, now: number): ScreenState {
  return { topic, epoch: null, seq: 0, board: null, heardAt: now, offset: 0, behindSince: null };
}

export function applySnapshot(state: ScreenState, snapshot: Snapshot, now: number): [ScreenState, Effect] {
  if (snapshot.topic !== state.topic) return [state, { draw: 'nothing' }];
  const heard = hear(state, snapshot.at, now);
  return [{ ...heard, epoch: snapshot.epoch, seq: snapshot.seq, board: snapshot.state }, { draw: 'all' }];
}

/** A delta that does not follow on what the screen has changes nothing: the topic must be watched again. */
export function applyDelta(state: ScreenState, delta: Delta, now: number): [ScreenState, Effect] {
  if (delta.topic !== state.topic) return [state, { draw: 'nothing' }];
  // What cannot be applied is no proof that the numbers on screen are right, so it does not count as heard.
  if (state.board === null || delta.epoch !== state.epoch) return [state, { watch: true }];
  const heard = hear(state, delta.at, now);
  if (delta.seq <= state.seq) return [heard, { draw: 'nothing' }];
  if (delta.from !== state.seq) return [state, { watch: true }];
  const board = { ...state.board, tiles: { ...state.board.tiles, ...delta.changes } };
  return [{ ...heard, seq: delta.seq, board }, { draw: Object.keys(delta.changes) }];
}

export function applyTick(state: ScreenState, tick: Tick, now: number): ScreenState {
  return { ...hear(state, tick.at, now), behindSince: tick.fresh ? null : (tick.since ?? tick.at) };
}

function hear(state: ScreenState, at: number, now: number): ScreenState {
  return { ...state, heardAt: now, offset: at - now };
}

export type Connection =
  | { is: 'live'; age: number }
  /** No message since this server time. */
  | { is: 'cut'; since: number }
  /** The server speaks, but its numbers may be behind since this server time. */
  | { is: 'behind'; since: number };

export function connectionOf(state: ScreenState, now: number): Connection {
  const age = Math.max(0, now - state.heardAt);
  if (age >= STALE_AFTER_MS) return { is: 'cut', since: state.heardAt + state.offset };
  if (state.behindSince !== null) return { is: 'behind', since: state.behindSince };
  return { is: 'live', age };
}

/** What to tell the gateway that the screen already has. */
export function sinceOf(state: ScreenState): Record<string, { epoch: string; seq: number }> | undefined {
  return state.epoch === null || state.board === null
    ? undefined
    : { [state.topic]: { epoch: state.epoch, seq: state.seq } };
}

/** How much of the board comes from a simulation; tiles that only tell of others (headline, sources) do not count. */
export function simulatedPart(board: BoardState): 'none' | 'some' | 'all' {
  const tiles = Object.values(board.tiles).filter((tile) => tile.kind !== 'headline' && tile.kind !== 'sources');
  // An event list marks its items one by one; a value that was never seen is neither.
  const flags = tiles
    .filter((tile) => tile.at !== null || tile.simulated === true)
    .map((tile) =>
      tile.kind === 'ticker'
        ? tile.items.length > 0 && tile.items.every((item) => item.simulated)
        : tile.simulated === true,
    );
  const some = tiles.some((tile) =>
    tile.kind === 'ticker' ? tile.items.some((item) => item.simulated) : tile.simulated === true,
  );
  return !some ? 'none' : flags.every(Boolean) ? 'all' : 'some';
}
