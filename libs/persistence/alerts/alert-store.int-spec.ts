import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { DEFAULT_SETTINGS } from '#libs/alerting';
import type { AlertSettings, Message } from '#libs/contracts';
import type pg from 'pg';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { pipelinePool } from '../pipeline-store.js';
import { inTransaction } from '../transaction.js';
import { checkAlerts } from '../verify-alerts.js';
import { actOnAlert, actOnAlerts } from './alert-actions.js';
import { alertDetail, alertsById, openAlerts } from './alert-reader.js';
import { writeMutes } from './mutes.js';
import { raiseAlert, type RaisedAlert, updateRaised } from './raise-alert.js';

const NOW = Date.UTC(2026, 10, 25, 3);
const each = { respond: 5, resolve: 60 };
const limits: AlertSettings['limits'] = { information: each, warning: each, serious: each, critical: each };
const fire: RaisedAlert = {
  origin: 'manual',
  title: { vi: 'Cháy kho', en: 'Warehouse fire' },
  severity: 'critical',
  sector: null,
  unit: '92',
  place: null,
  lon: null,
  lat: null,
  description: 'Kho số 3',
  steps: [{ vi: 'Gọi 114', en: 'Call 114' }],
};

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await testDatabase();
  pool = pipelinePool(database.url, 'test', 4);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});
beforeEach(() => database.query('TRUNCATE alert, alert_group, audit_entry'));

const raise = async (over: Partial<RaisedAlert> = {}): Promise<string> =>
  (await raiseAlert(pool, { ...fire, ...over }, 'an', limits, NOW)).alert.id;
const group = (): Promise<{ id: string; due_at: Date | null; escalate_at: Date | null; closed_at: Date | null }[]> =>
  database.query('SELECT id, due_at, escalate_at, closed_at FROM alert_group ORDER BY opened_at');

test('a raised alert is open, due to be told, and answered within its limits', async () => {
  const id = await raise();
  const [line] = await openAlerts(pool);
  expect(line).toMatchObject({ id, state: 'firing', respondBy: NOW + 300_000, resolveBy: NOW + 3_600_000 });
  expect((await group())[0]?.due_at).toEqual(new Date(NOW));
  const detail = await alertDetail(pool, id);
  expect(detail?.history.map(({ kind, actor }) => [kind, actor])).toEqual([['fired', 'an']]);
  expect(detail).toMatchObject({ description: 'Kho số 3', steps: [{ text: { en: 'Call 114' }, by: null }] });
});

test('of several who acknowledge at once one does; the others hear who', async () => {
  const id = await raise();
  const tries = await Promise.all(
    ['an', 'binh', 'chi', 'dung'].map((login) => actOnAlert(pool, id, { action: 'acknowledge' }, { login }, NOW + 1)),
  );
  expect(tries.filter(({ ok }) => ok)).toHaveLength(1);
  const detail = await alertDetail(pool, id);
  expect(detail?.history.map(({ kind }) => kind)).toEqual(['fired', 'acknowledged']);
  expect(tries).toContainEqual(
    expect.objectContaining({
      ok: false,
      reason: expect.stringContaining(detail?.line.acknowledgedBy ?? '?') as unknown,
    }),
  );
  expect(await database.query("SELECT actor FROM audit_entry WHERE action = 'alert.acknowledge'")).toHaveLength(1);
});

test('escalation ends when the last one that nobody answered is answered', async () => {
  const ids = [await raise({ group: 'storm' }), await raise({ group: 'storm' })];
  await database.query('UPDATE alert_group SET escalate_at = now()');
  await actOnAlert(pool, ids[0] as string, { action: 'acknowledge' }, { login: 'an' }, NOW);
  expect((await group())[0]?.escalate_at).not.toBeNull();
  await actOnAlert(pool, ids[1] as string, { action: 'acknowledge' }, { login: 'an', link: true }, NOW);
  expect((await group())[0]?.escalate_at).toBeNull();
  const detail = await alertDetail(pool, ids[1] as string);
  expect(detail?.line.acknowledgedBy).toBe('an');
  expect(detail?.history.at(-1)).toMatchObject({ actor: 'link', detail: { person: 'an' } });
});

test('many at once: each is done or refused by itself, and what is not there is said so', async () => {
  const [one, two] = [await raise(), await raise()];
  await actOnAlert(pool, one, { action: 'acknowledge' }, { login: 'an' }, NOW);
  const nobody = '00000000-0000-4000-8000-000000000000';
  const results = await actOnAlerts(pool, [one, two, nobody], { action: 'acknowledge' }, { login: 'binh' }, NOW);
  expect(results.get(one)).toMatchObject({ ok: false, unknown: false });
  expect(results.get(two)).toMatchObject({ ok: true, alert: { acknowledgedBy: 'binh' } });
  expect(results.get(nobody)).toEqual({ ok: false, unknown: true });
});

test('what reopens after its group was closed opens a group of the same name', async () => {
  const id = await raise();
  await actOnAlert(pool, id, { action: 'resolve', comment: 'xong' }, { login: 'an' }, NOW);
  await database.query('UPDATE alert_group SET closed_at = now(), due_at = NULL');
  await database.query('UPDATE alert SET unreachable = true');
  await actOnAlert(pool, id, { action: 'reopen', comment: 'lại cháy' }, { login: 'an' }, NOW + 5);
  // Whether anybody can be reached now is to be seen.
  expect((await alertDetail(pool, id))?.line.unreachable).toBe(false);
  const groups = await group();
  expect(groups.map(({ closed_at }) => closed_at === null)).toEqual([false, true]);
  expect((await alertDetail(pool, id))?.groupId).toBe(groups[1]?.id);
  expect(groups[1]?.due_at).toEqual(new Date(NOW + 5));
});

test('what is opened again or is no longer muted asks anew: its limits count from then', async () => {
  const { respond, resolve } = DEFAULT_SETTINGS.limits.critical;
  const from = (askedAt: number) => ({
    ...{ firedAt: NOW, askedAt },
    ...{ respondBy: askedAt + respond * 60_000, resolveBy: askedAt + resolve * 60_000 },
  });
  const [again, muted, answered] = [await raise(), await raise(), await raise()];
  await actOnAlert(pool, again, { action: 'resolve', comment: 'xong' }, { login: 'an' }, NOW);
  await actOnAlert(pool, again, { action: 'reopen', comment: 'lại cháy' }, { login: 'an' }, NOW + 7_000_000);
  await actOnAlert(pool, answered, { action: 'acknowledge' }, { login: 'an' }, NOW);
  await database.query(`UPDATE alert SET muted = '{}', unreachable = true WHERE id = ANY($1)`, [[muted, answered]]);
  const unmuted = [muted, answered].map((id) => ({ id, muted: null, groupKey: 'k', severity: 'critical' as const }));
  await inTransaction(pool, (client) => writeMutes(client, unmuted, 0, NOW + 8_000_000));
  expect(await alertDetail(pool, again)).toMatchObject({ line: from(NOW + 7_000_000) });
  // Whether anybody can be reached now is to be seen.
  expect(await alertDetail(pool, muted)).toMatchObject({ line: { ...from(NOW + 8_000_000), unreachable: false } });
  const before = { askedAt: NOW, respondBy: NOW + 300_000, unreachable: true };
  expect(await alertDetail(pool, answered)).toMatchObject({ line: before });
});

test('who gets an alert from another is told once, with what the other says; who takes one himself is not', async () => {
  await database.query(`INSERT INTO app_user (login, password, role, name) VALUES
    ('an', 'x', 'operator', 'Nguyễn An'), ('binh', 'x', 'leader', ''), ('chi', 'x', 'leader', '')`);
  await database.query(`INSERT INTO channel (id, kind, name) VALUES ('mail', 'email', 'Thư')`);
  await database.query(
    `INSERT INTO contact (user_id, channel, address, least) SELECT id, 'mail', 'c@example.org', 'serious' FROM app_user WHERE login = 'chi'`,
  );
  const ids = [await raise(), await raise(), await raise({ severity: 'warning' })];
  const told = async () =>
    (
      await database.query<{ to: string; channel: string; message: string; seqs: string[] }>(
        `SELECT n.recipient AS to, n.channel, n.message, array_agg(c.kind || ' ' || a.severity ORDER BY a.severity, c.seq) AS seqs
         FROM notification n JOIN notification_item i ON i.notification_id = n.id AND i.recipient = n.recipient
         JOIN alert_change c ON c.seq = i.change_seq AND c.alert_id = i.alert_id JOIN alert a ON a.id = c.alert_id
         GROUP BY n.id ORDER BY n.created_at, n.channel`,
      )
    ).map(({ message, ...rest }) => ({ ...rest, ...(JSON.parse(message) as Message) }));
  await actOnAlerts(pool, ids, { action: 'assign', assignee: 'an' }, { login: 'an' }, NOW + 1);
  expect(await told()).toEqual([]);
  const over = { action: 'hand-over', assignee: 'binh', comment: 'Chờ điện lực' } as const;
  await actOnAlerts(pool, ids, over, { login: 'an' }, NOW + 2);
  // Nothing changes, so nothing is told.
  await actOnAlerts(pool, ids, over, { login: 'an' }, NOW + 3);
  await actOnAlerts(pool, ids, { action: 'assign', assignee: null }, { login: 'an' }, NOW + 4);
  await actOnAlert(pool, ids[2] as string, { action: 'assign', assignee: 'chi' }, { login: 'an' }, NOW + 5);
  await actOnAlert(pool, ids[0] as string, { action: 'assign', assignee: 'chi' }, { login: 'an' }, NOW + 6);
  const one = { to: 'chi', kind: 'assigned', total: 1 };
  expect(await told()).toMatchObject([
    {
      ...{ to: 'binh', channel: 'in-app', kind: 'assigned', severity: 'critical', total: 3, mayAcknowledge: true },
      seqs: ['handed-over critical', 'handed-over critical', 'handed-over warning'],
      lines: ['Được giao cho bạn.', 'Người giao: Nguyễn An', 'Chờ điện lực'],
    },
    { ...one, channel: 'in-app', seqs: ['assigned warning'] },
    { ...one, channel: 'in-app', seqs: ['assigned critical'], path: `/alerts/${ids[0]}` },
    { ...one, channel: 'mail', seqs: ['assigned critical'] },
  ]);
  expect(await inTransaction(pool, (client) => checkAlerts(client))).toEqual([]);
});

test('who is given an alert and can be told by nothing: it says so until another has it, or he acts himself', async () => {
  await database.query(`INSERT INTO channel (id, kind, name, disabled_at) VALUES ('in-app', 'in-app', 'App', now())`);
  const ids = [await raise(), await raise()];
  const untold = async () => (await alertsById(pool, ids)).map(({ assigneeUntold }) => assigneeUntold);
  const given = await actOnAlerts(pool, ids, { action: 'assign', assignee: 'binh' }, { login: 'an' }, NOW + 1);
  expect(given.get(ids[0] as string)).toMatchObject({ ok: true, alert: { assigneeUntold: true } });
  expect(await untold()).toEqual([true, true]);
  await actOnAlerts(pool, ids, { action: 'comment', comment: 'chờ' }, { login: 'an' }, NOW + 2);
  expect(await untold()).toEqual([true, true]);
  await actOnAlert(pool, ids[0] as string, { action: 'acknowledge' }, { login: 'binh' }, NOW + 3);
  await database.query(`UPDATE channel SET disabled_at = NULL WHERE id = 'in-app'`);
  const over = { action: 'hand-over', assignee: 'chi', comment: 'đổi ca' } as const;
  await actOnAlert(pool, ids[1] as string, over, { login: 'an' }, NOW + 4);
  expect(await untold()).toEqual([false, false]);
  const history = (await alertDetail(pool, ids[0] as string))?.history;
  expect(history?.map(({ kind, actor }) => `${kind} ${actor}`)).toEqual([
    ...['fired an', 'assigned an', 'assignee-untold system', 'commented an', 'acknowledged binh'],
  ]);
});

test('of alerts given to somebody whom nothing reaches the fallback hears in one message, once; not of what is muted', async () => {
  await database.query(`INSERT INTO channel (id, kind, name) VALUES ('ops', 'webhook', 'Ops')`);
  await database.query(`UPDATE channel SET disabled_at = now() WHERE id = 'in-app'`);
  await database.query(`INSERT INTO alert_setting (name, value) VALUES ('fallback', '[{"channel":"ops"}]')`);
  const ids = [await raise(), await raise({ severity: 'warning' }), await raise()];
  await database.query(`UPDATE alert SET muted = '{}' WHERE id = $1`, [ids[2]]);
  const told = () =>
    database.query(
      `SELECT n.recipient, n.channel, (n.message::jsonb->>'total')::int AS total, n.message::jsonb->'lines' AS lines, count(i.*)::int AS decisions,
         bool_and(c.kind = 'assignee-untold' AND c.alert_id = i.alert_id) AS "about it"
       FROM notification n JOIN notification_item i ON i.notification_id = n.id JOIN alert_change c ON c.seq = i.change_seq
       WHERE n.kind = 'untold' GROUP BY n.id`,
    );
  await actOnAlerts(pool, ids, { action: 'assign', assignee: 'binh' }, { login: 'an' }, NOW + 1);
  const message = { recipient: 'ops', channel: 'ops', total: 2, decisions: 2, 'about it': true };
  const lines = ['Không báo được cho người được giao.', 'Người được giao: binh'];
  expect(await told()).toEqual([{ ...message, lines }]);
  await actOnAlerts(pool, ids, { action: 'comment', comment: 'chờ' }, { login: 'an' }, NOW + 2);
  expect(await told()).toHaveLength(1);
  const client = await pool.connect();
  expect(await checkAlerts(client)).toEqual([]);
  client.release();
  await database.query(`DELETE FROM alert_setting`);
  await database.query(`UPDATE channel SET disabled_at = NULL WHERE id = 'in-app'`);
});

test('what was answered while it was muted is told when it is opened again', async () => {
  const id = await raise();
  await database.query('UPDATE alert SET group_id = NULL');
  await database.query('DELETE FROM alert_group');
  await actOnAlert(pool, id, { action: 'resolve', comment: 'xong' }, { login: 'an' }, NOW);
  await actOnAlert(pool, id, { action: 'reopen', comment: 'lại cháy' }, { login: 'an' }, NOW + 5);
  const groups = await group();
  expect(groups.map(({ due_at }) => due_at)).toEqual([new Date(NOW + 5)]);
  expect((await alertDetail(pool, id))?.groupId).toBe(groups[0]?.id);
});

test('a message that comes twice raises one alert; its cancellation resolves it, once', async () => {
  const reference = 'sender,1,2026-11-25T10:00:00+07:00';
  const ids = await Promise.all([1, 2, 3].map(() => raise({ origin: 'cap', reference })));
  expect(new Set(ids).size).toBe(1);
  await updateRaised(pool, reference, { severity: 'serious' }, 'sender,2', NOW + 1);
  await updateRaised(pool, reference, { endedAt: NOW + 2 }, 'sender,3', NOW + 2);
  await updateRaised(pool, reference, { endedAt: NOW + 3 }, 'sender,3', NOW + 3);
  const detail = await alertDetail(pool, ids[0] as string);
  expect(detail?.line).toMatchObject({ severity: 'serious', state: 'resolved', endedAt: NOW + 2 });
  expect(detail?.history.map(({ kind }) => kind)).toEqual(['fired', 'updated', 'ended']);
  expect(await updateRaised(pool, 'nobody', {}, 'x', NOW)).toBeNull();
});

test('the history can be neither changed nor removed', async () => {
  await raise();
  await expect(database.query("UPDATE alert_change SET actor = 'x'")).rejects.toThrow('append-only');
  await expect(database.query('DELETE FROM alert_change')).rejects.toThrow('append-only');
});
