import type { SourceSeen } from '#libs/contracts';
import { HAND_ENTRY } from '#libs/sector-kit';
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
  /** Of hand entry: the metrics of which it has published figures. */
  entered?: string[];
}

/** A source of the database, with its last event where that is known. */
export interface SourceRow {
  id: string;
  name: string;
  types: string[];
  units: string[];
  every: number;
  simulated: boolean;
  last_event: Date | null;
  last_seen: Date | null;
  entered: string[] | null;
}

/** Column of the metrics that hand entry had published by a moment (SQL), of the source `s`. */
export const enteredBy = (moment: string): string =>
  `CASE s.id WHEN '${HAND_ENTRY}' THEN (SELECT array_agg(DISTINCT metric) FROM entry WHERE published_at <= ${moment}) END AS entered`;

/**
 * Sources that existed at a past moment (epoch ms), with when they were heard up to then and their newest event as it was
 * known then: their last batch says so.
 */
export async function sourcesAt(pool: pg.Pool, at: number): Promise<StoredSource[]> {
  const { rows } = await pool.query<SourceRow>(
    `SELECT s.id, s.name, s.types, s.units, s.every, s.simulated, b.last_event, b.received_at AS last_seen, ${enteredBy('$1')}
     FROM source s LEFT JOIN LATERAL (
       SELECT received_at, last_event FROM batch WHERE source_id = s.id AND received_at <= $1
       ORDER BY received_at DESC LIMIT 1) b ON true
     WHERE s.created_at <= $1 AND (s.disabled_at IS NULL OR s.disabled_at > $1) ORDER BY s.id LIMIT 10000`,
    [new Date(at)],
  );
  return rows.map(toSource);
}

/** A row as it is told. */
export function toSource({ last_event, last_seen, entered, ...source }: SourceRow): StoredSource {
  return {
    ...source,
    lastEvent: last_event?.getTime() ?? null,
    lastSeen: last_seen?.getTime() ?? null,
    ...(entered ? { entered } : {}),
  };
}
