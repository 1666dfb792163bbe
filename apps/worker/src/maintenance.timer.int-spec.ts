import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pipelinePool } from '#libs/persistence';
import type { Settings } from '#libs/platform';
import type pg from 'pg';
import { pino } from 'pino';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { MaintenanceTimer } from './maintenance.timer.js';

const NOW = Date.UTC(2026, 10, 25, 3);
const settings = { RAW_DAYS: 10, DEDUP_DAYS: 11, MINUTE_DAYS: 2, NOTIFICATION_DAYS: 90, ALERT_DAYS: 1100 } as Settings;

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await testDatabase();
  pool = pipelinePool(database.url, 'test', 3);
});
afterAll(async () => {
  await pool?.end();
  await database?.drop();
});

test('a worker starts once there are partitions; deletions come after, and one that fails is logged', async () => {
  await database.query('INSERT INTO level_sample (series, at, value) VALUES (1, 0, 1), (1, 60, 2)');
  await database.query('ALTER TABLE notification RENAME TO away');
  const state = async () => [
    ...(await database.query(`SELECT to_regclass('event_20261125') IS NOT NULL AS made`)),
    ...(await database.query('SELECT series FROM level_sample')),
  ];
  const said: { msg: string; error: string }[] = [];
  const log = pino({}, { write: (line: string) => void said.push(JSON.parse(line)) });
  const timer = new MaintenanceTimer(pool, settings, { now: () => NOW }, log);
  await timer.onModuleInit();
  expect(await state()).toEqual([{ made: true }, { series: 1 }, { series: 1 }]);
  timer.onApplicationBootstrap();
  await timer.onModuleDestroy();
  expect(said).toMatchObject([{ msg: 'maintenance', error: expect.stringContaining('notification') }]);
  expect(await state()).toEqual([{ made: true }, { series: 1 }]);
});
