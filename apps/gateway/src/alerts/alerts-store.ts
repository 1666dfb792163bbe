import type { AlertLine, AlertsState, Condition } from '#libs/contracts';
import { alertsById, loadAlertSettings, standingAlerts } from '#libs/persistence';
import type { Catalogue } from '#libs/sector-kit';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { isAboutSmallCounts } from './alert-scope.js';
import type { Held } from './alerts-state.js';

/** What of an installation concerns how alerts are shown. */
export interface Setup {
  takeoverMs: number;
  channelsDown: AlertsState['channelsDown'];
  /** Names of people by login. */
  names: ReadonlyMap<string, string>;
}

const MOST_CONDITIONS = 5_000;
const MOST_PEOPLE = 5_000;

/** Reads alerts with what decides who may see their numbers. Never writes. */
export class AlertsStore {
  private readonly smallCounts = new Map<string, boolean>();

  constructor(
    private readonly pool: pg.Pool,
    private readonly database: DataSource,
    private readonly catalogue: Catalogue,
  ) {}

  async open(): Promise<Held[]> {
    return this.withSmallCounts(await standingAlerts(this.pool));
  }

  async byId(ids: readonly string[]): Promise<Held[]> {
    return this.withSmallCounts(await alertsById(this.pool, ids));
  }

  /** Which of these alerts are about counts that may not be shared while they are small: by the rule as it was when each fired. */
  async withSmallCounts(lines: readonly AlertLine[]): Promise<Held[]> {
    const ids = lines.filter(({ rule }) => rule !== null).map(({ id }) => id);
    const { rows } = await this.pool.query<{ id: string; condition: Condition | null }>(
      `SELECT id, rule_then->'condition' AS condition FROM alert WHERE id = ANY($1::uuid[])`,
      [ids],
    );
    const of = new Map(rows.map(({ id, condition }) => [id, condition !== null && this.isSmall(condition)]));
    return lines.map((line) => ({ line, smallCounts: of.get(line.id) ?? false }));
  }

  /** Number of the newest change. */
  async newest(): Promise<number> {
    const { rows } = await this.pool.query<{ seq: string }>('SELECT coalesce(max(seq), 0) AS seq FROM alert_change');
    return Number(rows[0]?.seq ?? 0);
  }

  /** Alerts with a change after the one with this number; `more`: than `limit` changes. */
  async changedSince(seq: number, limit: number): Promise<{ ids: string[]; seq: number; more: boolean }> {
    const { rows } = await this.pool.query<{ id: string; seq: string }>(
      'SELECT alert_id AS id, seq FROM alert_change WHERE seq > $1 ORDER BY seq LIMIT $2',
      [seq, limit + 1],
    );
    const newest = Number(rows.at(-1)?.seq ?? seq);
    return { ids: [...new Set(rows.map(({ id }) => id))], seq: newest, more: rows.length > limit };
  }

  async setup(): Promise<Setup> {
    const { takeoverMinutes } = await loadAlertSettings(this.database.manager);
    const down = await this.pool.query<{ name: string; since: Date }>(
      'SELECT name, down_since AS since FROM channel WHERE down_since IS NOT NULL AND disabled_at IS NULL ORDER BY name LIMIT 50',
    );
    const people = await this.pool.query<{ login: string; name: string }>(
      `SELECT login, name FROM app_user WHERE name <> '' LIMIT ${MOST_PEOPLE}`,
    );
    return {
      takeoverMs: takeoverMinutes * 60_000,
      channelsDown: down.rows.map(({ name, since }) => ({ name, since: since.getTime() })),
      names: new Map(people.rows.map(({ login, name }) => [login, name])),
    };
  }

  private isSmall(condition: Condition): boolean {
    const key = JSON.stringify(condition);
    let small = this.smallCounts.get(key);
    if (small === undefined) {
      if (this.smallCounts.size >= MOST_CONDITIONS) this.smallCounts.clear();
      this.smallCounts.set(key, (small = isAboutSmallCounts(condition, this.catalogue)));
    }
    return small;
  }
}
