import { act, type Acted, type AlertFacts, isRouted, routedAnew, type Standing } from '#libs/alerting';
import type { AlertAction, AlertLine, AlertState, Text } from '#libs/contracts';
import type pg from 'pg';
import { inTransaction } from '../transaction.js';
import { alertsById } from './alert-reader.js';
import { AGENCY, ms } from './alert-rows.js';
import { limitsInForce } from './alert-setup.js';
import { dueAgain, dueGroups, stopAnswered } from './group-rows.js';
import { limitsOf } from './raise-alert.js';
import { type Assigned, tellAssignee } from './tell-assignee.js';
import { endKept } from './write-states.js';

/** Who acts; with a one-tap link the history names the link, and the person in its detail. */
export interface Actor {
  login: string;
  link?: boolean;
}

/** The alert as it is now, or why nothing was done; `unknown`: there is no such alert. */
export type ActionResult =
  | { ok: true; alert: AlertLine }
  | { ok: false; unknown: true }
  | { ok: false; unknown: false; reason: string; field: string | null };

/** Alerts that one transaction acts on. */
export const ACTIONS_AT_ONCE = 500;

/** One action on one alert, with its history and audit entry; see `actOnAlerts`. */
export async function actOnAlert(
  pool: pg.Pool,
  id: string,
  action: AlertAction,
  actor: Actor,
  now: number,
): Promise<ActionResult> {
  return (await actOnAlerts(pool, [id], action, actor, now)).get(id) ?? { ok: false, unknown: true };
}

/**
 * The same action on up to `ACTIONS_AT_ONCE` alerts in one transaction. Each is done or refused by itself. When no alert
 * of a group is left that nobody has answered, its escalation ends. `policyOf`: what is opened again is told by the policy
 * that it gives; absent: by that of before. The caller publishes the ids on the bus (`alerts`).
 */
export async function actOnAlerts(
  pool: pg.Pool,
  ids: readonly string[],
  action: AlertAction,
  actor: Actor,
  now: number,
  policyOf?: PolicyOf,
): Promise<Map<string, ActionResult>> {
  if (ids.length > ACTIONS_AT_ONCE) throw new Error(`at most ${ACTIONS_AT_ONCE} alerts at once`);
  return inTransaction(pool, async (client) => {
    const rows = await lockAlerts(client, ids, action.action === 'reopen' ? policyOf : undefined);
    const results = new Map<string, ActionResult>(ids.map((id) => [id, { ok: false, unknown: true }]));
    const done: { row: Row; acted: Extract<Acted, { ok: true }> }[] = [];
    for (const row of rows) {
      const acted = act(standingOf(row), action, actor.login, now);
      if (acted.ok) done.push({ row, acted });
      else results.set(row.id, { ok: false, unknown: false, reason: acted.reason, field: acted.field });
    }
    if (done.length === 0) return results;
    if (action.action === 'resolve') await endWhatIsKept(client, done, now);
    const groups = await tellGroups(client, done, now);
    await writeAlerts(client, done, groups, actor, now);
    const seqs = await writeChanges(client, done, groups, actor, now);
    await writeAudit(client, done, action, actor);
    await stopAnswered(client, [...new Set(done.flatMap(({ row }) => row.group_id ?? []))]);
    const lines = await alertsById(
      client,
      done.map(({ row }) => row.id),
    );
    for (const alert of lines) results.set(alert.id, { ok: true, alert });
    const to = newAssignee(action, actor);
    if (to !== null) {
      const changes = lines.map((alert) => ({ seq: seqs.get(alert.id) as string, alert }));
      const isTold = await tellAssignee(client, { ...to, changes }, now);
      for (const alert of lines) results.set(alert.id, { ok: true, alert: { ...alert, assigneeUntold: !isTold } });
    }
    return results;
  });
}

/** The policy that the routes of now give to an alert. */
export type PolicyOf = (alert: AlertFacts) => string;

/** Who has something from now on that another gave him; nobody has to be told of what he took himself. */
function newAssignee(action: AlertAction, { login }: Actor): Pick<Assigned, 'to' | 'by' | 'comment'> | null {
  if (action.action !== 'assign' && action.action !== 'hand-over') return null;
  const { assignee } = action;
  if (assignee === null || assignee === login) return null;
  return { to: assignee, by: login, comment: action.comment?.trim() || null };
}

interface Row extends AlertFacts {
  id: string;
  origin: Standing['origin'];
  state: AlertState;
  group_id: string | null;
  /** Of the group in which it is told when it is opened again; null as it is read: it is in none. */
  group: { key: string; policy: string } | null;
  muted: object | null;
  acknowledged_by: string | null;
  acknowledged_at: Date | null;
  assignee: string | null;
  ended_at: Date | null;
  resolved_at: Date | null;
  closed_at: Date | null;
  steps: { text: Text; by: string | null; at: number | null }[];
}

const ROWS = `SELECT a.id, a.origin, a.state, a.severity, a.sector, a.unit, a.rule, ${AGENCY} AS agency, a.group_id,
    CASE WHEN g.id IS NULL THEN NULL ELSE json_build_object('key', g.key, 'policy', g.policy) END AS "group", a.muted, a.acknowledged_by,
    a.acknowledged_at, a.assignee, a.ended_at, a.resolved_at, a.closed_at, a.steps
  FROM alert a LEFT JOIN alert_group g ON g.id = a.group_id WHERE a.id = ANY($1::uuid[]) ORDER BY a.id`;

/**
 * Groups first, then alerts, as everywhere; also the open groups into which alerts come that are opened again. An alert
 * that gets its group meanwhile is not told of by this action.
 */
async function lockAlerts(
  client: pg.ClientBase,
  ids: readonly string[],
  policyOf: PolicyOf | undefined,
): Promise<Row[]> {
  const into = (rows: readonly Row[]): Row[] => rows.map((row) => ({ ...row, group: groupAnew(row, policyOf) }));
  const { rows: before } = await client.query<Row>(ROWS, [ids]);
  await client.query(
    `SELECT 1 FROM alert_group WHERE id IN (SELECT group_id FROM alert WHERE id = ANY($1::uuid[]))
       OR (closed_at IS NULL AND key = ANY($2::text[])) ORDER BY key COLLATE "C" FOR UPDATE`,
    [ids, into(before).flatMap(({ group }) => group?.key ?? [])],
  );
  const { rows } = await client.query<Row>(`${ROWS} FOR UPDATE OF a`, [ids]);
  return into(rows);
}

function groupAnew(row: Row, policyOf: PolicyOf | undefined): Row['group'] {
  const { group } = row;
  // What was answered while it was muted was never told of: it is an incident by itself.
  if (!group) return { key: `${row.origin} ${row.id}`, policy: '' };
  // One by itself keeps its name, and is routed when it is told.
  if (!isRouted(group)) return { key: group.key, policy: '' };
  const policy = policyOf?.(row) ?? group.policy;
  return { key: routedAnew(group, policy), policy };
}

const standingOf = (row: Row): Standing => ({
  origin: row.origin,
  state: row.state,
  acknowledgedBy: row.acknowledged_by,
  acknowledgedAt: ms(row.acknowledged_at),
  assignee: row.assignee,
  endedAt: ms(row.ended_at),
  resolvedAt: ms(row.resolved_at),
  closedAt: ms(row.closed_at),
  steps: row.steps,
});

type Done = readonly { row: Row; acted: Extract<Acted, { ok: true }> }[];

/** Where the value is back and the rule only keeps the alert, a person's word ends it: what holds next is a new firing. */
async function endWhatIsKept(client: pg.ClientBase, done: Done, now: number): Promise<void> {
  const over = await endKept(
    client,
    done.map(({ row }) => row.id),
    now,
  );
  for (const { row, acted } of done) if (over.has(row.id)) acted.changed.endedAt = now;
}

/**
 * Groups that hear of these changes, by alert. What reopens after its group was closed, or is told by another policy now,
 * opens a group anew or comes into the one that is open.
 */
async function tellGroups(client: pg.ClientBase, done: Done, now: number): Promise<Map<string, string>> {
  const told = done.filter(({ row, acted }) => acted.tell && row.muted === null);
  const groups = new Map<string, string>();
  const reopened = told.filter(({ acted }) => acted.change.kind === 'reopened').map(({ row }) => row);
  const others = told.flatMap(({ acted, row: { id, group_id } }) =>
    acted.change.kind === 'reopened' || group_id === null ? [] : [{ id, group: group_id }],
  );
  const open = await dueAgain(
    client,
    others.map(({ group }) => group),
    now,
    0,
  );
  for (const { id, group } of others) if (open.has(group)) groups.set(id, group);
  const anew = reopened.flatMap(({ id, severity, group }) => (group ? [{ id, severity, ...group }] : []));
  const keys = await dueGroups(client, anew, now, 0);
  for (const { id, key } of anew) groups.set(id, keys.get(key) as string);
  return groups;
}

/** What is opened again waits for an answer anew: its limits count from now. */
const asksAnew = ({ acted }: Pick<Done[number], 'acted'>): boolean => acted.change.kind === 'reopened';

async function writeAlerts(
  client: pg.ClientBase,
  done: Done,
  groups: ReadonlyMap<string, string>,
  { login }: Actor,
  now: number,
): Promise<void> {
  const limits = done.some(asksAnew) ? await limitsInForce(client) : null;
  const next = done.map(({ row, acted }) => {
    const anew = limits && asksAnew({ acted }) ? { askedAt: now, ...limitsOf(limits, row.severity, now) } : {};
    const after = { ...standingOf(row), ...acted.changed };
    const { state, acknowledgedBy, acknowledgedAt, assignee, endedAt, resolvedAt, closedAt, steps } = after;
    const group = groups.get(row.id) ?? row.group_id;
    return {
      id: row.id,
      state,
      acknowledgedBy,
      acknowledgedAt,
      assignee,
      endedAt,
      resolvedAt,
      closedAt,
      steps,
      group,
      ...anew,
    };
  });
  await client.query(
    `UPDATE alert a SET state = n.state, acknowledged_by = n."acknowledgedBy", acknowledged_at = to_timestamp(n."acknowledgedAt" / 1000.0),
       assignee = n.assignee,
       -- Who acts himself knows of it.
       assignee_untold = a.assignee_untold AND a.assignee IS NOT DISTINCT FROM n.assignee AND a.assignee IS DISTINCT FROM $2,
       ended_at = to_timestamp(n."endedAt" / 1000.0), resolved_at = to_timestamp(n."resolvedAt" / 1000.0),
       closed_at = to_timestamp(n."closedAt" / 1000.0), steps = n.steps, group_id = n."group",
       unreachable = a.unreachable AND n."askedAt" IS NULL, asked_at = coalesce(to_timestamp(n."askedAt" / 1000.0), a.asked_at),
       respond_by = coalesce(to_timestamp(n."respondBy" / 1000.0), a.respond_by),
       resolve_by = coalesce(to_timestamp(n."resolveBy" / 1000.0), a.resolve_by), version = a.version + 1
     FROM jsonb_to_recordset($1::jsonb) AS n (id uuid, state text, "acknowledgedBy" text, "acknowledgedAt" float8, assignee text,
       "endedAt" float8, "resolvedAt" float8, "closedAt" float8, steps jsonb, "group" uuid, "askedAt" float8, "respondBy" float8,
       "resolveBy" float8)
     WHERE a.id = n.id`,
    [JSON.stringify(next), login],
  );
}

/** Returns the number of the change of each alert. */
async function writeChanges(
  client: pg.ClientBase,
  done: Done,
  groups: ReadonlyMap<string, string>,
  actor: Actor,
  now: number,
): Promise<Map<string, string>> {
  const by = actor.link ? { person: actor.login } : {};
  const { rows } = await client.query<{ id: string; seq: string }>(
    `INSERT INTO alert_change (alert_id, group_id, at, actor, kind, comment, detail)
     SELECT id, "group", $2, $3, kind, comment, detail FROM jsonb_to_recordset($1::jsonb)
       AS c (id uuid, "group" uuid, kind text, comment text, detail jsonb)
     RETURNING alert_id AS id, seq`,
    [
      JSON.stringify(
        done.map(({ row, acted }) => ({
          id: row.id,
          group: groups.get(row.id) ?? null,
          kind: acted.change.kind,
          comment: acted.change.comment,
          detail: { ...acted.change.detail, ...by },
        })),
      ),
      new Date(now),
      actor.link ? 'link' : actor.login,
    ],
  );
  return new Map(rows.map(({ id, seq }) => [id, seq]));
}

async function writeAudit(client: pg.ClientBase, done: Done, { action }: AlertAction, actor: Actor): Promise<void> {
  await client.query(
    `INSERT INTO audit_entry (actor, action, object, detail)
     SELECT $1, $2, id, $4::jsonb FROM unnest($3::text[]) AS a (id)`,
    [actor.login, `alert.${action}`, done.map(({ row }) => row.id), actor.link ? { link: true } : {}],
  );
}
