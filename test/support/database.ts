import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { ensureDatabase } from '../../libs/persistence/index.js';

/** A fresh, migrated database of the test's own. */
export interface TestDatabase {
  url: string;
  query: <R extends pg.QueryResultRow>(sql: string, values?: unknown[]) => Promise<R[]>;
  drop: () => Promise<void>;
}

export async function testDatabase(): Promise<TestDatabase> {
  const admin = process.env.TEST_POSTGRES_URL;
  if (!admin)
    throw new Error(
      'TEST_POSTGRES_URL is unset: run tests with `npm test` or `npx jest` so that the global set-up runs',
    );
  const name = `t_${randomBytes(6).toString('hex')}`;
  await ensureDatabase(admin, name, 'template_hub');
  const url = admin.replace(/\/postgres$/, `/${name}`);
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  pool.on('error', () => undefined);
  return {
    url,
    query: async (sql, values) => (await pool.query(sql, values)).rows,
    drop: async () => {
      await pool.end();
      const client = new pg.Client({ connectionString: admin });
      await client.connect();
      await client.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
      await client.end();
    },
  };
}

/** Redis for the test, each file in a prefix of its own; undefined where there is none (said loudly at set-up). */
export const testRedisUrl = (): string | undefined => process.env.TEST_REDIS_URL;
