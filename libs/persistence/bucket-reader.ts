import type pg from 'pg';
import { dayName, DAY_MS, HOUR_MS, type BucketRow, type HubEvent, type Resolution } from '#libs/contracts';
import { toEvent, type EventRow } from './event-row.js';
import { publishedAfter, publishedUntil, type PublishedEvent, type PublishedKey } from './published-values.js';
import { enteredBy, sourcesAt, toSource, type SourceRow, type StoredSource } from './sources-at.js';

const CODES: Record<Resolution, number> = { now: 0, m: 1, h: 2, d: 3 };

/** A series with its number in the database. */
export interface StoredSeries {
  id: number;
  metric: string;
  dims: string[];
}

/** What a level was at a moment, epoch ms. */
export interface StoredLevel {
  metric: string;
  dims: string[];
  at: number;
  value: number;
}

/** Reads what boards are made from. Never writes; every query has a limit of rows and the pool's limit of time. */
export class BucketReader {
  constructor(private readonly pool: pg.Pool) {}

  async ping(): Promise<void> {
    await this.pool.query('SELECT 1');
  }

  /**
   * A point in the order of transactions: whatever is read after this and was committed later than it was written by this
   * transaction or a younger one. No clock is in it, and long transactions do not fall through.
   */
  async mark(): Promise<string> {
    const { rows } = await this.pool.query<{ mark: string }>(
      'SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS mark',
    );
    return rows[0]?.mark ?? '0';
  }

  /** Every known series of the metrics. */
  async series(metrics: readonly string[]): Promise<StoredSeries[]> {
    const { rows } = await this.pool.query<StoredSeries>(
      'SELECT id, metric, dims FROM series WHERE metric = ANY($1::text[]) LIMIT $2',
      [metrics, MAX_SERIES],
    );
    return rows;
  }

  /** Codes of all metrics that have any series: of which anything was ever observed. */
  async observedMetrics(): Promise<string[]> {
    // One step along the index for each metric, however many series it has.
    const { rows } = await this.pool.query<{ metric: string }>(
      `WITH RECURSIVE found AS (
         (SELECT metric FROM series ORDER BY metric LIMIT 1)
         UNION ALL
         SELECT (SELECT s.metric FROM series s WHERE s.metric > found.metric ORDER BY s.metric LIMIT 1)
         FROM found WHERE found.metric IS NOT NULL
       ) SELECT metric FROM found WHERE metric IS NOT NULL LIMIT $1`,
      [MAX_METRICS],
    );
    return rows.map(({ metric }) => metric);
  }

  /**
   * Which of these metrics were observed by `until` (epoch ms), as the times of the events say. Levels are known as long as
   * their samples are kept.
   */
  async observedBy(until: number, metrics: readonly string[]): Promise<string[]> {
    // Of each the first series that says so.
    const { rows } = await this.pool.query<{ metric: string }>(
      `SELECT metric FROM unnest($4::text[]) AS asked (metric)
       CROSS JOIN LATERAL (
         SELECT FROM series s WHERE s.metric = asked.metric
           AND (EXISTS (SELECT FROM bucket b WHERE b.series = s.id AND b.resolution IN ($2, $3)
                          AND b.start <= $1::bigint / 1000 AND b.last_at <= $1)
             OR EXISTS (SELECT FROM level_sample l WHERE l.series = s.id AND l.at <= $1 / 1000))
         LIMIT 1
       ) AS observed`,
      [until, CODES.m, CODES.h, metrics],
    );
    return rows.map(({ metric }) => metric);
  }

  /** Of which of these metrics a level of then is known, of any series; samples of levels are kept for a while only. */
  async sampledBy(until: number, metrics: readonly string[]): Promise<string[]> {
    const { rows } = await this.pool.query<{ metric: string }>(
      `SELECT metric FROM unnest($2::text[]) AS asked (metric)
       CROSS JOIN LATERAL (
         SELECT FROM series s JOIN level_sample l ON l.series = s.id AND l.at <= $1::bigint / 1000
         WHERE s.metric = asked.metric LIMIT 1
       ) AS sampled`,
      [until, metrics],
    );
    return rows.map(({ metric }) => metric);
  }

  /**
   * Buckets of these series whose period starts in [from, to), epoch ms; `now` has one bucket a series. `since`: only
   * those that may have changed after that mark.
   */
  async buckets(
    series: readonly StoredSeries[],
    resolution: Resolution,
    from: number,
    to: number,
    since: string | null = null,
  ): Promise<BucketRow[]> {
    if (series.length === 0) return [];
    const byId = new Map(series.map((one) => [one.id, one]));
    const asked = [[...byId.keys()], CODES[resolution], Math.ceil(from / 1000), Math.ceil(to / 1000), MAX_BUCKETS];
    const { rows } = await this.pool.query<BucketTuple>({
      text: `SELECT series, start, count, sum, min, max, last, last_at, version FROM bucket
             WHERE series = ANY($1::int[]) AND resolution = $2 AND start >= $3 AND start < $4 ${changedAfter(since, 6)} LIMIT $5`,
      values: since === null ? asked : [...asked, since],
      rowMode: 'array',
    });
    return rows.flatMap(([id, start, count, sum, min, max, last, lastAt, version]) => {
      const one = byId.get(id);
      if (!one) return [];
      return {
        metric: one.metric,
        dims: one.dims,
        resolution,
        start: Number(start) * 1000,
        count: Number(count),
        sum,
        min,
        max,
        last,
        lastAt: lastAt === null ? null : Number(lastAt),
        version: Number(version),
      };
    });
  }

  /**
   * Levels in [from, to], the last of each hour, and of each series the one before that; epoch ms. `since`: only those
   * that may have changed after that mark.
   */
  async levels(
    series: readonly StoredSeries[],
    from: number,
    to: number,
    since: string | null = null,
  ): Promise<StoredLevel[]> {
    if (series.length === 0) return [];
    const byId = new Map(series.map((one) => [one.id, one]));
    const asked = [[...byId.keys()], Math.floor(from / 1000), Math.floor(to / 1000), MAX_BUCKETS];
    // Levels are sampled as they are, so what changed lately is not older than `from`.
    const before = `UNION ALL
             SELECT s.id, l.at, l.value FROM unnest($1::int[]) AS s(id)
             CROSS JOIN LATERAL (SELECT at, value FROM level_sample
               WHERE series = s.id AND at < $2 ORDER BY at DESC LIMIT 1) l`;
    const { rows } = await this.pool.query<[number, string, number]>({
      text: `(SELECT DISTINCT ON (series, at / 3600) series, at, value FROM level_sample
               WHERE series = ANY($1::int[]) AND at >= $2 AND at <= $3 ${changedAfter(since, 5)}
               ORDER BY series, at / 3600, at DESC LIMIT $4)
             ${since === null ? before : ''}`,
      values: since === null ? asked : [...asked, since],
      rowMode: 'array',
    });
    return rows.flatMap(([id, at, value]) => {
      const one = byId.get(id);
      return one ? [{ metric: one.metric, dims: one.dims, at: Number(at) * 1000, value }] : [];
    });
  }

  /** See `published-values.ts`. */
  publishedAfter(types: readonly string[], metrics: readonly string[], at: number): Promise<PublishedEvent[]> {
    return publishedAfter(this.pool, types, metrics, at);
  }

  publishedUntil(keys: readonly PublishedKey[], at: number): Promise<PublishedEvent[]> {
    return publishedUntil(this.pool, keys, at);
  }

  /** Sources in service. */
  async sources(): Promise<StoredSource[]> {
    const { rows } = await this.pool.query<SourceRow>(
      `SELECT s.id, s.name, s.types, s.units, s.every, s.simulated, t.last_event, t.last_seen, ${enteredBy(`'infinity'`)}
       FROM source s LEFT JOIN source_state t ON t.source = s.id
       WHERE s.disabled_at IS NULL ORDER BY s.id LIMIT 10000`,
    );
    return rows.map(toSource);
  }

  /** See `sources-at.ts`. */
  sourcesAt(at: number): Promise<StoredSource[]> {
    return sourcesAt(this.pool, at);
  }

  /** The newest events received up to `until`, newest first. Looks further back only while there are too few. */
  async recentEvents(until: number, limit: number): Promise<HubEvent[]> {
    let events: HubEvent[] = [];
    for (const back of [HOUR_MS / 4, 2 * HOUR_MS, DAY_MS, 7 * DAY_MS]) {
      const { rows } = await this.pool.query<EventRow>(
        `SELECT source, id, type, "time", unit, subject, data FROM event
         WHERE day BETWEEN $1::date AND $2::date AND received_at > $3 AND received_at <= $4
         ORDER BY received_at DESC, "time" DESC LIMIT $5`,
        [dayName(until - back), dayName(until), new Date(until - back), new Date(until), limit],
      );
      events = rows.map(toEvent);
      if (events.length >= limit) break;
    }
    return events;
  }
}

/** Rows of transactions that were not over at a mark, or began later; a few too many after two billion transactions. */
const changedAfter = (since: string | null, parameter: number): string =>
  since === null ? '' : `AND age(xmin) <= age($${parameter}::text::xid8::xid)`;

/** More than an installation has; a limit of memory, not of truth: whoever reaches it sees the count. */
const MAX_SERIES = 500_000;
const MAX_METRICS = 10_000;
const MAX_BUCKETS = 3_000_000;

type BucketTuple = [number, string, string, number, number | null, number | null, number | null, string | null, string];
