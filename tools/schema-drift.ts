/**
 * `npm run check` part: the migrations must give what the entities say. Migrates a throw-away database, asks TypeORM
 * what it would still change, prints it and exits 1 if there is anything. With `--print` only prints.
 */
import { mkdtempSync, chmodSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { dataSourceOptions, ensureDatabase, migrate, startEmbeddedPostgres } from '../libs/persistence/index.js';
import { freePort } from '#libs/platform';

const dir = mkdtempSync(join(tmpdir(), 'ioc-drift-'));
chmodSync(dir, 0o755);
const server = await startEmbeddedPostgres({ dir: join(dir, 'pg'), port: await freePort(), settings: ['fsync=off'] });
try {
  await ensureDatabase(server.url('postgres'), 'drift');
  await migrate(server.url('drift'));
  const source = await new DataSource(dataSourceOptions(server.url('drift'), 'ioc-drift', 2)).initialize();
  const { upQueries } = await source.driver.createSchemaBuilder().log();
  await source.destroy();
  for (const { query } of upQueries) process.stdout.write(`${query}\n`);
  if (upQueries.length > 0 && !process.argv.includes('--print')) {
    process.stderr.write('The entities want a migration: add one under libs/persistence/migrations.\n');
    process.exitCode = 1;
  }
} finally {
  await server.stop();
  rmSync(dir, { recursive: true, force: true });
}
