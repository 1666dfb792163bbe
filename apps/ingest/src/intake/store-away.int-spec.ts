import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { event, type TestDoor, testDoor } from '../../../../test/support/ingest-door.js';
import { testRedisUrl } from '../../../../test/support/database.js';

const backends = testRedisUrl() === undefined ? ['postgres' as const] : ['postgres' as const, 'redis' as const];

describe.each(backends)('the store of the queue is away: %s', (backend) => {
  let door: TestDoor;
  let key: string;
  beforeAll(async () => {
    door = await testDoor({ backend, settings: { STORE_TIMEOUT_MS: '200' } });
    key = (await door.addSource('meters')).key;
  });
  afterAll(() => door?.close());

  const push = async (
    body: object,
  ): Promise<{ status: number; ms: number; retryAfter: string | null; batch: string }> => {
    const started = performance.now();
    const answer = await fetch(`${door.url}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const { batch } = (await answer.json()) as { batch: string };
    return {
      status: answer.status,
      ms: performance.now() - started,
      retryAfter: answer.headers.get('retry-after'),
      batch,
    };
  };

  test.each(['freeze', 'cut'] as const)('%s: 503 with Retry-After, never a hang, and back by itself', async (how) => {
    // With so little time for an answer a busy machine may look like an outage for a moment.
    await door.until(async () => (await push(event({}))).status === 202);
    door.wire[how]();
    // 250 ms is promised on a machine that is not busy with other tests; what must never happen is a wait of 30 s for a job.
    const during = await Promise.all([push(event({})), push(event({})), push([event({}), event({})])]);
    for (const answer of during) {
      expect(answer).toMatchObject({ status: 503, retryAfter: '2' });
      expect(answer.ms).toBeLessThan(15_000);
    }
    const refused = await push(event({}));
    expect(refused.status).toBe(503);
    expect(refused.ms).toBeLessThan(15_000);
    await door.until(async () => (await fetch(`${door.url}/health/ready`)).status === 503);
    expect((await fetch(`${door.url}/health/live`)).status).toBe(200);
    door.wire.mend();
    await door.until(async () => (await push(event({}))).status === 202);
    await door.until(async () => (await fetch(`${door.url}/health/ready`)).status === 200);
    let batch = '';
    await door.until(async () => {
      const answer = await push(event({ id: `after-${how}` }));
      batch = answer.batch;
      return answer.status === 202;
    });
    expect((await door.part(batch)).events[0]?.id).toBe(`after-${how}`);
  });
});

test('a store that answers pings but takes no jobs: 503 in time, then at once, and nothing was promised', async () => {
  const door = await testDoor({ backend: 'postgres', settings: { STORE_WRITE_TIMEOUT_MS: '300' } });
  const lock = new pg.Client({ connectionString: door.database.url });
  try {
    const { key } = await door.addSource('meters');
    const push = (id: string) =>
      fetch(`${door.url}/v1/events`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify(event({ id })),
      });
    await door.until(async () => (await push('before')).status === 202);
    await lock.connect();
    await lock.query('BEGIN');
    await lock.query('LOCK TABLE bullmq.job IN ACCESS EXCLUSIVE MODE');
    const started = performance.now();
    const answers = await Promise.all(['hung-1', 'hung-2', 'hung-3'].map(push));
    for (const answer of answers) {
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
    }
    // What must never happen is a wait for the time-out of a query.
    expect(performance.now() - started).toBeLessThan(9_000);
    expect((await push('at-once')).status).toBe(503);
    await lock.query('ROLLBACK');
    await door.until(async () => (await push('hung-1')).status === 202);
    await door.until(() => door.parts().some((part) => part.events.some(({ id }) => id === 'hung-1')));
  } finally {
    await lock.end();
    await door.close();
  }
});

test('a queue that is too deep answers 429 until the workers have caught up', async () => {
  const door = await testDoor({ backend: 'postgres', settings: { QUEUE_MAX_JOBS: '1' }, readQueue: false });
  try {
    const { key } = await door.addSource('meters');
    const push = () =>
      fetch(`${door.url}/v1/events`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify(event({})),
      });
    let answer = await push();
    await door.until(async () => {
      answer = await push();
      return answer.status === 429;
    });
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(((await answer.json()) as { code: string }).code).toBe('queue-full');
    door.readQueue();
    await door.until(async () => (await push()).status === 202);
  } finally {
    await door.close();
  }
});
