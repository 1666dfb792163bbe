import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { MINUTE_MS } from '#libs/contracts';
import { PgPipelineStore, pipelinePool } from '#libs/persistence';
import { storeParts } from '#libs/pipeline';
import type { Settings } from '#libs/platform';
import { Catalogue, type SectorPack } from '#libs/sector-kit';
import type pg from 'pg';
import { pino } from 'pino';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { reading, samplePack } from '../../../test/support/sample-pack.js';
import { DeadlineTimer } from './deadline.timer.js';
import type { LivePublisher } from './live-publisher.js';

const NOW = Date.UTC(2026, 10, 25, 3);
const settings = { RAW_DAYS: 10, MINUTE_DAYS: 2 } as Settings;
const changed: SectorPack = { ...samplePack, flows: '2' };

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await testDatabase();
  pool = pipelinePool(database.url, 'test', 4);
});
afterAll(async () => {
  await pool?.end();
  await database?.drop();
});

test('a recount of flows that fails tells the days it counted, and is tried again until it is done', async () => {
  const store = new PgPipelineStore(pool);
  const catalogue = new Catalogue([changed]);
  const events = [reading('r1', NOW, 1), reading('r2', NOW - 2 * 86_400_000, 2)];
  const part = { batch: randomUUID(), source: 'test', at: NOW, via: 'http' as const, rejected: [], rejectedTotal: 0 };
  await storeParts(store, catalogue, [{ ...part, events }], NOW);
  // The first of its days can be counted, the last one cannot.
  await database.query(
    `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'full'; END $$`,
  );
  await database.query(`CREATE TRIGGER full_disk BEFORE UPDATE ON bucket FOR EACH ROW
    WHEN (OLD.start >= ${NOW / 1000 - 86_400}) EXECUTE FUNCTION refuse()`);

  let now = NOW;
  let anew = 0;
  const said: unknown[] = [];
  let heard: (msg: string) => void = () => undefined;
  const hears = (msg: string): Promise<void> =>
    new Promise((resolve) => (heard = (one) => void (one === msg && resolve())));
  const log = pino(
    {},
    {
      write: (line: string) => {
        const { msg, error, pack, events: n } = JSON.parse(line) as Record<string, string>;
        said.push([msg, error ?? pack, n, anew]);
        heard(msg ?? '');
      },
    },
  );
  const publisher = { haveReadAnew: () => void anew++, publish: () => Promise.resolve() } as unknown as LivePublisher;
  const timer = new DeadlineTimer(pool, store, catalogue, publisher, settings, { now: () => now }, log);
  const failed = hears('recount of flows');
  timer.onApplicationBootstrap();
  await failed;
  await database.query('DROP TRIGGER full_disk ON bucket');
  const done = hears('flows counted anew');
  now += 5 * MINUTE_MS;
  await done;
  await timer.onModuleDestroy();
  const flows = said.filter((one) => (one as string[])[0]?.includes('flows'));
  expect(flows).toEqual([
    ['recount of flows', 'full', undefined, 0],
    ['flows counted anew', 'sample', 2, 1],
  ]);
  expect(anew).toBe(2);
});
