import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AlertSettings } from '#libs/contracts';
import type pg from 'pg';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { sampleMessage } from '../../../test/support/message.js';
import { maintain } from '../maintenance.js';
import { pipelinePool } from '../pipeline-store.js';
import { checkAlerts } from '../verify-alerts.js';
import { actOnAlert } from './alert-actions.js';
import { closeResolved } from './housekeeping.js';
import { raiseAlert } from './raise-alert.js';

const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 10, 25, 3);
const DAYS = { rawDays: 10, dedupDays: 11, minuteDays: 2, notificationDays: 90, alertDays: 1100 };
const each = { respond: 5, resolve: 60 };
const limits: AlertSettings['limits'] = { information: each, warning: each, serious: each, critical: each };

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await testDatabase();
  pool = pipelinePool(database.url, 'test', 3);
});
afterAll(async () => {
  await pool?.end();
  await database?.drop();
});

/** A manual alert of `START`. */
async function raise(title: string): Promise<string> {
  const { alert } = await raiseAlert(
    pool,
    {
      ...{ origin: 'manual', title: { vi: title, en: title }, severity: 'serious', sector: null, unit: null },
      ...{ place: null, lon: null, lat: null, description: null, steps: [] },
    },
    'an',
    limits,
    START,
  );
  return alert.id;
}
/** One message about these. */
async function tell(alerts: readonly string[], recipient: string): Promise<string> {
  const message = sampleMessage({ at: START, expiresAt: START + DAY_MS });
  await database.query(
    `INSERT INTO notification (id, kind, recipient, channel, message, state, created_at, sent_at)
     VALUES ($1, 'alert', $2, 'app', $3, 'sent', $4, $4)`,
    [message.id, recipient, JSON.stringify(message), new Date(START)],
  );
  await database.query(
    `INSERT INTO notification_item SELECT seq, $1, 'app', $2, alert_id FROM alert_change
     WHERE kind = 'fired' AND alert_id = ANY($3::uuid[])`,
    [recipient, message.id, alerts],
  );
  return message.id;
}
async function close(alert: string, days: number): Promise<void> {
  const at = START + days * DAY_MS;
  await actOnAlert(pool, alert, { action: 'resolve', comment: 'xong' }, { login: 'an' }, at);
  await closeResolved(pool, 0, at);
  await database.query(
    'UPDATE alert_group SET due_at = NULL, closed_at = $1 WHERE id = (SELECT group_id FROM alert WHERE id = $2)',
    [new Date(at), alert],
  );
}
const there = async (): Promise<{ alerts: string[]; messages: string[]; changes: number; groups: number }> => {
  const ids = async (sql: string) => (await database.query<{ id: string }>(sql)).map(({ id }) => id);
  const count = async (table: string) =>
    Number((await database.query<{ n: string }>(`SELECT count(*) AS n FROM ${table}`))[0]?.n);
  return {
    alerts: await ids('SELECT id FROM alert ORDER BY number'),
    messages: await ids('SELECT id FROM notification ORDER BY recipient'),
    changes: await count('alert_change'),
    groups: await count('alert_group'),
  };
};

test('closed alerts and what was told of them go after their days, whole; nothing that is not closed ever does', async () => {
  const [over, open, resolved, lasting] = [
    await raise('over'),
    await raise('open'),
    await raise('resolved'),
    await raise('lasting'),
  ];
  const alone = await tell([over], 'a');
  const both = await tell([over, open], 'b');
  const answered = await tell([resolved], 'c');
  await close(over, 0);
  await actOnAlert(pool, resolved, { action: 'resolve', comment: 'xong' }, { login: 'an' }, START);
  // Closed by hand while its condition lasts: it will end and may come again.
  await database.query(`UPDATE alert SET state = 'closed', closed_at = $1 WHERE id = $2`, [new Date(START), lasting]);
  const before = await there();

  await maintain(pool, DAYS, START + 90 * DAY_MS);
  expect(await there()).toEqual(before);
  await maintain(pool, DAYS, START + 91 * DAY_MS);
  expect(await there()).toEqual({ ...before, messages: [both, answered] });
  await maintain(pool, DAYS, START + 1_101 * DAY_MS);
  expect(await there()).toEqual({
    alerts: [open, resolved, lasting],
    messages: [both, answered],
    changes: before.changes - 3,
    groups: before.groups - 1,
  });
  expect(before.messages).toContain(alone);
  const client = await pool.connect();
  const wrong = (await checkAlerts(client)).filter((what) => !what.includes(lasting));
  client.release();
  expect(wrong).toEqual([]);
});

test('CAP messages of which no alert is left go with the days of alerts', async () => {
  const alert = await raise('of a message');
  const old = new Date(START);
  await database.query(
    `INSERT INTO cap_message (reference, incident, alert_id, seen_at) SELECT 'gone', gen_random_uuid(), NULL::uuid, $1::timestamptz
     UNION ALL SELECT 'late', gen_random_uuid(), NULL, $2 UNION ALL SELECT 'kept', gen_random_uuid(), $3::uuid, $1`,
    [old, new Date(START + DAY_MS), alert],
  );
  await maintain(pool, DAYS, START + 1_100 * DAY_MS + 1);
  const left = await database.query('SELECT reference FROM cap_message ORDER BY reference');
  expect(left).toEqual([{ reference: 'kept' }, { reference: 'late' }]);
});

test('more than one chunk goes in one round', async () => {
  await database.query(
    `INSERT INTO notification (id, kind, recipient, channel, message, state, created_at)
     SELECT gen_random_uuid(), 'test', 'many', 'app', '{"expiresAt": 0}', 'sent', $1 FROM generate_series(1, 1200)`,
    [new Date(START)],
  );
  await maintain(pool, DAYS, START + 91 * DAY_MS);
  expect(await database.query(`SELECT 1 FROM notification WHERE recipient = 'many'`)).toEqual([]);
});

test('only a transaction that declares it may delete history, and only of what is closed', async () => {
  const open = await raise('still open');
  const del = 'DELETE FROM alert_change WHERE alert_id = $1';
  await expect(database.query(del, [open])).rejects.toThrow('append-only');
  const client = await pool.connect();
  try {
    await client.query(`BEGIN; SET LOCAL hub.retention = 'on'`);
    await expect(client.query(del, [open])).rejects.toThrow('is not closed');
    await client.query(`ROLLBACK; BEGIN; SET LOCAL hub.retention = 'on'`);
    await expect(client.query(`UPDATE alert_change SET actor = 'x'`)).rejects.toThrow('append-only');
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
});
