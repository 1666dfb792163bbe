/**
 * `npm test`: installs and builds what is needed, then runs every test: unit, integration on a real PostgreSQL, both
 * queue backends, end to end, real browser. Arguments go on to jest. Without `redis-server` on the path and without
 * REDIS_URL the Redis half is not run, which is said loudly; with CI set that is a failure.
 */
import { spawn, spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepareCheckout } from './prepare-checkout.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

await prepareCheckout();
const env = { ...process.env };
if (env.REDIS_URL && !env.TEST_REDIS_URL) env.TEST_REDIS_URL = env.REDIS_URL;
// Tests make databases and settings of their own; those of the shell must not reach them.
for (const name of ['DATABASE_URL', 'REDIS_URL', 'HUB_DATA', 'HUB_SECRET', 'MQTT_URL', 'npm_lifecycle_event'])
  delete env[name];

const noRedis = !env.TEST_REDIS_URL && spawnSync('redis-server', ['--version']).error !== undefined;
const warning = `
*******************************************************************************
*** There is no redis-server on the path and no REDIS_URL is set:           ***
*** the Redis backend of queue and live bus is NOT TESTED.                  ***
*** Debian: apt-get install redis-server                                    ***
*******************************************************************************
`;
if (noRedis) {
  process.stderr.write(warning);
  if (env.CI) process.exit(1);
}

const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const args = [
  '--experimental-vm-modules',
  '--no-warnings',
  jest,
  '--maxWorkers=2',
  '--forceExit',
  ...process.argv.slice(2),
];
const child = spawn(process.execPath, args, { cwd: root, env, stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.once('exit', (code) => {
  if (noRedis) process.stderr.write(warning);
  process.exit(code ?? 1);
});
