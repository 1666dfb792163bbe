import type { BucketRow, Resolution } from '#libs/contracts';
import { seriesKey, type BucketDelta } from '#libs/pipeline';
import type pg from 'pg';
import { numberArray } from './sql-arrays.js';

/** Resolutions as the bucket table holds them. */
export const RESOLUTION_CODE: Record<Resolution, number> = { now: 0, m: 1, h: 2, d: 3 };
export const RESOLUTION_OF: readonly Resolution[] = ['now', 'm', 'h', 'd'];

/** Most series kept by name in one process; past it the cache starts again. */
const SERIES_CACHE = 500_000;

/** Ids of series. New ones are made outside the caller's transaction: a series without buckets does no harm. */
export class SeriesIds {
  private readonly ids = new Map<string, number>();

  constructor(private readonly pool: pg.Pool) {}

  async of(series: Iterable<{ metric: string; dims: readonly string[] }>): Promise<Map<string, number>> {
    const found = new Map<string, number>();
    const missing = new Map<string, { m: string; d: readonly string[] }>();
    for (const { metric, dims } of series) {
      const key = seriesKey(metric, dims);
      const id = this.ids.get(key);
      if (id === undefined) missing.set(key, { m: metric, d: dims });
      else found.set(key, id);
    }
    if (missing.size === 0) return found;
    if (this.ids.size + missing.size > SERIES_CACHE) this.ids.clear();
    const wanted = JSON.stringify(
      [...missing.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value),
    );
    const input = `SELECT x->>'m' AS metric, ARRAY(SELECT json_array_elements_text(x->'d')) AS dims FROM json_array_elements($1::json) x`;
    await this.pool.query(`INSERT INTO series (metric, dims) ${input} ON CONFLICT DO NOTHING`, [wanted]);
    const { rows } = await this.pool.query<{ id: number; metric: string; dims: string[] }>(
      `SELECT s.id, s.metric, s.dims FROM series s JOIN (${input}) w ON w.metric = s.metric AND w.dims = s.dims`,
      [wanted],
    );
    for (const row of rows) {
      const key = seriesKey(row.metric, row.dims);
      this.ids.set(key, row.id);
      found.set(key, row.id);
    }
    return found;
  }
}

interface Keyed {
  series: number;
  resolution: number;
  start: number;
  delta: BucketDelta;
}

async function keyed(ids: SeriesIds, deltas: readonly BucketDelta[]): Promise<Keyed[]> {
  const known = await ids.of(deltas);
  return deltas
    .map((delta): Keyed => {
      const series = known.get(seriesKey(delta.metric, delta.dims));
      if (series === undefined) throw new Error(`the series of ${delta.metric} could not be made`);
      return { series, resolution: RESOLUTION_CODE[delta.resolution], start: delta.start / 1000, delta };
    })
    .sort((a, b) => a.series - b.series || a.resolution - b.resolution || a.start - b.start);
}

interface BucketRecord {
  series: number;
  resolution: number;
  start: string;
  count: string;
  sum: number;
  min: number | null;
  max: number | null;
  last: number | null;
  last_at: string | null;
  version: string;
}

const COLUMNS = 'b.series, b.resolution, b.start, b.count, b.sum, b.min, b.max, b.last, b.last_at, b.version';

/*
 * Inputs: parallel arrays, one element a bucket, sorted by (series, resolution, start): unordered upserts of two
 * workers would deadlock. Result: the buckets as they are now.
 */
const ADD = `
  INSERT INTO bucket AS b (series, resolution, start, count, sum, min, max, last, last_at)
  SELECT * FROM unnest($1::int[], $2::smallint[], $3::bigint[], $4::bigint[], $5::float8[], $6::float8[], $7::float8[], $8::float8[], $9::bigint[])
    AS d (series, resolution, start, count, sum, min, max, last, last_at)
  ORDER BY series, resolution, start
  ON CONFLICT (series, resolution, start) DO UPDATE SET
    count = b.count + excluded.count,
    sum = b.sum + excluded.sum,
    min = least(b.min, excluded.min),
    max = greatest(b.max, excluded.max),
    last = CASE
      WHEN excluded.last IS NULL THEN b.last
      WHEN b.last IS NULL OR excluded.last_at > b.last_at OR (excluded.last_at = b.last_at AND excluded.last > b.last) THEN excluded.last
      ELSE b.last END,
    last_at = greatest(b.last_at, excluded.last_at),
    version = b.version + 1
  RETURNING ${COLUMNS}`;

const READ = `
  SELECT ${COLUMNS} FROM bucket b
  JOIN unnest($1::int[], $2::smallint[], $3::bigint[]) AS k (series, resolution, start) USING (series, resolution, start)`;

/** Adds deltas to the bucket table within `client`'s transaction. */
export async function addToBuckets(
  client: pg.ClientBase,
  ids: SeriesIds,
  deltas: readonly BucketDelta[],
): Promise<BucketRow[]> {
  if (deltas.length === 0) return [];
  const rows = await keyed(ids, deltas);
  const column = (pick: (delta: BucketDelta) => number | null): string =>
    numberArray(rows.map((row) => pick(row.delta)));
  const result = await client.query<BucketRecord>({
    name: 'bucket-add',
    text: ADD,
    values: [
      ...keyColumns(rows),
      column((d) => d.count),
      column((d) => d.sum),
      column((d) => d.min),
      column((d) => d.max),
      column((d) => d.last),
      column((d) => d.lastAt),
    ],
  });
  return toRows(rows, result.rows);
}

/** The same buckets as they are, without a change. */
export async function readBuckets(
  client: pg.ClientBase,
  ids: SeriesIds,
  deltas: readonly BucketDelta[],
): Promise<BucketRow[]> {
  if (deltas.length === 0) return [];
  const rows = await keyed(ids, deltas);
  const result = await client.query<BucketRecord>({ name: 'bucket-read', text: READ, values: keyColumns(rows) });
  return toRows(rows, result.rows);
}

const keyColumns = (rows: readonly Keyed[]): string[] => [
  numberArray(rows.map((row) => row.series)),
  numberArray(rows.map((row) => row.resolution)),
  numberArray(rows.map((row) => row.start)),
];

function toRows(rows: readonly Keyed[], records: readonly BucketRecord[]): BucketRow[] {
  const names = new Map(rows.map((row) => [row.series, row.delta]));
  return records.flatMap((record) => {
    const name = names.get(record.series);
    const resolution = RESOLUTION_OF[record.resolution];
    if (!name || !resolution) return [];
    return [
      {
        metric: name.metric,
        dims: [...name.dims],
        resolution,
        start: Number(record.start) * 1000,
        count: Number(record.count),
        sum: record.sum,
        min: record.min,
        max: record.max,
        last: record.last,
        lastAt: record.last_at === null ? null : Number(record.last_at),
        version: Number(record.version),
      },
    ];
  });
}
