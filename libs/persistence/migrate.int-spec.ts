import { expect, test } from '@jest/globals';
import { testDatabase } from '../../test/support/database.js';

test('a migrated database has every table', async () => {
  const database = await testDatabase();
  const rows = await database.query<{ n: string }>(
    `SELECT count(*) AS n FROM information_schema.tables WHERE table_schema = 'public'`,
  );
  expect(Number(rows[0]?.n)).toBeGreaterThan(18);
  await database.drop();
});
