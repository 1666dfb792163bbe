import type {
  AlertChangeKind,
  Condition,
  DisasterLevel,
  EndWhy,
  Muted,
  NumberFormat,
  Rule,
  Severity,
  Simulated,
  Text,
} from '#libs/contracts';
import type pg from 'pg';
import { dueAgain, dueGroups, stopAnswered } from './group-rows.js';
import { type NextState, settleKept, writeStates } from './write-states.js';

/** An alert that fires, with what it shows. Times are epoch ms. */
export interface FiredAlert {
  id: string;
  rule: string;
  key: string;
  sector: string;
  unit: string | null;
  severity: Severity;
  disaster: DisasterLevel | null;
  title: Text;
  place: Text | null;
  lon: number | null;
  lat: number | null;
  value: number | null;
  limit: number | null;
  format: NumberFormat | null;
  since: number;
  respondBy: number;
  resolveBy: number;
  flapping: boolean;
  muted: Muted | null;
  simulated: Simulated;
  steps: readonly Text[];
  ruleThen: Rule;
  groupKey: string;
  /** Policy of that group. */
  policy: string;
}

/** What the evaluation of one key has led to. */
export interface Transition extends NextState {
  /**
   * `fire`: a new alert, or the one of `reopens` goes on; `end`: the alert ends; `condition`: of its rule now, null: that is gone;
   * `keep`: nothing new of this alert, which its rule only kept until now.
   */
  outcome:
    | { kind: 'none' }
    | { kind: 'keep'; alert: string }
    | { kind: 'fire'; alert: FiredAlert; reopens: string | null }
    | ({ kind: 'end' } & End);
}

interface End {
  alert: string;
  value: number | null;
  why: EndWhy;
  condition: Condition | null;
}

/** What was written: ids of alerts that changed. */
export interface Transitioned {
  alerts: string[];
}

/**
 * Writes transitions in the caller's transaction: groups, states, alerts, history. An alert that is open already for its
 * rule and key is not made twice, whoever tries (index `alert_one_open`); its state then takes the alert that is there.
 */
export async function writeTransitions(
  client: pg.ClientBase,
  transitions: readonly Transition[],
  groupSeconds: number,
  now: number,
): Promise<Transitioned> {
  const fires = transitions.flatMap(({ outcome }) => (outcome.kind === 'fire' ? [outcome] : []));
  const ends = transitions.flatMap(({ outcome }) => (outcome.kind === 'end' ? [outcome] : []));
  const told = fires.filter(({ alert }) => alert.muted === null);
  const groups = await dueGroups(
    client,
    told.map(({ alert: { groupKey, policy, severity } }) => ({ key: groupKey, policy, severity })),
    now,
    groupSeconds,
  );
  const groupOf = (alert: FiredAlert): string | null =>
    alert.muted === null ? (groups.get(alert.groupKey) ?? null) : null;
  const open = await groupsOfEnds(client, ends, groupSeconds, now);
  const ids = await writeFired(client, fires, groupOf, now);
  const ended = await writeEnded(client, ends, open, now);
  await stopAnswered(client, [...open.values()]);
  const kept = transitions.flatMap(({ outcome, state }) =>
    outcome.kind === 'keep' && state ? [{ alert: outcome.alert, state }] : [],
  );
  const solved = await settleKept(client, kept, now);
  const over = { group: null, kind: 'ended' as const, detail: { value: null, reason: 'back' } };
  await writeChanges(
    client,
    solved.map((alert) => ({ alert, ...over })),
    now,
  );
  await writeStates(client, transitions, ids);
  return { alerts: [...ids.values(), ...ended, ...solved] };
}

type Fires = readonly { alert: FiredAlert; reopens: string | null }[];

/** Returns the alert of each fired one: itself, or that which was there. */
async function writeFired(
  client: pg.ClientBase,
  fires: Fires,
  groupOf: (alert: FiredAlert) => string | null,
  now: number,
): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  if (fires.length === 0) return ids;
  const changes: Change[] = [];
  const reopened = await reopen(client, fires, groupOf, now);
  const fresh = fires.filter(({ reopens }) => reopens === null || !reopened.has(reopens));
  const inserted = await insertAlerts(client, fresh, groupOf, now);
  for (const { alert, reopens } of fires) {
    const again = reopens !== null && reopened.has(reopens);
    const id = again ? reopens : (inserted.get(alert.id) ?? alert.id);
    ids.set(alert.id, id);
    if (!again && id !== alert.id) continue;
    const group = groupOf(alert);
    const detail = { value: alert.value, limit: alert.limit, since: alert.since };
    changes.push({ alert: id, group, kind: again ? 'reopened' : 'fired', detail });
    if (alert.muted) changes.push({ alert: id, group: null, kind: 'muted', detail: { ...alert.muted } });
    if (alert.flapping) changes.push({ alert: id, group: null, kind: 'flapping', detail: {} });
  }
  await writeChanges(client, changes, now);
  return ids;
}

/** Alerts that flap go on instead of new ones, when they are still there and over. Returns those that did. */
async function reopen(
  client: pg.ClientBase,
  fires: Fires,
  groupOf: (alert: FiredAlert) => string | null,
  now: number,
): Promise<Set<string>> {
  const wanted = fires.filter(({ reopens }) => reopens !== null);
  if (wanted.length === 0) return new Set();
  const { rows } = await client.query<{ id: string }>(
    `UPDATE alert a SET state = 'firing', ended_at = NULL, resolved_at = NULL, closed_at = NULL, acknowledged_by = NULL,
       acknowledged_at = NULL, asked_at = $2, value = n.value, latest_value = NULL, latest_at = NULL, limit_value = n."limit", flapping = a.flapping OR n.flapping, muted = nullif(n.muted, 'null'),
       group_id = coalesce(n."group", a.group_id), respond_by = to_timestamp(n."respondBy" / 1000.0),
       resolve_by = to_timestamp(n."resolveBy" / 1000.0), unreachable = false, version = a.version + 1
     FROM jsonb_to_recordset($1::jsonb) AS n (id uuid, value float8, "limit" float8, flapping boolean, muted jsonb, "group" uuid,
       "respondBy" float8, "resolveBy" float8)
     WHERE a.id = n.id AND a.ended_at IS NOT NULL RETURNING a.id`,
    [
      JSON.stringify(
        wanted.map(({ alert, reopens }) => ({
          id: reopens,
          value: alert.value,
          limit: alert.limit,
          flapping: alert.flapping,
          muted: alert.muted,
          group: groupOf(alert),
          respondBy: alert.respondBy,
          resolveBy: alert.resolveBy,
        })),
      ),
      new Date(now),
    ],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Returns id of each → the id that stands in the table: another one when its rule and key had an open alert. */
async function insertAlerts(
  client: pg.ClientBase,
  fires: Fires,
  groupOf: (alert: FiredAlert) => string | null,
  now: number,
): Promise<Map<string, string>> {
  if (fires.length === 0) return new Map();
  const given = fires.map(({ alert: { steps, groupKey: _key, policy: _policy, ...alert } }, i) => ({
    ...alert,
    simulated: alert.simulated !== false,
    partly: alert.simulated === 'partly',
    group: groupOf((fires[i] as Fires[number]).alert),
    steps: steps.map((text) => ({ text, by: null, at: null })),
  }));
  await client.query(
    `INSERT INTO alert (id, origin, rule, key, sector, unit, severity, disaster, title, place, lon, lat, value, limit_value, format,
       since, fired_at, asked_at, respond_by, resolve_by, flapping, muted, simulated, partly_simulated, group_id, steps, rule_then)
     SELECT id, 'rule', rule, key, sector, unit, severity, disaster, title, nullif(place, 'null'), lon, lat, value, "limit",
       nullif(format, 'null'), to_timestamp(since / 1000.0), $2, $2, to_timestamp("respondBy" / 1000.0), to_timestamp("resolveBy" / 1000.0),
       flapping, nullif(muted, 'null'), simulated, partly, "group", steps, "ruleThen"
     FROM jsonb_to_recordset($1::jsonb) AS n (id uuid, rule text, key text, sector text, unit text, severity text, disaster smallint,
       title jsonb, place jsonb, lon float8, lat float8, value float8, "limit" float8, format jsonb, since float8, "respondBy" float8,
       "resolveBy" float8, flapping boolean, muted jsonb, simulated boolean, partly boolean, "group" uuid, steps jsonb, "ruleThen" jsonb)
     ORDER BY rule, key ON CONFLICT DO NOTHING`,
    [JSON.stringify(given), new Date(now)],
  );
  const { rows } = await client.query<{ id: string; there: string }>(
    `SELECT w.id, a.id AS there FROM unnest($1::uuid[], $2::text[], $3::text[]) AS w (id, rule, key)
     JOIN alert a ON a.rule = w.rule AND a.key = w.key AND a.ended_at IS NULL`,
    [given.map(({ id }) => id), given.map(({ rule }) => rule), given.map(({ key }) => key)],
  );
  return new Map(rows.map(({ id, there }) => [id, there]));
}

type Ends = readonly End[];

/**
 * Locks the groups of alerts that end and makes them due; returns the group to be told for each. A closed one, of what
 * somebody resolved while it held, is opened anew.
 */
async function groupsOfEnds(
  client: pg.ClientBase,
  ends: Ends,
  groupSeconds: number,
  now: number,
): Promise<ReadonlyMap<string, string>> {
  if (ends.length === 0) return new Map();
  const { rows } = await client.query<{ id: string; key: string; policy: string; severity: Severity }>(
    `SELECT id, key, policy, severity FROM alert_group
     WHERE id IN (SELECT group_id FROM alert WHERE id = ANY($1::uuid[]) AND muted IS NULL)`,
    [ends.map(({ alert }) => alert)],
  );
  const open = await dueAgain(
    client,
    rows.map(({ id }) => id),
    now,
    groupSeconds,
  );
  const closed = rows.filter(({ id }) => !open.has(id));
  const anew = await dueGroups(client, closed, now, groupSeconds);
  return new Map(rows.map(({ id, key }) => [id, open.has(id) ? id : (anew.get(key) as string)]));
}

interface EndedRow {
  id: string;
  group_id: string | null;
  muted: object | null;
  /** Its rule has another condition now than when it fired. */
  otherwise: boolean;
}

/** The condition of these alerts is over; who was told hears of it, also where somebody resolved one while it held. */
async function writeEnded(
  client: pg.ClientBase,
  ends: Ends,
  groups: ReadonlyMap<string, string>,
  now: number,
): Promise<string[]> {
  if (ends.length === 0) return [];
  const { rows } = await client.query<EndedRow>(
    `UPDATE alert a SET ended_at = $2, version = version + 1,
       resolved_at = CASE WHEN state IN ('firing', 'acknowledged', 'in-progress') THEN $2 ELSE resolved_at END,
       state = CASE WHEN state IN ('firing', 'acknowledged', 'in-progress') THEN 'resolved' ELSE state END
     FROM jsonb_to_recordset($1::jsonb) AS n (id uuid, condition jsonb)
     WHERE a.id = n.id AND ended_at IS NULL
     RETURNING a.id, group_id, muted, rule_then->'condition' IS DISTINCT FROM n.condition AS otherwise`,
    [JSON.stringify(ends.map(({ alert, condition }) => ({ id: alert, condition }))), new Date(now)],
  );
  const by = new Map(ends.map((end) => [end.alert, end]));
  const changes = rows.map(({ id, group_id, muted, otherwise }): Change => {
    const { value = null, why = 'unknown' } = by.get(id) ?? {};
    const group = muted === null && group_id !== null ? (groups.get(group_id) ?? null) : null;
    const detail = { value, reason: why === 'back' && otherwise ? 'rule-changed' : why };
    return { alert: id, group, kind: 'ended', detail };
  });
  await writeChanges(client, changes, now);
  return rows.map(({ id }) => id);
}

export interface Change {
  alert: string;
  /** The group that is to be told; null: nobody is. */
  group: string | null;
  kind: AlertChangeKind;
  detail: Record<string, unknown>;
}

/** Adds to the history, by the system. Returns alert → number of its (last) change. */
export async function writeChanges(
  client: pg.ClientBase,
  changes: readonly Change[],
  now: number,
): Promise<Map<string, string>> {
  if (changes.length === 0) return new Map();
  const { rows } = await client.query<{ alert: string; seq: string }>(
    `INSERT INTO alert_change (alert_id, group_id, at, actor, kind, detail)
     SELECT alert, "group", $2, 'system', kind, detail
     FROM jsonb_to_recordset($1::jsonb) AS c (alert uuid, "group" uuid, kind text, detail jsonb)
     RETURNING alert_id AS alert, seq`,
    [JSON.stringify(changes), new Date(now)],
  );
  return new Map(rows.map(({ alert, seq }) => [alert, seq]));
}
