import { expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DAY_MS } from '#libs/contracts';
import { storeParts } from '#libs/pipeline';
import { testDatabase } from '../../test/support/database.js';
import { reading, sampleCatalogue } from '../../test/support/sample-pack.js';
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
