import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DataSource } from 'typeorm';
import { testDatabase, type TestDatabase } from '../../test/support/database.js';
import { dataSourceOptions } from './data-source.js';
import { AlertYears1790000000020 } from './migrations/1790000000020-alert-years.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(async () => {
  await database?.drop();
});

test('a migrated database has every table', async () => {
  const rows = await database.query<{ n: string }>(
    `SELECT count(*) AS n FROM information_schema.tables WHERE table_schema = 'public'`,
  );
  expect(Number(rows[0]?.n)).toBeGreaterThan(18);
});

test('a database of the version before the years of alerts has all indices after them', async () => {
  const source = await new DataSource(dataSourceOptions(database.url, 'test', 2)).initialize();
  const runner = source.createQueryRunner();
  const indices = () => database.query(`SELECT indexname FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1`);
  try {
    const all = await indices();
    await new AlertYears1790000000020().down(runner);
    // That version had none of CAP messages.
    await runner.query('DROP INDEX IF EXISTS alert_cap');
    await new AlertYears1790000000020().up(runner);
    expect(await indices()).toEqual(all);
  } finally {
    await runner.release();
    await source.destroy();
  }
});
