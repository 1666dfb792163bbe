import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DataSource } from 'typeorm';
import { testDatabase, type TestDatabase } from '../../test/support/database.js';
import { dataSourceOptions, migrate } from './data-source.js';
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

test('a migration may take as long as it takes: an index over months of events needs more than a minute', async () => {
  await database.query(`DELETE FROM migration WHERE name = 'NewestEvents1790000000021'`);
  await database.query('DROP INDEX event_newest');
  await database.query(`
    CREATE TABLE seen (setting text);
    CREATE FUNCTION see() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
      INSERT INTO seen VALUES (current_setting('statement_timeout'));
    END $$;
    CREATE EVENT TRIGGER see ON ddl_command_start WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION see()`);
  await migrate(database.url);
  expect(await database.query('SELECT setting FROM seen')).toEqual([{ setting: '0' }]);
});
