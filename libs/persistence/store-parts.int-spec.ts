import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { BatchPart, HubEvent } from '#libs/contracts';
import { passDeadlines, storeParts } from '#libs/pipeline';
import type pg from 'pg';
import { testDatabase, type TestDatabase } from '../../test/support/database.js';
import { move, reading, sampleCatalogue } from '../../test/support/sample-pack.js';
import { BucketReader } from './bucket-reader.js';
import { sampleLevels } from './maintenance.js';
import { PgPipelineStore, pipelinePool } from './pipeline-store.js';

const NOON = Date.UTC(2026, 10, 22, 5);
const catalogue = sampleCatalogue();

const bindStore = (store: PgPipelineStore) => ({
  isDataError: (error: unknown) => store.isDataError(error),
  isRetryable: (error: unknown) => store.isRetryable(error),
});

function part(events: HubEvent[], over: Partial<BatchPart> = {}): BatchPart {
  return {
    batch: randomUUID(),
    source: 'test',
    at: NOON,
    via: 'http',
    events,
    rejected: [],
    rejectedTotal: 0,
    ...over,
  };
}

describe('one transaction stores and counts', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  let store: PgPipelineStore;

  beforeAll(async () => {
    database = await testDatabase();
    pool = pipelinePool(database.url, 'test', 6);
    store = new PgPipelineStore(pool);
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });
  beforeEach(async () => {
    await pool.query(
      'TRUNCATE ledger, event, bucket, projection, batch, rejection, set_aside, source_state, level_sample',
    );
  });

  const run = (parts: BatchPart[], now = NOON) => storeParts(store, catalogue, parts, now);
  const buckets = (metric: string, resolution: number) =>
    database.query<{ start: string; count: string; sum: number; min: number; max: number; last: number }>(
      `SELECT b.start, b.count, b.sum, b.min, b.max, b.last FROM bucket b JOIN series s ON s.id = b.series WHERE s.metric = $1 AND b.resolution = $2 ORDER BY b.start`,
      [metric, resolution],
    );
  const level = async (metric: string) => (await buckets(metric, 0))[0]?.sum ?? 0;

  test('which metrics were ever observed: each once, however many series it has', async () => {
    const reader = new BucketReader(pool);
    await pool.query('TRUNCATE series');
    // The ids that a store keeps are of series that are there.
    store = new PgPipelineStore(pool);
    expect(await reader.observedMetrics()).toEqual([]);
    await run([part([reading('a', NOON, 3), move('b', NOON, 't', 'open', NOON + 60_000)])]);
    const { rows } = await pool.query<{ metric: string }>('SELECT DISTINCT metric FROM series ORDER BY metric');
    expect(rows.length).toBeGreaterThan(1);
    expect(await reader.observedMetrics()).toEqual(rows.map(({ metric }) => metric));
    // Before the first of their events none was, however early a bucket begins that counts one.
    const all = rows.map(({ metric }) => metric);
    expect(await reader.observedBy(NOON - 1, all)).toEqual([]);
    expect(await reader.observedBy(NOON, all)).toContain('sample_meter');
    expect(await reader.observedBy(NOON, all)).not.toContain('sample_tasks_open');
    expect(await reader.observedBy(NOON, ['sample_meter', 'unheard-of'])).toEqual(['sample_meter']);
    // Levels are known by their samples.
    await sampleLevels(pool, NOON + 60_000);
    expect((await reader.observedBy(NOON + 60_000, all)).sort()).toEqual([...all].sort());
  });

  test('a batch given twice changes nothing, and its buckets are published again', async () => {
    const given = part([reading('a', NOON, 3), reading('b', NOON + 1, 5), move('c', NOON, 't', 'open', NOON + 60_000)]);
    const first = await run([given]);
    const again = await run([given]);
    expect([first.stored, again.stored, again.duplicates]).toEqual([3, 0, 0]);
    expect(await buckets('sample_meter', 3)).toMatchObject([{ count: '2', sum: 8, min: 3, max: 5, last: 5 }]);
    expect(await level('sample_tasks_open')).toBe(1);
    const key = (row: { metric: string; resolution: string; start: number }) =>
      `${row.metric} ${row.resolution} ${row.start}`;
    expect(again.buckets.map(key).sort()).toEqual(first.buckets.map(key).sort());
    expect(again.buckets.every((row) => row.version === 1)).toBe(true);
  });

  test('an id sent again counts once, even with another time, within a batch and across', async () => {
    const outcome = await run([
      part([reading('a', NOON, 1), reading('a', NOON + 5, 1)]),
      part([reading('a', NOON + 9, 7)]),
    ]);
    expect([outcome.stored, outcome.duplicates]).toEqual([1, 2]);
    expect(await buckets('sample_reads', 3)).toMatchObject([{ count: '1', sum: 1 }]);
    const [sums] = await database.query(
      `SELECT sum(sent)::int AS sent, sum(stored)::int AS stored, sum(duplicates)::int AS duplicates FROM batch`,
    );
    expect(sums).toEqual({ sent: 3, stored: 1, duplicates: 2 });
  });

  test('a late event counts in the day of its own time, by Vietnamese days', async () => {
    const beforeMidnight = Date.UTC(2026, 10, 21, 16, 59, 59);
    await run([part([reading('a', beforeMidnight, 1), reading('b', beforeMidnight + 1_000, 1)])]);
    const days = await buckets('sample_reads', 3);
    expect(days.map((row) => new Date(Number(row.start) * 1000).toISOString())).toEqual([
      '2026-11-20T17:00:00.000Z',
      '2026-11-21T17:00:00.000Z',
    ]);
  });

  test('an event that its pack cannot count is set aside with the reason; its neighbours go in', async () => {
    const outcome = await run([
      part([reading('a', NOON, 1), reading('bad', NOON, 1, 'poison'), reading('c', NOON, 1)]),
    ]);
    expect([outcome.stored, outcome.setAside]).toEqual([2, 1]);
    expect(await database.query('SELECT event_id, reason FROM set_aside')).toEqual([
      { event_id: 'bad', reason: 'a meter called poison cannot be counted' },
    ]);
    expect(await database.query('SELECT sent, stored, duplicates, rejected FROM batch')).toEqual([
      { sent: 3, stored: 2, duplicates: 0, rejected: 1 },
    ]);
  });

  test('a whole batch of events that cannot be counted costs one more try, and its neighbour goes in', async () => {
    const bad = Array.from({ length: 1_500 }, (_, i) => reading(`bad${i}`, NOON, 1, 'poison'));
    let tries = 0;
    const counting = {
      ...bindStore(store),
      transaction: ((work) => (tries++, store.transaction(work))) as PgPipelineStore['transaction'],
    };
    const outcome = await storeParts(counting, catalogue, [part([...bad, reading('good', NOON, 1)])], NOON);
    expect([outcome.stored, outcome.setAside, tries]).toEqual([1, 1_500, 2]);
  });

  test('an event that the database refuses is found among many', async () => {
    const events = Array.from({ length: 40 }, (_, i) => reading(`e${i}`, NOON, 1));
    events[17] = reading('nul\u0000', NOON, 1);
    const outcome = await run([part(events.slice(0, 20)), part(events.slice(20))]);
    expect([outcome.stored, outcome.setAside]).toEqual([39, 1]);
    expect(await buckets('sample_reads', 3)).toMatchObject([{ count: '39' }]);
  });

  test('a stock follows the newest event by its own time, whatever arrives first', async () => {
    await run([part([move('2', NOON + 2, 't', 'done', NOON + 60_000)])]);
    await run([
      part([move('1', NOON + 1, 't', 'open', NOON + 60_000), move('3', NOON + 1, 'u', 'open', NOON + 90_000)]),
    ]);
    expect(await level('sample_tasks_open')).toBe(1);
    expect(await buckets('sample_tasks_due', 3)).toMatchObject([{ count: '2', sum: 2 }]);
  });

  test('a deadline that passes moves the count, once', async () => {
    await run([part([move('1', NOON, 't', 'open', NOON + 60_000), move('2', NOON, 'u', 'open', NOON + 120_000)])]);
    expect(await level('sample_tasks_late')).toBe(0);
    expect((await passDeadlines(store, catalogue, NOON + 59_999, 10)).due).toBe(0);
    expect((await passDeadlines(store, catalogue, NOON + 60_000, 10)).due).toBe(1);
    expect((await passDeadlines(store, catalogue, NOON + 60_000, 10)).due).toBe(0);
    expect([await level('sample_tasks_late'), await level('sample_tasks_open')]).toEqual([1, 2]);
  });

  test('workers that hold the same events, things and buckets agree', async () => {
    const events = Array.from({ length: 60 }, (_, i) =>
      i % 3 === 0
        ? move(`m${i}`, NOON + i, `t${i % 7}`, i % 2 ? 'open' : 'done', NOON + 60_000)
        : reading(`r${i}`, NOON + i, i, `m${i % 5}`),
    );
    const shuffled = (offset: number) => events.map((_, i) => events[(i * 7 + offset) % events.length] as HubEvent);
    await Promise.all([0, 11, 23, 37].map((offset) => run([part(shuffled(offset))])));
    expect(await database.query('SELECT count(*)::int AS n FROM event')).toEqual([{ n: 60 }]);
    const alone = await buckets('sample_reads', 3);
    expect(alone).toMatchObject([{ count: '40', sum: 40 }]);
    const newest = new Map<string, HubEvent>();
    for (const event of events) if (event.data.task) newest.set(String(event.data.task), event);
    expect(await level('sample_tasks_open')).toBe(
      [...newest.values()].filter((event) => event.data.state !== 'done').length,
    );
  });
});
