import { randomUUID } from 'node:crypto';
import type { Severity } from '#libs/contracts';
import type pg from 'pg';

/** A group to be told of something new. */
export interface GroupWanted {
  key: string;
  severity: Severity;
  /** By which it is told, where that is part of the key; absent: it is chosen when it is told. */
  policy?: string;
}

/**
 * Opens groups, or finds the open ones of these keys, locks them, and makes them due: at once where nothing was told
 * yet, else `groupSeconds` after what was told last. Returns key → id. Groups are always locked before alerts, in the
 * order of their keys, so that no two transactions wait for each other.
 */
export async function dueGroups(
  client: pg.ClientBase,
  wanted: readonly GroupWanted[],
  now: number,
  groupSeconds: number,
): Promise<Map<string, string>> {
  const groups = [...new Map(wanted.map((group) => [group.key, group])).values()].sort((a, b) =>
    a.key < b.key ? -1 : 1,
  );
  if (groups.length === 0) return new Map();
  const { rows } = await client.query<{ id: string; key: string }>(
    `INSERT INTO alert_group AS g (id, key, policy, severity, opened_at, due_at)
     SELECT w.id, w.key, w.policy, w.severity, $4, $4
     FROM unnest($1::uuid[], $2::text[], $3::text[], $6::text[]) AS w (id, key, severity, policy)
     ORDER BY w.key COLLATE "C"
     ON CONFLICT (key) WHERE closed_at IS NULL DO UPDATE SET due_at = least(g.due_at,
       greatest($4, coalesce(g.told_at + $5 * interval '1 second', $4)))
     RETURNING id, key`,
    [
      groups.map(() => randomUUID()),
      groups.map(({ key }) => key),
      groups.map(({ severity }) => severity),
      new Date(now),
      groupSeconds,
      groups.map(({ policy }) => policy ?? ''),
    ],
  );
  return new Map(rows.map(({ key, id }) => [key, id]));
}

/** Locks the open groups of these ids and makes them due as `dueGroups` does; returns the ids that are still open. */
export async function dueAgain(
  client: pg.ClientBase,
  ids: readonly string[],
  now: number,
  groupSeconds: number,
): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const { rows } = await client.query<{ id: string }>(
    `WITH locked AS (
       SELECT id FROM alert_group WHERE id = ANY($1::uuid[]) AND closed_at IS NULL ORDER BY key COLLATE "C" FOR UPDATE)
     UPDATE alert_group g SET due_at = least(g.due_at,
       greatest($2::timestamptz, coalesce(g.told_at + $3 * interval '1 second', $2)))
     FROM locked WHERE g.id = locked.id RETURNING g.id`,
    [ids, new Date(now), groupSeconds],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Nobody needs to be asked any more where no alert is left that fires unanswered. Of locked groups. */
export async function stopAnswered(client: pg.ClientBase, ids: readonly string[]): Promise<void> {
  await client.query(
    `UPDATE alert_group g SET escalate_at = NULL WHERE g.id = ANY($1::uuid[]) AND g.escalate_at IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM alert a WHERE a.group_id = g.id AND a.state = 'firing' AND a.muted IS NULL)`,
    [ids],
  );
}
