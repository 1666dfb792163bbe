import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type BucketRow, type ChangesMessage, HOUR_MS } from '#libs/contracts';
import { BucketReader } from '#libs/persistence';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { pino } from 'pino';
import { testDatabase, type TestDatabase } from '../../test/support/database.js';
import type { LiveBus } from './bus.js';
import { FollowedBuckets } from './followed-buckets.js';

const NOW = Date.parse('2026-11-22T03:30:00Z');
const HOUR = NOW - (NOW % HOUR_MS);
const SERIES = 50;

let database: TestDatabase;
let pool: pg.Pool;
let followed: FollowedBuckets;
let tell: (message: ChangesMessage) => void;
/** How many buckets each reading brought. */
const read: number[] = [];

class CountedReader extends BucketReader {
  override async buckets(...asked: Parameters<BucketReader['buckets']>): Promise<BucketRow[]> {
    const rows = await super.buckets(...asked);
    read.push(rows.length);
    return rows;
  }
}

/**
 * Transactions are numbered for the whole server: while one that is older than the rows above is open, in whichever
 * database, those rows count as maybe unread and are read again. Other tests share this server.
 */
async function everyOlderEnded(): Promise<void> {
  const [last] = await database.query<{ xid: string }>('SELECT pg_current_xact_id()::text AS xid');
  const reader = new BucketReader(pool);
  while (BigInt(await reader.mark()) <= BigInt(last?.xid ?? 0)) await setTimeout(20);
}

beforeAll(async () => {
  database = await testDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 4 });
  await database.query(
    `INSERT INTO series (metric, dims) SELECT 'port.ships', ARRAY['p' || n] FROM generate_series(1, ${SERIES}) n`,
  );
  await database.query(
    `INSERT INTO bucket (series, resolution, start, count, sum) SELECT id, 2, $1, 1, 1 FROM series`,
    [HOUR / 1_000],
  );
  await everyOlderEnded();
  const bus: Partial<LiveBus> = {
    publish: () => Promise.resolve(),
    subscribe: (_topic, listener) => {
      tell = listener as (message: ChangesMessage) => void;
      return Promise.resolve(() => Promise.resolve());
    },
    onGap: () => undefined,
    onError: () => undefined,
  };
  followed = new FollowedBuckets({
    name: 'test',
    reader: new CountedReader(pool),
    bus: bus as LiveBus,
    clock: { now: () => NOW },
    log: pino({ level: 'silent' }),
    needsAt: () => new Map([['port.ships', { ranges: { h: { from: HOUR, to: HOUR + 1 } }, levelsFrom: null }]]),
  });
  await followed.start();
});

afterAll(async () => {
  await followed.stop();
  await pool.end();
  await database.drop();
});

const says = (publisher: string): ChangesMessage => ({
  ...{ publisher, n: 0, at: NOW, receivedAt: null, buckets: [], sources: [], recent: [] },
});

/** Sum of the hour of one series. */
function sumOf(dim: string): number | undefined {
  for (const [{ dims }, { sum }] of followed.buckets.period('port.ships', 'h', HOUR)?.cells ?? [])
    if (dims[0] === dim) return sum;
  return undefined;
}

const raise = (client: pg.ClientBase | pg.Pool, dim: string, sum: number): Promise<unknown> =>
  client.query(
    `UPDATE bucket SET sum = $2, version = version + 1 FROM series s WHERE s.id = bucket.series AND s.dims = ARRAY[$1]`,
    [dim, sum],
  );

test('what a dead worker committed and did not tell is read when the next one speaks, and nothing else is', async () => {
  expect(read).toEqual([SERIES]);
  await raise(pool, 'p7', 70);
  tell(says('next worker'));
  await followed.catchUp();
  expect(sumOf('p7')).toBe(70);
  expect(Math.max(...read.slice(1))).toBe(1);
  await followed.reload();
  expect(read.at(-1)).toBe(SERIES);
});

test('a transaction that was open while all was read is not lost, however late it ends', async () => {
  const slow = await pool.connect();
  await slow.query('BEGIN');
  await raise(slow, 'p8', 80);
  // Younger ones come and go meanwhile.
  await raise(pool, 'p9', 90);
  await followed.catchUp();
  await followed.catchUp();
  expect(sumOf('p8')).toBe(1);
  await slow.query('COMMIT');
  slow.release();
  await followed.catchUp();
  expect([sumOf('p8'), sumOf('p9')]).toEqual([80, 90]);
});

test('one who only follows is no reason to read', async () => {
  const before = read.length;
  tell({ ...says('another gateway'), follower: true });
  await followed.catchUp();
  expect(read.length - before).toBe(1);
});

test('who is told of a figure that was entered here knows of which metric', async () => {
  await database.query(
    `INSERT INTO source (id, name, types, units, every) VALUES ('hand-entry', 'h', '{x}', '{"*"}', 600)`,
  );
  await database.query(`INSERT INTO entry (id, metric, unit, dims, period, version, author, published_at)
    VALUES (gen_random_uuid(), 'port.ships', '', '{}', '2026-01-01', 1, 'w', now())`);
  const told = new Promise((done) => followed.onChanges(() => done(followed.sources.map(({ entered }) => entered))));
  const seen = { source: 'hand-entry', lastEvent: NOW, lastSeen: NOW };
  tell({ ...says('another gateway'), n: 1, sources: [seen] });
  expect(await told).toEqual([['port.ships']]);
});
