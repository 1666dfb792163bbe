import { randomUUID } from 'node:crypto';
import type { AlertFacts, Recipients } from '#libs/alerting';
import type { AlertChangeKind, EndWhy, Message, NotificationView, Severity } from '#libs/contracts';
import type pg from 'pg';
import { AGENCY, ms } from './alert-rows.js';

/** A group of alerts as its telling stands. Times are epoch ms. */
export interface TellingGroup {
  id: string;
  key: string;
  /** Empty until it is told for the first time. */
  policy: string;
  severity: Severity;
  openedAt: number;
  toldSeq: string;
  toldAt: number | null;
  dueAt: number | null;
  step: number;
  escalateAt: number | null;
  reminders: number;
}

/** A change that is to be told. */
export interface News {
  seq: string;
  alert: string;
  kind: AlertChangeKind;
  severity: Severity;
  /** The alert is over by now. */
  over: boolean;
  muted: boolean;
  /** Of an end: why, and where a person said so, who and what he wrote (300 letters of it). */
  why?: EndWhy | null;
  by?: string | null;
  comment?: string | null;
  /** It was said to be solved, and its condition still holds. */
  again?: boolean;
}

/** Kinds of changes that open an alert, and that end it, for those who are told. */
const OPENING = ['fired', 'reopened', 'unmuted'];
const ENDING = ['ended', 'resolved'];

interface GroupRow {
  id: string;
  key: string;
  policy: string;
  severity: Severity;
  opened_at: Date;
  told_seq: string;
  told_at: Date | null;
  due_at: Date | null;
  step: number;
  escalate_at: Date | null;
  reminders: number;
}

/**
 * Locks one group of which something is to be told or passed on, the worst first; null: there is none that nobody else
 * works on. `only`: of this severity.
 */
export async function lockDueGroup(
  client: pg.ClientBase,
  now: number,
  only: Severity | null,
): Promise<TellingGroup | null> {
  const { rows } = await client.query<GroupRow>(
    `SELECT id, key, policy, severity, opened_at, told_seq, told_at, due_at, step, escalate_at, reminders FROM alert_group
     WHERE closed_at IS NULL AND (due_at <= $1 OR escalate_at <= $1) AND ($2::text IS NULL OR severity = $2)
     ORDER BY array_position(ARRAY['critical', 'serious', 'warning', 'information'], severity), least(due_at, escalate_at)
     LIMIT 1 FOR UPDATE SKIP LOCKED`,
    [new Date(now), only],
  );
  return rows[0] ? toGroup(rows[0]) : null;
}

/** Locks further groups that are due under the same policy with these severities, for one message over all of them. */
export async function lockAlike(
  client: pg.ClientBase,
  { id, policy }: TellingGroup,
  severities: readonly Severity[],
  now: number,
  limit: number,
): Promise<TellingGroup[]> {
  const { rows } = await client.query<GroupRow>(
    `SELECT id, key, policy, severity, opened_at, told_seq, told_at, due_at, step, escalate_at, reminders FROM alert_group
     WHERE closed_at IS NULL AND due_at <= $1 AND policy = $2 AND severity = ANY($3) AND id <> $4
     ORDER BY key COLLATE "C" LIMIT $5 FOR UPDATE SKIP LOCKED`,
    [new Date(now), policy, severities, id, limit],
  );
  return rows.map(toGroup);
}

const toGroup = (row: GroupRow): TellingGroup => ({
  id: row.id,
  key: row.key,
  policy: row.policy,
  severity: row.severity,
  openedAt: row.opened_at.getTime(),
  toldSeq: row.told_seq,
  toldAt: ms(row.told_at),
  dueAt: ms(row.due_at),
  step: row.step,
  escalateAt: ms(row.escalate_at),
  reminders: row.reminders,
});

/** What is new of locked groups since they were told last, oldest first: what opened, what ended, and what reached nobody. */
export async function newsOf(client: pg.ClientBase, group: TellingGroup, limit: number): Promise<News[]> {
  const { rows } = await client.query<News>(
    `SELECT c.seq, c.alert_id AS alert, c.kind, a.severity, a.state IN ('resolved', 'closed') AS over, a.muted IS NOT NULL AS muted,
       CASE WHEN c.kind = 'resolved' THEN CASE WHEN a.origin = 'rule' AND a.ended_at IS NULL THEN 'solved-holds' ELSE 'solved' END
         WHEN c.kind <> 'ended' THEN NULL
         WHEN a.origin = 'cap' THEN CASE WHEN c.detail->>'by' = 'expired' THEN 'expired' ELSE 'cancelled' END
         ELSE coalesce(c.detail->>'reason', 'unknown') END AS why,
       CASE WHEN c.kind = 'resolved' THEN coalesce(c.detail->>'person', c.actor) END AS by,
       CASE WHEN c.kind = 'resolved' THEN left(c.comment, 300) END AS comment,
       c.kind = 'reopened' AND c.detail->>'reason' IS NOT DISTINCT FROM 'still-holds' AS again
     FROM alert_change c JOIN alert a ON a.id = c.alert_id
     WHERE c.group_id = $1 AND c.seq > $2
       -- What came into another group before it was told is told there.
       AND (c.kind = ANY($4) OR (c.kind = ANY($3) AND a.group_id = c.group_id) OR (c.kind = 'unreachable' AND c.detail ? 'lost' AND a.state = 'firing')) ORDER BY c.seq LIMIT $5`,
    [group.id, group.toldSeq, OPENING, ENDING, limit],
  );
  return rows;
}

export const opens = ({ kind }: News): boolean => OPENING.includes(kind);
export const ends = ({ kind }: News): boolean => ENDING.includes(kind);
/** What ended. Of what somebody resolved, and nobody has heard of yet, it is not told as well that its condition is over. */
export function endsIn(news: readonly News[]): News[] {
  const solved = new Set(news.filter(({ kind }) => kind === 'resolved').map(({ alert }) => alert));
  return news.filter((one) => ends(one) && (one.kind === 'resolved' || !solved.has(one.alert)));
}
/** Every message about it was lost. */
export const isLost = ({ kind }: News): boolean => kind === 'unreachable';

/**
 * Alerts of a group that were told, fire, and that nobody has answered, worst first, with how many there are. What is
 * still to be told has asked nobody yet: no clock of it runs, and none of before may run for it.
 */
export async function unanswered(
  client: pg.ClientBase,
  { id, toldSeq }: Pick<TellingGroup, 'id' | 'toldSeq'>,
  limit: number,
): Promise<{ ids: string[]; total: number }> {
  const { rows } = await client.query<{ id: string; total: string }>(
    `SELECT id, count(*) OVER () AS total FROM alert WHERE group_id = $1 AND state = 'firing' AND muted IS NULL
       AND id NOT IN (SELECT alert_id FROM alert_change WHERE group_id = $1 AND seq > $3 AND kind = ANY($4))
     ORDER BY array_position(ARRAY['critical', 'serious', 'warning', 'information'], severity), fired_at DESC LIMIT $2`,
    [id, limit, toldSeq, OPENING],
  );
  return { ids: rows.map(({ id }) => id), total: Number(rows[0]?.total ?? 0) };
}

/** What of an alert its policy is chosen by. */
export async function factsOf(client: pg.ClientBase, alert: string): Promise<AlertFacts | null> {
  const { rows } = await client.query<AlertFacts>(
    `SELECT severity, sector, unit, rule, ${AGENCY} AS agency FROM alert a WHERE id = $1`,
    [alert],
  );
  return rows[0] ?? null;
}

/** One message to be: to whom, by which channel. */
export interface Addressee {
  /** Id of the notification. */
  id: string;
  recipient: string;
  channel: string;
}

/** Each person in each of his ways, and each group chat once. */
export const addresseesOf = ({ people, groups }: Pick<Recipients, 'people' | 'groups'>): Addressee[] =>
  [
    ...people.flatMap(({ login, ways }) => ways.map(({ channel }) => ({ recipient: login, channel }))),
    ...groups.map((channel) => ({ recipient: channel, channel })),
  ].map((each) => ({ ...each, id: randomUUID() }));

/** Decides that these changes are told to these; what was decided before is not again. Returns how many of each are new. */
export async function decide(
  client: pg.ClientBase,
  changes: readonly Pick<News, 'seq' | 'alert'>[],
  to: readonly Addressee[],
): Promise<Map<string, number>> {
  const { rows } = await client.query<{ id: string; n: string }>(
    `WITH made AS (
       INSERT INTO notification_item (change_seq, recipient, channel, notification_id, alert_id)
       SELECT c.seq, r.recipient, r.channel, r.id, c.alert FROM unnest($1::bigint[], $2::uuid[]) AS c (seq, alert)
       CROSS JOIN unnest($3::text[], $4::text[], $5::uuid[]) AS r (recipient, channel, id)
       ON CONFLICT DO NOTHING RETURNING notification_id)
     SELECT notification_id AS id, count(*) AS n FROM made GROUP BY 1`,
    [...columns(changes), ...addressColumns(to)],
  );
  return new Map(rows.map(({ id, n }) => [id, Number(n)]));
}

/** Who was told of any of these alerts. */
export async function whoWasTold(client: pg.ClientBase, alerts: readonly string[]): Promise<Omit<Addressee, 'id'>[]> {
  const { rows } = await client.query<Omit<Addressee, 'id'>>(
    'SELECT DISTINCT recipient, channel FROM notification_item WHERE alert_id = ANY($1::uuid[]) ORDER BY 1, 2',
    [alerts],
  );
  return rows;
}

/** How many ends of each kind. */
export type EndCounts = Partial<Record<EndWhy, number>>;

/** As `decide`, each end only to those of `to` who were told of its alert; how many of each kind are new. */
export async function decideForTold(
  client: pg.ClientBase,
  changes: readonly Pick<News, 'seq' | 'alert' | 'why'>[],
  to: readonly Addressee[],
): Promise<Map<string, EndCounts>> {
  const { rows } = await client.query<{ id: string; why: EndWhy; n: string }>(
    `WITH made AS (
       INSERT INTO notification_item (change_seq, recipient, channel, notification_id, alert_id)
       SELECT DISTINCT c.seq, r.recipient, r.channel, r.id, c.alert FROM unnest($1::bigint[], $2::uuid[]) AS c (seq, alert)
       JOIN notification_item i ON i.alert_id = c.alert
       JOIN unnest($3::text[], $4::text[], $5::uuid[]) AS r (recipient, channel, id) USING (recipient, channel)
       ON CONFLICT DO NOTHING RETURNING notification_id, change_seq)
     SELECT notification_id AS id, w.why, count(*) AS n FROM made JOIN unnest($1::bigint[], $6::text[]) AS w (seq, why) ON w.seq = change_seq
     GROUP BY 1, 2`,
    [...columns(changes), ...addressColumns(to), changes.map(({ why }) => why ?? 'unknown')],
  );
  const counts = new Map<string, EndCounts>();
  for (const { id, why, n } of rows) counts.set(id, { ...counts.get(id), [why]: Number(n) });
  return counts;
}

const columns = (changes: readonly Pick<News, 'seq' | 'alert'>[]): unknown[] => [
  changes.map(({ seq }) => seq),
  changes.map(({ alert }) => alert),
];
const addressColumns = (to: readonly Addressee[]): unknown[] => [
  to.map(({ recipient }) => recipient),
  to.map(({ channel }) => channel),
  to.map(({ id }) => id),
];

/** Puts messages into the queue of the channels. */
export async function queueMessages(
  client: pg.ClientBase,
  group: string | null,
  messages: readonly { to: Addressee; kind: NotificationView['kind']; message: Message }[],
  now: number,
): Promise<void> {
  if (messages.length === 0) return;
  await client.query(
    `INSERT INTO notification (id, kind, group_id, recipient, channel, message, urgent, created_at, next_at)
     SELECT id, kind, $1, recipient, channel, message, urgent, $2, $2
     FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::boolean[])
       AS n (id, kind, recipient, channel, message, urgent)`,
    [
      group,
      new Date(now),
      messages.map(({ to }) => to.id),
      messages.map(({ kind }) => kind),
      messages.map(({ to }) => to.recipient),
      messages.map(({ to }) => to.channel),
      messages.map(({ message }) => JSON.stringify(message)),
      messages.map(({ message }) => message.severity === 'critical'),
    ],
  );
}

/** Adds one change about a whole group to the history, under its worst alert. Returns its number. */
export async function noteOnGroup(
  client: pg.ClientBase,
  group: string,
  alert: string,
  kind: 'escalated' | 'reminded' | 'unreachable',
  detail: Record<string, unknown>,
  now: number,
): Promise<string> {
  const { rows } = await client.query<{ seq: string }>(
    `INSERT INTO alert_change (alert_id, group_id, at, actor, kind, detail) VALUES ($1, $2, $3, 'system', $4, $5) RETURNING seq`,
    [alert, group, new Date(now), kind, detail],
  );
  return (rows[0] as { seq: string }).seq;
}

/** Marks open alerts of a group as reaching nobody whom their policy names; false: they were marked already. */
export async function markUnreachable(client: pg.ClientBase, group: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `UPDATE alert SET unreachable = true, version = version + 1
     WHERE group_id = $1 AND NOT unreachable AND state IN ('firing', 'acknowledged', 'in-progress')`,
    [group],
  );
  return (rowCount ?? 0) > 0;
}

/** Stores how the telling of a locked group stands now; closes it when none of its alerts is open and nothing is left to tell. */
export async function saveGroup(client: pg.ClientBase, group: TellingGroup, now: number): Promise<void> {
  await client.query(
    `UPDATE alert_group g SET policy = $2, opened_at = $3, told_seq = $4, told_at = $5, due_at = $6, step = $7, escalate_at = $8,
       reminders = $9,
       closed_at = CASE WHEN $6::timestamptz IS NULL AND NOT EXISTS (
         SELECT 1 FROM alert a WHERE a.group_id = g.id AND a.state IN ('firing', 'acknowledged', 'in-progress')) THEN $10::timestamptz END
     WHERE id = $1`,
    [
      group.id,
      group.policy,
      new Date(group.openedAt),
      group.toldSeq,
      dateOf(group.toldAt),
      dateOf(group.dueAt),
      group.step,
      dateOf(group.escalateAt),
      group.reminders,
      new Date(now),
    ],
  );
}

const dateOf = (at: number | null): Date | null => (at === null ? null : new Date(at));
