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

/**
 * Sources that existed at a past moment (epoch ms), with when they were heard up to then; the event is looked for two days
 * back. Without `typesOf` it is of any type.
 */
export async function sourcesAt(pool: pg.Pool, at: number, typesOf?: TypesOf): Promise<StoredSource[]> {
  const { rows } = await pool.query<SourceRow & { last_stored: Date | null }>(
    `SELECT s.id, s.name, s.types, s.units, s.every, s.simulated, NULL AS last_event, b.last_seen, b.last_stored
     FROM source s
     LEFT JOIN (SELECT source_id, max(received_at) AS last_seen, max(received_at) FILTER (WHERE stored > 0) AS last_stored
       FROM batch WHERE day BETWEEN $2::date AND $3::date AND received_at <= $1 GROUP BY source_id) b ON b.source_id = s.id
     WHERE s.created_at <= $1 AND (s.disabled_at IS NULL OR s.disabled_at > $1) ORDER BY s.id LIMIT 10000`,
    [new Date(at), dayName(at - 31 * DAY_MS), dayName(at)],
  );
  // Who had nothing stored lately has no event to be found.
  const asked = rows
    .filter(({ last_stored }) => last_stored !== null && last_stored.getTime() > at - 3 * DAY_MS)
    .map(({ id, types }) => ({ id, types: typesOf?.({ id, types }) }))
    .filter(({ types }) => types === undefined || types.length > 0);
  const found = await lastEvents(pool, at, asked);
  return rows.map((row) => toSource({ ...row, last_event: found.get(row.id) ?? null }));
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
