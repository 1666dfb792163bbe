import { DAY_MS, dayName, HOUR_MS, periodStart } from '#libs/contracts';
import { BucketDeltas, observationsOf, PoisonError } from '#libs/pipeline';
import type { Catalogue, SectorPack } from '#libs/sector-kit';
import pg from 'pg';
import { addToBuckets, SeriesIds } from './bucket-table.js';
import { rawEvents } from './scan.js';

const LOCK = 726_006;
/** Buckets written in one statement. */
const CHUNK = 10_000;
/** Waits for writers before an hour; whoever writes waits behind it, so it is short and tried again. */
const LOCK_TIMEOUT = '3s';
const TRIES = 20;
/** A statement that is slow would be slow at every try: it has more time than the pool gives. */
const STATEMENT_MS = 10 * 60_000;
/** Events may be dated ahead of the clock by so much. */
const AHEAD_MS = 2 * DAY_MS;
const LONG = ['h'] as const;
const SHORT = ['m', 'h'] as const;

export interface FlowRecount {
  rawDays: number;
  minuteDays: number;
  now: number;
  /** Asked before each hour, each try and every thousand events; what was not counted then is by the next start. */
  stopped?: () => boolean;
  /** Told after each hour that is counted: whoever read its buckets before has them as they were. */
  onHour?: () => void;
  /** Told of each pack that is counted, with how many events. */
  onPack?: (pack: string, events: number) => void;
}

/** It is to stop: the transaction under way is taken back. */
class StoppedError extends Error {}

/**
 * Counts the flows and readings of every pack anew whose `flows` differs from that they were last counted by, hour by hour,
 * from the raw events that are kept; days before those stay as they were. An hour is one transaction that lets nobody else
 * write buckets, so that each event is in it once: what is stored meanwhile comes on top. The bucket of a day is then made of
 * its hours, in one more. One process at a time does it, others return at once. Returns the packs, with how many events were
 * counted; null: it is not over, since it was stopped or another process is at it. What throws leaves the pack to be counted
 * again from its first day.
 */
export async function recountFlows(
  pool: pg.Pool,
  catalogue: Catalogue,
  options: FlowRecount,
): Promise<{ pack: string; events: number }[] | null> {
  const client = new pg.Client({ ...pool.options, query_timeout: STATEMENT_MS, statement_timeout: STATEMENT_MS });
  client.on('error', () => undefined);
  await client.connect();
  try {
    // Held until the connection ends.
    const { rows: lock } = await client.query<{ ok: boolean }>(`SELECT pg_try_advisory_lock(${LOCK}) AS ok`);
    if (!lock[0]?.ok) return null;
    const done: { pack: string; events: number }[] = [];
    for (const pack of catalogue.packs) {
      if (pack.flows === undefined || (await isCounted(client, pack))) continue;
      const events = await recountPack(client, new SeriesIds(pool), catalogue, pack, options);
      if (events === null) return null;
      await client.query(
        `INSERT INTO pack_revision (pack, revision) VALUES ($1, $2)
         ON CONFLICT (pack) DO UPDATE SET revision = excluded.revision, at = now()`,
        [nameOf(pack), pack.flows],
      );
      if (events === 0) continue;
      done.push({ pack: pack.id, events });
      options.onPack?.(pack.id, events);
    }
    return done;
  } finally {
    await client.end();
  }
}

/** Beside the pack's own revision, in the same table; no pack has a slash in its name. */
const nameOf = ({ id }: SectorPack): string => `${id}/flows`;

async function isCounted(client: pg.ClientBase, pack: SectorPack): Promise<boolean> {
  const { rows } = await client.query<{ revision: string }>('SELECT revision FROM pack_revision WHERE pack = $1', [
    nameOf(pack),
  ]);
  return rows[0]?.revision === pack.flows;
}

/** How many events were counted; null when it was stopped. */
async function recountPack(
  client: pg.ClientBase,
  ids: SeriesIds,
  catalogue: Catalogue,
  pack: SectorPack,
  { rawDays, minuteDays, now, stopped = () => false, onHour }: FlowRecount,
): Promise<number | null> {
  const types = pack.events.filter(({ observe }) => observe).map(({ type }) => type);
  const oldest = await oldestOf(client, types);
  if (oldest === null) return 0;
  const metrics = pack.metrics.filter(({ kind }) => kind !== 'stock').map(({ code }) => code);
  const horizon = periodStart('d', now - (rawDays - 1) * DAY_MS);
  let events = 0;
  try {
    for (let day = Math.max(horizon, periodStart('d', oldest)); day < now + AHEAD_MS; day += DAY_MS) {
      const resolutions = day + DAY_MS > now - minuteDays * DAY_MS ? SHORT : LONG;
      for (let from = day; from < day + DAY_MS; from += HOUR_MS) {
        const hour = { catalogue, metrics, types, from, resolutions, stopped };
        events += await inLock(client, stopped, () => recountHour(client, ids, hour));
        onHour?.();
      }
      await inLock(client, stopped, () => sumDay(client, metrics, day));
    }
  } catch (error) {
    if (error instanceof StoppedError) return null;
    throw error;
  }
  return events;
}

/** When the oldest event of these types happened, epoch ms. Type by type, each from the end of its index. */
async function oldestOf(client: pg.ClientBase, types: readonly string[]): Promise<number | null> {
  const { rows } = await client.query<{ oldest: number | null }>(
    `SELECT (extract(epoch FROM min(e."time")) * 1000)::float8 AS oldest FROM unnest($1::text[]) AS t (type)
     CROSS JOIN LATERAL (SELECT "time" FROM event WHERE event.type = t.type ORDER BY "time" LIMIT 1) e`,
    [types],
  );
  return rows[0]?.oldest ?? null;
}

/** One transaction in which nobody else writes buckets. Throws `StoppedError` where it is to stop. */
async function inLock<R>(client: pg.ClientBase, stopped: () => boolean, work: () => Promise<R>): Promise<R> {
  for (let tries = 1; ; tries++) {
    if (stopped()) throw new StoppedError();
    await client.query('BEGIN');
    try {
      await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
      await client.query('LOCK TABLE bucket IN SHARE ROW EXCLUSIVE MODE');
      const result = await work();
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK');
      if (tries >= TRIES || (error as { code?: unknown }).code !== '55P03') throw error;
    }
  }
}

interface Hour {
  catalogue: Catalogue;
  /** Flows and readings of the pack. */
  metrics: readonly string[];
  types: readonly string[];
  /** Its start, epoch ms. */
  from: number;
  resolutions: readonly ('m' | 'h')[];
  stopped: () => boolean;
}

async function recountHour(
  client: pg.ClientBase,
  ids: SeriesIds,
  { catalogue, metrics, types, from, resolutions, stopped }: Hour,
): Promise<number> {
  const counted = new BucketDeltas();
  let events = 0;
  const literals = types.map((type) => pg.escapeLiteral(type)).join(', ');
  // Partitions are days of arrival, and nothing arrives long before it happened.
  const where = `type IN (${literals}) AND day >= '${dayName(from - AHEAD_MS)}'::date
    AND "time" >= to_timestamp(${from / 1000}) AND "time" < to_timestamp(${(from + HOUR_MS) / 1000})`;
  for await (const event of rawEvents(client, where)) {
    if (++events % 1_000 === 0 && stopped()) throw new StoppedError();
    try {
      for (const observation of observationsOf(catalogue, event)) counted.observe(observation, event.time, resolutions);
    } catch (error) {
      // What the new rules cannot count adds nothing; its raw event stays.
      if (!(error instanceof PoisonError)) throw error;
    }
  }
  await empty(client, metrics, [1, 2], from, from + HOUR_MS);
  const all = counted.list();
  for (let i = 0; i < all.length; i += CHUNK) await addToBuckets(client, ids, all.slice(i, i + CHUNK));
  return events;
}

/** Emptied, not deleted: whoever holds a bucket in memory learns by its higher version that nothing is in it. */
async function empty(
  client: pg.ClientBase,
  metrics: readonly string[],
  resolutions: readonly number[],
  from: number,
  to: number,
): Promise<void> {
  await client.query(
    `UPDATE bucket b SET count = 0, sum = 0, min = NULL, max = NULL, last = NULL, last_at = NULL, version = b.version + 1
     FROM series s WHERE s.metric = ANY($1::text[]) AND b.series = s.id AND b.resolution = ANY($2::smallint[])
       AND b.start >= $3 AND b.start < $4`,
    [metrics, resolutions, from / 1000, to / 1000],
  );
}

/** A day's buckets of what its hours hold: they are never deleted, and whoever writes an hour writes its day with it. */
async function sumDay(client: pg.ClientBase, metrics: readonly string[], day: number): Promise<void> {
  await empty(client, metrics, [3], day, day + DAY_MS);
  await client.query(
    `INSERT INTO bucket AS b (series, resolution, start, count, sum, min, max, last, last_at)
     SELECT h.series, 3, $2::bigint, sum(h.count)::bigint, sum(h.sum), min(h.min), max(h.max),
       (array_agg(h.last ORDER BY h.last_at DESC, h.last DESC))[1], max(h.last_at)
     FROM series s JOIN bucket h ON h.series = s.id
     WHERE s.metric = ANY($1::text[]) AND h.resolution = 2 AND h.start >= $2 AND h.start < $3 AND h.count > 0
     GROUP BY h.series
     ON CONFLICT (series, resolution, start) DO UPDATE SET count = excluded.count, sum = excluded.sum, min = excluded.min,
       max = excluded.max, last = excluded.last, last_at = excluded.last_at, version = b.version + 1`,
    [metrics, day / 1000, (day + DAY_MS) / 1000],
  );
}
