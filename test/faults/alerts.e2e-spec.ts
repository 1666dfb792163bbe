import { afterEach, expect, test } from '@jest/globals';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Rule } from '#libs/contracts';
import { receiver, type Receiver } from '../support/receiver.js';
import { testHub, type TestHub } from '../support/hub.js';

/** Transitions of the random kills; ALERT_TRANSITIONS=10000 for the long run of docs/operations.md. */
const TRANSITIONS = Number(process.env.ALERT_TRANSITIONS ?? 300);
/** Seconds that the condition has to hold where a restart falls into them. */
const FOR = 12;

let hub: TestHub | undefined;
let chat: Receiver | undefined;
const alerters = new Set<ChildProcess>();

afterEach(async () => {
  for (const child of alerters) child.kill('SIGKILL');
  alerters.clear();
  await hub?.close();
  await chat?.close();
  hub = undefined;
});

const both = (text: string) => ({ vi: text, en: text });
const TYPE = 'vn.ioc.agriculture.salinity.measured.v1';
/** Salinity of a station of the demo pack, whose events are as plain as any. */
const rule = (over: Partial<Rule>): Rule => ({
  id: 'own.salt',
  title: both('salt'),
  sector: 'agriculture',
  severity: 'critical',
  note: both('for this test'),
  condition: { kind: 'threshold', value: 'last_max(agriculture.salinity, 2h)', above: 4 },
  by: 'station',
  ...over,
});

/** The hub with one rule, whose alerts go to a group chat that is a local HTTP server. */
async function setUp(over: Partial<Rule>): Promise<{ hub: TestHub; chat: Receiver; key: string }> {
  hub = await testHub({
    backend: 'postgres',
    apps: ['worker', 'ingest'],
    env: { CHANNELS_PRIVATE: 'true', ALERTER_PORT: '0' },
  });
  chat = await receiver();
  const { database } = hub;
  await database.query('INSERT INTO alert_rule (id, definition, updated_by) VALUES ($1, $2, $3)', [
    'own.salt',
    JSON.stringify(rule(over)),
    'test',
  ]);
  await database.query(
    `INSERT INTO channel (id, kind, name, settings, rate) VALUES ('chat', 'webhook', 'chat', $1, 100000)`,
    [JSON.stringify({ url: `${chat.url}/hook`, format: 'plain' })],
  );
  const policy = { id: 'chat', name: 'chat', steps: [{ after: 0, to: [{ channel: 'chat' }] }] };
  await database.query(`INSERT INTO policy (id, definition) VALUES ('chat', $1)`, [JSON.stringify(policy)]);
  await database.query(`INSERT INTO alert_setting (name, value) VALUES ('routes', $1), ('groupSeconds', '1')`, [
    JSON.stringify([{ policy: 'chat', rules: ['own.salt'] }]),
  ]);
  return { hub, chat, key: await hub.addSource('stations', { types: [TYPE] }) };
}

async function startAlerter(to: TestHub): Promise<ChildProcess> {
  const child = fork(join(process.cwd(), 'dist', 'apps', 'alerter', 'src', 'main.js'), [], {
    env: to.env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part: Buffer) => (log += String(part)));
  alerters.add(child);
  child.once('exit', () => alerters.delete(child));
  await Promise.race([
    new Promise<void>((done) => child.on('message', (message: { ready?: boolean }) => message.ready && done())),
    once(child, 'exit').then(() => Promise.reject(new Error(`alerter ended while starting:\n${log}`))),
  ]);
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

let events = 0;
const salt = (station: string, value: number, time = Date.now()) => ({
  id: `salt-${events++}`,
  source: 'stations',
  type: TYPE,
  time: new Date(time).toISOString(),
  unit: '92',
  data: { station, salinity: value },
});

async function until<T>(ask: () => Promise<T | null>, withinMs = 90_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await ask();
    if (found !== null) return found;
    if (Date.now() > deadline) throw new Error('did not come about in time');
    await delay(50);
  }
}

const one = async <R extends object>(to: TestHub, sql: string): Promise<R | null> =>
  ((await to.database.query(sql)) as R[])[0] ?? null;

test('killed twice while a condition waits for its time: it keeps that, and fires once', async () => {
  const { hub, key, chat } = await setUp({ for: FOR });
  const first = await startAlerter(hub);
  await hub.post(key, salt('s1', 9));
  const pending = await until(() =>
    one<{ due_at: Date }>(hub, `SELECT due_at FROM rule_state WHERE rule = 'own.salt'`),
  );
  await kill(first);
  const second = await startAlerter(hub);
  await kill(second);
  await startAlerter(hub);
  const readyAt = Date.now();
  const alert = await until(() => one<{ fired_at: Date }>(hub, `SELECT fired_at FROM alert WHERE rule = 'own.salt'`));
  // Begun anew it would be late by more than the restarts took; to the tick it is shown with a clock of its own (evaluator.int-spec.ts).
  const due = pending.due_at.getTime();
  expect(alert.fired_at.getTime()).toBeGreaterThanOrEqual(due);
  expect(alert.fired_at.getTime()).toBeLessThan(Math.max(due, readyAt) + (FOR * 1_000) / 2);
  await until(() => Promise.resolve(chat.calls[0] ?? null));
  expect(await hub.database.query(`SELECT kind FROM alert_change WHERE alert_id IN (${OWN})`)).toEqual([
    { kind: 'fired' },
  ]);
  expect(new Set(chat.calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
});

test('when the one that judges is killed another goes on within seconds', async () => {
  const { hub, key } = await setUp({});
  const leader = await startAlerter(hub);
  await startAlerter(hub);
  const began = Date.now();
  await hub.post(key, salt('s1', 9));
  await until(() => one(hub, `SELECT 1 AS one FROM alert WHERE rule = 'own.salt'`));
  /** How long it takes this machine, as busy as it is now, when nobody is killed. */
  const usual = Date.now() - began;
  await kill(leader);
  const killedAt = Date.now();
  await hub.post(key, salt('s2', 9));
  await until(() => one(hub, `SELECT 1 AS one FROM alert WHERE rule = 'own.salt' AND key = 's2'`));
  expect(Date.now() - killedAt).toBeLessThan(6_000 + 2 * usual);
});

test(
  `three alerters killed at random over ${TRANSITIONS} transitions: each is decided on once and told at least once`,
  async () => {
    const { hub, key, chat } = await setUp({});
    // Now and then an answer is lost: the same message has to come again under its id.
    chat.answer = (_call, response) =>
      chat.calls.length % 7 === 0 ? void response.socket?.destroy() : void response.writeHead(204).end();
    const running = [await startAlerter(hub), await startAlerter(hub), await startAlerter(hub)];
    let going = true;
    const killing = (async () => {
      // A slow machine has more time for kills, and each makes it slower.
      for (let turn = 0; going && turn < TRANSITIONS / 20; turn++) {
        await delay(400 + ((turn * 7_919) % 600));
        const victim = turn % running.length;
        await kill(running[victim] as ChildProcess);
        running[victim] = await startAlerter(hub);
      }
    })();
    killing.catch(() => undefined);
    const stations = Math.min(500, TRANSITIONS / 6);
    for (let wave = 0; wave * stations < TRANSITIONS; wave++) {
      const high = wave % 2 === 0;
      const body = Array.from({ length: stations }, (_, i) => salt(`s${i}`, high ? 9 : 1));
      await until(async () => ((await hub.post(key, body)).status === 202 ? true : null));
      const open = high ? stations : 0;
      await until(async () => {
        const found = await one<{ n: number }>(
          hub,
          `SELECT count(*)::int AS n FROM alert WHERE rule = 'own.salt' AND ended_at IS NULL`,
        );
        return found?.n === open ? true : null;
      });
    }
    going = false;
    await killing;
    await until(async () => ((await one(hub, UNTOLD)) === null ? true : null));
    const [counts] = await hub.database.query<{ changes: number; fired: number; alerts: number }>(
      `SELECT count(*)::int AS changes, count(*) FILTER (WHERE kind = 'fired')::int AS fired, count(DISTINCT alert_id)::int AS alerts
     FROM alert_change WHERE kind IN ('fired', 'ended') AND alert_id IN (${OWN})`,
    );
    expect(counts?.changes).toBeGreaterThanOrEqual(TRANSITIONS);
    expect(counts?.fired).toBe(counts?.alerts);
    const messages = await hub.database.query<{ id: string; tries: number; state: string }>(
      `SELECT id, tries, state FROM notification WHERE channel = 'chat'`,
    );
    const seen = new Map<string, number>();
    for (const { headers } of chat.calls) {
      const id = String(headers['webhook-id']);
      seen.set(id, (seen.get(id) ?? 0) + 1);
    }
    for (const { id, tries, state } of messages) {
      expect(seen.get(id) ?? 0).toBeLessThanOrEqual(tries);
      // What was no longer so may be cancelled after a try of which the answer was lost.
      if (state !== 'cancelled') expect(seen.get(id)).toBeGreaterThan(0);
      seen.delete(id);
    }
    expect([...seen.keys()]).toEqual([]);
  },
  300_000 + TRANSITIONS * 60,
);

/** Alerts of the rule of these tests; the packs have rules of their own. */
const OWN = `SELECT id FROM alert WHERE rule = 'own.salt'`;

/** A change that was to be told and that no message is about, or a message that has not arrived. */
const UNTOLD = `
  SELECT 1 FROM alert_change c WHERE c.group_id IS NOT NULL AND c.alert_id IN (${OWN}) AND c.kind IN ('fired', 'ended')
    AND NOT EXISTS (SELECT 1 FROM notification_item i WHERE i.change_seq = c.seq)
  UNION ALL SELECT 1 FROM notification WHERE state = 'waiting' LIMIT 1`;
