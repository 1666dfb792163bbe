import type { Muted, Severity, Silence } from '#libs/contracts';
import type pg from 'pg';
import { limitsInForce } from './alert-setup.js';
import { dueGroups } from './group-rows.js';
import { limitsOf } from './raise-alert.js';
import { type Change, writeChanges } from './transitions.js';

/** An alert that is muted from now on, otherwise than before, or no longer. */
export interface MuteChange {
  id: string;
  muted: Muted | null;
  /** Group that it is told with when it is no longer muted and nobody has answered it. */
  groupKey: string;
  /** Policy of that group. */
  policy?: string;
  severity: Severity;
}

/** Writes who is muted and who no longer is, in the caller's transaction. Returns the alerts that changed. */
export async function writeMutes(
  client: pg.ClientBase,
  changes: readonly MuteChange[],
  groupSeconds: number,
  now: number,
): Promise<string[]> {
  if (changes.length === 0) return [];
  const { rows: asking } = await client.query<{ id: string }>(
    `SELECT id FROM alert WHERE id = ANY($1::uuid[]) AND state = 'firing' AND muted IS NOT NULL`,
    [changes.filter(({ muted }) => muted === null).map(({ id }) => id)],
  );
  const unanswered = new Set(asking.map(({ id }) => id));
  const telling = changes.filter(({ id }) => unanswered.has(id));
  const groups = await dueGroups(
    client,
    telling.map(({ groupKey, policy = '', severity }) => ({ key: groupKey, policy, severity })),
    now,
    groupSeconds,
  );
  const limits = telling.length > 0 ? await limitsInForce(client) : null;
  const wanted = changes.map(({ id, muted, groupKey, severity }) => {
    if (!limits || !unanswered.has(id)) return { id, muted };
    // Only now is anybody asked.
    return { id, muted, group: groups.get(groupKey), askedAt: now, ...limitsOf(limits, severity, now) };
  });
  const { rows } = await client.query<{ id: string; group: string | null; muted: Muted | null }>(
    `UPDATE alert a SET muted = nullif(n.muted, 'null'), group_id = coalesce(n."group", a.group_id), version = a.version + 1,
       unreachable = a.unreachable AND n."askedAt" IS NULL, asked_at = coalesce(to_timestamp(n."askedAt" / 1000.0), a.asked_at),
       respond_by = coalesce(to_timestamp(n."respondBy" / 1000.0), a.respond_by),
       resolve_by = coalesce(to_timestamp(n."resolveBy" / 1000.0), a.resolve_by)
     FROM jsonb_to_recordset($1::jsonb) AS n (id uuid, muted jsonb, "group" uuid, "askedAt" float8, "respondBy" float8, "resolveBy" float8)
     WHERE a.id = n.id AND a.muted IS DISTINCT FROM nullif(n.muted, 'null') RETURNING a.id, n."group", a.muted`,
    [JSON.stringify(wanted)],
  );
  const written = rows.map(({ id, group, muted }): Change => {
    return { alert: id, group: muted === null ? group : null, kind: muted ? 'muted' : 'unmuted', detail: { ...muted } };
  });
  await writeChanges(client, written, now);
  return rows.map(({ id }) => id);
}

/** Silences and maintenance windows that hold or are to come. */
export async function silencesFrom(pool: pg.Pool, now: number): Promise<Silence[]> {
  const { rows } = await pool.query<SilenceRow>(
    `SELECT id, kind, matcher, starts_at, ends_at, reason, made_by, ended_at FROM silence
     WHERE ends_at > $1 AND ended_at IS NULL ORDER BY ends_at LIMIT 10000`,
    [new Date(now)],
  );
  return rows.map(({ id, kind, matcher, starts_at, ends_at, reason, made_by, ended_at }) => {
    const [from, to] = [starts_at.toISOString(), ends_at.toISOString()];
    return { id, kind, matcher, from, to, reason, by: made_by, endedAt: ended_at?.toISOString() ?? null };
  });
}

interface SilenceRow {
  id: string;
  kind: Silence['kind'];
  matcher: Silence['matcher'];
  starts_at: Date;
  ends_at: Date;
  reason: string;
  made_by: string;
  ended_at: Date | null;
}
