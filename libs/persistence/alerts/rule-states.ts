import type { RuleState } from '#libs/alerting';
import type { Muted, Rule, Severity } from '#libs/contracts';
import type pg from 'pg';
import { ms } from './alert-rows.js';

/** State of one rule for one key, as stored. */
export interface StoredState {
  rule: string;
  key: string;
  state: RuleState;
}

/** More than any installation has; a limit of memory. */
const MAX_STATES = 500_000;

/** Every remembered state. */
export async function loadStates(pool: pg.Pool): Promise<StoredState[]> {
  const { rows } = await pool.query<StateRow>(
    'SELECT rule, key, phase, since, due_at, value, alert_id, firings FROM rule_state LIMIT $1',
    [MAX_STATES],
  );
  return rows.map(({ rule, key, phase, since, due_at, value, alert_id, firings }) => ({
    rule,
    key,
    state: { phase, since: since.getTime(), dueAt: ms(due_at), value, alertId: alert_id, firings },
  }));
}

interface StateRow {
  rule: string;
  key: string;
  phase: RuleState['phase'];
  since: Date;
  due_at: Date | null;
  value: number | null;
  alert_id: string | null;
  firings: number[];
}

/** An open alert as far as muting and ending look at it. */
export interface WatchedAlert {
  id: string;
  rule: string | null;
  key: string;
  sector: string | null;
  unit: string | null;
  severity: Severity;
  muted: Muted | null;
  /** Its condition has not ended. */
  firing: boolean;
}

/** Alerts that are open or whose condition has not ended; `ids`: only these. */
export async function watchedAlerts(pool: pg.Pool, ids?: readonly string[]): Promise<WatchedAlert[]> {
  const { rows } = await pool.query<WatchedAlert>(
    `SELECT id, rule, key, sector, unit, severity, muted, ended_at IS NULL AND state NOT IN ('resolved', 'closed') AS firing
     FROM alert a WHERE (state IN ('firing', 'acknowledged', 'in-progress') OR (ended_at IS NULL AND rule IS NOT NULL))
       AND ($1::uuid[] IS NULL OR id = ANY($1)) ORDER BY number LIMIT $2`,
    [ids ?? null, MAX_STATES],
  );
  return rows;
}

/** A rule as an operator changed or made it; `definition` null: a pack's rule that was only switched. */
export interface StoredRule {
  id: string;
  definition: Rule | null;
  enabled: boolean;
}

/** Rules of operators, and what they changed of packs' rules. */
export async function storedRules(pool: pg.Pool): Promise<StoredRule[]> {
  const { rows } = await pool.query<StoredRule>(
    'SELECT id, definition, enabled FROM alert_rule WHERE removed_at IS NULL ORDER BY id LIMIT 20000',
  );
  return rows;
}
