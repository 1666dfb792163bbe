import type { ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureDatabase, migrate, startEmbeddedPostgres } from '../../libs/persistence/index.js';
import { startRedisServer } from './redis-server.js';
import { freePort } from '#libs/platform';

/**
 * Before all tests: one PostgreSQL with a migrated template database, and one Redis where `redis-server` is on the
 * path (or `TEST_REDIS_URL` names one). Test files make databases of their own from the template.
 */
export default async function setUp(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'ioc-test-'));
  chmodSync(dir, 0o755);
  const postgres = await startEmbeddedPostgres({
    dir: join(dir, 'pg'),
    port: await freePort(),
    settings: [
      'fsync=off',
      'synchronous_commit=off',
      'full_page_writes=off',
      'shared_buffers=128MB',
      'max_connections=300',
    ],
  });
  await ensureDatabase(postgres.url('postgres'), 'template_hub');
  await migrate(postgres.url('template_hub'));
  process.env.TEST_POSTGRES_URL = postgres.url('postgres');
  const redis = process.env.TEST_REDIS_URL ? undefined : await startRedis(dir);
  globals.stopTestServers = async () => {
    redis?.kill('SIGTERM');
    await postgres.stop();
    rmSync(dir, { recursive: true, force: true });
  };
}

export const globals = globalThis as unknown as { stopTestServers?: () => Promise<void> };

async function startRedis(dir: string): Promise<ChildProcess | undefined> {
  const port = await freePort();
  const child = await startRedisServer(dir, port);
  if (child) {
    process.env.TEST_REDIS_URL = `redis://127.0.0.1:${port}`;
    return child;
  }
  if (process.env.CI) throw new Error('CI must have redis-server on its path: the Redis backend would go untested');
  process.stderr.write(
    '\n*** No redis-server on the path and no TEST_REDIS_URL: the Redis backend is NOT TESTED ***\n',
  );
  return undefined;
}
