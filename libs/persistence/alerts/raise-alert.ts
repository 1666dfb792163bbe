import { randomUUID } from 'node:crypto';
import {
  SEVERITIES,
  type AlertLine,
  type AlertSettings,
  type DisasterLevel,
  type Severity,
  type Text,
} from '#libs/contracts';
import type pg from 'pg';
import { inTransaction } from '../transaction.js';
import { alertsById } from './alert-reader.js';
import { dueAgain, dueGroups } from './group-rows.js';
import { type Change, writeChanges } from './transitions.js';

/** An alert that a person raises, or that a CAP message brings. */
export interface RaisedAlert {
  origin: 'manual' | 'cap';
  title: Text;
  severity: Severity;
  disaster?: DisasterLevel;
  sector: string | null;
  unit: string | null;
  place: Text | null;
  lon: number | null;
  lat: number | null;
  description: string | null;
  steps: readonly Text[];
  /** CAP: sender, identifier and sent of the message; the same again raises nothing. */
  reference?: string;
  /** When it is over unless it is brought up to date, epoch ms. */
  expiresAt?: number;
  /** Since when it holds, epoch ms; default: now. */
  since?: number;
  simulated?: boolean;
  /** It is told together with others of this name, as a sender of many may need; absent: by itself. */
  group?: string;
}

const MINUTE_MS = 60_000;

/** When somebody must have answered, and it must be solved; `askedAt`: when an answer was last asked for. */
export const limitsOf = (
  limits: AlertSettings['limits'],
  severity: Severity,
  askedAt: number,
): { respondBy: number; resolveBy: number } => ({
  respondBy: askedAt + limits[severity].respond * MINUTE_MS,
  resolveBy: askedAt + limits[severity].resolve * MINUTE_MS,
});

/**
 * Raises an alert; people are told of it as of any other, at once. `actor`: login, or `system`. Returns it, and whether it is
 * new: a message that came before gives the alert of then. The caller publishes its id on the bus (`alerts`).
 */
export const raiseAlert = (
  pool: pg.Pool,
  raised: RaisedAlert,
  actor: string,
  limits: AlertSettings['limits'],
  now: number,
): Promise<{ alert: AlertLine; isNew: boolean }> =>
  inTransaction(pool, (client) => raiseAlertIn(client, raised, actor, limits, now));

/** The same within a transaction that is open. */
export async function raiseAlertIn(
  client: pg.ClientBase,
  raised: RaisedAlert,
  actor: string,
  limits: AlertSettings['limits'],
  now: number,
): Promise<{ alert: AlertLine; isNew: boolean }> {
  const known = raised.reference === undefined ? null : await ofReference(client, raised.reference);
  if (known) return { alert: known, isNew: false };
  const id = randomUUID();
  // By itself it is an incident of its own: nothing to wait for, and answering it answers no other.
  const key = `${raised.origin} ${raised.group ?? id}`;
  const group = (await dueGroups(client, [{ key, severity: raised.severity }], now, 0)).get(key);
  const { respondBy, resolveBy } = limitsOf(limits, raised.severity, now);
  const { rowCount } = await client.query(
    `INSERT INTO alert (id, origin, key, sector, unit, severity, disaster, title, place, lon, lat, since, fired_at, asked_at, respond_by,
       resolve_by, simulated, group_id, steps, description, reference, expires_at)
     VALUES ($1, $2, '', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13, $14, $15, $16, $17, $18, $19, $20)
     ON CONFLICT (reference) DO NOTHING`,
    [
      id,
      raised.origin,
      raised.sector,
      raised.unit,
      raised.severity,
      raised.disaster ?? null,
      JSON.stringify(raised.title),
      raised.place === null ? null : JSON.stringify(raised.place),
      raised.lon,
      raised.lat,
      new Date(raised.since ?? now),
      new Date(now),
      new Date(respondBy),
      new Date(resolveBy),
      raised.simulated ?? false,
      group,
      JSON.stringify(raised.steps.map((text) => ({ text, by: null, at: null }))),
      raised.description,
      raised.reference ?? null,
      raised.expiresAt === undefined ? null : new Date(raised.expiresAt),
    ],
  );
  if (rowCount === 0) {
    if (raised.group === undefined) await client.query('DELETE FROM alert_group WHERE id = $1', [group]);
    return { alert: (await ofReference(client, raised.reference as string)) as AlertLine, isNew: false };
  }
  await client.query(
    `INSERT INTO alert_change (alert_id, group_id, at, actor, kind) VALUES ($1, $2, $3, $4, 'fired')`,
    [id, group, new Date(now), actor],
  );
  await client.query(`INSERT INTO audit_entry (actor, action, object, detail) VALUES ($1, 'alert.raise', $2, $3)`, [
    actor,
    id,
    { origin: raised.origin, severity: raised.severity },
  ]);
  return { alert: (await alertsById(client, [id]))[0] as AlertLine, isNew: true };
}

/** What an update of a CAP message changes; `endedAt`: the message was cancelled or is past its time. */
export interface RaisedUpdate {
  title?: Text;
  severity?: Severity;
  description?: string | null;
  place?: Text | null;
  lon?: number | null;
  lat?: number | null;
  simulated?: boolean;
  expiresAt?: number;
  endedAt?: number;
  /** By these an alert that grew worse has to be answered and solved, counted from the update. */
  limits?: AlertSettings['limits'];
}

/**
 * Brings an alert that a message raised up to date, with its history; null when there is none of this reference. A cancelled
 * one is resolved. One that is worse than it was, or was a drill and is none now, is told anew and fires unanswered: who
 * answered the milder one, or the drill, did not answer this. `reference`: of the message that raised it; `by`: of the message that changes it, kept in the history.
 */
export const updateRaised = (
  pool: pg.Pool,
  reference: string,
  update: RaisedUpdate,
  by: string,
  now: number,
): Promise<AlertLine | null> => inTransaction(pool, (client) => updateRaisedIn(client, reference, update, by, now));

/** The same within a transaction that is open. */
export async function updateRaisedIn(
  client: pg.ClientBase,
  reference: string,
  update: RaisedUpdate,
  by: string,
  now: number,
): Promise<AlertLine | null> {
  const { rows } = await client.query<Raised>(
    'SELECT id, group_id, severity, muted IS NOT NULL AS muted, simulated FROM alert WHERE reference = $1',
    [reference],
  );
  const [found] = rows;
  if (!found) return null;
  const open = found.group_id === null ? new Set<string>() : await dueAgain(client, [found.group_id], now, 0);
  const ends = update.endedAt !== undefined;
  const isReal = found.simulated && update.simulated === false;
  const worse = ends ? null : isReal ? (update.severity ?? found.severity) : worseThan(found.severity, update.severity);
  const until = worse && update.limits ? limitsOf(update.limits, worse, now) : null;
  const group =
    worse && !found.muted ? await groupOfWorse(client, `${found.id}${isReal ? ' real' : ''}`, worse, now) : null;
  const { rowCount } = await client.query(
    `UPDATE alert SET title = coalesce($2, title), severity = coalesce($3, severity),
       description = CASE WHEN $4 THEN $5 ELSE description END, place = CASE WHEN $6 THEN $7::jsonb ELSE place END,
       expires_at = coalesce($12, expires_at), simulated = coalesce($18, simulated),
       lon = CASE WHEN $8 THEN $9 ELSE lon END, lat = CASE WHEN $8 THEN $10 ELSE lat END,
       ended_at = coalesce(ended_at, $11), resolved_at = coalesce(resolved_at, $11),
       state = CASE WHEN state NOT IN ('firing', 'acknowledged', 'in-progress') THEN state
         WHEN $11::timestamptz IS NOT NULL THEN 'resolved' WHEN $13 THEN 'firing' ELSE state END,
       acknowledged_by = CASE WHEN $13 THEN NULL ELSE acknowledged_by END,
       acknowledged_at = CASE WHEN $13 THEN NULL ELSE acknowledged_at END, group_id = coalesce($14, group_id),
       asked_at = CASE WHEN $13 THEN $17 ELSE asked_at END,
       respond_by = coalesce($15, respond_by), resolve_by = coalesce($16, resolve_by),
       unreachable = unreachable AND NOT $13,
       version = version + 1
     WHERE id = $1 AND ended_at IS NULL`,
    [
      found.id,
      update.title === undefined ? null : JSON.stringify(update.title),
      update.severity ?? null,
      update.description !== undefined,
      update.description ?? null,
      update.place !== undefined,
      update.place ? JSON.stringify(update.place) : null,
      update.lon !== undefined,
      update.lon ?? null,
      update.lat ?? null,
      ends ? new Date(now) : null,
      update.expiresAt === undefined ? null : new Date(update.expiresAt),
      worse !== null,
      group,
      until && new Date(until.respondBy),
      until && new Date(until.resolveBy),
      new Date(now),
      update.simulated ?? null,
    ],
  );
  if (rowCount === 1) {
    const told = found.group_id !== null && open.has(found.group_id) ? found.group_id : null;
    const changes: Change[] = [{ alert: found.id, group: told, kind: ends ? 'ended' : 'updated', detail: { by } }];
    if (worse) changes.push({ alert: found.id, group, kind: 'reopened', detail: { by, severity: worse } });
    await writeChanges(client, changes, now);
  }
  return (await alertsById(client, [found.id]))[0] ?? null;
}

interface Raised {
  id: string;
  group_id: string | null;
  severity: Severity;
  muted: boolean;
  simulated: boolean;
}

/** The severity of now, where it is worse than the one before. */
const worseThan = (before: Severity, now: Severity | undefined): Severity | null =>
  now !== undefined && SEVERITIES.indexOf(now) > SEVERITIES.indexOf(before) ? now : null;

/** It climbs from the first step of the policy for what it has become. `name`: of what it has become, short of its severity. */
async function groupOfWorse(
  client: pg.ClientBase,
  name: string,
  severity: Severity,
  now: number,
): Promise<string | null> {
  const key = `cap ${name} ${severity}`;
  return (await dueGroups(client, [{ key, severity }], now, 0)).get(key) ?? null;
}

async function ofReference(client: pg.ClientBase, reference: string): Promise<AlertLine | null> {
  const { rows } = await client.query<{ id: string }>('SELECT id FROM alert WHERE reference = $1', [reference]);
  return rows[0] ? ((await alertsById(client, [rows[0].id]))[0] ?? null) : null;
}
