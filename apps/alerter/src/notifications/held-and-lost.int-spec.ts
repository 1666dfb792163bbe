import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import type { AlertsMessage, NotificationView } from '#libs/contracts';
import { dataSourceOptions } from '#libs/persistence';
import { DataSource } from 'typeorm';
import { testDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { sampleMessage } from '../../../../test/support/message.js';
import { type Receiver, receiver } from '../../../../test/support/receiver.js';
import { Dispatcher, type DispatcherParts } from './dispatcher.js';
import { LEASE_MS } from './outbox.js';
import { markUnreached } from './unreached.js';

let database: TestDatabase;
let source: DataSource;
let server: Receiver;
let now = Date.parse('2026-11-25T03:00:00Z');
let changes = 0;
const published: AlertsMessage[] = [];
let busIsAway = false;
const parts = (): DispatcherParts => ({
  database: source,
  bus: {
    publish: async (_topic, message) => {
      if (busIsAway) throw new Error('the bus is away');
      published.push(message as AlertsMessage);
    },
  },
  channels: {
    hubSecret: 'x'.repeat(40),
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
  source = await new DataSource(dataSourceOptions(database.url, 'test', 6)).initialize();
  server = await receiver();
});
afterAll(async () => {
  await source?.destroy();
  await server?.close();
  await database?.drop();
});
beforeEach(async () => {
  await database.query('TRUNCATE notification, notification_item, channel, alert, alert_group CASCADE');
  server.calls.length = 0;
  server.answer = (_call, response) => void response.writeHead(204).end();
  published.length = 0;
  busIsAway = false;
  dispatcher = new Dispatcher(parts());
  await database.query(
    `INSERT INTO channel (id, kind, name, settings, rate) VALUES ('hook', 'webhook', 'hook', $1, 60000)`,
    [JSON.stringify({ format: 'plain', url: server.url })],
  );
});

/** A message to the channel's own group, about a change of an alert where one is given. */
async function notify(kind: NotificationView['kind'] = 'alert', about?: string): Promise<string> {
  const message = sampleMessage({ kind, at: now, expiresAt: now + 3_600_000 });
  await database.query(
    `INSERT INTO notification (id, kind, recipient, channel, message, created_at, next_at)
     VALUES ($1, $2, 'hook', 'hook', $3, $4, $4)`,
    [message.id, kind, JSON.stringify(message), new Date(now)],
  );
  if (about !== undefined)
    await database.query(`INSERT INTO notification_item VALUES ($1, 'hook', 'hook', $2, $3)`, [
      ++changes,
      message.id,
      about,
    ]);
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
const sent = (id: string) =>
  database.query(`UPDATE notification SET state = 'sent', next_at = NULL WHERE id = $1`, [id]);
async function row(id: string) {
  const [found] = await database.query<{
    state: string;
    tries: number;
    next: number | null;
    last_error: string | null;
  }>(
    `SELECT state, tries, (extract(epoch FROM next_at) * 1000)::float8 AS next, last_error FROM notification WHERE id = $1`,
    [id],
  );
  if (!found) throw new Error('no such notification');
  return found;
}
async function round(): Promise<void> {
  while ((await dispatcher.round()) > 0) await dispatcher.settled();
}
const ids = (): string[] => server.calls.map(({ headers }) => String(headers['webhook-id']));

test('what is buried is found by its time, however much waits; one that cannot be buried costs no other', async () => {
  await database.query('UPDATE channel SET down_since = now(), probe_at = $1', [new Date(now + 86_400_000)]);
  const [first, second, later] = [await notify(), await notify(), await notify()];
  now += 3_600_000;
  const waiting = await notify();
  // What is not due to be buried is not even opened.
  await database.query('ALTER TABLE notification DISABLE TRIGGER notification_expiry');
  await database.query(`UPDATE notification SET message = 'no message' WHERE id = $1`, [waiting]);
  await database.query('ALTER TABLE notification ENABLE TRIGGER notification_expiry');
  let failing = second;
  const whenLost: DispatcherParts['whenLost'] = async (_manager, { id }) => {
    if (id === failing) throw new Error('the database was away');
    return [];
  };
  const other = new Dispatcher({ ...parts(), whenLost });
  await expect(other.bury()).rejects.toThrow('1 lost notifications');
  const states = async () => Promise.all([first, second, later, waiting].map(async (id) => (await row(id)).state));
  expect(await states()).toEqual(['dead', 'waiting', 'dead', 'waiting']);
  failing = '';
  await other.bury();
  expect(await states()).toEqual(['dead', 'dead', 'dead', 'waiting']);
});

test('an end is told only to who was told of the beginning', async () => {
  const [untold, told] = [await alert('resolved'), await alert('resolved')];
  // Both wait: the beginning is cancelled since it is over, and so the end is never told.
  const [never, itsEnd] = [await notify('alert', untold), await notify('resolved', untold)];
  await sent(await notify('alert', told));
  const end = await notify('resolved', told);
  await round();
  expect(await row(never)).toMatchObject({ state: 'cancelled', last_error: 'over before it was sent' });
  expect(await row(itsEnd)).toMatchObject({
    state: 'cancelled',
    last_error: 'its recipient was never told of what has ended',
  });
  expect((await row(end)).state).toBe('sent');
  expect(ids()).toEqual([end]);
});

test('an end is never told before its beginning: one that is under way elsewhere is waited for', async () => {
  const both = await alert('resolved');
  const first = await notify('alert', both);
  await database.query('UPDATE notification SET tries = 1, next_at = $2 WHERE id = $1', [
    first,
    new Date(now + LEASE_MS),
  ]);
  const after = await notify('resolved', both);
  await round();
  expect(await row(after)).toMatchObject({ state: 'waiting', tries: 0, next: now + LEASE_MS });
  await sent(first);
  now += LEASE_MS;
  await round();
  expect(ids()).toEqual([after]);
});

test('what reaches nobody is marked, said and made due, though the database and the bus fail once', async () => {
  const group = randomUUID();
  await database.query(
    `INSERT INTO alert_group (id, key, policy, severity, opened_at) VALUES ($1, 'k', 'p', 'critical', now())`,
    [group],
  );
  const lonely = await alert();
  await database.query('UPDATE alert SET group_id = $1', [group]);
  const lost = await notify('alert', lonely);
  server.answer = (_call, response) => void response.writeHead(410).end();
  let failing = true;
  busIsAway = true;
  const whenLost: DispatcherParts['whenLost'] = async (...given) => {
    if (!failing) return markUnreached(...given);
    failing = false;
    throw new Error('the database was away');
  };
  dispatcher = new Dispatcher({ ...parts(), whenLost });
  await dispatcher.round();
  await dispatcher.settled();
  expect((await row(lost)).state).toBe('waiting');
  now += LEASE_MS;
  await round();
  await dispatcher.bury();
  expect(await row(lost)).toMatchObject({ state: 'dead' });
  expect(await database.query('SELECT unreachable FROM alert')).toEqual([{ unreachable: true }]);
  expect(await database.query('SELECT group_id, kind FROM alert_change WHERE alert_id = $1', [lonely])).toEqual([
    { group_id: group, kind: 'unreachable' },
  ]);
  expect(await database.query('SELECT due_at FROM alert_group')).toEqual([{ due_at: new Date(now) }]);
  // The channel's own state is written down, too, though nobody could be told of it by the bus.
  expect(await database.query('SELECT disabled_why FROM channel')).toEqual([{ disabled_why: 'HTTP 410 Gone' }]);
});
