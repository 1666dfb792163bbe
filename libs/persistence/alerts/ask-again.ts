import type { Severity } from '#libs/contracts';
import type pg from 'pg';
import { limitsInForce } from './alert-setup.js';
import { dueGroups } from './group-rows.js';
import { limitsOf } from './raise-alert.js';
import { type Change, writeChanges } from './transitions.js';

/** An alert of a rule that somebody said was solved, whose condition holds all the same. */
export interface HoldingAlert {
  id: string;
  rule: string;
  key: string;
  sector: string | null;
  unit: string | null;
  severity: Severity;
}

/** Asked about again in one transaction. */
const CHUNK = 500;

/**
 * Asks again about alerts that a person resolved and whose condition still holds when the time to solve them, counted from
 * then, is over: they fire anew and are told from the first step. In the caller's transaction; resolves to the alerts.
 * @param groupOf with which others an alert is told, as the routes stand now
 */
export async function askAgain(
  client: pg.ClientBase,
  groupOf: (alert: HoldingAlert) => { groupKey: string; policy: string },
  groupSeconds: number,
  now: number,
): Promise<string[]> {
  const { rows: due } = await client.query<HoldingAlert & { muted: boolean }>(
    `SELECT a.id, a.rule, a.key, a.sector, a.unit, a.severity, a.muted IS NOT NULL AS muted
     FROM alert a JOIN rule_state s ON s.rule = a.rule AND s.key = a.key AND s.alert_id = a.id AND s.phase = 'firing'
     WHERE a.ended_at IS NULL AND a.rule IS NOT NULL AND a.state IN ('resolved', 'closed')
       AND a.resolved_at + coalesce(a.resolve_by - a.asked_at, interval '1 day') <= $1
     ORDER BY a.resolved_at LIMIT ${CHUNK}`,
    [new Date(now)],
  );
  if (due.length === 0) return [];
  const wanted = due.map((alert) => ({ ...alert, ...groupOf(alert) }));
  const groups = await dueGroups(
    client,
    wanted.filter(({ muted }) => !muted).map(({ groupKey, policy, severity }) => ({ key: groupKey, policy, severity })),
    now,
    groupSeconds,
  );
  const limits = await limitsInForce(client);
  const next = wanted.map(({ id, muted, groupKey, severity }) => ({
    ...{ id, group: muted ? null : (groups.get(groupKey) ?? null) },
    ...limitsOf(limits, severity, now),
  }));
  const { rows } = await client.query<{ id: string; group: string | null }>(
    `UPDATE alert a SET state = 'firing', acknowledged_by = NULL, acknowledged_at = NULL, resolved_at = NULL, closed_at = NULL,
       asked_at = $2, respond_by = to_timestamp(n."respondBy" / 1000.0), resolve_by = to_timestamp(n."resolveBy" / 1000.0),
       group_id = coalesce(n."group", a.group_id), unreachable = false, version = a.version + 1
     FROM jsonb_to_recordset($1::jsonb) AS n (id uuid, "group" uuid, "respondBy" float8, "resolveBy" float8)
     WHERE a.id = n.id AND a.ended_at IS NULL AND a.state IN ('resolved', 'closed') RETURNING a.id, n."group"`,
    [JSON.stringify(next), new Date(now)],
  );
  const changes = rows.map(({ id, group }): Change => {
    return { alert: id, group, kind: 'reopened', detail: { reason: 'still-holds' } };
  });
  await writeChanges(client, changes, now);
  return rows.map(({ id }) => id);
}
