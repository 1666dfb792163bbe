import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type BatchPart, encodeParts } from '#libs/contracts';
import { createLogger } from '#libs/platform';
import { openQueues, type Queues } from '#libs/queue';
import { type TestDatabase, testDatabase, testRedisUrl } from '../../../test/support/database.js';
import type { EventCommitter } from './event-committer.js';
import { EventProcessor } from './event.processor.js';

const redisUrl = testRedisUrl();
const backends = redisUrl ? (['postgres', 'redis'] as const) : (['postgres'] as const);

/** A failure that a queue does not try again by itself: as if all tries of the round were over. */
const diskFull = () =>
  Object.assign(new Error('could not extend file: No space left on device'), { name: 'UnrecoverableError' });

describe.each(backends)('batches that failed for good, on %s', (backend) => {
  let database: TestDatabase;
  let queues: Queues;
  let processor: EventProcessor;
  let full = true;
  const stored: string[] = [];
  const part = (source: string): BatchPart => ({
    batch: randomUUID(),
    source,
    at: 1,
    via: 'http',
    events: [{ id: 'e', source, type: 't', time: 1, data: { secret: 'do not print' } }],
    rejected: [],
    rejectedTotal: 0,
  });
  const until = async (check: () => Promise<boolean>): Promise<void> => {
    for (const end = Date.now() + 60_000; !(await check());) {
      if (Date.now() > end) throw new Error('not within 60 s');
      await delay(20);
    }
  };
  const failed = async (): Promise<number> => (await queues.listFailed(100)).length;

  beforeAll(async () => {
    database = await testDatabase();
    queues = await openQueues({
      databaseUrl: database.url,
      ...(backend === 'redis' && redisUrl ? { redisUrl } : {}),
      shards: 2,
      application: 'test',
      namespace: `t${randomBytes(4).toString('hex')}`,
    });
    const committer = {
      commit: (parts: BatchPart[]): Promise<void> => {
        if (full) return Promise.reject(diskFull());
        stored.push(...parts.map(({ batch }) => batch));
        return Promise.resolve();
      },
    } as unknown as EventCommitter;
    processor = new EventProcessor(queues, committer, createLogger('worker', 'silent'));
    processor.onApplicationBootstrap();
  });
  afterAll(async () => {
    await processor.onModuleDestroy();
    await queues.close();
    await database.drop();
  });

  test('are kept, listed without their events, and stored by a sweep once the cause is mended', async () => {
    const parts = Array.from({ length: 25 }, (_, i) => part(`source-${i % 5}`));
    for (const [i, one] of parts.entries()) await queues.add(i % 2, { v: 1, parts: encodeParts([one]) });
    await until(async () => (await failed()) === 25);
    const listed = await queues.listFailed(100);
    expect(listed.flatMap(({ batches }) => batches.map(({ batch }) => batch)).sort()).toEqual(
      parts.map(({ batch }) => batch).sort(),
    );
    expect(listed[0]).toMatchObject({ state: 'failed', tries: 1, reason: expect.stringContaining('No space left') });
    expect(JSON.stringify(listed)).not.toContain('do not print');
    expect((await queues.listFailed(3)).length).toBe(3);
    expect(await queues.depth()).toBe(25);

    // A sweep while nothing is mended loses none.
    await processor.sweep();
    await until(async () => (await failed()) === 25);
    expect(stored).toEqual([]);

    full = false;
    await processor.sweep();
    await until(async () => (await queues.depth()) === 0);
    expect([...stored].sort()).toEqual(parts.map(({ batch }) => batch).sort());
    expect(await queues.listFailed(100)).toEqual([]);
  });

  test('of many, the oldest failures have their turn first', async () => {
    full = true;
    for (let i = 0; i < 4; i++) {
      await queues.add(0, { v: 1, parts: encodeParts([part(`turn-${i}`)]) });
      await until(async () => (await failed()) === i + 1);
    }
    const first = (await queues.listFailed(1))[0]?.batches[0]?.source;
    expect(first).toBe('turn-0');
    expect(await queues.retryFailed(1)).toBe(1);
    await until(async () => (await failed()) === 4);
    // It failed again, so it went to the end.
    expect((await queues.listFailed(1))[0]?.batches[0]?.source).toBe('turn-1');
    full = false;
    await processor.sweep();
    await until(async () => (await queues.depth()) === 0);
  });

  test('what fails by the hundred in one queue keeps what is small from no round', async () => {
    full = true;
    const small = part('gauge');
    for (let i = 0; i < 25; i++) await queues.add(0, { v: 1, parts: encodeParts([part('night')]) });
    await queues.add(queues.shardOf(small), { v: 1, parts: encodeParts([small]) });
    await until(async () => (await failed()) === 26);
    full = false;
    expect(await queues.retryFailed(21)).toBe(21);
    await until(async () => (await queues.depth()) === 5);
    expect(stored).toContain(small.batch);
    await processor.sweep();
    await until(async () => (await queues.depth()) === 0);
  });
});
