import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { io, type Socket } from 'socket.io-client';
import { testHub, type TestHub } from '../support/hub.js';
import { wallLink, watchBoard } from '../support/screen.js';
import { Caller, rawExchange } from './answers.js';
import { junkText, junkValue, jsonOf } from './junk.js';
import { expectUnharmed, fuzz, pidsOf } from './lanes.js';

/** A socket may send 40 messages at once; each of ours sends fewer. */
const MESSAGES_OF_SOCKET = 35;

let hub: TestHub;
let pids: ReturnType<typeof pidsOf>;
let token: string;
let caller: Caller;
const open = new Set<Socket>();

beforeAll(async () => {
  hub = await testHub({ backend: 'postgres' });
  pids = pidsOf(hub);
  ({ token } = await wallLink(hub));
  caller = new Caller(hub.gateway);
});

afterAll(async () => {
  open.forEach((socket) => socket.close());
  caller.close();
  await hub.close();
});

/** A screen that talks nonsense. */
class Line {
  private socket: Socket | undefined;
  private left = 0;

  async connected(): Promise<Socket> {
    if (this.socket?.connected && this.left-- > 0) return this.socket;
    this.close();
    const socket = io(`${hub.gateway}/live`, {
      auth: { token },
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
    });
    open.add(socket);
    await new Promise<void>((done, fail) => {
      socket.once('connect', done);
      socket.once('connect_error', (error) => fail(new Error(`a screen is not let in: ${error.message}`)));
    });
    this.left = MESSAGES_OF_SOCKET - 2;
    return (this.socket = socket);
  }

  close(): void {
    if (!this.socket) return;
    open.delete(this.socket);
    this.socket.close();
    this.socket = undefined;
  }
}

interface Reply {
  ok: boolean;
  refused?: { topic: string; code: string; message: string }[];
}

test('junk requests are refused by name, or end the socket of their sender only', async () => {
  const screen = await watchBoard(hub, 'overview', token);
  const topics = fc.oneof(
    junkValue,
    fc.array(
      fc.oneof(
        junkText,
        junkValue,
        fc.constantFrom(
          'board:overview',
          'board:',
          'board:__proto__',
          'board:constructor',
          'Board:overview',
          'board:overview:x',
        ),
      ),
      { maxLength: 24 },
    ),
  );
  const request = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record(
        {
          topics,
          since: fc.oneof(
            junkValue,
            fc.dictionary(junkText, fc.record({ epoch: junkValue, seq: junkValue }), { maxKeys: 3 }),
          ),
        },
        { requiredKeys: [] },
      ),
    },
    { weight: 1, arbitrary: junkValue },
  );
  const messages = fc.record({
    name: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom('watch', 'watch', 'unwatch') },
      {
        weight: 1,
        arbitrary: fc
          .oneof(junkText, fc.constantFrom('snapshot', 'toString', 'tick'))
          .filter(
            (name) =>
              !['connect', 'connect_error', 'disconnect', 'disconnecting', 'newListener', 'removeListener'].includes(
                name,
              ),
          ),
      },
    ),
    request,
    more: fc.array(junkValue, { maxLength: 2 }),
    answerable: fc.boolean(),
  });
  const free = Array.from({ length: 10 }, () => new Line());
  try {
    await fuzz(messages, 2_400, 10, async ({ name, request: junk, more, answerable }) => {
      const line = free.pop() as Line;
      try {
        const socket = await line.connected();
        const asked = answerable && more.length === 0 && (name === 'watch' || name === 'unwatch');
        const args = asked ? [junk] : [junk, ...more];
        // More than the server reads at once: it ends the socket, without an answer.
        const large = jsonOf(args).length > 15_000;
        if (!asked || large) {
          socket.emit(name, ...args);
          // Of a name that is none of the protocol's, the socket may be ended a moment later.
          if (large || (name !== 'watch' && name !== 'unwatch')) line.close();
          return;
        }
        const reply = await new Promise<Reply | 'shut'>((done, fail) => {
          const late = setTimeout(() => fail(new Error('no reply within 60 s')), 60_000);
          const end = (value: Reply | 'shut'): void => {
            clearTimeout(late);
            socket.off('disconnect', shut);
            done(value);
          };
          const shut = (): void => end('shut');
          socket.once('disconnect', shut);
          socket.emit(name, ...args, (value: Reply) => end(value));
        });
        if (reply === 'shut') throw new Error('the socket was shut over a request');
        if (name === 'unwatch') expect(reply).toEqual({ ok: true });
        else {
          expect(typeof reply.ok).toBe('boolean');
          if (!reply.ok) expect(reply.refused?.length).toBeGreaterThan(0);
          for (const { code, message } of reply.refused ?? []) {
            expect(['forbidden', 'unknown', 'invalid', 'too-many']).toContain(code);
            expect(message).not.toBe('');
          }
        }
      } finally {
        free.push(line);
      }
    });
  } finally {
    free.forEach((line) => line.close());
  }
  expect(Object.keys(screen.state()?.tiles ?? {}).length).toBeGreaterThan(0);
  screen.close();
});

test('what is no protocol at all gets no further than its own connection', async () => {
  const upgrade = (path: string): string =>
    `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
  const frame = fc
    .tuple(
      fc.constantFrom(0x81, 0x82, 0x80, 0x01, 0x88, 0x89, 0xf1),
      fc.oneof(
        junkText,
        fc.constantFrom(
          '40/live,',
          '40/live,{"token":1}',
          '42["watch",{}]',
          '4',
          '451-["x",{"_placeholder":true,"num":9}]',
          '2probe',
          '5',
          '9',
          '42/live,1[',
          '40/none,',
        ),
      ),
    )
    .map(([first, text]) => {
      const body = Buffer.from(text).subarray(0, 120);
      return Buffer.concat([Buffer.from([first, 0x80 | body.length, 0, 0, 0, 0]), body]);
    });
  const raw = fc.tuple(
    fc.constantFrom(
      '/socket.io/?EIO=4&transport=websocket',
      '/socket.io/?EIO=3&transport=websocket',
      '/socket.io/?EIO=4&transport=websocket&sid=x',
      '/live',
      '/socket.io/%',
    ),
    fc.array(
      fc.oneof(
        frame,
        fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      ),
      { maxLength: 3 },
    ),
  );
  await fuzz(raw, 500, 20, async ([path, frames]) => {
    const answer = await rawExchange(hub.gateway, Buffer.concat([Buffer.from(upgrade(path)), ...frames]), 60);
    const status = Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0);
    if (status >= 500 && status !== 503) throw new Error(`answered ${answer.slice(0, 300)}`);
  });
  const polls = fc.record({
    method: fc.constantFrom('GET', 'POST', 'PUT'),
    query: junkText.filter((text) => text.length < 300),
    body: junkText,
  });
  await fuzz(polls, 400, 10, async ({ method, query, body }) => {
    const answer = await caller.send({
      method,
      path: `/socket.io/?EIO=4&transport=polling&sid=${encodeURIComponent(Buffer.from(query).toString())}`,
      headers: { 'content-type': 'text/plain' },
      body: new Uint8Array(Buffer.from(method === 'GET' ? '' : body)),
    });
    if (answer && answer.status >= 500 && answer.status !== 503) throw new Error(`answered ${answer.status}`);
  });
});

test('nothing ended, and a new screen gets its board', async () => {
  const screen = await watchBoard(hub, 'overview', token);
  const deadline = Date.now() + 60_000;
  while (!screen.state() && Date.now() < deadline) await new Promise((done) => setTimeout(done, 50));
  expect(screen.state()).toBeDefined();
  screen.close();
  await expectUnharmed(hub, pids);
});
