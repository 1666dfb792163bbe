import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DAY_MS, type HubEvent } from '#libs/contracts';
import { type PipelineStore, storeParts } from '#libs/pipeline';
import { Catalogue, type SectorPack } from '#libs/sector-kit';
import type pg from 'pg';
import { testDatabase, type TestDatabase } from '../../test/support/database.js';
import { reading, samplePack } from '../../test/support/sample-pack.js';
import { PgPipelineStore, pipelinePool } from './pipeline-store.js';
import { recountFlows } from './recount-flows.js';
import { verify } from './verify.js';

const NOON = Date.UTC(2026, 10, 22, 5);
let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await testDatabase();
  pool = pipelinePool(database.url, 'test', 6);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

/** The pack as it counts otherwise: readings ten times as large, by source too, and of meter m0 none. */
const events = samplePack.events.map((type) => ({
  ...type,
  ...(type.observe
    ? {
        observe: (event: Parameters<NonNullable<typeof type.observe>>[0]) =>
          (type.observe?.(event) ?? [])
            .filter(({ dims }) => dims[0] !== 'm0')
            .map((one) => ({ ...one, dims: [...one.dims, event.source], value: 10 * one.value })),
      }
    : {}),
}));
const metrics = samplePack.metrics.map((metric) =>
  metric.kind === 'stock' ? metric : { ...metric, dims: [...metric.dims, 'source'] },
);
const changed: SectorPack = { ...samplePack, events, metrics, flows: '2' };
const [before, after] = [new Catalogue([samplePack]), new Catalogue([changed])];

const store = (catalogue: Catalogue, list: HubEvent[], through: PipelineStore = new PgPipelineStore(pool)) =>
  storeParts(
    through,
    catalogue,
    [{ batch: randomUUID(), source: 'test', at: NOON, via: 'http', events: list, rejected: [], rejectedTotal: 0 }],
    NOON,
  );
const recount = (rawDays = 400) => recountFlows(pool, after, { rawDays, minuteDays: 35, now: NOON });
const findings = async (rawDays = 400) =>
  (await verify(pool, after, { rawDays, minuteDays: 35, now: NOON })).findings.map(({ what }) => what);
const meters = (name: string, hours: number[]) =>
  hours.map((h) => reading(`${name}${h}`, NOON - h * 3_600_000, h * 1.1, `m${h % 3}`));

test('flows that other rules counted are counted anew from raw events, once, as far back as those are kept', async () => {
  await store(before, meters('a', [0, 1, 2, 5, 20, 30, 60]));
  expect(await findings()).not.toEqual([]);
  // Of two days 20 and 30 hours ago are the oldest within reach.
  expect(await recount(2)).toEqual([{ pack: 'sample', events: 6 }]);
  expect(await findings(2)).toEqual([]);
  const [old] = await database.query<{ sum: number; dims: string[] }>(
    `SELECT b.sum, s.dims FROM bucket b JOIN series s ON s.id = b.series
     WHERE s.metric = 'sample_meter' AND b.resolution = 3 AND b.start < $1`,
    [(NOON - 2 * DAY_MS) / 1000],
  );
  expect(old).toEqual({ sum: 66, dims: ['m0', '92'] });
  expect(await recount(2)).toEqual([]);
  await pool.query(`DELETE FROM pack_revision WHERE pack = 'sample/flows'`);
  expect(await recount()).toEqual([{ pack: 'sample', events: 7 }]);
  expect(await findings()).toEqual([]);
});

test('what is stored meanwhile is counted once: an hour waits for those who write, and they for it', async () => {
  await pool.query(`DELETE FROM pack_revision WHERE pack = 'sample/flows'`);
  let commit = (): void => undefined;
  const asked = new Promise<void>((resolve) => (commit = resolve));
  let written = (): void => undefined;
  const isWritten = new Promise<void>((resolve) => (written = resolve));
  const own = new PgPipelineStore(pool);
  const slow: PipelineStore = Object.assign(Object.create(own) as PipelineStore, {
    transaction: ((work) =>
      own.transaction(async (tx) => {
        const result = await work(tx);
        written();
        await asked;
        return result;
      })) as PipelineStore['transaction'],
  });
  const stored = store(after, meters('b', [1, 4, 25]), slow);
  await isWritten;
  const recounted = recount();
  for (let waits = false; !waits;) {
    // Of this database: every one made of the same template numbers its tables alike.
    const rows = await database.query(
      `SELECT 1 FROM pg_locks WHERE relation = 'bucket'::regclass AND NOT granted
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    waits = rows.length > 0;
  }
  commit();
  await stored;
  expect(await recounted).toEqual([{ pack: 'sample', events: 10 }]);
  expect(await findings()).toEqual([]);
});

const again = () => pool.query(`DELETE FROM pack_revision WHERE pack = 'sample/flows'`);

test('an hour at a time: who writes goes between, and each event is in its hour and its day once', async () => {
  await again();
  const own: Promise<unknown>[] = [];
  let asked = 0;
  const between = (): boolean => {
    const n = ++asked;
    if (n % 7 === 0) own.push(store(after, [reading(`c${n}`, NOON - (n % 70) * 3_600_000, n, `m${n % 3}`)]));
    return false;
  };
  const done = await recountFlows(pool, after, { rawDays: 400, minuteDays: 35, now: NOON, stopped: between });
  await Promise.all(own);
  expect(own.length).toBeGreaterThan(9);
  expect(done).toHaveLength(1);
  expect(await findings()).toEqual([]);
});

test('stopped, it leaves whole hours, and begins again at the next start', async () => {
  await again();
  await pool.query('UPDATE bucket SET count = 99 WHERE resolution IN (2, 3) AND last IS NOT NULL');
  const options = { rawDays: 400, minuteDays: 35, now: NOON };
  let hours = 0;
  expect(await recountFlows(pool, after, { ...options, stopped: () => ++hours > 24 })).toBeNull();
  const [day] = await database.query<{ hours: number; days: number }>(
    `SELECT (count(*) FILTER (WHERE resolution = 2))::int AS hours, (count(*) FILTER (WHERE resolution = 3))::int AS days
     FROM bucket WHERE count = 99 AND last IS NOT NULL AND start < $1`,
    [(NOON - 2.5 * DAY_MS) / 1000],
  );
  expect(day).toEqual({ hours: 0, days: expect.any(Number) });
  expect(day?.days).toBeGreaterThan(0);
  await recount();
  expect(await findings()).toEqual([]);
});

test('stopped while it waits for those who write, it tries no more', async () => {
  await again();
  const writer = await pool.connect();
  await writer.query('BEGIN; LOCK TABLE bucket IN ROW EXCLUSIVE MODE');
  let asked = 0;
  const stopped = (): boolean => ++asked > 1;
  expect(await recountFlows(pool, after, { rawDays: 400, minuteDays: 35, now: NOON, stopped })).toBeNull();
  await writer.query('ROLLBACK');
  writer.release();
  expect(asked).toBe(2);
});

test('a statement of it may last longer than those of the pool', async () => {
  await again();
  await database.query(`CREATE FUNCTION is_hasty() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF current_setting('statement_timeout')::interval < interval '5 min' THEN RAISE EXCEPTION 'hasty'; END IF;
    RETURN NULL; END $$`);
  await database.query('CREATE TRIGGER hasty AFTER UPDATE ON bucket EXECUTE FUNCTION is_hasty()');
  try {
    expect(await recount()).toMatchObject([{ pack: 'sample' }]);
  } finally {
    await database.query('DROP TRIGGER hasty ON bucket');
  }
});
