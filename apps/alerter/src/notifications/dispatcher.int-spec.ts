import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import type { AlertsMessage } from '#libs/contracts';
import { dataSourceOptions } from '#libs/persistence';
import { DataSource } from 'typeorm';
import { testDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { sampleMessage } from '../../../../test/support/message.js';
import { type Call, type Receiver, receiver } from '../../../../test/support/receiver.js';
import { checkChannels } from './channel-checks.js';
import { Dispatcher, type DispatcherParts } from './dispatcher.js';
import { LEASE_MS } from './outbox.js';
import { markUnreached } from './unreached.js';

const hubSecret = 'x'.repeat(40);
let database: TestDatabase;
let source: DataSource;
let server: Receiver;
const published: AlertsMessage[] = [];
let now = Date.parse('2026-11-25T03:00:00Z');
const parts = (): DispatcherParts => ({
  database: source,
  bus: { publish: async (_topic, message) => void published.push(message as AlertsMessage) },
  channels: {
    hubSecret,
    hub: 'https://ioc.example',
    inside: true,
    publish: async () => undefined,
    vapid: async () => null,
    forget: async () => undefined,
  },
  whenLost: markUnreached,
  clock: { now: () => now },
  log: pino({ level: 'silent' }),
  random: () => 0.5,
});
let dispatcher: Dispatcher;

beforeAll(async () => {
  database = await testDatabase();
  source = await new DataSource(dataSourceOptions(database.url, 'test', 12)).initialize();
  server = await receiver();
});
afterAll(async () => {
  await source?.destroy();
  await server?.close();
  await database?.drop();
});
beforeEach(async () => {
  await database.query('TRUNCATE notification, notification_item, channel, alert CASCADE');
  server.calls.length = 0;
  published.length = 0;
  answering(204);
  dispatcher = new Dispatcher(parts());
});

const answering = (status: number, headers: Record<string, string> = {}): void => {
  server.answer = (_call, response) => void response.writeHead(status, headers).end();
};
const channel = (id: string, rate = 60_000, url = server.url) =>
  database.query(`INSERT INTO channel (id, kind, name, settings, rate) VALUES ($1, 'webhook', $1, $2, $3)`, [
    id,
    { format: 'plain', url },
    rate,
  ]);
async function notify(at: string, options: { kind?: 'alert' | 'reminder'; urgent?: boolean; alert?: string } = {}) {
  const message = sampleMessage({ kind: options.kind ?? 'alert', at: now, expiresAt: now + 3_600_000 });
  await database.query(
    `INSERT INTO notification (id, kind, recipient, channel, message, urgent, created_at, next_at)
     VALUES ($1, $2, $3, $3, $4, $5, $6, $6)`,
    [message.id, message.kind, at, JSON.stringify(message), options.urgent ?? false, new Date(now)],
  );
  if (options.alert !== undefined) {
    await database.query('INSERT INTO notification_item VALUES (1, $1, $2, $3, $4)', [
      message.id.slice(0, 8),
      at,
      message.id,
      options.alert,
    ]);
  }
  return message.id;
}
async function alert(state = 'firing'): Promise<string> {
  const id = randomUUID();
  await database.query(
    `INSERT INTO alert (id, origin, severity, state, title, since, fired_at)
     VALUES ($1, 'manual', 'critical', $2, '{"vi":"a","en":"a"}', now(), now())`,
    [id, state],
  );
  return id;
}
interface Row {
  state: string;
  tries: number;
  next: number | null;
  last_error: string | null;
  receipt: string | null;
}
async function row(id: string): Promise<Row> {
  const [found] = await database.query<Row>(
    `SELECT state, tries, (extract(epoch FROM next_at) * 1000)::float8 AS next, last_error, receipt
     FROM notification WHERE id = $1`,
    [id],
  );
  if (!found) throw new Error('no such notification');
  return found;
}
async function round(): Promise<void> {
  while ((await dispatcher.round()) > 0) await dispatcher.settled();
}
const ids = (): string[] => server.calls.map(({ headers }) => String(headers['webhook-id']));
const health = async (id: string) =>
  (
    await database.query<{ down: boolean; failures: number }>(
      'SELECT down_since IS NOT NULL AS down, failures FROM channel WHERE id = $1',
      [id],
    )
  )[0];

test('what is due is sent, urgent first, with its receipt; what fails waits as long as it is asked to, under the same id', async () => {
  await channel('hook');
  const [mild, urgent] = [await notify('hook'), await notify('hook', { urgent: true })];
  answering(429, { 'retry-after': '40' });
  await dispatcher.round();
  await dispatcher.settled();
  expect(await row(mild)).toMatchObject({ state: 'waiting', tries: 1, next: now + 40_000, last_error: 'HTTP 429' });
  answering(204);
  const before = server.calls.length;
  now += 39_000;
  await round();
  expect(server.calls).toHaveLength(before);
  now += 1_000;
  const taken = [await row(mild), await row(urgent)];
  expect(taken.map(({ tries }) => tries)).toEqual([1, 1]);
  await round();
  expect(ids().slice(before).toSorted()).toEqual([mild, urgent].toSorted());
  expect(await row(urgent)).toMatchObject({ state: 'sent', tries: 2, next: null, receipt: 'HTTP 204' });
});

test('a channel that fails goes down, visibly; one probe at a time passes; it comes back by itself', async () => {
  await channel('hook');
  answering(500);
  const all = [await notify('hook')];
  for (const wait of [0, 2_000, 4_000]) {
    now += wait;
    await round();
  }
  expect(await health('hook')).toEqual({ down: true, failures: 3 });
  expect(published).toEqual([{ ids: [], more: false, setup: true }]);
  for (let i = 0; i < 5; i++) all.push(await notify('hook'));
  await round();
  expect(server.calls).toHaveLength(3);
  now += 5_000;
  await Promise.all([dispatcher.round(), new Dispatcher(parts()).round()]);
  await dispatcher.settled();
  await delay(0);
  expect(server.calls.length).toBeLessThanOrEqual(4);
  await expectSoon(() => server.calls.length, 4);
  answering(204);
  now += 30_000;
  await round();
  expect(await health('hook')).toEqual({ down: false, failures: 0 });
  expect(published).toHaveLength(2);
  now += 30_000;
  await round();
  for (const id of all) expect((await row(id)).state).toBe('sent');
});

test('a server that is away shows within 30 s without any message, and is up again when it takes connections', async () => {
  const spare = await receiver();
  const { port } = new URL(spare.url);
  await spare.close();
  await channel('away', 60, spare.url);
  const began = now;
  const turns: unknown[] = [];
  while (turns.length === 0 && now - began < 30_000) {
    turns.push(...(await checkChannels(source, parts().channels, parts().clock)).filter(({ turn }) => turn !== null));
    now += 1_000;
  }
  expect(turns).toMatchObject([{ id: 'away', turn: 'down', reason: expect.stringMatching(/ECONNREFUSED/) }]);
  const back = await receiver(Number(port));
  now += 10_000;
  expect(await checkChannels(source, parts().channels, parts().clock)).toMatchObject([{ turn: 'up' }]);
  await back.close();
});

test('410 disables the channel; what waits for it is buried, and whoever was to be told is marked as not reached', async () => {
  await channel('hook');
  await channel('other');
  const [lonely, told] = [await alert(), await alert()];
  const [first, second] = [await notify('hook', { alert: lonely }), await notify('hook', { alert: told })];
  await notify('other', { alert: told });
  server.answer = (call, response) =>
    void response.writeHead(JSON.parse(call.body.toString()).data.to === 'hook' ? 410 : 204).end();
  await round();
  await dispatcher.bury();
  const [state] = await database.query('SELECT disabled_why FROM channel WHERE id = $1', ['hook']);
  expect(state).toEqual({ disabled_why: 'HTTP 410 Gone' });
  expect([(await row(first)).state, (await row(second)).state]).toEqual(['dead', 'dead']);
  const alerts = await database.query<{ id: string }>('SELECT id FROM alert WHERE unreachable');
  expect(alerts.map(({ id }) => id)).toEqual([lonely]);
  const changes = await database.query('SELECT alert_id, actor, kind FROM alert_change WHERE kind = $1', [
    'unreachable',
  ]);
  expect(changes).toEqual([{ alert_id: lonely, actor: 'system', kind: 'unreachable' }]);
  expect(published).toEqual(
    expect.arrayContaining([
      { ids: [], more: false, setup: true },
      { ids: [lonely], more: false, setup: false },
    ]),
  );
  const late = await notify('hook');
  await dispatcher.bury();
  expect(await row(late)).toMatchObject({ state: 'dead', last_error: 'its channel is disabled' });
});

test('what was answered, is over or has expired is not sent any more', async () => {
  await channel('hook');
  const [answered, over] = [await alert('acknowledged'), await alert('resolved')];
  const reminder = await notify('hook', { kind: 'reminder', alert: answered });
  const first = await notify('hook', { alert: answered });
  const done = await notify('hook', { alert: over });
  await round();
  expect(await row(reminder)).toMatchObject({ state: 'cancelled', last_error: 'answered before it was sent' });
  expect((await row(first)).state).toBe('sent');
  expect(await row(done)).toMatchObject({ state: 'cancelled', last_error: 'over before it was sent' });
  const expired = await notify('hook');
  now += 3_600_001;
  await round();
  expect(await row(expired)).toMatchObject({ state: 'dead', last_error: 'expired before it could be sent' });
  expect(ids()).toEqual([first]);
});

test('what one process is trying no other one takes, until its lease is over; then under the same id, and its late answer counts', async () => {
  await channel('hook');
  const id = await notify('hook');
  const held: (() => void)[] = [];
  server.answer = (_call, response) => void held.push(() => response.writeHead(204).end());
  await dispatcher.round();
  await expectSoon(() => held.length, 1);
  const other = new Dispatcher(parts());
  now += LEASE_MS - 1;
  expect(await other.round()).toBe(0);
  now += 1;
  expect(await other.round()).toBe(1);
  await expectSoon(() => held.length, 2);
  held[0]?.();
  await dispatcher.settled();
  expect(await row(id)).toMatchObject({ state: 'sent', next: null });
  held[1]?.();
  await other.settled();
  now += LEASE_MS;
  expect([await other.round(), ids()]).toEqual([0, [id, id]]);
});

test('what a person opened again is told, though its condition is over', async () => {
  await channel('hook');
  const again = await alert();
  await database.query('UPDATE alert SET ended_at = now() WHERE id = $1', [again]);
  const told = await notify('hook', { alert: again });
  await round();
  expect((await row(told)).state).toBe('sent');
});

test('what climbs is sent as long as anything of its group is unanswered', async () => {
  await channel('hook');
  const group = randomUUID();
  const [worst, other] = [await alert('acknowledged'), await alert()];
  const told = await notify('hook', { kind: 'reminder', alert: worst });
  await database.query('UPDATE notification SET group_id = $1', [group]);
  await database.query('UPDATE alert SET group_id = $1 WHERE id = $2', [group, other]);
  await round();
  expect((await row(told)).state).toBe('sent');
});

test('three dispatchers together keep the rate of a channel', async () => {
  await channel('slow', 40);
  for (let i = 0; i < 150; i++) await notify('slow');
  const three = [1, 2, 3].map(() => new Dispatcher(parts()));
  const sent: number[] = [];
  const began = now;
  while (now - began < 180_000) {
    const before = server.calls.length;
    await Promise.all(three.map((one) => one.round()));
    await Promise.all(three.map((one) => one.settled()));
    sent.push(...Array.from({ length: server.calls.length - before }, () => now));
    now += 2_500;
  }
  for (let i = 40; i < sent.length; i++) expect((sent[i] ?? 0) - (sent[i - 40] ?? 0)).toBeGreaterThanOrEqual(59_999);
  expect(sent.length).toBeGreaterThanOrEqual(90);
  expect(new Set(ids()).size).toBe(sent.length);
});

test('three processes killed at random: every id arrives, none after a success that was written down', async () => {
  const COUNT = 900;
  now = Date.now();
  for (const id of ['a', 'b', 'c']) await channel(id);
  const message = JSON.stringify(sampleMessage({ expiresAt: now + 24 * 3_600_000 }));
  await database.query(
    `INSERT INTO notification (id, kind, recipient, channel, message, created_at, next_at)
     SELECT id, 'alert', c, c, replace($1, $2, id::text), now(), now() FROM (
       SELECT gen_random_uuid() AS id, chr(97 + i % 3) AS c FROM generate_series(1, $3) AS i) AS n`,
    [message, (JSON.parse(message) as { id: string }).id, COUNT],
  );
  const arrived = new Map<string, number[]>();
  const open = new Set<string>();
  const twice: string[] = [];
  let n = 0;
  server.answer = (call: Call, response) => {
    const id = String(call.headers['webhook-id']);
    arrived.set(id, [...(arrived.get(id) ?? []), Date.now()]);
    // Whoever holds the lease is alone with it: no second try while one is under way.
    if (open.has(id)) twice.push(id);
    open.add(id);
    response.once('close', () => open.delete(id));
    // Every 40th is taken and never answered, every 55th refused.
    const at = ++n;
    if (at % 40 === 0) return void response.destroy();
    setTimeout(() => response.writeHead(at % 55 === 0 ? 503 : 204).end(), at % 7);
  };
  const children: ChildProcess[] = [];
  const start = async (): Promise<void> => {
    const child = fork('dist/test/support/dispatcher-process.js', {
      env: { ...process.env, DATABASE_URL: database.url, HUB_SECRET: hubSecret },
    });
    children.push(child);
    await once(child, 'message');
  };
  const kill = async (child: ChildProcess | undefined): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  const waiting = async (): Promise<number> =>
    Number(
      (await database.query<{ n: string }>(`SELECT count(*) AS n FROM notification WHERE next_at IS NOT NULL`))[0]?.n,
    );
  await Promise.all([start(), start(), start(), start(), start()]);
  children.slice(0, 3).forEach((child) => child.send('go'));
  for (const [at, after] of [100, 250].entries()) {
    while (arrived.size < after) await delay(2);
    await kill(children[at]);
    children[at + 3]?.send('go');
  }
  while (arrived.size < COUNT / 2) await delay(2);
  await Promise.all(children.map(kill));
  expect(await waiting()).toBeGreaterThan(0);
  // What they left behind is taken over once their leases are over.
  for (let i = 0; i < 60 && (await waiting()) > 0; i++) {
    now = Math.max(now, Date.now()) + 60_000;
    await round();
  }
  const rows = await database.query<{ id: string; state: string; sent: number }>(
    'SELECT id, state, (extract(epoch FROM sent_at) * 1000)::float8 AS sent FROM notification',
  );
  expect(rows.filter(({ state }) => state !== 'sent')).toEqual([]);
  expect(twice).toEqual([]);
  expect(rows.filter(({ id }) => !arrived.has(id))).toEqual([]);
  expect(rows.filter(({ id, sent }) => (arrived.get(id) ?? []).some((at) => at > sent + 1))).toEqual([]);
}, 120_000);

async function expectSoon(value: () => number, wanted: number): Promise<void> {
  for (let i = 0; i < 200 && value() !== wanted; i++) await delay(10);
  expect(value()).toBe(wanted);
}
