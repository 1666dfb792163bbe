import { DAY_MS, dayName, periodStart, RESOLUTIONS } from '#libs/contracts';
import { BucketDeltas, observationsOf, PoisonError } from '#libs/pipeline';
import type { Catalogue, SectorPack } from '#libs/sector-kit';
import type pg from 'pg';
import { addToBuckets, SeriesIds } from './bucket-table.js';
import { rawEvents } from './scan.js';

const LOCK = 726_006;
/** Buckets written in one statement. */
const CHUNK = 10_000;
/** Waits for writers before a day; whoever writes waits behind it, so it is short and tried again. */
const LOCK_TIMEOUT = '3s';
const TRIES = 20;
/** Events may be dated ahead of the clock by so much. */
const AHEAD_MS = 2 * DAY_MS;
const LONG = ['h', 'd'] as const;

export interface FlowRecount {
  rawDays: number;
  minuteDays: number;
  now: number;
  /** Asked before each day; what was not counted then is by the next start. */
  stopped?: () => boolean;
}

/**
 * Counts the flows and readings of every pack anew whose `flows` differs from that they were last counted by, day by day,
 * from the raw events that are kept; days before those stay as they were. A day is one transaction that lets nobody else
 * write buckets, so that each event is in it once: what is stored meanwhile comes on top. One process at a time does it,
 * others return at once. Returns the packs, with how many events were counted.
 */
export async function recountFlows(
  pool: pg.Pool,
  catalogue: Catalogue,
  options: FlowRecount,
): Promise<{ pack: string; events: number }[]> {
  const client = await pool.connect();
  try {
    const { rows: lock } = await client.query<{ ok: boolean }>(`SELECT pg_try_advisory_lock(${LOCK}) AS ok`);
    if (!lock[0]?.ok) return [];
    try {
      const done: { pack: string; events: number }[] = [];
      for (const pack of catalogue.packs) {
        if (pack.flows === undefined || (await isCounted(client, pack))) continue;
        const events = await recountPack(client, new SeriesIds(pool), catalogue, pack, options);
        if (events === null) break;
        await client.query(
          `INSERT INTO pack_revision (pack, revision) VALUES ($1, $2)
           ON CONFLICT (pack) DO UPDATE SET revision = excluded.revision, at = now()`,
          [nameOf(pack), pack.flows],
        );
        if (events > 0) done.push({ pack: pack.id, events });
      }
      return done;
    } finally {
      await client.query(`SELECT pg_advisory_unlock(${LOCK})`);
    }
  } finally {
    client.release();
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
  client: pg.PoolClient,
  ids: SeriesIds,
  catalogue: Catalogue,
  pack: SectorPack,
  { rawDays, minuteDays, now, stopped }: FlowRecount,
): Promise<number | null> {
  const types = pack.events.filter(({ observe }) => observe).map(({ type }) => type);
  const { rows } = await client.query<{ oldest: number | null }>(
    'SELECT (extract(epoch FROM min("time")) * 1000)::float8 AS oldest FROM event WHERE type = ANY($1::text[])',
    [types],
  );
  const oldest = rows[0]?.oldest ?? null;
  if (oldest === null) return 0;
  const horizon = periodStart('d', now - (rawDays - 1) * DAY_MS);
  let events = 0;
  for (let day = Math.max(horizon, periodStart('d', oldest)); day < now + AHEAD_MS; day += DAY_MS) {
    if (stopped?.()) return null;
    const resolutions = day + DAY_MS > now - minuteDays * DAY_MS ? RESOLUTIONS : LONG;
    events += await inDayLock(client, () => recountDay(client, ids, { catalogue, pack, types, day, resolutions }));
  }
  return events;
}

async function inDayLock(client: pg.PoolClient, work: () => Promise<number>): Promise<number> {
  for (let tries = 1; ; tries++) {
    await client.query('BEGIN');
    try {
      await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
      await client.query('LOCK TABLE bucket IN SHARE ROW EXCLUSIVE MODE');
      const events = await work();
      await client.query('COMMIT');
      return events;
    } catch (error) {
      await client.query('ROLLBACK');
      if (tries >= TRIES || (error as { code?: unknown }).code !== '55P03') throw error;
    }
  }
}

interface Day {
  catalogue: Catalogue;
  pack: SectorPack;
  types: readonly string[];
  /** Its start, epoch ms. */
  day: number;
  resolutions: readonly ('m' | 'h' | 'd')[];
}

async function recountDay(
  client: pg.PoolClient,
  ids: SeriesIds,
  { catalogue, pack, types, day, resolutions }: Day,
): Promise<number> {
  const counted = new BucketDeltas();
  let events = 0;
  const literals = types.map((type) => client.escapeLiteral(type)).join(', ');
  // Partitions are days of arrival, and nothing arrives long before it happened.
  const where = `type IN (${literals}) AND day >= '${dayName(day - AHEAD_MS)}'::date
    AND "time" >= to_timestamp(${day / 1000}) AND "time" < to_timestamp(${(day + DAY_MS) / 1000})`;
  for await (const event of rawEvents(client, where)) {
    events++;
    try {
      for (const observation of observationsOf(catalogue, event)) counted.observe(observation, event.time, resolutions);
    } catch (error) {
      // What the new rules cannot count adds nothing; its raw event stays.
      if (!(error instanceof PoisonError)) throw error;
    }
  }
  await emptyDay(client, pack, day);
  const all = counted.list();
  for (let i = 0; i < all.length; i += CHUNK) await addToBuckets(client, ids, all.slice(i, i + CHUNK));
  return events;
}

/** Emptied, not deleted: whoever holds a bucket in memory learns by its higher version that nothing is in it. */
async function emptyDay(client: pg.PoolClient, pack: SectorPack, day: number): Promise<void> {
  const metrics = pack.metrics.filter(({ kind }) => kind !== 'stock').map(({ code }) => code);
  await client.query(
    `UPDATE bucket b SET count = 0, sum = 0, min = NULL, max = NULL, last = NULL, last_at = NULL, version = b.version + 1
     FROM series s WHERE s.metric = ANY($1::text[]) AND b.series = s.id AND b.resolution IN (1, 2, 3)
       AND b.start >= $2 AND b.start < $3`,
    [metrics, day / 1000, (day + DAY_MS) / 1000],
  );
}
