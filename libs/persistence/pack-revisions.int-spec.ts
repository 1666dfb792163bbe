import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { HubEvent } from '#libs/contracts';
import { passDeadlines, storeParts } from '#libs/pipeline';
import { Catalogue, type SectorPack } from '#libs/sector-kit';
import type pg from 'pg';
import { testDatabase, type TestDatabase } from '../../test/support/database.js';
import { move, samplePack } from '../../test/support/sample-pack.js';
import { recountChangedPacks } from './pack-revisions.js';
import { PgPipelineStore, pipelinePool } from './pipeline-store.js';

const NOON = Date.UTC(2026, 10, 22, 5);
let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await testDatabase();
  pool = pipelinePool(database.url, 'test', 4);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

/** The pack under other rules: everything that it projects counts `times` as much. */
function rules(times: number): SectorPack {
  const projections = samplePack.projections.map((one) => ({
    ...one,
    shares: (state: object, now: number) => {
      const { shares, until } = one.shares(state, now);
      return { shares: shares.map((share) => ({ ...share, value: times * share.value })), until };
    },
  }));
  return { ...samplePack, projections, revision: `x${times}` };
}
const recount = ({ id, revision = '', projections }: SectorPack) =>
  recountChangedPacks(
    pool,
    [{ pack: id, revision, kinds: projections.map(({ name }) => `${id}.${name}`) }],
    NOON + 1_000,
  );
const open = async (): Promise<number> => {
  const [row] = await database.query<{ sum: number }>(
    `SELECT b.sum FROM bucket b JOIN series s ON s.id = b.series WHERE s.metric = 'sample_tasks_open' AND b.resolution = 0`,
  );
  return row?.sum ?? 0;
};

test('what other rules counted is counted anew, once, and only where the rules changed', async () => {
  const store = new PgPipelineStore(pool);
  const once = rules(1);
  // More than are marked in one go.
  const events: HubEvent[] = Array.from({ length: 5_003 }, (_, i) =>
    move(`m${i}`, NOON, `t${i}`, 'open', NOON + 60_000),
  );
  expect(await recount(once)).toEqual([]);
  const part = { batch: randomUUID(), source: 'test', at: NOON, via: 'http', rejected: [], rejectedTotal: 0 } as const;
  await storeParts(store, new Catalogue([once]), [{ ...part, rejected: [], events }], NOON);
  expect(await open()).toBe(5_003);
  expect(await recount(once)).toEqual([]);

  const twice = rules(2);
  expect(await recount(twice)).toEqual([{ pack: 'sample', things: 5_003 }]);
  expect(await recount(twice)).toEqual([]);
  const catalogue = new Catalogue([twice]);
  for (let due = 1; due > 0;) due = (await passDeadlines(store, catalogue, NOON + 2_000, 2_000)).due;
  expect(await open()).toBe(10_006);
  // The deadline stands as before.
  expect((await passDeadlines(store, catalogue, NOON + 59_999, 10)).due).toBe(0);
  expect((await passDeadlines(store, catalogue, NOON + 60_000, 10)).due).toBe(10);
});
