import { DAY_MS, dayName, periodStart } from '#libs/contracts';
import type pg from 'pg';
import { type AlertRetention, retireAlerts } from './alerts/retention.js';
import { inTransaction } from './transaction.js';

/** Days that things are kept. */
export interface Retention extends AlertRetention {
  rawDays: number;
  dedupDays: number;
  minuteDays: number;
}

/** Rows deleted in one statement, so that no lock or log grows without bound. */
const CHUNK = 20_000;
const MOST_ROUNDS = 1_000;
const PARTITIONS_AHEAD = 3;
const PARTITIONS_LOCK = 726_005;

/**
 * Makes the partitions of today and the next days, drops those past their days, and deletes what outlived its
 * retention. One process at a time deletes; others return at once. Returns what was done.
 */
export async function maintain(
  pool: pg.Pool,
  retention: Retention,
  now: number,
): Promise<{ made: string[]; dropped: string[]; deleted: number }> {
  const made = await makePartitions(pool, now);
  const client = await pool.connect();
  try {
    const { rows } = await client.query<{ ok: boolean }>('SELECT pg_try_advisory_lock(726003) AS ok');
    if (!rows[0]?.ok) return { made, dropped: [], deleted: 0 };
    try {
      const rawLimit = dayName(now - retention.rawDays * DAY_MS);
      const dropped = await dropPartitions(client, rawLimit);
      const deleted =
        (await deleteChunked(client, 'ledger', 'day < $1::date', dayName(now - retention.dedupDays * DAY_MS))) +
        (await deleteChunked(
          client,
          'bucket',
          'resolution = 1 AND start < $1::bigint',
          Math.floor((now - retention.minuteDays * DAY_MS) / 1000),
        )) +
        (await forgetLevels(client, periodStart('d', now - retention.minuteDays * DAY_MS) / 1000)) +
        (await deleteChunked(client, 'event_rest', 'day < $1::date', rawLimit)) +
        (await deleteChunked(client, 'batch', 'day < $1::date', rawLimit)) +
        (await deleteChunked(
          client,
          'set_aside',
          'at < $1::timestamptz',
          new Date(now - retention.rawDays * DAY_MS).toISOString(),
        )) +
        (await deleteChunked(
          client,
          'rejection',
          'at < $1::timestamptz',
          new Date(now - retention.minuteDays * DAY_MS).toISOString(),
        )) +
        (await retireAlerts(pool, retention, now));
      return { made, dropped, deleted };
    } finally {
      await client.query('SELECT pg_advisory_unlock(726003)');
    }
  } finally {
    client.release();
  }
}

const partitionName = (day: string): string => `event_${day.replaceAll('-', '')}`;

async function partitions(client: pg.ClientBase): Promise<Set<string>> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'event'::regclass`,
  );
  return new Set(rows.map((row) => row.name));
}

/**
 * Makes the partitions of today and the next days, so that events find those of their days; resolves to their names. All
 * that must be done before events are stored, and quick; whoever comes while another does it waits for it.
 */
export function makePartitions(pool: pg.Pool, now: number): Promise<string[]> {
  return inTransaction(pool, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [PARTITIONS_LOCK]);
    const known = await partitions(client);
    const made: string[] = [];
    for (let ahead = 0; ahead <= PARTITIONS_AHEAD; ahead++) {
      const day = dayName(now + ahead * DAY_MS);
      const name = partitionName(day);
      if (known.has(name)) continue;
      const rest = await client.query('SELECT 1 FROM event_rest WHERE day = $1::date LIMIT 1', [day]);
      // Events of that day already went to the rest (the hub's clock was wrong once): they stay there, which is correct, only slower.
      if (rest.rowCount) continue;
      await client.query(
        `CREATE TABLE IF NOT EXISTS ${name} PARTITION OF event FOR VALUES FROM ('${day}') TO ('${dayName(now + (ahead + 1) * DAY_MS)}')`,
      );
      made.push(name);
    }
    return made;
  });
}

async function dropPartitions(client: pg.ClientBase, before: string): Promise<string[]> {
  const limit = partitionName(before);
  const dropped: string[] = [];
  for (const name of await partitions(client)) {
    if (!/^event_\d{8}$/.test(name) || name >= limit) continue;
    await client.query(`DROP TABLE ${name}`);
    dropped.push(name);
  }
  return dropped;
}

/**
 * Deletes samples of levels from before `limit` (epoch seconds). What did not change since has no other sample: the last one
 * of each series is dated at the limit, so that from there on every level is known.
 */
async function forgetLevels(client: pg.ClientBase, limit: number): Promise<number> {
  const superseded = 'EXISTS (SELECT FROM level_sample n WHERE n.series = l.series AND n.at > l.at AND n.at <= $1)';
  const deleted = await deleteChunked(client, 'level_sample', `at < $1::bigint AND ${superseded}`, limit, 'l');
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const { rowCount } = await client.query(
      `UPDATE level_sample SET at = $1
       WHERE ctid = ANY (ARRAY(SELECT ctid FROM level_sample WHERE at < $1::bigint LIMIT ${CHUNK}))`,
      [limit],
    );
    if ((rowCount ?? 0) < CHUNK) break;
  }
  return deleted;
}

async function deleteChunked(
  client: pg.ClientBase,
  table: string,
  where: string,
  limit: string | number,
  alias = '',
): Promise<number> {
  let deleted = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const { rowCount } = await client.query(
      `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${table} ${alias} WHERE ${where} LIMIT ${CHUNK}))`,
      [limit],
    );
    deleted += rowCount ?? 0;
    if ((rowCount ?? 0) < CHUNK) break;
  }
  return deleted;
}

/** Notes every level that is not as last noted, at the running minute. For sparklines and for looking back. */
export async function sampleLevels(pool: pg.Pool, now: number): Promise<number> {
  const { rowCount } = await pool.query(
    `INSERT INTO level_sample (series, at, value)
     SELECT b.series, $1, b.sum FROM bucket b
     LEFT JOIN LATERAL (SELECT value FROM level_sample l WHERE l.series = b.series ORDER BY at DESC LIMIT 1) l ON true
     WHERE b.resolution = 0 AND b.sum IS DISTINCT FROM l.value
     ON CONFLICT (series, at) DO UPDATE SET value = excluded.value`,
    [periodStart('m', now) / 1000],
  );
  return rowCount ?? 0;
}
