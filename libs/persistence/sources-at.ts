import { dayName, DAY_MS, HOUR_MS, type SourceSeen } from '#libs/contracts';
import type pg from 'pg';

/** A source in service with what it promised and when it was last heard; times in epoch ms, `every` in seconds. */
export interface StoredSource extends Omit<SourceSeen, 'source' | 'lastSeen'> {
  id: string;
  name: string;
  types: string[];
  units: string[];
  every: number;
  simulated: boolean;
  lastSeen: number | null;
}

/** A source of the database, with its last event where that was read. */
export interface SourceRow {
  id: string;
  name: string;
  types: string[];
  units: string[];
  every: number;
  simulated: boolean;
  last_event: Date | null;
  last_seen: Date | null;
}

/** Event types by which a source is heard; none: its last event is not asked for. */
export type TypesOf = (source: Pick<StoredSource, 'id' | 'types'>) => readonly string[];

/** How far back the last event of a source is looked for; further only for those that were not found. */
const BACK = [HOUR_MS / 4, 2 * HOUR_MS, 2 * DAY_MS];

/** How many days of batches are looked through; the second only for those who stored nothing within the first. */
const BATCH_DAYS = [1, 31];

/**
 * Sources that existed at a past moment (epoch ms), with when they were heard up to then; the event is looked for two days
 * back. Without `typesOf` it is of any type.
 */
export async function sourcesAt(pool: pg.Pool, at: number, typesOf?: TypesOf): Promise<StoredSource[]> {
  const { rows } = await pool.query<Omit<SourceRow, 'last_event' | 'last_seen'>>(
    `SELECT id, name, types, units, every, simulated FROM source
     WHERE created_at <= $1 AND (disabled_at IS NULL OR disabled_at > $1) ORDER BY id LIMIT 10000`,
    [new Date(at)],
  );
  const heard = await lastBatches(
    pool,
    at,
    rows.map(({ id }) => id),
  );
  // Who had nothing stored lately has no event to be found.
  const asked = rows
    .filter(({ id }) => (heard.get(id)?.last_stored?.getTime() ?? -Infinity) > at - 3 * DAY_MS)
    .map(({ id, types }) => ({ id, types: typesOf?.({ id, types }) }))
    .filter(({ types }) => types === undefined || types.length > 0);
  const found = await lastEvents(pool, at, asked);
  return rows.map((row) =>
    toSource({ ...row, last_event: found.get(row.id) ?? null, last_seen: heard.get(row.id)?.last_seen ?? null }),
  );
}

interface Heard {
  last_seen: Date;
  last_stored: Date | null;
}

/** When each source was last heard by `at`, and last with something new. A busy hub has millions of batches a month. */
async function lastBatches(pool: pg.Pool, at: number, ids: readonly string[]): Promise<Map<string, Heard>> {
  const found = new Map<string, Heard>();
  for (const days of BATCH_DAYS) {
    const missing = ids.filter((id) => !found.get(id)?.last_stored);
    if (missing.length === 0) break;
    const { rows } = await pool.query<Heard & { source_id: string }>(
      `SELECT source_id, max(received_at) AS last_seen, max(received_at) FILTER (WHERE stored > 0) AS last_stored
       FROM batch WHERE day BETWEEN $2::date AND $3::date AND received_at <= $1 AND source_id = ANY($4::text[])
       GROUP BY source_id`,
      [new Date(at), dayName(at - days * DAY_MS), dayName(at), missing],
    );
    for (const { source_id, ...heard } of rows) found.set(source_id, heard);
  }
  return found;
}

/** The time of the last event of each source that happened and arrived by `at`. */
async function lastEvents(
  pool: pg.Pool,
  at: number,
  asked: readonly { id: string; types: readonly string[] | undefined }[],
): Promise<Map<string, Date>> {
  const found = new Map<string, Date>();
  for (const back of BACK) {
    const missing = asked.filter(({ id }) => !found.has(id));
    if (missing.length === 0) break;
    const types = missing.some((one) => one.types === undefined)
      ? null
      : [...new Set(missing.flatMap((one) => one.types ?? []))];
    // Partitions are days of arrival, and nothing arrives a day before it happened.
    const { rows } = await pool.query<{ source: string; last_event: Date }>(
      `SELECT source, max("time") AS last_event FROM event
       WHERE day BETWEEN $1::date AND $2::date AND "time" > $3 AND "time" <= $4 AND received_at <= $4
         AND source = ANY($5::text[]) AND ($6::text[] IS NULL OR type = ANY($6::text[]))
       GROUP BY source`,
      [dayName(at - back - DAY_MS), dayName(at), new Date(at - back), new Date(at), missing.map(({ id }) => id), types],
    );
    for (const { source, last_event } of rows) found.set(source, last_event);
  }
  return found;
}

/** A row as it is told. */
export function toSource({ id, name, types, units, every, simulated, last_event, last_seen }: SourceRow): StoredSource {
  return {
    ...{ id, name, types, units, every, simulated },
    lastEvent: last_event?.getTime() ?? null,
    lastSeen: last_seen?.getTime() ?? null,
  };
}
