import { expect, test } from '@jest/globals';
import type { BoardView } from '#libs/contracts';
import { EVERYTHING, Topic, type Board } from '#libs/live';
import { Audience, type LiveNamespace, type LiveSocket } from './audience.js';

const view: BoardView = { id: 'b', title: { vi: '', en: '' }, distance: 5, tiles: [] };
const headline = (text: string) => ({
  kind: 'headline' as const,
  text: { vi: text, en: text },
  level: 'ok' as const,
  at: null,
});

/** As much of socket.io as `Audience` touches; `waiting` packets stand in the engine's buffer. */
function room() {
  const rooms = new Map<string, Set<Fake>>();
  class Fake {
    conn = { writeBuffer: [] as unknown[] };
    data = { watching: new Map() };
    got: [string, unknown][] = [];
    gone = false;
    emit(event: string, body: unknown): void {
      this.got.push([event, body]);
    }
    join(name: string): void {
      rooms.set(name, (rooms.get(name) ?? new Set()).add(this));
    }
    leave(name: string): void {
      rooms.get(name)?.delete(this);
    }
    disconnect(): void {
      this.gone = true;
    }
  }
  const sockets = new Map<string, Fake>();
  const namespace = {
    sockets,
    to: (name: string) => ({
      emit: (event: string, body: unknown) => rooms.get(name)?.forEach((socket) => socket.emit(event, body)),
    }),
  };
  const add = (): Fake => {
    const socket = new Fake();
    sockets.set(String(sockets.size), socket);
    return socket;
  };
  return { audience: new Audience(namespace as unknown as LiveNamespace), add };
}

function shown() {
  const topic = new Topic('board:b', 'e', view, { h: headline('0') }, 0);
  return { key: 'k', topic, board: {} as Board, scope: EVERYTHING };
}

test('a slow socket gets nothing while it does not drain, and then one snapshot of the newest state', () => {
  const { audience, add } = room();
  const one = shown();
  const [fast, slow] = [add(), add()];
  for (const socket of [fast, slow]) audience.join(socket as unknown as LiveSocket, one, undefined);
  slow.conn.writeBuffer = Array(100).fill(0);
  for (let i = 1; i <= 50; i++) {
    const delta = one.topic.advance({ h: headline(String(i)) }, i);
    if (delta) audience.send({ shown: one, delta }, i);
    audience.tick({ at: i, fresh: true });
    audience.catchUp(i);
  }
  expect(fast.got.filter(([event]) => event === 'delta')).toHaveLength(50);
  expect(slow.got.map(([event]) => event)).toEqual(['snapshot']);
  slow.conn.writeBuffer = [];
  audience.catchUp(60);
  expect(slow.got.at(-1)).toEqual(['snapshot', one.topic.snapshot()]);
  const delta = one.topic.advance({ h: headline('last') }, 61);
  if (delta) audience.send({ shown: one, delta }, 61);
  expect(slow.got.at(-1)).toEqual(['delta', delta]);
});

test('a socket that never drains is let go', () => {
  const { audience, add } = room();
  const one = shown();
  const slow = add();
  audience.join(slow as unknown as LiveSocket, one, undefined);
  slow.conn.writeBuffer = Array(100).fill(0);
  const delta = one.topic.advance({ h: headline('1') }, 1);
  if (delta) audience.send({ shown: one, delta }, 1_000);
  audience.catchUp(20_000);
  expect(slow.gone).toBe(false);
  audience.catchUp(32_000);
  expect(slow.gone).toBe(true);
});

test('who left, or is gone, is not caught up', () => {
  const { audience, add } = room();
  const one = shown();
  const socket = add();
  audience.join(socket as unknown as LiveSocket, one, undefined);
  socket.conn.writeBuffer = Array(100).fill(0);
  const delta = one.topic.advance({ h: headline('1') }, 1);
  if (delta) audience.send({ shown: one, delta }, 1);
  expect(audience.drop(socket as unknown as LiveSocket)).toEqual([one]);
  socket.conn.writeBuffer = [];
  audience.catchUp(10);
  expect(socket.got).toHaveLength(1);
});
