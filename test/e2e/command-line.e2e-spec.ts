import { afterEach, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { testRedisUrl } from '../support/database.js';
import { testHub, type TestHub } from '../support/hub.js';

const run = promisify(execFile);
const backends = testRedisUrl() ? (['postgres', 'redis'] as const) : (['postgres'] as const);
let hub: TestHub | undefined;

afterEach(async () => {
  await hub?.close();
  hub = undefined;
});

/** As an operator in another shell: nothing in the environment but where the hub's data lies. */
async function command(data: string, ...args: string[]): Promise<string> {
  const env = { PATH: process.env.PATH, HUB_DATA: data };
  return (await run(process.execPath, ['dist/tools/hub.js', ...args], { env, timeout: 60_000 })).stdout;
}

test.each(backends)('a source made and revoked by command is in and out at the doors, on %s', async (backend) => {
  hub = await testHub({ backend, apps: ['ingest'] });
  const { HUB_DATA: data = '', HUB_SECRET: secret = '', REDIS_URL: redisUrl, DATABASE_URL: databaseUrl } = hub.env;
  writeFileSync(join(data, 'run.json'), JSON.stringify({ databaseUrl, ...(redisUrl ? { redisUrl } : {}) }));
  writeFileSync(join(data, 'secret'), secret);
  const made = await command(data, 'source', 'add', 'by-hand', '--types', 'vn.ioc.*', '--units', '*');
  const { key, keyId } = JSON.parse(made) as { key: string; keyId: string };
  const status = async () =>
    (await fetch(`${hub?.ingest}/v1/rejections`, { headers: { authorization: `Bearer ${key}` } })).status;
  expect(await status()).toBe(200);
  await command(data, 'source', 'revoke', 'by-hand', keyId);
  // Told over the bus that the doors listen on: far sooner than the registry's own reload every 30 s.
  for (const end = Date.now() + 15_000; (await status()) !== 401 && Date.now() < end;) await delay(50);
  expect(await status()).toBe(401);
});
