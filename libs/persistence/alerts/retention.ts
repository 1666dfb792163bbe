import type pg from 'pg';
import { inTransaction } from '../transaction.js';

/** Days after which alerts and what was told of them go; see `docs/operations.md`. */
export interface AlertRetention {
  /** What became of messages, since they were decided on. */
  notificationDays: number;
  /** Closed alerts with their history, since they were closed. */
  alertDays: number;
}

const DAY_MS = 86_400_000;
/** Alerts, groups or messages that one transaction deletes. */
const CHUNK = 500;
/** Chunks a call: the rest goes an hour later. */
const ROUNDS = 100;

/**
 * Deletes what outlived its retention, a chunk a transaction. Nothing of an alert that is open, resolved but not closed,
 * or whose condition lasts, whatever its age. The history is append-only but for this: a trigger lets go only of closed
 * alerts' changes, and only in a transaction that declares it (`hub.retention`). Resolves to how many rows of
 * `notification`, `alert`, `alert_group` and `cap_message` went.
 */
export async function retireAlerts(pool: pg.Pool, days: AlertRetention, now: number): Promise<number> {
  const told = new Date(now - days.notificationDays * DAY_MS);
  const closed = new Date(now - days.alertDays * DAY_MS);
  let deleted = 0;
  for (const [statement, limit] of [
    [NOTIFICATIONS, told],
    [ALERTS, closed],
    [GROUPS, closed],
    [CAP_MESSAGES, closed],
  ] as const) {
    for (let round = 0; round < ROUNDS; round++) {
      const gone = await deleteChunk(pool, statement, limit);
      deleted += gone;
      if (gone < CHUNK) break;
    }
  }
  return deleted;
}

function deleteChunk(pool: pg.Pool, statement: string, limit: Date): Promise<number> {
  return inTransaction(pool, async (client) => {
    await client.query(`SET LOCAL hub.retention = 'on'`);
    const { rows } = await client.query<{ n: number }>(statement, [limit, CHUNK]);
    return rows[0]?.n ?? 0;
  });
}

/** Messages that are done with, with what they told; `$1`: decided before, `$2`: at most. */
const NOTIFICATIONS = `
  WITH old AS (
    SELECT id FROM notification n WHERE next_at IS NULL AND created_at < $1 AND NOT EXISTS (
      SELECT FROM notification_item i JOIN alert a ON a.id = i.alert_id
      WHERE i.notification_id = n.id AND (a.state <> 'closed' OR a.ended_at IS NULL))
    ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED),
  items AS (DELETE FROM notification_item i USING old WHERE i.notification_id = old.id),
  gone AS (DELETE FROM notification n USING old WHERE n.id = old.id RETURNING 1)
  SELECT count(*)::int AS n FROM gone`;

/** Alerts that are over and closed, with their history, and with messages that were about them alone. */
const ALERTS = `
  WITH old AS (
    SELECT id FROM alert WHERE state = 'closed' AND closed_at < $1 AND ended_at IS NOT NULL
    ORDER BY closed_at LIMIT $2 FOR UPDATE SKIP LOCKED),
  items AS (DELETE FROM notification_item i USING old WHERE i.alert_id = old.id RETURNING i.notification_id),
  messages AS (
    DELETE FROM notification n WHERE n.id IN (SELECT notification_id FROM items) AND NOT EXISTS (
      SELECT FROM notification_item i WHERE i.notification_id = n.id AND i.alert_id NOT IN (SELECT id FROM old))),
  history AS (DELETE FROM alert_change c USING old WHERE c.alert_id = old.id),
  gone AS (DELETE FROM alert a USING old WHERE a.id = old.id RETURNING 1)
  SELECT count(*)::int AS n FROM gone`;

/** Closed groups of which no alert and no history is left. */
const GROUPS = `
  WITH old AS (
    SELECT id FROM alert_group g WHERE closed_at < $1
      AND NOT EXISTS (SELECT FROM alert a WHERE a.group_id = g.id)
      AND NOT EXISTS (SELECT FROM alert_change c WHERE c.group_id = g.id)
    ORDER BY closed_at LIMIT $2 FOR UPDATE SKIP LOCKED),
  gone AS (DELETE FROM alert_group g USING old WHERE g.id = old.id RETURNING 1)
  SELECT count(*)::int AS n FROM gone`;

/** CAP messages of incidents of which no alert is left, seen as long ago. */
const CAP_MESSAGES = `
  WITH old AS (
    SELECT reference FROM cap_message m WHERE seen_at < $1
      AND NOT EXISTS (SELECT FROM cap_message o JOIN alert a ON a.id = o.alert_id WHERE o.incident = m.incident)
    ORDER BY seen_at LIMIT $2 FOR UPDATE SKIP LOCKED),
  gone AS (DELETE FROM cap_message c USING old WHERE c.reference = old.reference RETURNING 1)
  SELECT count(*)::int AS n FROM gone`;
