import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { freePort } from '#libs/platform';
import { reachableFolder } from './embedded-postgres-place.js';
import { ensureDatabase, startEmbeddedPostgres, stopLeftoverServer } from './embedded-postgres.js';

describe('the embedded server', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ioc-pg-'));
  });
  afterEach(async () => {
    await stopLeftoverServer(join(dir, 'pg'));
    const place = reachableFolder(join(dir, 'pg'));
    for (const path of [dir, place, `${place}.password`]) rmSync(path, { recursive: true, force: true });
  });

  test.each([0o755, 0o700])('keeps its data over a restart, in a folder with mode %i', async (mode) => {
    chmodSync(dir, mode);
    const options = { dir: join(dir, 'pg'), port: await freePort() };
    const first = await startEmbeddedPostgres(options);
    await ensureDatabase(first.url('postgres'), 'kept');
    await first.stop();
    const second = await startEmbeddedPostgres(options);
    const client = new pg.Client({ connectionString: second.url('kept') });
    await client.connect();
    const { rows } = await client.query<{ fsync: string }>('SHOW fsync');
    await client.end();
    await second.stop();
    expect(rows[0]?.fsync).toBe('on');
  });

  test('left behind by a killed launcher is found and stopped; a file with a foreign number hurts nobody', async () => {
    chmodSync(dir, 0o755);
    const path = join(dir, 'pg');
    const server = await startEmbeddedPostgres({ dir: path, port: await freePort() });
    expect(await stopLeftoverServer(path)).toBe(true);
    await server.exited;
    expect(existsSync(join(path, 'postmaster.pid'))).toBe(false);
    expect(await stopLeftoverServer(path)).toBe(false);
    expect(readFileSync(join(path, 'PG_VERSION'), 'utf8').trim()).toBe('18');
  });
});
