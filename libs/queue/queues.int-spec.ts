import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testDatabase, testRedisUrl, type TestDatabase } from '../../test/support/database.js';
import { startRedisServer } from '../../test/support/redis-server.js';
import { freePort } from '#libs/platform';
import { openQueues, shardOfSource, type Queues } from './index.js';

const redisUrl = testRedisUrl();
const backends = redisUrl ? (['postgres', 'redis'] as const) : (['postgres'] as const);

describe.each(backends)('event queues on %s', (backend) => {
  let database: TestDatabase;
  let queues: Queues;

  beforeAll(async () => {
    database = await testDatabase();
    queues = await openQueues({
      databaseUrl: database.url,
      ...(backend === 'redis' && redisUrl ? { redisUrl } : {}),
      shards: 2,
      application: 'test',
      namespace: `t${randomBytes(4).toString('hex')}`,
    });
  });

  afterAll(async () => {
    await queues.close();
    await database.drop();
  });

  test('what is added is handled once, on every shard', async () => {
    await queues.ping();
    const seen: string[] = [];
    const events = new EventEmitter();
    for (const [shard, parts] of ['a', 'b', 'c'].entries()) await queues.add(shard, { v: 1, parts });
    await queues.add(0, { v: 1, parts: 'd' });
    expect(await queues.depth()).toBe(4);
    expect(await queues.oldest()).toBeLessThanOrEqual(Date.now());
    const consumers = queues.work(
      (job) => {
        seen.push(job.parts);
        if (seen.length === 4) events.emit('all');
        return Promise.resolve();
      },
      { concurrency: 2 },
    );
    await once(events, 'all');
    await consumers.close();
    expect(seen.sort()).toEqual(['a', 'b', 'c', 'd']);
    expect(await queues.depth()).toBe(0);
    expect(await queues.oldest()).toBeNull();
  });

  test('what is small passes a source that keeps every worker of its shard busy', async () => {
    const event = { id: 'e', source: 'a', type: 't', time: 1, data: {} };
    const of = (length: number) => ({ source: 'a', events: Array.from({ length }, () => event) });
    const [small, large] = [of(20), of(21)];
    const events = new EventEmitter();
    for (const parts of ['large 1', 'large 2']) await queues.add(queues.shardOf(large), { v: 1, parts });
    await queues.add(queues.shardOf(small), { v: 1, parts: 'small' });
    const seen: string[] = [];
    const inTime = { signal: AbortSignal.timeout(60_000) };
    const smallDone = once(events, 'small', inTime);
    const consumers = queues.work(
      async ({ parts }) => {
        if (parts === 'large 1') await smallDone;
        seen.push(parts);
        events.emit(parts);
      },
      { concurrency: 1 },
    );
    try {
      await once(events, 'large 2', inTime);
    } finally {
      await consumers.close();
    }
    expect(seen).toEqual(['small', 'large 1', 'large 2']);
  });

  test('a job whose handler fails is tried again', async () => {
    let tries = 0;
    const events = new EventEmitter();
    await queues.add(0, { v: 1, parts: 'x' });
    const consumers = queues.work(
      () => {
        if (++tries < 3) return Promise.reject(new Error('not yet'));
        events.emit('done');
        return Promise.resolve();
      },
      { concurrency: 1 },
    );
    await once(events, 'done');
    await consumers.close();
    expect(tries).toBe(3);
  });
});

(redisUrl ? test : test.skip)('a Redis that could lose what it acknowledged is refused, with what to set', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'ioc-lossy-'));
  const port = await freePort();
  const server = await startRedisServer(dir, port, 'everysec');
  try {
    await expect(
      openQueues({ databaseUrl: '', redisUrl: `redis://127.0.0.1:${port}`, shards: 1, application: 'test' }),
    ).rejects.toThrow(/appendfsync is everysec/);
  } finally {
    server?.kill('SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  }
});

(redisUrl ? test : test.skip)('a Redis that comes back careless counts as away until it is careful again', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'ioc-careless-'));
  const port = await freePort();
  let server = await startRedisServer(dir, port);
  const errors: string[] = [];
  const queues = await openQueues({
    databaseUrl: '',
    redisUrl: `redis://127.0.0.1:${port}`,
    shards: 1,
    application: 'test',
    onError: (error) => errors.push(error.message),
  });
  const again = async (appendfsync: string): Promise<void> => {
    server?.kill('SIGKILL');
    if (server) await once(server, 'exit');
    server = await startRedisServer(dir, port, appendfsync);
  };
  /** What a ping says, asked until it says that. */
  const pings = async (wanted: RegExp): Promise<void> => {
    let said = '';
    for (const end = Date.now() + 60_000; !wanted.test(said) && Date.now() < end;) {
      said = await queues.ping().then(
        () => 'answers',
        (error: Error) => error.message,
      );
      await new Promise((done) => setTimeout(done, 50));
    }
    expect(said).toMatch(wanted);
  };
  try {
    await pings(/^answers$/);
    await again('no');
    await pings(/appendfsync is no/);
    expect(errors.join()).toMatch(/appendfsync is no/);
    await again('always');
    await pings(/^answers$/);
  } finally {
    await queues.close();
    server?.kill('SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  }
});

test('a source keeps its shard', () => {
  expect(shardOfSource('demo', 1)).toBe(0);
  expect(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((source) => shardOfSource(source, 4))).toEqual(
    ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((source) => shardOfSource(source, 4)),
  );
  expect(new Set(Array.from({ length: 100 }, (_, i) => shardOfSource(`source-${i}`, 4))).size).toBe(4);
});
