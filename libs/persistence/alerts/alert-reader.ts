import type {
  AlertChange,
  AlertDetail,
  AlertLine,
  AlertState,
  NotificationView,
  Rule,
  Severity,
} from '#libs/contracts';
import type pg from 'pg';
import {
  type ChangeRow,
  LINE_COLUMNS,
  type LineRow,
  RANK,
  STILL_HOLDS,
  ms,
  type NotificationRow,
  toChange,
  toLine,
  toNotification,
} from './alert-rows.js';

/** What the database knows of an alert; chart, formula and sources come from whoever has the live numbers. */
export interface StoredAlert {
  line: AlertLine;
  ruleThen: Rule | null;
  groupId: string | null;
  closedAt: number | null;
  description: string | null;
  reference: string | null;
  steps: AlertDetail['steps'];
  /** Oldest first; of its group too what concerns all of it: escalated, reminded, nobody reached. */
  history: AlertChange[];
  notifications: NotificationView[];
  /** Of the same group, unit or key, open or of the last day; worst and newest first. */
  related: AlertLine[];
  /** How it is told. `dueAt`: when what is new is told next, where something is. */
  escalation: { policy: string; severity: Severity; step: number; nextAt: number | null; dueAt: number | null } | null;
}

export interface AlertQuery {
  states?: readonly AlertState[];
  severities?: readonly Severity[];
  sectors?: readonly string[];
  rules?: readonly string[];
  /** Fired in [from, to), epoch ms. */
  from?: number;
  to?: number;
  /** Number of the last alert of the page before; newest come first. */
  before?: number;
  limit: number;
}

/** Open alerts that are read at most; far more than anybody can look at. */
export const MAX_OPEN = 20_000;
const MAX_HISTORY = 1_000;
const MAX_RELATED = 20;
const MAX_NOTIFICATIONS = 500;

/** Worst first, then newest. */
export const WORST_FIRST = `${RANK}, (a.state <> 'firing'), a.fired_at DESC, a.number DESC`;

/** States in which somebody still has something to do. */
export const OPEN = `a.state IN ('firing', 'acknowledged', 'in-progress')`;

/** Every open alert: the worst first, of these what nobody has answered, then the newest. */
export const openAlerts = (pool: pg.Pool | pg.ClientBase, limit = MAX_OPEN): Promise<AlertLine[]> =>
  worstOf(pool, OPEN, limit);

/** The same with those that somebody resolved and of which the condition still holds. */
export const standingAlerts = (pool: pg.Pool | pg.ClientBase): Promise<AlertLine[]> =>
  worstOf(pool, `(${OPEN} OR ${STILL_HOLDS})`, MAX_OPEN);

async function worstOf(pool: pg.Pool | pg.ClientBase, where: string, limit: number): Promise<AlertLine[]> {
  const { rows } = await pool.query<LineRow>(
    `SELECT ${LINE_COLUMNS} FROM alert a WHERE ${where} ORDER BY ${WORST_FIRST} LIMIT $1`,
    [limit],
  );
  return rows.map(toLine);
}

/** These alerts as they are now, in no order. */
export async function alertsById(pool: pg.Pool | pg.ClientBase, ids: readonly string[]): Promise<AlertLine[]> {
  const { rows } = await pool.query<LineRow>(`SELECT ${LINE_COLUMNS} FROM alert a WHERE a.id = ANY($1::uuid[])`, [ids]);
  return rows.map(toLine);
}

/** A page of alerts, newest first. */
export async function findAlerts(pool: pg.Pool, query: AlertQuery): Promise<AlertLine[]> {
  const { rows } = await pool.query<LineRow>(
    `SELECT ${LINE_COLUMNS} FROM alert a
     WHERE ($1::text[] IS NULL OR a.state = ANY($1)) AND ($2::text[] IS NULL OR a.severity = ANY($2))
       AND ($3::text[] IS NULL OR a.sector = ANY($3)) AND ($4::text[] IS NULL OR a.rule = ANY($4))
       AND ($5::timestamptz IS NULL OR a.fired_at >= $5) AND ($6::timestamptz IS NULL OR a.fired_at < $6)
       AND ($7::int IS NULL OR a.number < $7)
     ORDER BY a.number DESC LIMIT $8`,
    [
      query.states ?? null,
      query.severities ?? null,
      query.sectors ?? null,
      query.rules ?? null,
      query.from === undefined ? null : new Date(query.from),
      query.to === undefined ? null : new Date(query.to),
      query.before ?? null,
      Math.min(query.limit, 1_000),
    ],
  );
  return rows.map(toLine);
}

/** Everything that is stored of one alert; null when there is none. */
export async function alertDetail(pool: pg.Pool, id: string): Promise<StoredAlert | null> {
  const { rows } = await pool.query<LineRow & OwnRow>(
    `SELECT ${LINE_COLUMNS}, a.rule_then, a.group_id, a.closed_at, a.description, a.reference, a.steps,
       g.policy, g.step, g.escalate_at, g.due_at, g.severity AS group_severity
     FROM alert a LEFT JOIN alert_group g ON g.id = a.group_id WHERE a.id = $1`,
    [id],
  );
  const [row] = rows;
  if (!row) return null;
  const [history, notifications, related] = await Promise.all([
    historyOf(pool, id, row.group_id),
    notificationsOf(pool, id),
    relatedTo(pool, row),
  ]);
  return {
    line: toLine(row),
    ruleThen: row.rule_then,
    groupId: row.group_id,
    closedAt: ms(row.closed_at),
    description: row.description,
    reference: row.reference,
    steps: row.steps,
    history,
    notifications,
    related,
    escalation: escalationOf(row),
  };
}

interface OwnRow {
  rule_then: Rule | null;
  group_id: string | null;
  closed_at: Date | null;
  description: string | null;
  reference: string | null;
  steps: AlertDetail['steps'];
  policy: string | null;
  step: number | null;
  escalate_at: Date | null;
  due_at: Date | null;
  group_severity: Severity | null;
}

function escalationOf(row: OwnRow): StoredAlert['escalation'] {
  if (!row.policy || row.group_severity === null) return null;
  const { policy, group_severity: severity, step } = row;
  return { policy, severity, step: step ?? 0, nextAt: ms(row.escalate_at), dueAt: ms(row.due_at) };
}

async function historyOf(pool: pg.Pool, id: string, group: string | null): Promise<AlertChange[]> {
  const { rows } = await pool.query<ChangeRow>(
    `SELECT seq, at, actor, kind, comment, detail FROM alert_change WHERE alert_id = $1
     UNION SELECT seq, at, actor, kind, comment, detail FROM alert_change
       WHERE group_id = $2 AND kind IN ('escalated', 'reminded', 'unreachable')
         AND seq > coalesce((SELECT min(seq) FROM alert_change WHERE alert_id = $1), 0)
     ORDER BY seq LIMIT $3`,
    [id, group, MAX_HISTORY],
  );
  return rows.map(toChange);
}

async function notificationsOf(pool: pg.Pool, id: string): Promise<NotificationView[]> {
  const { rows } = await pool.query<NotificationRow>(
    `SELECT n.id, n.kind, n.recipient, n.channel, c.name AS channel_name, n.state, n.tries, n.created_at, n.sent_at, n.next_at, n.last_error
     FROM notification n LEFT JOIN channel c ON c.id = n.channel
     WHERE n.id IN (SELECT notification_id FROM notification_item WHERE alert_id = $1)
     ORDER BY n.created_at, n.recipient, n.channel LIMIT $2`,
    [id, MAX_NOTIFICATIONS],
  );
  return rows.map(toNotification);
}

async function relatedTo(pool: pg.Pool, row: LineRow & OwnRow): Promise<AlertLine[]> {
  const { rows } = await pool.query<LineRow>(
    `SELECT ${LINE_COLUMNS} FROM alert a
     WHERE a.id <> $1 AND (a.group_id = $2 OR a.unit = $3 OR (a.rule = $4 AND a.key = $5))
       AND (${OPEN} OR a.fired_at > now() - interval '1 day')
     ORDER BY (${OPEN}) DESC, ${WORST_FIRST} LIMIT $6`,
    [row.id, row.group_id, row.unit, row.rule, row.key, MAX_RELATED],
  );
  return rows.map(toLine);
}
