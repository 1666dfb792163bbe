import type pg from 'pg';

/** A feed of somebody else's CAP messages that the hub reads. */
export interface CapSource {
  name: string;
  url: string;
}

/** How reading it went last. Times ISO 8601. */
export interface CapSourceState {
  okAt: string | null;
  error: string | null;
}

export const MOST_CAP_SOURCES = 20;
const SOURCES = 'capSources';
const STATES = 'capSourceStates';

/** The feeds that are read, each with how it went last. */
export async function capSources(pool: pg.Pool): Promise<(CapSource & CapSourceState)[]> {
  const { rows } = await pool.query<{ name: string; value: unknown }>(
    'SELECT name, value FROM alert_setting WHERE name = ANY($1)',
    [[SOURCES, STATES]],
  );
  const values = new Map(rows.map(({ name, value }) => [name, value]));
  const states = (values.get(STATES) ?? {}) as Record<string, CapSourceState>;
  const sources = (values.get(SOURCES) ?? []) as CapSource[];
  return sources.map((source) => ({ ...source, ...(states[source.url] ?? { okAt: null, error: null }) }));
}

export const saveCapSources = (pool: pg.Pool | pg.PoolClient, sources: readonly CapSource[]): Promise<unknown> =>
  save(pool, SOURCES, sources);

export const saveCapStates = (pool: pg.Pool, states: Record<string, CapSourceState>): Promise<unknown> =>
  save(pool, STATES, states);

const save = (pool: pg.Pool | pg.PoolClient, name: string, value: unknown): Promise<unknown> =>
  pool.query(
    'INSERT INTO alert_setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    [name, JSON.stringify(value)],
  );
