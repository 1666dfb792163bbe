import { dayName, DAY_MS, type HubEvent } from '#libs/contracts';
import { HAND_ENTRY } from '#libs/sector-kit';
import type pg from 'pg';

/**
 * What names an entered value beside its period: event type, metric (without its sector), unit (null: it is of no unit,
 * whatever its events say), other dimensions.
 */
export interface PublishedKey {
  type: string;
  metric: string;
  unit: string | null;
  dims: string[];
}

/** A published version as the event that it is; of a hand entry also where its event is gone. */
export type PublishedEvent = Pick<HubEvent, 'source' | 'type' | 'time' | 'unit' | 'data'>;

/** More than anybody publishes between a past moment and now. */
const MOST = 200_000;

/** Of these metrics (`sector.metric`) every version that was published after `at` (epoch ms). */
export async function publishedAfter(
  pool: pg.Pool,
  types: readonly string[],
  metrics: readonly string[],
  at: number,
): Promise<PublishedEvent[]> {
  const { rows } = await pool.query<Row>(
    `SELECT source, type, "time", unit, data FROM event
     WHERE type = ANY($1::text[]) AND "time" > $2 AND day >= $3::date AND data->>'metric' = ANY($4::text[])
     UNION ALL ${ENTRIES} AND published_at > $2 AND metric = ANY($5::text[])
     LIMIT ${MOST}`,
    [types, new Date(at), dayName(at - DAY_MS), metrics.map(afterDot), metrics],
  );
  return rows.map(toPublished);
}

/** Of these numbers every version that was published up to `at`: as entered here, and as raw events still tell. */
export async function publishedUntil(
  pool: pg.Pool,
  keys: readonly PublishedKey[],
  at: number,
): Promise<PublishedEvent[]> {
  const asked = keys.map(({ type, metric, unit, dims }) => ({ t: type, m: metric, u: unit ?? '', d: dims }));
  const ofNoUnit = keys.filter(({ unit }) => unit === null).map(({ type, metric }) => `${type}/${metric}`);
  const { rows } = await pool.query<Row>(
    `WITH wanted AS (SELECT x->>'t' AS type, x->>'m' AS metric, x->>'u' AS unit, x->'d' AS dims
       FROM jsonb_array_elements($1::jsonb) x)
     SELECT e.source, e.type, e."time", e.unit, e.data FROM event e
     JOIN wanted w ON w.type = e.type AND w.metric = e.data->>'metric' AND w.unit = CASE WHEN e.type || '/' || (e.data->>'metric') = ANY($4::text[]) THEN '' ELSE coalesce(e.unit, '') END
       AND w.dims = coalesce((e.data->'dims')::jsonb, '[]')
     WHERE e.type = ANY($3::text[]) AND e."time" <= $2
     UNION ALL
     SELECT n.* FROM (${ENTRIES} AND published_at <= $2) n
     JOIN wanted w ON w.type = n.type AND w.metric = n.data->>'metric' AND w.unit = n.unit
       AND w.dims = (n.data->'dims')::jsonb
     LIMIT ${MOST}`,
    [JSON.stringify(asked), new Date(at), [...new Set(keys.map(({ type }) => type))], [...new Set(ofNoUnit)]],
  );
  return rows.map(toPublished);
}

/** Hand entries as the events that they become. */
const ENTRIES = `SELECT '${HAND_ENTRY}' AS source, 'vn.ioc.' || split_part(metric, '.', 1) || '.value.published.v1' AS type, published_at AS "time", unit,
  json_build_object('metric', split_part(metric, '.', 2), 'dims', dims, 'period', period, 'value', value, 'version', version) AS data
  FROM entry WHERE published_at IS NOT NULL`;

const afterDot = (code: string): string => code.slice(code.indexOf('.') + 1);

interface Row {
  source: string;
  type: string;
  time: Date;
  unit: string | null;
  data: Record<string, unknown>;
}

function toPublished({ source, type, time, unit, data }: Row): PublishedEvent {
  return { source, type, time: time.getTime(), ...(unit === null || unit === '' ? {} : { unit }), data };
}
