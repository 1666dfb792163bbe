import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { DEFAULT_SETTINGS } from '#libs/alerting';
import type { AlertSettings } from '#libs/contracts';
import type pg from 'pg';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { pipelinePool } from '../pipeline-store.js';
import { inTransaction } from '../transaction.js';
import { actOnAlert, actOnAlerts } from './alert-actions.js';
import { alertDetail, openAlerts } from './alert-reader.js';
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
  await database.query(`UPDATE alert SET muted = '{}' WHERE id = ANY($1)`, [[muted, answered]]);
  const unmuted = [muted, answered].map((id) => ({ id, muted: null, groupKey: 'k', severity: 'critical' as const }));
  await inTransaction(pool, (client) => writeMutes(client, unmuted, 0, NOW + 8_000_000));
  expect(await alertDetail(pool, again)).toMatchObject({ line: from(NOW + 7_000_000) });
  expect(await alertDetail(pool, muted)).toMatchObject({ line: from(NOW + 8_000_000) });
  expect(await alertDetail(pool, answered)).toMatchObject({ line: { askedAt: NOW, respondBy: NOW + 300_000 } });
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
