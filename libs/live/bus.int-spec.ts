import { afterEach, describe, expect, test } from '@jest/globals';
import type { AccessMessage } from '#libs/contracts';
import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { testDatabase, testRedisUrl, type TestDatabase } from '../../test/support/database.js';
import { openLiveBus, type LiveBus } from './bus.js';

const redisUrl = testRedisUrl();
const backends = redisUrl ? (['postgres', 'redis'] as const) : (['postgres'] as const);

describe.each(backends)('live bus on %s', (backend) => {
  let database: TestDatabase;
  const open: LiveBus[] = [];

  async function bus(namespace: string): Promise<LiveBus> {
    const opened = await openLiveBus({
      databaseUrl: database.url,
      ...(backend === 'redis' && redisUrl ? { redisUrl } : {}),
      name: 'test',
      namespace,
    });
    opened.onError(() => undefined);
    open.push(opened);
    return opened;
  }

  afterEach(async () => {
    for (const each of open.splice(0)) await each.close();
    await database.drop();
  });

  test('every subscriber hears every message, in order', async () => {
    database = await testDatabase();
    const namespace = `b${randomBytes(4).toString('hex')}`;
    const [publisher, one, two] = [await bus(namespace), await bus(namespace), await bus(namespace)];
    const heard: string[][] = [[], []];
    const done = new EventEmitter();
    for (const [index, subscriber] of [one, two].entries()) {
      await subscriber.subscribe('access', (message: AccessMessage) => {
        heard[index]?.push(message.id);
        if (heard.every((list) => list.length === 20)) done.emit('all');
      });
    }
    const all = once(done, 'all');
    for (let i = 0; i < 20; i++) await publisher.publish('access', { kind: 'source', id: `s${i}` });
    await all;
    const expected = Array.from({ length: 20 }, (_, i) => `s${i}`);
    expect(heard).toEqual([expected, expected]);
  });

  test('a large message comes as it was sent', async () => {
    database = await testDatabase();
    const namespace = `b${randomBytes(4).toString('hex')}`;
    const [publisher, subscriber] = [await bus(namespace), await bus(namespace)];
    const sent = {
      ...{ publisher: 'p', n: 1, at: 1, receivedAt: null, sources: [], recent: [] },
      buckets: Array.from({ length: 2_000 }, (_, i) => ({
        ...{
          metric: 'cảng.tàu',
          dims: [`bến ${i}`, '\u001f"'],
          resolution: 'm' as const,
          start: 60_000 * i,
          version: i,
        },
        ...{ count: 1, sum: i / 7, min: null, max: i, last: i, lastAt: null },
      })),
    };
    const done = new EventEmitter();
    await subscriber.subscribe('changes', (message) => void done.emit('heard', message));
    const heard = once(done, 'heard');
    await publisher.publish('changes', sent);
    expect(await heard).toEqual([sent]);
  });
});
