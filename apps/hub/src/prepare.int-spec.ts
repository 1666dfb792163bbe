import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Catalogue } from '#libs/sector-kit';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { prepare } from './prepare.js';

const dir = mkdtempSync(join(tmpdir(), 'prepare-'));
let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(async () => {
  await database.drop();
  rmSync(dir, { recursive: true });
});

test('a demo source of an earlier release writes what it is declared for now, with the key that it has', async () => {
  const start = async (...types: string[]): Promise<object[]> => {
    const sources = [{ id: 'demo', name: 'Demo', types, units: ['*'], every: 60 }];
    const demo = { packs: [{ simulation: { sources } }] } as unknown as Catalogue;
    await prepare(database.url, dir, 'x'.repeat(40), demo);
    return database.query<object>(`SELECT types, simulated, count(k.*)::int AS keys
      FROM source s JOIN source_key k ON k.source_id = s.id GROUP BY s.id`);
  };
  expect(await start('vn.ioc.sample.*')).toEqual([{ types: ['vn.ioc.sample.*'], simulated: true, keys: 1 }]);
  expect(await start('a', 'b')).toEqual([{ types: ['a', 'b'], simulated: true, keys: 1 }]);
});
