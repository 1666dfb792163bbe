import { dayName, type BatchPart, type SourceSeen } from '#libs/contracts';
import {
  thingId,
  type BatchResult,
  type FreshEvent,
  type PipelineStore,
  type StoredThing,
  type StoreTransaction,
  type ThingKey,
} from '#libs/pipeline';
import pg from 'pg';
import { addToBuckets, readBuckets, SeriesIds } from './bucket-table.js';
import { numberArray, textArray } from './sql-arrays.js';

/** Another transaction made the same thing meanwhile; the work is done again. */
class LostRaceError extends Error {}

/** Serialization failure, deadlock, lock not available. */
const RETRYABLE = new Set(['40001', '40P01', '55P03']);
/** Data exception, integrity violation, a value too long for an index row: the data's own fault. */
const DATA_CLASSES = new Set(['22', '23', '54']);

/** The worker's transaction on PostgreSQL. */
export class PgPipelineStore implements PipelineStore {
  private readonly ids: SeriesIds;

  constructor(private readonly pool: pg.Pool) {
    this.ids = new SeriesIds(pool);
  }

  async transaction<R>(work: (tx: StoreTransaction) => Promise<R>): Promise<R> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('BEGIN');
      const result = await work(new PgTransaction(client, this.ids));
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((rollback: Error) => (broken = rollback));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  isDataError(error: unknown): boolean {
    return DATA_CLASSES.has(sqlState(error).slice(0, 2));
  }

  isRetryable(error: unknown): boolean {
    return error instanceof LostRaceError || RETRYABLE.has(sqlState(error));
  }
}

/** Day of arrival of each event: named once a part. */
function days(events: readonly FreshEvent[]): string[] {
  const named = new Map<BatchPart, string>();
  return events.map(({ part }) => {
    const day = named.get(part) ?? dayName(part.at);
    named.set(part, day);
    return day;
  });
}

const sqlState = (error: unknown): string => (error instanceof pg.DatabaseError ? (error.code ?? '') : '');

/** A pool for the pipeline: every wait has a limit, so that a stuck server shows as an error. */
export function pipelinePool(url: string, application: string, max: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: application,
    max,
    connectionTimeoutMillis: 5_000,
    query_timeout: 60_000,
    statement_timeout: 60_000,
    idle_in_transaction_session_timeout: 30_000,
    keepAlive: true,
  });
  pool.on('error', () => undefined);
  // One that breaks between two queries of a transaction: the next query says so. Unheard it would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

class PgTransaction implements StoreTransaction {
  constructor(
    private readonly client: pg.PoolClient,
    private readonly ids: SeriesIds,
  ) {}

  async claimBatches(parts: readonly BatchPart[], now: number): Promise<Set<string>> {
    const sorted = [...new Map(parts.map((part) => [part.batch, part])).values()].sort((a, b) =>
      a.batch < b.batch ? -1 : 1,
    );
    const { rows } = await this.client.query<{ id: string }>({
      name: 'batch-claim',
      text: `
        INSERT INTO batch (id, source_id, day, received_at, stored_at, via, sent, stored, duplicates, rejected)
        SELECT id, source, day, to_timestamp(at / 1000.0), to_timestamp($7 / 1000.0), via, sent, 0, 0, 0
        FROM unnest($1::uuid[], $2::text[], $3::date[], $4::float8[], $5::text[], $6::int[]) AS p (id, source, day, at, via, sent)
        ORDER BY id
        ON CONFLICT DO NOTHING RETURNING id`,
      values: [
        textArray(sorted.map((part) => part.batch)),
        textArray(sorted.map((part) => part.source)),
        textArray(sorted.map((part) => dayName(part.at))),
        numberArray(sorted.map((part) => part.at)),
        textArray(sorted.map((part) => part.via)),
        numberArray(sorted.map((part) => part.events.length + part.rejectedTotal)),
        now,
      ],
    });
    return new Set(rows.map((row) => row.id));
  }

  async claimEvents(events: readonly FreshEvent[]): Promise<Set<number>> {
    if (events.length === 0) return new Set();
    const sources = textArray(events.map(({ event }) => event.source));
    const ids = textArray(events.map(({ event }) => event.id));
    const { rowCount } = await this.client.query({
      name: 'ledger-claim',
      text: `
        INSERT INTO ledger (source, id, day)
        SELECT * FROM unnest($1::text[], $2::text[], $3::date[]) AS e (source, id, day)
        ORDER BY source COLLATE "C", id COLLATE "C"
        ON CONFLICT DO NOTHING`,
      values: [sources, ids, textArray(days(events))],
    });
    if (rowCount === events.length) return new Set();
    // Only where some were there already is it asked which: those that this transaction did not write.
    const { rows } = await this.client.query<{ n: number }>({
      name: 'ledger-known',
      text: `
        SELECT e.n::int FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS e (source, id, n)
        JOIN ledger l ON l.source = e.source AND l.id = e.id
        WHERE l.xmin <> pg_current_xact_id()::xid`,
      values: [sources, ids],
    });
    return new Set(rows.map((row) => row.n - 1));
  }

  async insertEvents(events: readonly FreshEvent[]): Promise<void> {
    if (events.length === 0) return;
    const parts = [...new Set(events.map(({ part }) => part))];
    const position = new Map(parts.map((part, index) => [part, index + 1]));
    await this.client.query({
      name: 'event-insert',
      text: `
        INSERT INTO event (day, source, id, type, "time", unit, subject, data, received_at, batch)
        SELECT p.day, p.source, e.id, e.type, to_timestamp(e.at / 1000.0), e.unit, e.subject, e.data::json, to_timestamp(p.at / 1000.0), p.batch
        FROM unnest($1::int[], $2::text[], $3::text[], $4::float8[], $5::text[], $6::text[], $7::text[]) AS e (part, id, type, at, unit, subject, data)
        JOIN unnest($8::date[], $9::text[], $10::float8[], $11::uuid[]) WITH ORDINALITY AS p (day, source, at, batch, n) ON p.n = e.part`,
      values: [
        numberArray(events.map(({ part }) => position.get(part) ?? 0)),
        textArray(events.map(({ event }) => event.id)),
        textArray(events.map(({ event }) => event.type)),
        numberArray(events.map(({ event }) => event.time)),
        textArray(events.map(({ event }) => event.unit ?? null)),
        textArray(events.map(({ event }) => event.subject ?? null)),
        textArray(events.map(({ event }) => JSON.stringify(event.data))),
        textArray(parts.map((part) => dayName(part.at))),
        textArray(parts.map((part) => part.source)),
        numberArray(parts.map((part) => part.at)),
        textArray(parts.map((part) => part.batch)),
      ],
    });
  }

  async readThings(keys: readonly ThingKey[]): Promise<Map<string, StoredThing>> {
    if (keys.length === 0) return new Map();
    const { rows } = await this.client.query<ThingRecord>({
      name: 'projection-read',
      text: `SELECT ${THING} FROM unnest($1::text[], $2::text[]) AS k (kind, key) JOIN projection p ON p.kind = k.kind AND p.key = k.key`,
      values: [textArray(keys.map(({ kind }) => kind)), textArray(keys.map(({ key }) => key))],
    });
    return new Map(rows.map((row) => [thingId(row), toThing(row)]));
  }

  async lockDueThings(now: number, limit: number): Promise<StoredThing[]> {
    const { rows } = await this.client.query<ThingRecord>({
      name: 'projection-due',
      // Sorted locks would not be needed with SKIP LOCKED, but the buckets that follow are shared.
      text: `SELECT ${THING} FROM projection p WHERE p.until <= $1 ORDER BY p.until LIMIT $2 FOR UPDATE SKIP LOCKED`,
      values: [now, limit],
    });
    return rows.map(toThing);
  }

  async saveThings(things: readonly StoredThing[], now: number): Promise<void> {
    const sorted = [...things].sort((a, b) => (thingId(a) < thingId(b) ? -1 : 1));
    const fresh = sorted.filter((thing) => thing.version === undefined);
    const known = sorted.filter((thing) => thing.version !== undefined);
    const columns = (list: readonly StoredThing[]): string[] => [
      textArray(list.map((thing) => thing.kind)),
      textArray(list.map((thing) => thing.key)),
      textArray(list.map((thing) => JSON.stringify(thing.state))),
      textArray(list.map((thing) => JSON.stringify(thing.shares))),
      numberArray(list.map((thing) => thing.asOf)),
      numberArray(list.map((thing) => thing.until)),
    ];
    const input =
      'unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[]) AS t (kind, key, state, shares, as_of, until)';
    if (fresh.length > 0) {
      const { rowCount } = await this.client.query({
        name: 'projection-create',
        text: `
          INSERT INTO projection (kind, key, state, shares, as_of, until, since)
          SELECT kind, key, state::json, shares::json, as_of, until, $7::date FROM ${input} ORDER BY kind COLLATE "C", key COLLATE "C"
          ON CONFLICT DO NOTHING`,
        values: [...columns(fresh), dayName(now)],
      });
      if (rowCount !== fresh.length) throw new LostRaceError('a projection was made by another worker');
    }
    if (known.length > 0) {
      const { rowCount } = await this.client.query({
        name: 'projection-save',
        text: `
          UPDATE projection p SET state = t.state::json, shares = t.shares::json, as_of = t.as_of, until = t.until, version = p.version + 1
          FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::int[])
            AS t (kind, key, state, shares, as_of, until, version)
          WHERE p.kind = t.kind AND p.key = t.key AND p.version = t.version`,
        values: [...columns(known), numberArray(known.map((thing) => thing.version ?? 0))],
      });
      if (rowCount !== known.length) throw new LostRaceError('a projection was changed by another worker');
    }
  }

  addToBuckets: StoreTransaction['addToBuckets'] = (deltas) => addToBuckets(this.client, this.ids, deltas);

  readBuckets: StoreTransaction['readBuckets'] = (deltas) => readBuckets(this.client, this.ids, deltas);

  async markSources(sources: readonly SourceSeen[]): Promise<void> {
    await this.client.query({
      name: 'source-mark',
      text: `
        INSERT INTO source_state AS s (source, last_event, last_seen)
        SELECT source, to_timestamp(last_event / 1000.0), to_timestamp(last_seen / 1000.0)
        FROM unnest($1::text[], $2::float8[], $3::float8[]) AS n (source, last_event, last_seen) ORDER BY source COLLATE "C"
        ON CONFLICT (source) DO UPDATE SET
          last_event = greatest(s.last_event, excluded.last_event), last_seen = greatest(s.last_seen, excluded.last_seen)`,
      values: [
        textArray(sources.map((seen) => seen.source)),
        numberArray(sources.map((seen) => seen.lastEvent)),
        numberArray(sources.map((seen) => seen.lastSeen)),
      ],
    });
  }

  async finishBatches(results: readonly BatchResult[], now: number): Promise<void> {
    if (results.length === 0) return;
    await this.client.query({
      name: 'batch-finish',
      text: `
        UPDATE batch b SET stored = r.stored, duplicates = r.duplicates, rejected = r.rejected,
          last_event = (SELECT last_event FROM source_state WHERE source = b.source_id)
        FROM unnest($1::uuid[], $2::int[], $3::int[], $4::int[]) AS r (id, stored, duplicates, rejected) WHERE b.id = r.id`,
      values: [
        textArray(results.map(({ part }) => part.batch)),
        numberArray(results.map((result) => result.stored)),
        numberArray(results.map((result) => result.duplicates)),
        numberArray(results.map((result) => result.part.rejectedTotal + result.setAside.length)),
      ],
    });
    await this.insertRejections(results, now);
    await this.insertSetAside(results);
  }

  private async insertRejections(results: readonly BatchResult[], now: number): Promise<void> {
    const rows = results.flatMap(({ part, setAside }) =>
      [...part.rejected, ...setAside.map(({ rejection }) => rejection)].map((rejection) => ({ part, rejection })),
    );
    if (rows.length === 0) return;
    await this.client.query({
      name: 'rejection-insert',
      text: `
        INSERT INTO rejection (batch_id, source_id, at, position, event_id, code, path, message)
        SELECT batch, source, to_timestamp($8 / 1000.0), position, id, code, path, message
        FROM unnest($1::uuid[], $2::text[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[]) AS r (batch, source, position, id, code, path, message)`,
      values: [
        textArray(rows.map(({ part }) => part.batch)),
        textArray(rows.map(({ part }) => part.source)),
        numberArray(rows.map(({ rejection }) => rejection.index)),
        textArray(rows.map(({ rejection }) => withoutNul(rejection.id))),
        textArray(rows.map(({ rejection }) => rejection.code)),
        textArray(rows.map(({ rejection }) => withoutNul(rejection.path) ?? '')),
        textArray(rows.map(({ rejection }) => withoutNul(rejection.message) ?? '')),
        now,
      ],
    });
  }

  private async insertSetAside(results: readonly BatchResult[]): Promise<void> {
    const rows = results.flatMap(({ part, setAside }) => setAside.map((entry) => ({ part, ...entry })));
    if (rows.length === 0) return;
    await this.client.query({
      name: 'set-aside-insert',
      text: `
        INSERT INTO set_aside (batch_id, source_id, event_id, reason, event)
        SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[])`,
      values: [
        textArray(rows.map(({ part }) => part.batch)),
        textArray(rows.map(({ part }) => part.source)),
        textArray(rows.map(({ event }) => withoutNul(event.id) ?? '')),
        textArray(rows.map(({ rejection }) => withoutNul(rejection.message) ?? '')),
        textArray(rows.map(({ event }) => JSON.stringify(event))),
      ],
    });
  }
}

interface ThingRecord extends ThingKey {
  state: string;
  shares: string;
  as_of: string;
  until: string | null;
  version: number;
}
const THING = 'p.kind, p.key, p.state::text AS state, p.shares::text AS shares, p.as_of, p.until, p.version';

const toThing = (row: ThingRecord): StoredThing => ({
  kind: row.kind,
  key: row.key,
  state: JSON.parse(row.state) as object,
  text: row.state,
  version: row.version,
  /** Parsed when asked for: most things are only told again. */
  get shares() {
    return JSON.parse(row.shares) as StoredThing['shares'];
  },
  asOf: Number(row.as_of),
  until: row.until === null ? null : Number(row.until),
});

/** PostgreSQL text holds no U+0000; an event set aside because of one must still be shown. */
const withoutNul = (value: string | null): string | null =>
  value === null ? null : value.replaceAll('\u0000', '\uFFFD');
