import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type ClientClock, HubClient, type HubClientOptions, OutboxFullError, type SentEvent } from './index.js';

interface Reply {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** A hub of the test's own: answers as scripted, then 202; remembers what it was sent. */
class ScriptedHub {
  readonly requests: { events: SentEvent[]; authorization: string }[] = [];
  script: ((events: SentEvent[]) => Reply)[] = [];
  always: ((events: SentEvent[]) => Reply | null) | null = null;
  url = '';
  private readonly server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const lines = gunzipSync(Buffer.concat(chunks)).toString().split('\n');
      const events = lines.filter(Boolean).map((line) => JSON.parse(line) as SentEvent);
      this.requests.push({ events, authorization: request.headers.authorization ?? '' });
      const taken: Reply = { status: 202, body: { batch: 'b', accepted: events.length, rejected: [] } };
      const reply = this.always?.(events) ?? this.script.shift()?.(events) ?? taken;
      response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
      response.end(JSON.stringify(reply.body ?? {}));
    });
  });

  async start(port = 0): Promise<void> {
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  ids(): string[] {
    return this.requests.flatMap(({ events }) => events.map(({ id }) => id));
  }
}

/** Sleeps pass at once, and are remembered. */
class QuickClock implements ClientClock {
  at = Date.UTC(2026, 0, 1);
  slept: number[] = [];
  now = (): number => this.at;
  sleep = async (ms: number): Promise<void> => {
    this.slept.push(ms);
    this.at += ms;
    await new Promise((done) => setImmediate(done));
  };
}

const reading = (n: number) => ({ id: `e${n}`, type: 'vn.ioc.test.reading.taken.v1', data: { n } });

describe('the client', () => {
  let dir: string;
  let hub: ScriptedHub;
  let clock: QuickClock;
  const clients: HubClient[] = [];
  const errors: string[] = [];

  const client = (options: Partial<HubClientOptions> = {}): HubClient => {
    const made = new HubClient({
      url: hub.url,
      key: 'k-1',
      outbox: join(dir, 'outbox'),
      clock,
      random: () => 0.5,
      onError: (error) => errors.push(error.message),
      ...options,
    });
    clients.push(made);
    return made;
  };

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'ioc-client-'));
    errors.length = 0;
    clock = new QuickClock();
    hub = new ScriptedHub();
    await hub.start();
  });
  afterEach(async () => {
    for (const made of clients.splice(0)) await made.close();
    await hub.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  test('delivers in order, in batches no larger than asked, with its key, each event once', async () => {
    const c = client({ batchSize: 4 });
    await Promise.all(Array.from({ length: 10 }, (_, n) => c.send(reading(n))));
    await c.flush();
    expect(hub.ids()).toEqual(Array.from({ length: 10 }, (_, n) => `e${n}`));
    expect(Math.max(...hub.requests.map(({ events }) => events.length))).toBe(4);
    expect(hub.requests[0]?.authorization).toBe('Bearer k-1');
    expect(c.stats()).toMatchObject({ taken: 10, accepted: 10, rejected: 0, backlogBytes: 0 });
  });

  test('gives ids that sort by time and times of its clock where there are none', async () => {
    const c = client();
    const ids = [];
    for (let n = 0; n < 5; n++) ids.push(await c.send({ type: 't', data: {} }));
    await c.flush();
    expect(ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(
      true,
    );
    expect([...ids].sort()).toEqual(ids);
    expect(hub.ids()).toEqual(ids);
    expect(hub.requests[0]?.events[0]?.time).toBe('2026-01-01T00:00:00.000Z');
  });

  test('waits at least as long as a busy hub asks, in seconds or as a date, then sends the same again', async () => {
    hub.script = [
      () => ({ status: 429, headers: { 'retry-after': '7' }, body: { title: 'Too Many Requests' } }),
      () => ({ status: 503, headers: { 'retry-after': new Date(clock.at + 90_000).toUTCString() } }),
    ];
    const c = client({ flushMs: 0 });
    await c.send(reading(1));
    await c.flush();
    expect(hub.ids()).toEqual(['e1', 'e1', 'e1']);
    expect(clock.slept[0]).toBeGreaterThanOrEqual(7_000);
    expect(clock.slept[0]).toBeLessThan(8_000);
    expect(clock.slept[1]).toBeGreaterThanOrEqual(89_000);
    expect(errors).toHaveLength(2);
  });

  test('backs off exponentially with jitter while the hub fails', async () => {
    hub.script = Array.from({ length: 5 }, () => () => ({ status: 500 }));
    const c = client({ flushMs: 0 });
    await c.send(reading(1));
    await c.flush();
    expect(clock.slept).toEqual([500, 1_000, 2_000, 4_000, 8_000]);
  });

  test('surfaces refused events with their reason and goes on with the others', async () => {
    hub.script = [
      () => ({
        status: 202,
        body: {
          batch: 'b',
          accepted: 2,
          rejected: [{ index: 1, id: 'e1', code: 'field-invalid', path: '/data/n', message: 'must be a string' }],
        },
      }),
    ];
    const refused: unknown[] = [];
    const c = client({ onRejected: (event, refusal) => refused.push([event.id, refusal.code, refusal.path]) });
    await Promise.all([0, 1, 2].map((n) => c.send(reading(n))));
    await c.flush();
    expect(refused).toEqual([['e1', 'field-invalid', '/data/n']]);
    expect(c.stats()).toMatchObject({ accepted: 2, rejected: 1, backlogBytes: 0 });
  });

  test('halves a batch that is refused as a whole until the culprit stands alone; its neighbours are delivered', async () => {
    hub.always = (events) =>
      events.some(({ id }) => id === 'e5')
        ? { status: 413, body: { type: 'urn:ioc:problem:too-large', code: 'too-large', title: 'Too Large' } }
        : null;
    const refused: string[] = [];
    const c = client({ onRejected: (event) => refused.push(event.id) });
    await Promise.all(Array.from({ length: 8 }, (_, n) => c.send(reading(n))));
    await c.flush();
    expect(refused).toEqual(['e5']);
    expect(c.stats()).toMatchObject({ accepted: 7, rejected: 1, backlogBytes: 0 });
  });

  test.each([
    ['a page with 200', { status: 200, body: '<html>Sign in</html>' }],
    ['a page with 400', { status: 400, body: '<html>Bad Request</html>' }],
    ['a problem of somebody else', { status: 422, body: { type: 'about:blank', rejected: [{ index: 0 }] } }],
  ])('keeps everything when something else answers: %s', async (_what, reply) => {
    hub.script = [() => reply];
    const refused: string[] = [];
    const c = client({ flushMs: 0, blockedRetryMs: 60_000, onRejected: (event) => refused.push(event.id) });
    await c.send(reading(1));
    await c.flush();
    expect(refused).toEqual([]);
    expect(errors[0]).toContain("not the hub's answer");
    expect(clock.slept).toEqual([60_000]);
    expect(hub.ids()).toEqual(['e1', 'e1']);
  });

  test('keeps everything while its key is refused, tells so, and delivers once it is valid', async () => {
    hub.script = [() => ({ status: 401, body: { title: 'Unauthorized' } })];
    const c = client({ flushMs: 0, blockedRetryMs: 60_000 });
    await c.send(reading(1));
    await c.flush();
    expect(clock.slept).toEqual([60_000]);
    expect(errors[0]).toContain('401 Unauthorized');
    expect(hub.ids()).toEqual(['e1', 'e1']);
  });

  test('refuses more than its disk limit, and an event beyond the size limit, without losing what it has', async () => {
    await hub.stop();
    const c = client({ maxOutboxBytes: 200, clock: { now: clock.now, sleep: waitForAbort } });
    await c.send(reading(1));
    await c.send(reading(2));
    await expect(c.send(reading(3))).rejects.toThrow(OutboxFullError);
    await expect(c.send({ type: 't', data: { text: 'x'.repeat(70_000) } })).rejects.toThrow('65536 bytes');
    await c.close();
    hub = new ScriptedHub();
    await hub.start();
    const next = client();
    await next.flush();
    expect(hub.ids()).toEqual(['e1', 'e2']);
  });

  test('deletes segments only when all of them is delivered', async () => {
    const c = client({ segmentBytes: 200, batchSize: 3 });
    for (let n = 0; n < 12; n++) await c.send(reading(n));
    await c.flush();
    const segments = readdirSync(join(dir, 'outbox')).filter((name) => name.endsWith('.ndjson'));
    expect(segments).toHaveLength(1);
    expect(hub.ids()).toHaveLength(12);
    await c.close();
    await client().flush();
    expect(hub.ids()).toHaveLength(12);
  });

  test('two clients do not share an outbox; the lock of a dead process is no hindrance', async () => {
    const first = client();
    expect(() => client()).toThrow('in use');
    await first.close();
    writeFileSync(join(dir, 'outbox', 'lock'), '999999999');
    const second = client();
    await second.send(reading(1));
    await second.flush();
    expect(hub.ids()).toEqual(['e1']);
  });

  test('a lost mark means sending again, never losing', async () => {
    const c = client();
    await c.send(reading(1));
    await c.flush();
    await c.close();
    writeFileSync(join(dir, 'outbox', 'delivered.json'), '{"segm');
    await client().flush();
    expect(hub.ids()).toEqual(['e1', 'e1']);
  });

  test('what a killed process had taken is delivered by the next; a torn last line is cut', async () => {
    const outbox = join(dir, 'outbox');
    const module = new URL('../../dist/libs/client/index.js', import.meta.url).href;
    const code = `
      import { HubClient } from ${JSON.stringify(module)};
      const c = new HubClient({ url: 'http://127.0.0.1:9', key: 'k', outbox: ${JSON.stringify(outbox)} });
      for (let n = 0; ; n++) console.log(await c.send({ type: 't', data: { n } }));`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    const taken: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      taken.push(line);
      if (taken.length === 50) child.kill('SIGKILL');
    }
    await ended;
    const [segment] = readdirSync(outbox).filter((name) => name.endsWith('.ndjson'));
    appendFileSync(join(outbox, segment ?? ''), '{"id":"torn","type":"t","da');
    const c = client();
    await c.send(reading(1));
    await c.flush();
    const delivered = hub.ids();
    expect(taken.length).toBeGreaterThanOrEqual(50);
    expect(delivered.slice(0, taken.length)).toEqual(taken);
    expect(delivered.at(-1)).toBe('e1');
    expect(delivered).not.toContain('torn');
    expect(readFileSync(join(outbox, segment ?? ''), 'utf8')).not.toContain('torn');
  });
});

const waitForAbort = (_ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((done) => (signal.aborted ? done() : signal.addEventListener('abort', () => done())));
