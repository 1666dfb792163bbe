import { alertsById, tellFallbackOfUntold } from '#libs/persistence';
import type pg from 'pg';
import type { EntityManager } from 'typeorm';
import { type Lost, TELLING } from './notifications.port.js';

/**
 * Marks alerts of a lost notification as unreachable when nobody at all was told of the same changes and nobody still may
 * be, writes that into their history and makes their groups due, so that the fallback is told; of one that says who an alert
 * was given to, see `markUntold`. Resolves to their ids.
 */
export async function markUnreached(manager: EntityManager, lost: Lost, now: number): Promise<string[]> {
  if (lost.kind === 'assigned') return markUntold(manager, lost, now);
  if (!TELLING.includes(lost.kind)) return [];
  // Groups before alerts, as everywhere.
  await manager.query(
    `SELECT 1 FROM alert_group WHERE id IN (
       SELECT a.group_id FROM notification_item i JOIN alert a ON a.id = i.alert_id WHERE i.notification_id = $1)
     ORDER BY key COLLATE "C" FOR UPDATE`,
    [lost.id],
  );
  // What a person opened again is open, though its condition is over.
  // Locked first and in order: of two processes that bury the last two messages, the later one sees the other's.
  const alerts = await manager.query<{ id: string }[]>(
    `SELECT a.id FROM alert a WHERE a.state IN ('firing', 'acknowledged', 'in-progress') AND NOT a.unreachable
       AND a.id IN (SELECT alert_id FROM notification_item WHERE notification_id = $1)
     ORDER BY a.id FOR UPDATE`,
    [lost.id],
  );
  if (alerts.length === 0) return [];
  const [rows] = await manager.query<[{ id: string; group_id: string | null }[], number]>(
    `UPDATE alert a SET unreachable = true, version = version + 1
     WHERE a.id = ANY($2::uuid[]) AND NOT EXISTS (
       SELECT 1 FROM notification_item i
       JOIN notification_item other ON other.change_seq = i.change_seq AND other.alert_id = a.id
       JOIN notification n ON n.id = other.notification_id
       WHERE i.notification_id = $1 AND n.state IN ('waiting', 'sent', 'received'))
     RETURNING a.id, a.group_id`,
    [lost.id, alerts.map(({ id }) => id)],
  );
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return [];
  const detail = JSON.stringify({ lost: true, channel: lost.channel, recipient: lost.recipient, reason: lost.reason });
  await manager.query(
    `INSERT INTO alert_change (alert_id, group_id, at, actor, kind, detail)
     SELECT id, group_id, $2, 'system', 'unreachable', $3::jsonb FROM alert WHERE id = ANY($1::uuid[]) ORDER BY id`,
    [ids, new Date(now), detail],
  );
  await manager.query(
    `UPDATE alert_group SET due_at = least(due_at, $2) WHERE id = ANY($1::uuid[]) AND closed_at IS NULL`,
    [rows.flatMap(({ group_id }) => group_id ?? []), new Date(now)],
  );
  return ids;
}

/**
 * Marks alerts whose assignee no message of that reached and none still may: neither of this assignment nor of a later one
 * to him. Their pages and lists say so, and the fallback is told, once; who else is told by their policies is no other.
 */
async function markUntold(
  manager: EntityManager,
  { id, recipient, channel, reason }: Lost,
  now: number,
): Promise<string[]> {
  const alerts = await manager.query<{ id: string }[]>(
    `SELECT a.id FROM alert a WHERE a.assignee = $2 AND NOT a.assignee_untold AND a.state <> 'closed'
       AND a.id IN (SELECT alert_id FROM notification_item WHERE notification_id = $1)
     ORDER BY a.id FOR UPDATE`,
    [id, recipient],
  );
  if (alerts.length === 0) return [];
  const [rows] = await manager.query<[{ id: string }[], number]>(
    `UPDATE alert a SET assignee_untold = true, version = version + 1
     WHERE a.id = ANY($2::uuid[]) AND NOT EXISTS (
       SELECT 1 FROM notification_item i
       JOIN notification_item other ON other.alert_id = i.alert_id AND other.recipient = i.recipient AND other.change_seq >= i.change_seq
       JOIN notification n ON n.id = other.notification_id
       WHERE i.notification_id = $1 AND i.alert_id = a.id AND n.kind = 'assigned' AND n.state IN ('waiting', 'sent', 'received'))
     RETURNING a.id`,
    [id, alerts.map((alert) => alert.id)],
  );
  const ids = rows.map((alert) => alert.id);
  if (ids.length === 0) return [];
  const said = await manager.query<{ alert: string; seq: string }[]>(
    `INSERT INTO alert_change (alert_id, at, actor, kind, detail)
     SELECT id, $2, 'system', 'assignee-untold', $3::jsonb FROM unnest($1::uuid[]) AS a (id) ORDER BY id
     RETURNING alert_id AS alert, seq`,
    [ids, new Date(now), JSON.stringify({ channel, recipient, reason })],
  );
  const client = await clientOf(manager);
  const lines = new Map((await alertsById(client, ids)).map((alert) => [alert.id, alert]));
  const changes = said.flatMap(({ alert, seq }) => {
    const line = lines.get(alert);
    return line ? [{ seq, alert: line }] : [];
  });
  await tellFallbackOfUntold(client, { to: recipient, changes }, now);
  return ids;
}

/** The connection on which a manager's transaction runs. */
async function clientOf(manager: EntityManager): Promise<pg.ClientBase> {
  if (!manager.queryRunner) throw new Error('there is no transaction');
  return (await manager.queryRunner.connect()) as pg.ClientBase;
}

/** A message of an assignment was sent after all: alerts that said that nobody could tell their assignee; resolves to their ids. */
export async function unmarkUntold(manager: EntityManager, notification: string): Promise<string[]> {
  const [rows] = await manager.query<[{ id: string }[], number]>(
    `UPDATE alert a SET assignee_untold = false, version = version + 1 FROM notification n
     WHERE n.id = $1 AND a.assignee_untold AND a.assignee = n.recipient
       AND a.id IN (SELECT alert_id FROM notification_item WHERE notification_id = n.id)
     RETURNING a.id`,
    [notification],
  );
  return rows.map(({ id }) => id);
}
