import { fork, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { AccessMessage } from '#libs/contracts';
import { openLiveBus, type LiveBus } from '#libs/live';
import { freePort } from '#libs/platform';
import { testDatabase, testRedisUrl, type TestDatabase } from './database.js';

export type App = 'ingest' | 'worker' | 'gateway' | 'alerter';

/** The real services as processes of their own, on a database of their own; for end-to-end and fault tests. */
export interface TestHub {
  database: TestDatabase;
  ingest: string;
  gateway: string;
  mqtt: string;
  /** Environment of every process, e.g. to run a command beside them. */
  env: NodeJS.ProcessEnv;
  /** Registers a source and returns its key. */
  addSource(
    id: string,
    options?: { types?: string[]; units?: string[]; rate?: number; simulated?: boolean },
  ): Promise<string>;
  /** Publishes that access changed, as the admin API does. */
  tell(message: AccessMessage): Promise<void>;
  start(app: App): Promise<void>;
  /** `kill -9`. */
  kill(app: App): Promise<void>;
  /** SIGTERM, and waits for the end. */
  stop(app: App): Promise<void>;
  pid(app: App): number;
  /** Everything an app has written so far. */
  log(app: App): string;
  /** POSTs events with a source's key. */
  post(key: string, body: unknown, type?: string): Promise<Response>;
  /** Resolves when nothing waits in the queue and as many events are stored as asked for. */
  stored(count: number, withinMs?: number): Promise<void>;
  close(): Promise<void>;
}

export interface TestHubOptions {
  backend: 'postgres' | 'redis';
  apps?: readonly App[];
  env?: NodeJS.ProcessEnv;
  /** Folder that holds dist/ and package.json; default: this checkout. */
  root?: string;
  /** Milliseconds within which an app must be ready; default: 120 s. */
  readyMs?: number;
  /** A database elsewhere (benchmarks); default: a fresh one on the test server. */
  database?: TestDatabase;
}

export async function testHub(options: TestHubOptions): Promise<TestHub> {
  const database = options.database ?? (await testDatabase());
  const dir = mkdtempSync(join(tmpdir(), 'ioc-hub-'));
  const ports = {
    ingest: await freePort(),
    gateway: await freePort(),
    worker: await freePort(),
    alerter: await freePort(),
    mqtt: await freePort(),
  };
  const redisUrl = options.backend === 'redis' ? await freshRedis() : undefined;
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    DATABASE_URL: database.url,
    ...(redisUrl ? { REDIS_URL: redisUrl } : {}),
    HUB_SECRET: 'a secret for tests only, 32 characters or more',
    HUB_DATA: dir,
    INGEST_PORT: String(ports.ingest),
    GATEWAY_PORT: String(ports.gateway),
    WORKER_PORT: String(ports.worker),
    ALERTER_PORT: String(ports.alerter),
    MQTT_PORT: String(ports.mqtt),
    LOG_LEVEL: 'info',
    // A machine busy with other tests is no outage; tests of outages set their own.
    STORE_TIMEOUT_MS: '5000',
    STORE_WRITE_TIMEOUT_MS: '10000',
    ...options.env,
  };
  if (!redisUrl) delete env.REDIS_URL;
  const children = new Map<App, ChildProcess>();
  let bus: LiveBus | undefined;
  const child = (app: App): ChildProcess => {
    const found = children.get(app);
    if (!found) throw new Error(`${app} is not running`);
    return found;
  };
  const tell = async (message: AccessMessage): Promise<void> => {
    bus ??= await openLiveBus({ databaseUrl: database.url, ...(redisUrl ? { redisUrl } : {}), name: 'test' });
    await bus.publish('access', message);
  };
  /** Tells the doors, as the admin API and the command line do, and waits until they know. */
  const announce = async (id: string, key: string): Promise<void> => {
    if (!children.has('ingest')) return;
    await tell({ kind: 'source', id });
    for (const deadline = Date.now() + 60_000; ;) {
      const answer = await fetch(`http://127.0.0.1:${ports.ingest}/v1/rejections`, {
        headers: { authorization: `Bearer ${key}` },
      });
      if (answer.status !== 401) return;
      if (Date.now() > deadline) throw new Error(`the door does not know the source ${id}`);
      await delay(20);
    }
  };
  const hub: TestHub = {
    database,
    ingest: `http://127.0.0.1:${ports.ingest}`,
    gateway: `http://127.0.0.1:${ports.gateway}`,
    mqtt: `mqtt://127.0.0.1:${ports.mqtt}`,
    env,
    tell,
    addSource: async (id, { types = ['*'], units = ['*'], rate = 1_000_000, simulated = false } = {}) => {
      const keyId = randomBytes(6).toString('hex');
      const key = `ioc_${keyId}_${randomBytes(32).toString('base64url')}`;
      await database.query(
        'INSERT INTO source (id, name, types, units, rate, simulated) VALUES ($1, $1, $2, $3, $4, $5)',
        [id, types, units, rate, simulated],
      );
      await database.query('INSERT INTO source_key (id, source_id, hash) VALUES ($1, $2, $3)', [
        keyId,
        id,
        createHash('sha256').update(key).digest(),
      ]);
      await announce(id, key);
      return key;
    },
    start: async (app) => {
      const process_ = fork(join(options.root ?? process.cwd(), 'dist', 'apps', app, 'src', 'main.js'), [], {
        env,
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        execArgv: ['--enable-source-maps', '--max-semi-space-size=32'],
      });
      children.set(app, process_);
      const log = createWriteStream(join(dir, `${app}.log`), { flags: 'a' });
      process_.stdout?.pipe(log, { end: false });
      process_.stderr?.pipe(log, { end: false });
      await Promise.race([
        new Promise<void>((done) => process_.on('message', (message: { ready?: boolean }) => message.ready && done())),
        once(process_, 'exit').then(() => Promise.reject(new Error(`${app} ended while starting:\n${hub.log(app)}`))),
        delay(options.readyMs ?? 120_000, undefined, { ref: false }).then(() =>
          Promise.reject(new Error(`${app} was not ready in time:\n${hub.log(app)}`)),
        ),
      ]);
    },
    kill: (app) => end(child(app), 'SIGKILL'),
    stop: (app) => end(child(app), 'SIGTERM'),
    pid: (app) => child(app).pid ?? 0,
    log: (app) => {
      try {
        return readFileSync(join(dir, `${app}.log`), 'utf8');
      } catch {
        return '';
      }
    },
    post: (key, body, type = 'application/json') =>
      fetch(`http://127.0.0.1:${ports.ingest}/v1/events`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': type },
        body: typeof body === 'string' ? body : JSON.stringify(body),
        signal: AbortSignal.timeout(60_000),
      }),
    stored: async (count, withinMs = 120_000) => {
      const deadline = Date.now() + withinMs;
      let last = -1;
      while (Date.now() < deadline) {
        const [row] = await database.query<{ n: string }>('SELECT coalesce(sum(stored), 0) AS n FROM batch');
        last = Number(row?.n);
        if (last >= count) return;
        await delay(50);
      }
      throw new Error(`${last} of ${count} events stored within ${withinMs} ms\n${hub.log('worker').slice(-2_000)}`);
    },
    close: async () => {
      await bus?.close();
      await Promise.all([...children.values()].map((each) => end(each, 'SIGKILL')));
      if (!options.database) await database.drop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  try {
    await Promise.all((options.apps ?? (['worker', 'ingest', 'gateway'] as const)).map((app) => hub.start(app)));
  } catch (error) {
    await hub.close();
    throw error;
  }
  return hub;
}

async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

/** An empty Redis database of this test process's own. */
async function freshRedis(): Promise<string> {
  const base = process.env.BENCH_REDIS_URL ?? testRedisUrl();
  if (!base) throw new Error('no Redis: install redis-server or set TEST_REDIS_URL');
  const url = `${base}/${Number(process.env.JEST_WORKER_ID ?? 1) % 16}`;
  const redis = new Redis(url);
  await redis.flushdb();
  await redis.quit();
  return url;
}
