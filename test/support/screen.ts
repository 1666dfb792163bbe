import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { io } from 'socket.io-client';
import type { BoardState, Delta, Snapshot, TileState } from '#libs/contracts';
import type { TestHub } from './hub.js';

/** A wall display without a browser: watches one board and holds its state as the protocol asks. */
export interface Screen {
  state(): BoardState | undefined;
  /** Resolves with a tile once it satisfies the condition. */
  until(tile: string, condition: (state: TileState) => boolean, withinMs?: number): Promise<TileState>;
  close(): void;
}

/** Makes a wall link and returns its token. */
export async function wallLink(
  hub: TestHub,
  scope: { sectors?: string[]; units?: string[] } = {},
): Promise<{ id: string; token: string }> {
  const id = randomUUID();
  const token = `wall_${randomBytes(32).toString('base64url')}`;
  await hub.database.query('INSERT INTO wall_link (id, name, hash, sectors, units) VALUES ($1, $2, $3, $4, $5)', [
    id,
    'test',
    createHash('sha256').update(token).digest(),
    scope.sectors ?? ['*'],
    scope.units ?? ['*'],
  ]);
  return { id, token };
}

export async function watchBoard(hub: TestHub, board: string, token: string): Promise<Screen> {
  const socket = io(`${hub.gateway}/live`, { auth: { token }, transports: ['websocket'], reconnectionDelayMax: 500 });
  const topic = `board:${board}`;
  let held: { epoch: string; seq: number; state: BoardState } | undefined;
  const listeners = new Set<() => void>();
  const watch = (): void => void socket.emit('watch', { topics: [topic] }, () => undefined);
  socket.on('connect', watch);
  socket.on('snapshot', (snapshot: Snapshot) => {
    held = { epoch: snapshot.epoch, seq: snapshot.seq, state: snapshot.state };
    listeners.forEach((listener) => listener());
  });
  socket.on('delta', (delta: Delta) => {
    if (!held || delta.epoch !== held.epoch || delta.from !== held.seq) return watch();
    held.seq = delta.seq;
    Object.assign(held.state.tiles, delta.changes);
    listeners.forEach((listener) => listener());
  });
  return {
    state: () => held?.state,
    until: (tile, condition, withinMs = 60_000) =>
      new Promise((done, fail) => {
        const timer = setTimeout(() => {
          listeners.delete(look);
          fail(new Error(`tile ${tile} within ${withinMs} ms: ${JSON.stringify(held?.state.tiles[tile])}`));
        }, withinMs);
        const look = (): void => {
          const state = held?.state.tiles[tile];
          if (!state || !condition(state)) return;
          clearTimeout(timer);
          listeners.delete(look);
          done(state);
        };
        listeners.add(look);
        look();
      }),
    close: () => void socket.close(),
  };
}
