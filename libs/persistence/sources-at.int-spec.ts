import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DAY_MS, HOUR_MS, MINUTE_MS, type HubEvent } from '#libs/contracts';
import { storeParts } from '#libs/pipeline';
import type pg from 'pg';
import { testDatabase, type TestDatabase } from '../../test/support/database.js';
import { move, reading, sampleCatalogue } from '../../test/support/sample-pack.js';
import { BucketReader } from './bucket-reader.js';
import { PgPipelineStore, pipelinePool } from './pipeline-store.js';
import { sourcesAt, type StoredSource } from './sources-at.js';

const AT = Date.UTC(2026, 10, 25, 5);
const METER = 'vn.ioc.sample.meter.read.v1';
const TASK = 'vn.ioc.sample.task.moved.v1';
let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await testDatabase();
  pool = pipelinePool(database.url, 'test', 2);
  for (const [id, type] of [
    ['busy', METER],
    ['daily', TASK],
    ['lately', TASK],
    ['silent', METER],
  ])
    await database.query(
      `INSERT INTO source (id, name, types, units, every, created_at) VALUES ($1, $1, $2, '{"*"}', 600, $3)`,
      [id, [type], new Date(AT - 40 * DAY_MS)],
    );
  const ago = (ms: number): number => AT - ms;
  await store('busy', ago(5 * MINUTE_MS), reading('b1', ago(6 * MINUTE_MS), 1));
  await store('busy', ago(3 * MINUTE_MS), reading('b2', ago(30 * HOUR_MS), 1));
  await store('busy', AT + 1, reading('b3', ago(MINUTE_MS), 1));
  await store('daily', ago(26 * HOUR_MS), move('d1', ago(27 * HOUR_MS), 't', 'open', AT));
  await store('daily', ago(MINUTE_MS));
  await store('lately', ago(HOUR_MS), move('l1', ago(HOUR_MS), 't2', 'open', AT));
  await store('silent', ago(5 * DAY_MS), reading('s1', ago(5 * DAY_MS), 1));
});
afterAll(async () => {
  await pool?.end();
  await database?.drop();
});

const store = (source: string, at: number, ...events: HubEvent[]) =>
  storeParts(
    new PgPipelineStore(pool),
    sampleCatalogue(),
    [
      {
        ...{ batch: randomUUID(), source, at, via: 'http' as const, rejected: [], rejectedTotal: 0 },
        events: events.map((event) => ({ ...event, source })),
      },
    ],
    at,
  );
const told = async (at = AT) =>
  Object.fromEntries(
    (await sourcesAt(pool, at)).map(({ id, lastEvent, lastSeen }) => [
      id,
      [lastEvent, lastSeen].map((time) => time && (AT - time) / MINUTE_MS),
    ]),
  );

test('every source as it stood then: what came later, and old data that came since, change nothing', async () => {
  expect(await told()).toEqual({
    busy: [6, 3],
    daily: [27 * 60, 1],
    lately: [60, 60],
    silent: [5 * 24 * 60, 5 * 24 * 60],
  });
  expect(await told(AT + 1)).toMatchObject({ busy: [1, -1 / MINUTE_MS] });
});

test('before its first batch a source was not heard, and of batches that say no event only when they came is told', async () => {
  expect(await told(AT - 2 * HOUR_MS)).toMatchObject({ busy: [null, null], daily: [27 * 60, 26 * 60] });
  await database.query(`UPDATE batch SET last_event = NULL WHERE source_id = 'lately'`);
  expect(await told()).toMatchObject({ lately: [null, 60] });
});

test('hand entry with the metrics of which it had published figures by then', async () => {
  await database.query(
    `INSERT INTO source (id, name, types, units, every, created_at) VALUES ('hand-entry', 'h', '{x}', '{"*"}', 600, $1)`,
    [new Date(AT - HOUR_MS)],
  );
  for (const [metric, at] of [
    ['sample.early', AT - MINUTE_MS],
    ['sample.late', AT + 1],
    ['sample.draft', null],
  ] as const)
    await database.query(
      `INSERT INTO entry (id, metric, unit, dims, period, version, author, published_at) VALUES ($1, $2, '', '{}', '2026-01-01', 1, 'w', $3)`,
      [randomUUID(), metric, at === null ? null : new Date(at)],
    );
  const entered = (sources: StoredSource[]) => sources.flatMap((source) => source.entered ?? []);
  expect(entered(await sourcesAt(pool, AT))).toEqual(['sample.early']);
  expect(entered(await new BucketReader(pool).sources())).toEqual(['sample.early', 'sample.late']);
});
