import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { NoticeMessage } from '#libs/contracts';
import { notePages, pipelinePool } from '#libs/persistence';
import { DispatcherRig } from '../../../../test/support/dispatcher-rig.js';
import { Dispatcher, type DispatcherParts } from './dispatcher.js';
import { LEASE_MS } from './outbox.js';
import { markUnreached } from './unreached.js';

let rig: DispatcherRig;
beforeAll(async () => {
  rig = await DispatcherRig.open();
});
afterAll(async () => {
  await rig?.close();
});
beforeEach(async () => {
  await rig.reset();
  await rig.channel('hook');
});

const notify = (kind: 'alert' | 'resolved' = 'alert', alert?: string) =>
  rig.notify('hook', { kind, ...(alert === undefined ? {} : { alert }) });
const sent = (id: string) =>
  rig.database.query(`UPDATE notification SET state = 'sent', next_at = NULL WHERE id = $1`, [id]);

test('what is buried is found by its time, however much waits; one that cannot be buried costs no other', async () => {
  await rig.database.query('UPDATE channel SET down_since = now(), probe_at = $1', [new Date(rig.now + 86_400_000)]);
  const [first, second, later] = [await notify(), await notify(), await notify()];
  rig.now += 3_600_000;
  const waiting = await notify();
  // What is not due to be buried is not even opened.
  await rig.database.query('ALTER TABLE notification DISABLE TRIGGER notification_expiry');
  await rig.database.query(`UPDATE notification SET message = 'no message' WHERE id = $1`, [waiting]);
  await rig.database.query('ALTER TABLE notification ENABLE TRIGGER notification_expiry');
  let failing = second;
  const whenLost: DispatcherParts['whenLost'] = async (_manager, { id }) => {
    if (id === failing) throw new Error('the database was away');
    return [];
  };
  const other = new Dispatcher({ ...rig.parts(), whenLost });
  await expect(other.bury()).rejects.toThrow('1 lost notifications');
  const states = async () => Promise.all([first, second, later, waiting].map(async (id) => (await rig.row(id)).state));
  expect(await states()).toEqual(['dead', 'waiting', 'dead', 'waiting']);
  failing = '';
  await other.bury();
  expect(await states()).toEqual(['dead', 'dead', 'dead', 'waiting']);
});

test('an end is told only to who was told of the beginning', async () => {
  const [untold, told] = [await rig.alert('resolved'), await rig.alert('resolved')];
  // Both wait: the beginning is cancelled since it is over, and so the end is never told.
  const [never, itsEnd] = [await notify('alert', untold), await notify('resolved', untold)];
  await sent(await notify('alert', told));
  const end = await notify('resolved', told);
  await rig.round();
  expect(await rig.row(never)).toMatchObject({ state: 'cancelled', last_error: 'over before it was sent' });
  expect(await rig.row(itsEnd)).toMatchObject({
    state: 'cancelled',
    last_error: 'its recipient was never told of what has ended',
  });
  expect((await rig.row(end)).state).toBe('sent');
  expect(rig.ids()).toEqual([end]);
});

test('who no longer has what was assigned to him is not told of it; who has it is', async () => {
  const [kept, gone] = [await rig.alert('acknowledged'), await rig.alert('acknowledged')];
  await rig.database.query(`UPDATE alert SET assignee = CASE id WHEN $1 THEN 'hook' ELSE 'binh' END`, [kept]);
  const told = await rig.notify('hook', { kind: 'assigned', alert: kept });
  const untold = await rig.notify('hook', { kind: 'assigned', alert: gone });
  await rig.round();
  expect(rig.ids()).toEqual([told]);
  expect(await rig.row(untold)).toMatchObject({ last_error: 'given to somebody else before it was sent' });
});

test('an end is never told before its beginning: one that is under way elsewhere is waited for', async () => {
  const both = await rig.alert('resolved');
  const first = await notify('alert', both);
  await rig.database.query('UPDATE notification SET tries = 1, next_at = $2 WHERE id = $1', [
    first,
    new Date(rig.now + LEASE_MS),
  ]);
  const after = await notify('resolved', both);
  await rig.round();
  expect(await rig.row(after)).toMatchObject({ state: 'waiting', tries: 0, next: rig.now + LEASE_MS });
  await sent(first);
  rig.now += LEASE_MS;
  await rig.round();
  expect(rig.ids()).toEqual([after]);
});

test('what reaches nobody is marked, said and made due, though the database and the bus fail once', async () => {
  const group = randomUUID();
  await rig.database.query(
    `INSERT INTO alert_group (id, key, policy, severity, opened_at) VALUES ($1, 'k', 'p', 'critical', now())`,
    [group],
  );
  const lonely = await rig.alert();
  await rig.database.query('UPDATE alert SET group_id = $1', [group]);
  const lost = await notify('alert', lonely);
  rig.answering(410);
  let failing = true;
  const whenLost: DispatcherParts['whenLost'] = async (...given) => {
    if (!failing) return markUnreached(...given);
    failing = false;
    throw new Error('the database was away');
  };
  const bus = { publish: () => Promise.reject(new Error('the bus is away')) };
  rig.dispatcher = new Dispatcher({ ...rig.parts(), bus, whenLost });
  await rig.dispatcher.round();
  await rig.dispatcher.settled();
  expect((await rig.row(lost)).state).toBe('waiting');
  rig.now += LEASE_MS;
  await rig.round();
  await rig.dispatcher.bury();
  expect(await rig.row(lost)).toMatchObject({ state: 'dead' });
  expect(await rig.database.query('SELECT unreachable FROM alert')).toEqual([{ unreachable: true }]);
  expect(await rig.database.query('SELECT group_id, kind FROM alert_change WHERE alert_id = $1', [lonely])).toEqual([
    { group_id: group, kind: 'unreachable' },
  ]);
  expect(await rig.database.query('SELECT due_at FROM alert_group')).toEqual([{ due_at: new Date(rig.now) }]);
  // The channel's own state is written down, too, though nobody could be told of it by the bus.
  expect(await rig.database.query('SELECT disabled_why FROM channel')).toEqual([{ disabled_why: 'HTTP 410 Gone' }]);
});

test('in the application only who has a page open is reached; of what nobody else may hear it is said, and once', async () => {
  await rig.database.query(`INSERT INTO channel (id, kind, name) VALUES ('in-app', 'in-app', 'App')`);
  await rig.database.query(
    `INSERT INTO app_user (login, password, role) VALUES ('here', '', 'leader'), ('away', '', 'leader')`,
  );
  const pool = pipelinePool(rig.database.url, 'test', 1);
  const gateway = randomUUID();
  await notePages(pool, gateway, ['here', 'away']);
  // Two gateways had pages of this person; one was closed, the other died half a minute ago.
  await rig.database.query(
    `INSERT INTO open_page VALUES ('${randomUUID()}', 'away', now() - interval '31 seconds'),
       ('${randomUUID()}', 'gone', now() - interval '10 minutes')`,
  );
  await notePages(pool, gateway, ['here']);
  await pool.end();
  expect(await rig.database.query('SELECT login FROM open_page ORDER BY 1')).toEqual([
    { login: 'away' },
    { login: 'here' },
  ]);
  const tell = (to: string, alert: string) => rig.notify('in-app', { to, alert });
  const [seen, unseen, mailed] = [await rig.alert(), await rig.alert(), await rig.alert()];
  const messages = [await tell('here', seen), await tell('away', seen), await tell('away', unseen)];
  messages.push(await tell('away', mailed), await notify('alert', mailed));
  await rig.round();
  // Half a minute long a page may come back.
  expect(await rig.row(messages[1] ?? '')).toMatchObject({ state: 'waiting', tries: 0, next: rig.now + 2_000 });
  rig.now += 29_999;
  await rig.round();
  expect(await rig.database.query('SELECT id FROM alert WHERE unreachable')).toEqual([]);
  rig.now += 1;
  await rig.round();
  expect(await Promise.all(messages.map(async (id) => (await rig.row(id)).state))).toEqual([
    'sent',
    'cancelled',
    'cancelled',
    'cancelled',
    'sent',
  ]);
  expect((await rig.row(messages[2] ?? '')).last_error).toBe('no page of this person was open');
  const unreachable = 'SELECT id FROM alert WHERE unreachable';
  expect(await rig.database.query(unreachable)).toEqual([{ id: unseen }]);
  expect(rig.published.flatMap(({ ids }) => ids)).toEqual([unseen]);
  expect(
    await rig.database.query(`SELECT detail->>'recipient' AS to FROM alert_change WHERE alert_id = $1`, [unseen]),
  ).toEqual([{ to: 'away' }]);
});

test('who was away for a moment gets the message when he is back, and nobody hears that he did not', async () => {
  await rig.database.query(`INSERT INTO channel (id, kind, name) VALUES ('in-app', 'in-app', 'App')`);
  await rig.database.query(`INSERT INTO app_user (login, password, role) VALUES ('back', '', 'leader')`);
  const pool = pipelinePool(rig.database.url, 'test', 1);
  const shown: { at: number; id: string }[] = [];
  let busIsAway = false;
  const publish = async ({ notice }: NoticeMessage): Promise<void> => {
    if (busIsAway) throw new Error('the bus is away');
    shown.push({ at: rig.now, id: notice.id });
    // The page opens when this one has passed already.
    if (shown.length === 5) await notePages(pool, randomUUID(), ['back']);
  };
  rig.dispatcher = new Dispatcher({ ...rig.parts(), channels: { ...rig.parts().channels, publish } });
  const began = rig.now;
  const id = await rig.notify('in-app', { to: 'back', alert: await rig.alert() });
  await rig.round();
  busIsAway = true;
  rig.now += 2_000;
  await rig.round();
  expect(await rig.row(id)).toMatchObject({ state: 'waiting', tries: 1, last_error: 'the bus is away' });
  // Pages are waited for anew: while the bus was away no gateway noted any.
  busIsAway = false;
  rig.now = began + 60_000;
  for (const wait of [0, 2_000, 2_000, 4_000]) {
    rig.now += wait;
    await rig.round();
  }
  rig.now += 8_000;
  await rig.round();
  await pool.end();
  expect(shown.map(({ at }) => at - began)).toEqual([0, 60_000, 62_000, 64_000, 68_000, 76_000]);
  expect(await rig.row(id)).toMatchObject({ state: 'sent', tries: 2, receipt: null });
  expect(new Set(shown.map((one) => one.id))).toEqual(new Set([id]));
  expect(await rig.database.query('SELECT unreachable FROM alert')).toEqual([{ unreachable: false }]);
});

test('what a person opened again is marked, though its condition is over; so is what a digest told; not what was only assigned', async () => {
  const [reopened, digested, assigned, over] = [
    await rig.alert(),
    await rig.alert(),
    await rig.alert(),
    await rig.alert('resolved'),
  ];
  await rig.database.query('UPDATE alert SET ended_at = now() WHERE id = ANY($1)', [[reopened, over]]);
  await rig.database.query(`UPDATE alert SET assignee = 'hook' WHERE id = $1`, [assigned]);
  await notify('alert', reopened);
  for (const alert of [digested, over]) await rig.notify('hook', { kind: 'digest', alert });
  await rig.notify('hook', { kind: 'assigned', alert: assigned });
  rig.answering(410);
  await rig.round();
  await rig.dispatcher.bury();
  const marked = await rig.database.query<{ id: string }>('SELECT id FROM alert WHERE unreachable');
  expect(marked.map(({ id }) => id).toSorted()).toEqual([reopened, digested].toSorted());
});

test('of an assignment that was lost the fallback hears once, and no more when he was told after all', async () => {
  await rig.channel('ops');
  await rig.database.query(`INSERT INTO alert_setting (name, value) VALUES ('fallback', '[{"channel":"ops"}]')`);
  const [lost, found] = [await rig.alert('acknowledged'), await rig.alert('acknowledged')];
  await rig.database.query(`UPDATE alert SET assignee = 'hook' WHERE id = $1`, [lost]);
  const given = await rig.notify('hook', { kind: 'assigned', alert: lost });
  rig.server.answer = ({ headers }, response) =>
    void response.writeHead(headers['webhook-id'] === given ? 410 : 204).end();
  const late = await rig.notify('ops', { kind: 'untold', alert: found });
  for (let i = 0; i < 2; i++) {
    await rig.round();
    await rig.dispatcher.bury();
  }
  expect(await rig.row(late)).toMatchObject({ state: 'cancelled' });
  const told = await rig.database.query(
    `SELECT n.recipient, n.state, c.kind, c.alert_id AS alert FROM notification n JOIN notification_item i ON i.notification_id = n.id
     JOIN alert_change c ON c.seq = i.change_seq WHERE n.kind = 'untold' AND n.id <> $1`,
    [late],
  );
  expect(told).toEqual([{ recipient: 'ops', state: 'sent', kind: 'assignee-untold', alert: lost }]);
  await rig.database.query('DELETE FROM alert_setting');
});

test('who was given an alert and is told of it by no message: the alert says so, until he is', async () => {
  await rig.channel('other');
  const [told, later] = [await rig.alert('acknowledged'), await rig.alert()];
  const [untold, passedOn] = [await rig.alert('acknowledged'), await rig.alert()];
  await rig.database.query(`UPDATE alert SET assignee = CASE id WHEN $1 THEN 'binh' ELSE 'hook' END`, [passedOn]);
  const by = (channel: string, alert: string) => rig.notify(channel, { kind: 'assigned', alert, to: 'hook' });
  const marked = () => rig.database.query('SELECT id, unreachable FROM alert WHERE assignee_untold');
  // This channel leads to nobody of that name.
  for (const alert of [told, untold, later]) await by('other', alert);
  await by('hook', told);
  // It was another's for a while, and was given to him again.
  const again = await by('hook', later);
  await rig.database.query('UPDATE notification_item SET change_seq = 1000 WHERE notification_id = $1', [again]);
  await rig.round();
  expect(await marked()).toEqual([{ id: untold, unreachable: false }]);
  await rig.database.query('UPDATE alert SET assignee_untold = false');
  const last = await by('hook', untold);
  const gone = await by('hook', passedOn);
  rig.answering(410);
  await rig.round();
  await rig.dispatcher.bury();
  expect(await Promise.all([last, gone].map(async (id) => (await rig.row(id)).state))).toEqual(['dead', 'cancelled']);
  expect(await marked()).toEqual([{ id: untold, unreachable: false }]);
  expect(rig.published.flatMap(({ ids }) => ids)).toEqual([untold, untold]);
  const history = `SELECT group_id, detail->>'recipient' AS to FROM alert_change WHERE alert_id = $1 AND kind = 'assignee-untold'`;
  expect(await rig.database.query(history, [untold])).toEqual(Array(2).fill({ group_id: null, to: 'hook' }));
  // Sent again by an administrator.
  await rig.database.query('UPDATE channel SET disabled_at = NULL');
  await rig.database.query(`UPDATE notification SET state = 'waiting', next_at = $2 WHERE id = $1`, [
    last,
    new Date(rig.now),
  ]);
  rig.answering(204);
  await rig.round();
  expect((await rig.row(last)).state).toBe('sent');
  expect(await marked()).toEqual([]);
  expect(rig.published.at(-1)?.ids).toEqual([untold]);
});
