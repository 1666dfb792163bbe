import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { BatchPart } from '#libs/contracts';
import { PgPipelineStore, pipelinePool } from '#libs/persistence';
import type { PipelineStore } from '#libs/pipeline';
import { createLogger } from '#libs/platform';
import { Catalogue } from '#libs/sector-kit';
import type pg from 'pg';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { reading, samplePack } from '../../../test/support/sample-pack.js';
import { EventCommitter } from './event-committer.js';
import type { LivePublisher } from './live-publisher.js';
import type { WorkerMetrics } from './worker-metrics.js';

const NOW = Date.UTC(2026, 10, 25, 3);

let database: TestDatabase;
let pool: pg.Pool;
let committer: EventCommitter;
/** Transactions that wait at their beginning, oldest first. */
const held: (() => void)[] = [];
let holding = true;

beforeAll(async () => {
  database = await testDatabase();
  pool = pipelinePool(database.url, 'test', 6);
  await database.query(`INSERT INTO source (id, name, types, units) VALUES ('test', 'Thử', '{*}', '{*}')`);
  const real = new PgPipelineStore(pool);
  const store: PipelineStore = {
    transaction: async (work) => {
      if (holding) await new Promise<void>((go) => held.push(go));
      return real.transaction(work);
    },
    isDataError: (error) => real.isDataError(error),
    isRetryable: (error) => real.isRetryable(error),
  };
  const publisher = { publish: () => Promise.resolve() } as unknown as LivePublisher;
  const metrics = { committed: () => undefined } as unknown as WorkerMetrics;
  const log = createLogger('worker', 'silent');
  committer = new EventCommitter(store, new Catalogue([samplePack]), publisher, metrics, { now: () => NOW }, log);
});

afterAll(async () => {
  await pool.end();
  await database.drop();
});

let events = 0;
function job(size: number): BatchPart[] {
  const own = Array.from({ length: size }, () => reading(`e${events++}`, NOW, 5, 'm1', '92001'));
  return [{ batch: randomUUID(), source: 'test', at: NOW, via: 'http', events: own, rejected: [], rejectedTotal: 0 }];
}

test('what is small does not wait for what is large, and everything is stored once', async () => {
  const done: string[] = [];
  const commit = (name: string, size: number): Promise<unknown> =>
    committer.commit(job(size)).then(() => done.push(name));
  const all = [commit('large 1', 900), commit('large 2', 900), commit('large 3', 900)];
  const small = commit('small', 1);
  // Two large ones are under way, a third waits; the small one has a transaction of its own beside them.
  expect(held).toHaveLength(3);
  held[2]?.();
  await small;
  expect(done).toEqual(['small']);
  holding = false;
  held[0]?.();
  held[1]?.();
  await Promise.all(all);
  expect(done).toHaveLength(4);
  const [row] = await database.query<{ stored: string; events: string }>(
    'SELECT (SELECT sum(stored) FROM batch) AS stored, (SELECT count(*) FROM event) AS events',
  );
  expect(row).toEqual({ stored: '2701', events: '2701' });
});
