import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { DispatcherRig } from '../../../../test/support/dispatcher-rig.js';
import { sampleMessage } from '../../../../test/support/message.js';
import { type Call, receiver } from '../../../../test/support/receiver.js';
import { checkChannels } from './channel-checks.js';
import { Dispatcher } from './dispatcher.js';
import { LEASE_MS } from './outbox.js';

let rig: DispatcherRig;
beforeAll(async () => {
  rig = await DispatcherRig.open();
});
afterAll(async () => {
  await rig?.close();
});
beforeEach(() => rig.reset());

const health = async (id: string) =>
  (
    await rig.database.query<{ down: boolean; failures: number }>(
      'SELECT down_since IS NOT NULL AS down, failures FROM channel WHERE id = $1',
      [id],
    )
  )[0];

test('what is due is sent, urgent first, with its receipt; what fails waits as long as it is asked to, under the same id', async () => {
  await rig.channel('hook');
  const [mild, urgent] = [await rig.notify('hook'), await rig.notify('hook', { urgent: true })];
  rig.answering(429, { 'retry-after': '40' });
  await rig.dispatcher.round();
  await rig.dispatcher.settled();
  expect(await rig.row(mild)).toMatchObject({
    state: 'waiting',
    tries: 1,
    next: rig.now + 40_000,
    last_error: 'HTTP 429',
  });
  rig.answering(204);
  const before = rig.server.calls.length;
  rig.now += 39_000;
  await rig.round();
  expect(rig.server.calls).toHaveLength(before);
  rig.now += 1_000;
  const taken = [await rig.row(mild), await rig.row(urgent)];
  expect(taken.map(({ tries }) => tries)).toEqual([1, 1]);
  await rig.round();
  expect(rig.ids().slice(before).toSorted()).toEqual([mild, urgent].toSorted());
  expect(await rig.row(urgent)).toMatchObject({ state: 'sent', tries: 2, next: null, receipt: 'HTTP 204' });
});

test('a channel that fails goes down, visibly; one probe at a time passes; it comes back by itself', async () => {
  await rig.channel('hook');
  rig.answering(500);
  const all = [await rig.notify('hook')];
  for (const wait of [0, 2_000, 4_000]) {
    rig.now += wait;
    await rig.round();
  }
  expect(await health('hook')).toEqual({ down: true, failures: 3 });
  expect(rig.published).toEqual([{ ids: [], more: false, setup: true }]);
  for (let i = 0; i < 5; i++) all.push(await rig.notify('hook'));
  await rig.round();
  expect(rig.server.calls).toHaveLength(3);
  rig.now += 5_000;
  await Promise.all([rig.dispatcher.round(), new Dispatcher(rig.parts()).round()]);
  await rig.dispatcher.settled();
  await delay(0);
  expect(rig.server.calls.length).toBeLessThanOrEqual(4);
  await expectSoon(() => rig.server.calls.length, 4);
  rig.answering(204);
  rig.now += 30_000;
  await rig.round();
  expect(await health('hook')).toEqual({ down: false, failures: 0 });
  expect(rig.published).toHaveLength(2);
  rig.now += 30_000;
  await rig.round();
  for (const id of all) expect((await rig.row(id)).state).toBe('sent');
});

test('a server that is away shows within 30 s without any message, and is up again when it takes connections', async () => {
  const spare = await receiver();
  const { port } = new URL(spare.url);
  await spare.close();
  await rig.channel('away', 60, spare.url);
  const began = rig.now;
  const turns: unknown[] = [];
  while (turns.length === 0 && rig.now - began < 30_000) {
    turns.push(
      ...(await checkChannels(rig.source, rig.parts().channels, rig.parts().clock)).filter(({ turn }) => turn !== null),
    );
    rig.now += 1_000;
  }
  expect(turns).toMatchObject([{ id: 'away', turn: 'down', reason: expect.stringMatching(/ECONNREFUSED/) }]);
  const back = await receiver(Number(port));
  rig.now += 10_000;
  expect(await checkChannels(rig.source, rig.parts().channels, rig.parts().clock)).toMatchObject([{ turn: 'up' }]);
  await back.close();
});

test('410 disables the channel; what waits for it is buried, and whoever was to be told is marked as not reached', async () => {
  await rig.channel('hook');
  await rig.channel('other');
  const [lonely, told] = [await rig.alert(), await rig.alert()];
  const [first, second] = [await rig.notify('hook', { alert: lonely }), await rig.notify('hook', { alert: told })];
  await rig.notify('other', { alert: told });
  rig.server.answer = (call, response) =>
    void response.writeHead(JSON.parse(call.body.toString()).data.to === 'hook' ? 410 : 204).end();
  await rig.round();
  await rig.dispatcher.bury();
  const [state] = await rig.database.query('SELECT disabled_why FROM channel WHERE id = $1', ['hook']);
  expect(state).toEqual({ disabled_why: 'HTTP 410 Gone' });
  expect([(await rig.row(first)).state, (await rig.row(second)).state]).toEqual(['dead', 'dead']);
  const alerts = await rig.database.query<{ id: string }>('SELECT id FROM alert WHERE unreachable');
  expect(alerts.map(({ id }) => id)).toEqual([lonely]);
  const changes = await rig.database.query('SELECT alert_id, actor, kind FROM alert_change WHERE kind = $1', [
    'unreachable',
  ]);
  expect(changes).toEqual([{ alert_id: lonely, actor: 'system', kind: 'unreachable' }]);
  expect(rig.published).toEqual(
    expect.arrayContaining([
      { ids: [], more: false, setup: true },
      { ids: [lonely], more: false, setup: false },
    ]),
  );
  const late = await rig.notify('hook');
  await rig.dispatcher.bury();
  expect(await rig.row(late)).toMatchObject({ state: 'dead', last_error: 'its channel is disabled' });
});

test('what was answered, is over or has expired is not sent any more', async () => {
  await rig.channel('hook');
  const [answered, over] = [await rig.alert('acknowledged'), await rig.alert('resolved')];
  const reminder = await rig.notify('hook', { kind: 'reminder', alert: answered });
  const first = await rig.notify('hook', { alert: answered });
  const done = await rig.notify('hook', { alert: over });
  await rig.round();
  expect(await rig.row(reminder)).toMatchObject({ state: 'cancelled', last_error: 'answered before it was sent' });
  expect((await rig.row(first)).state).toBe('sent');
  expect(await rig.row(done)).toMatchObject({ state: 'cancelled', last_error: 'over before it was sent' });
  const expired = await rig.notify('hook');
  rig.now += 3_600_001;
  await rig.round();
  expect(await rig.row(expired)).toMatchObject({ state: 'dead', last_error: 'expired before it could be sent' });
  expect(rig.ids()).toEqual([first]);
});

test('what one process is trying no other one takes, until its lease is over; then under the same id, and its late answer counts', async () => {
  await rig.channel('hook');
  const id = await rig.notify('hook');
  const held: (() => void)[] = [];
  rig.server.answer = (_call, response) => void held.push(() => response.writeHead(204).end());
  await rig.dispatcher.round();
  await expectSoon(() => held.length, 1);
  const other = new Dispatcher(rig.parts());
  rig.now += LEASE_MS - 1;
  expect(await other.round()).toBe(0);
  rig.now += 1;
  expect(await other.round()).toBe(1);
  await expectSoon(() => held.length, 2);
  held[0]?.();
  await rig.dispatcher.settled();
  expect(await rig.row(id)).toMatchObject({ state: 'sent', next: null });
  held[1]?.();
  await other.settled();
  rig.now += LEASE_MS;
  expect([await other.round(), rig.ids()]).toEqual([0, [id, id]]);
});

test('what a person opened again is told, though its condition is over', async () => {
  await rig.channel('hook');
  const again = await rig.alert();
  await rig.database.query('UPDATE alert SET ended_at = now() WHERE id = $1', [again]);
  const told = await rig.notify('hook', { alert: again });
  await rig.round();
  expect((await rig.row(told)).state).toBe('sent');
});

test('what climbs is sent as long as anything of its group is unanswered', async () => {
  await rig.channel('hook');
  const group = randomUUID();
  const [worst, other] = [await rig.alert('acknowledged'), await rig.alert()];
  const told = await rig.notify('hook', { kind: 'reminder', alert: worst });
  await rig.database.query('UPDATE notification SET group_id = $1', [group]);
  await rig.database.query('UPDATE alert SET group_id = $1 WHERE id = $2', [group, other]);
  await rig.round();
  expect((await rig.row(told)).state).toBe('sent');
});

test('three dispatchers together keep the rate of a channel', async () => {
  await rig.channel('slow', 40);
  for (let i = 0; i < 150; i++) await rig.notify('slow');
  const three = [1, 2, 3].map(() => new Dispatcher(rig.parts()));
  const sent: number[] = [];
  const began = rig.now;
  while (rig.now - began < 180_000) {
    const before = rig.server.calls.length;
    await Promise.all(three.map((one) => one.round()));
    await Promise.all(three.map((one) => one.settled()));
    sent.push(...Array.from({ length: rig.server.calls.length - before }, () => rig.now));
    rig.now += 2_500;
  }
  for (let i = 40; i < sent.length; i++) expect((sent[i] ?? 0) - (sent[i - 40] ?? 0)).toBeGreaterThanOrEqual(59_999);
  expect(sent.length).toBeGreaterThanOrEqual(90);
  expect(new Set(rig.ids()).size).toBe(sent.length);
});

test('three processes killed at random: every id arrives, none after a success that was written down', async () => {
  const COUNT = 480;
  rig.now = Date.now();
  for (const id of ['a', 'b', 'c']) await rig.channel(id);
  const message = JSON.stringify(sampleMessage({ expiresAt: rig.now + 24 * 3_600_000 }));
  await rig.database.query(
    `INSERT INTO notification (id, kind, recipient, channel, message, created_at, next_at)
     SELECT id, 'alert', c, c, replace($1, $2, id::text), now(), now() FROM (
       SELECT gen_random_uuid() AS id, chr(97 + i % 3) AS c FROM generate_series(1, $3) AS i) AS n`,
    [message, (JSON.parse(message) as { id: string }).id, COUNT],
  );
  const arrived = new Map<string, number[]>();
  const open = new Set<string>();
  const twice: string[] = [];
  let n = 0;
  rig.server.answer = (call: Call, response) => {
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
      env: { ...process.env, DATABASE_URL: rig.database.url },
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
      (await rig.database.query<{ n: string }>(`SELECT count(*) AS n FROM notification WHERE next_at IS NOT NULL`))[0]
        ?.n,
    );
  await Promise.all([start(), start(), start(), start(), start()]);
  children.slice(0, 3).forEach((child) => child.send('go'));
  for (const [at, after] of [60, 140].entries()) {
    while (arrived.size < after) await delay(2);
    await kill(children[at]);
    children[at + 3]?.send('go');
  }
  while (arrived.size < COUNT / 2) await delay(2);
  await Promise.all(children.map(kill));
  expect(await waiting()).toBeGreaterThan(0);
  // What they left behind is taken over once their leases are over.
  for (let i = 0; i < 60 && (await waiting()) > 0; i++) {
    rig.now = Math.max(rig.now, Date.now()) + 60_000;
    await rig.round();
  }
  const rows = await rig.database.query<{ id: string; state: string; sent: number }>(
    'SELECT id, state, (extract(epoch FROM sent_at) * 1000)::float8 AS sent FROM notification',
  );
  expect(rows.filter(({ state }) => state !== 'sent')).toEqual([]);
  expect(twice).toEqual([]);
  expect(rows.filter(({ id }) => !arrived.has(id))).toEqual([]);
  expect(rows.filter(({ id, sent }) => (arrived.get(id) ?? []).some((at) => at > sent + 1))).toEqual([]);
});

async function expectSoon(value: () => number, wanted: number): Promise<void> {
  for (const end = Date.now() + 60_000; value() !== wanted && Date.now() < end;) await delay(10);
  expect(value()).toBe(wanted);
}
