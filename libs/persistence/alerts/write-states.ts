import type { RuleState } from '#libs/alerting';
import type pg from 'pg';

/** Where one rule stands for one key from now on; `state` null: nothing is remembered any more. */
export interface NextState {
  rule: string;
  key: string;
  state: RuleState | null;
}

/**
 * Of alerts that their rules only kept and that a person has resolved meanwhile nothing goes on: what holds again is quiet
 * here, so that it fires anew at the next round. Their rows stay locked until the states are written, so that no resolve
 * comes between; the caller's transaction locks no group after this. Resolves to the alerts that end here.
 */
export async function settleKept(
  client: pg.ClientBase,
  kept: readonly { alert: string; state: RuleState }[],
  now: number,
): Promise<string[]> {
  if (kept.length === 0) return [];
  const { rows } = await client.query<{ id: string; solved: boolean; ended: boolean }>(
    `SELECT id, state IN ('resolved', 'closed') AS solved, ended_at IS NOT NULL AS ended FROM alert
     WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE`,
    [kept.map(({ alert }) => alert)],
  );
  const found = new Map(rows.map((row) => [row.id, row]));
  const ends: string[] = [];
  for (const { alert, state } of kept) {
    const { solved = false, ended = false } = found.get(alert) ?? {};
    const isBack = state.phase === 'firing';
    if (!ended && !(solved && isBack)) continue;
    if (!ended) ends.push(alert);
    Object.assign(state, { phase: 'quiet', since: now, dueAt: now });
  }
  if (ends.length > 0)
    await client.query('UPDATE alert SET ended_at = $2, version = version + 1 WHERE id = ANY($1::uuid[])', [
      ends,
      new Date(now),
    ]);
  return ends;
}

/** A person says that these alerts are solved. Those that their rules only kept are over with it. Of locked alerts. */
export async function endKept(client: pg.ClientBase, alerts: readonly string[], now: number): Promise<Set<string>> {
  const { rows } = await client.query<{ id: string }>(
    `WITH kept AS (
       SELECT s.rule, s.key FROM alert a JOIN rule_state s ON s.rule = a.rule AND s.key = a.key AND s.alert_id = a.id
       WHERE a.id = ANY($1::uuid[]) AND a.ended_at IS NULL AND s.phase = 'ending' ORDER BY s.rule, s.key FOR UPDATE OF s)
     UPDATE rule_state s SET phase = 'quiet', since = $2, due_at = $2
     FROM kept WHERE s.rule = kept.rule AND s.key = kept.key RETURNING s.alert_id AS id`,
    [alerts, new Date(now)],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Stores where rules stand. `ids`: the alert that stands for each fired one. */
export async function writeStates(
  client: pg.ClientBase,
  next: readonly NextState[],
  ids: ReadonlyMap<string, string>,
): Promise<void> {
  const gone = next.filter(({ state }) => state === null);
  if (gone.length > 0)
    await client.query(
      `DELETE FROM rule_state s USING unnest($1::text[], $2::text[]) AS g (rule, key) WHERE s.rule = g.rule AND s.key = g.key`,
      [gone.map(({ rule }) => rule), gone.map(({ key }) => key)],
    );
  const kept = next.flatMap(({ rule, key, state }) => {
    if (state === null) return [];
    const alertId = state.alertId === null ? null : (ids.get(state.alertId) ?? state.alertId);
    state.alertId = alertId;
    return [{ rule, key, ...state }];
  });
  if (kept.length === 0) return;
  await client.query(
    `INSERT INTO rule_state (rule, key, phase, since, due_at, value, alert_id, firings)
     SELECT rule, key, phase, to_timestamp(since / 1000.0), to_timestamp("dueAt" / 1000.0), value, "alertId", firings
     FROM jsonb_to_recordset($1::jsonb) AS n (rule text, key text, phase text, since float8, "dueAt" float8, value float8,
       "alertId" uuid, firings jsonb) ORDER BY rule, key
     ON CONFLICT (rule, key) DO UPDATE SET phase = excluded.phase, since = excluded.since, due_at = excluded.due_at,
       value = excluded.value, alert_id = excluded.alert_id, firings = excluded.firings`,
    [JSON.stringify(kept)],
  );
}
