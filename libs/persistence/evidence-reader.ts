import type pg from 'pg';
import { dayName, dayStart, DAY_MS, type HubEvent } from '#libs/contracts';
import { toEvent, type EventRow } from './event-row.js';
import { inTransaction } from './transaction.js';

/** A projected thing, by the name of its projection and its key. */
export interface ThingName {
  kind: string;
  key: string;
}

/** What a thing adds to one metric; `at` (epoch ms): counted at that time, absent: in the level now. */
export interface StoredShare {
  metric: string;
  dims: string[];
  value: number;
  at?: number;
}

/** A number that somebody entered: its newest version by a moment. */
export interface EnteredNumber {
  metric: string;
  unit: string;
  /** Without the unit. */
  dims: string[];
  /** Start of its period and when it was published, epoch ms. */
  start: number;
  publishedAt: number;
}

/** A stretch of time (from, until] (epoch ms) in which events of a type are looked for. */
export interface EventWindow {
  type: string;
  from: number;
  until: number;
}

/** What narrows a search of events. */
export interface NarrowedBy {
  /** Of these units, or of none that is told; null: of whatever units. */
  units: readonly string[] | null;
  /** Told by such a source, about such a subject, or with this in the data; null: whatever they tell. */
  text: string | null;
}

/** Reads what is behind a number. Never writes; every query has a limit of rows and the pool's limit of time. */
export class EvidenceReader {
  constructor(private readonly pool: pg.Pool) {}

  /**
   * Of each of these types the newest events that happened in (from, until] of its own, newest first; at most `each`. All had
   * arrived by `arrived`.
   */
  async eventsOf(
    types: ReadonlyMap<string, number>,
    { from, arrived, each }: { from: number; arrived: number; each: number },
  ): Promise<HubEvent[]> {
    // Type by type, so that each is read from the end of its index. Partitions are days of arrival, and nothing arrives a
    // day before it happened.
    const rows = await this.inTurn(
      `SELECT e.* FROM unnest($1::text[], $7::timestamptz[]) AS t (type, until) CROSS JOIN LATERAL (
         SELECT source, id, event.type, "time", unit, subject, data FROM event
         WHERE event.type = t.type AND "time" > $2 AND "time" <= t.until AND received_at <= $3 AND day BETWEEN $5::date AND $6::date
         ORDER BY "time" DESC LIMIT $4) e
       ORDER BY e."time" DESC`,
      [
        [...types.keys()],
        new Date(from),
        new Date(arrived),
        each,
        dayName(from - DAY_MS),
        dayName(arrived),
        [...types.values()].map((until) => new Date(until)),
      ],
    );
    return rows.map(toEvent);
  }

  /**
   * Of each window the newest events that are narrowed so, at most `each`, among the newest `scanned` of its type there. The
   * database picks them: thousands that are of no concern cost less there than hundreds that are brought here.
   */
  async eventsAmong(
    windows: readonly EventWindow[],
    { units, text }: NarrowedBy,
    { arrived, scanned, each }: { arrived: number; scanned: number; each: number },
  ): Promise<HubEvent[]> {
    if (windows.length === 0) return [];
    const earliest = windows.reduce((least, { from }) => Math.min(least, from), arrived);
    const rows = await this.inTurn(
      `SELECT e.* FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) AS w (type, since, until) CROSS JOIN LATERAL (
         SELECT * FROM (
           SELECT source, id, event.type, "time", unit, subject, data FROM event
           WHERE event.type = w.type AND "time" > w.since AND "time" <= w.until AND received_at <= $4 AND day BETWEEN $5::date AND $6::date
           ORDER BY "time" DESC LIMIT $7) newest
         WHERE ($8::text[] IS NULL OR unit IS NULL OR unit = ANY($8))
           AND ($9::text IS NULL OR source = $9 OR subject = $9 OR strpos(data::text, $10) > 0)
         LIMIT $11) e
       ORDER BY e."time" DESC`,
      [
        windows.map(({ type }) => type),
        windows.map(({ from }) => new Date(from)),
        windows.map(({ until }) => new Date(until)),
        new Date(arrived),
        dayName(earliest - DAY_MS),
        dayName(arrived),
        scanned,
        units,
        text,
        // As it stands in JSON, which escapes quotes.
        text === null ? null : JSON.stringify(text).slice(1, -1),
        each,
      ],
    );
    return rows.map(toEvent);
  }

  /**
   * Events along the index of their type, newest first. The planner cannot know how long a stretch of time is that stands in
   * a row: it would gather all of it, a day of a type, and sort it.
   */
  private async inTurn(text: string, values: unknown[]): Promise<EventRow[]> {
    return inTransaction(this.pool, async (client) => (await client.query<EventRow>(text, values)).rows, BEGIN_IN_TURN);
  }

  /** What these things add, by `kind key`; one that is not known is absent. */
  async sharesOf(things: readonly ThingName[]): Promise<Map<string, StoredShare[]>> {
    const { rows } = await this.pool.query<ThingName & { shares: StoredShare[] }>(
      `SELECT kind, key, shares FROM projection
       JOIN unnest($1::text[], $2::text[]) AS asked (kind, key) USING (kind, key)`,
      [things.map(({ kind }) => kind), things.map(({ key }) => key)],
    );
    return new Map(rows.map(({ kind, key, shares }) => [`${kind} ${key}`, shares]));
  }

  /** What was entered of these metrics for periods that start in [from, to], by `until`. */
  async enteredNumbers(
    metrics: readonly string[],
    { from, to, until }: { from: number; to: number; until: number },
  ): Promise<EnteredNumber[]> {
    const { rows } = await this.pool.query<EnteredRow>(
      `SELECT DISTINCT ON (metric, unit, dims, period) metric, unit, dims, period::text AS period, published_at AS published
       FROM entry WHERE metric = ANY($1::text[]) AND published_at <= $2 AND period BETWEEN $3::date AND $4::date
       ORDER BY metric, unit, dims, period, version DESC LIMIT ${MOST_ENTERED}`,
      [metrics, new Date(until), dayName(from), dayName(to)],
    );
    return rows.map(({ period, published, ...row }) => {
      return { ...row, start: dayStart(period), publishedAt: published.getTime() };
    });
  }
}

const BEGIN_IN_TURN =
  'BEGIN READ ONLY; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off';

const MOST_ENTERED = 100_000;

interface EnteredRow extends Omit<EnteredNumber, 'start' | 'publishedAt'> {
  period: string;
  published: Date;
}
