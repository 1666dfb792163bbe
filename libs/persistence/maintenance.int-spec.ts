import { expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DAY_MS, periodStart } from '#libs/contracts';
import { storeParts } from '#libs/pipeline';
import { testDatabase } from '../../test/support/database.js';
import { reading, sampleCatalogue } from '../../test/support/sample-pack.js';
import { BucketReader } from './bucket-reader.js';
import { maintain } from './maintenance.js';
import { PgPipelineStore, pipelinePool } from './pipeline-store.js';
import { verify } from './verify.js';

const START = Date.UTC(2026, 10, 22, 5);
const RETENTION = { rawDays: 10, dedupDays: 11, minuteDays: 2, notificationDays: 90, alertDays: 1100 };

test('old days go whole, buckets of hours and days stay, and the accounts still hold', async () => {
  const database = await testDatabase();
  const pool = pipelinePool(database.url, 'test', 3);
  const store = new PgPipelineStore(pool);
  try {
    for (let day = 0; day < 14; day++) {
      const now = START + day * DAY_MS;
      await maintain(pool, RETENTION, now);
      const events = [reading(`e${day}`, now, 1), reading(`late${day}`, now - DAY_MS, 1)];
      await storeParts(
        store,
        sampleCatalogue(),
        [{ batch: randomUUID(), source: 'test', at: now, via: 'http', events, rejected: [], rejectedTotal: 0 }],
        now,
      );
    }
    const now = START + 14 * DAY_MS;
    const done = await maintain(pool, RETENTION, now);
    expect(done.made).toEqual(['event_20261209']);
    const count = async (sql: string) =>
      Number((await database.query<{ n: string }>(`SELECT count(*) AS n FROM ${sql}`))[0]?.n);
    expect(await count('event')).toBe(20);
    expect(await count('event_rest')).toBe(0);
    expect(await count('batch')).toBe(10);
    expect(await count('ledger')).toBe(22);
    expect(await count('bucket WHERE resolution = 3')).toBe(30);
    expect(await count('bucket WHERE resolution = 1')).toBeLessThan(12);
    const report = await verify(pool, sampleCatalogue(), { ...RETENTION, now });
    expect(report.findings).toEqual([]);
  } finally {
    await pool.end();
    await database.drop();
  }
});

test('a level that does not change is still known when its sample is older than those that are kept', async () => {
  const database = await testDatabase();
  const pool = pipelinePool(database.url, 'test', 3);
  const reader = new BucketReader(pool);
  const sample = (id: number, at: number, value: number) =>
    database.query('INSERT INTO level_sample (series, at, value) VALUES ($1, $2, $3)', [id, at / 1000, value]);
  const series = [1, 2].map((id) => ({ id, metric: 'sample_level', dims: [String(id)] }));
  const levels = async (at: number) => (await reader.levels(series, at, at)).map(({ dims, value }) => [dims[0], value]);
  const now = START + 14 * DAY_MS;
  const limit = periodStart('d', now - 2 * DAY_MS);
  try {
    await database.query(`INSERT INTO series (metric, dims) VALUES ('sample_level', '{1}'), ('sample_level', '{2}')`);
    for (const [id, at, value] of [
      [1, limit - 5 * DAY_MS, 3],
      [1, limit - 4 * DAY_MS, 4],
      [2, limit - DAY_MS, 5],
      [2, limit + DAY_MS, 6],
    ] as const)
      await sample(id, at, value);
    for (const [at, two] of [
      [now, 6],
      [now + DAY_MS, 6],
    ] as const) {
      await maintain(pool, RETENTION, at);
      expect(await levels(at)).toEqual([
        ['1', 4],
        ['2', two],
      ]);
    }
    expect(await database.query('SELECT count(*)::int AS n FROM level_sample')).toEqual([{ n: 2 }]);
    // What is older is known of none, not of some.
    expect(await levels(limit)).toEqual([]);
    expect(await reader.sampledBy(limit, ['sample_level'])).toEqual([]);
    expect(await reader.sampledBy(now, ['sample_level', 'unheard-of'])).toEqual(['sample_level']);
  } finally {
    await pool.end();
    await database.drop();
  }
});
