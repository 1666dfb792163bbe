import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pipelinePool } from '#libs/persistence';
import type pg from 'pg';
import { pino } from 'pino';
import { testDatabase, type TestDatabase } from '../../../../test/support/database.js';
import type { Viewer } from '../access/viewer.js';
import { OpenPages } from './open-pages.js';

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await testDatabase();
  pool = pipelinePool(database.url, 'test', 1);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

test('a gateway that does not hear what is to be shown notes nobody, and says so without being asked', async () => {
  let hears = true;
  const pages = new OpenPages(pool, pino({ level: 'silent' }), () => hears);
  const noted = async (): Promise<string[]> => {
    await pages.written();
    return (await database.query<{ login: string }>('SELECT login FROM open_page')).map(({ login }) => login);
  };
  pages.opened({ kind: 'user', name: 'an' } as Viewer);
  expect(await noted()).toEqual(['an']);
  hears = false;
  pages.look();
  expect(await noted()).toEqual([]);
  pages.opened({ kind: 'user', name: 'binh' } as Viewer);
  pages.beat();
  expect(await noted()).toEqual([]);
  hears = true;
  pages.look();
  expect((await noted()).toSorted()).toEqual(['an', 'binh']);
  await pages.close();
  expect(await noted()).toEqual([]);
});
