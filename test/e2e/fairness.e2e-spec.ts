import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { pipelinePool, verify } from '#libs/persistence';
import { loadCatalogue } from '#libs/sectors';
import { modelEvents } from '../fuzz/junk.js';
import { testRedisUrl } from '../support/database.js';
import { testHub, type TestHub } from '../support/hub.js';
import { stoppablePostgres, stoppableRedis, type StoppableStore } from '../support/stoppable-stores.js';

const backends = testRedisUrl() ? (['postgres', 'redis'] as const) : (['postgres'] as const);
let model: object;
const closers: (() => Promise<void>)[] = [];

beforeAll(async () => {
  const [first] = await modelEvents();
  if (!first) throw new Error('no pack has an event');
  model = first;
});

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const eventOf = (id: string): object => ({ ...model, id });

interface Flood {
  answers: Map<number, number>;
  /** Refusals that did not say when to come again. */
  mute: number;
  stop(): Promise<void>;
}

/** Eight connections that send batches as fast as they are answered, and do not wait when told to. */
function flood(hub: TestHub, key: string, batch: number): Flood {
  const answers = new Map<number, number>();
  let running = true;
  let n = 0;
  const state = { answers, mute: 0 };
  const lanes = Array.from({ length: 8 }, async () => {
    while (running) {
      const body = JSON.stringify(Array.from({ length: batch }, () => eventOf(`flood-${n++}`)));
      const answer = await hub.post(key, body);
      await answer.arrayBuffer();
      answers.set(answer.status, (answers.get(answer.status) ?? 0) + 1);
      if (answer.status >= 400 && !/^[1-9]\d*$/.test(answer.headers.get('retry-after') ?? '')) state.mute++;
    }
  });
  return Object.assign(state, {
    stop: async () => {
      running = false;
      await Promise.all(lanes);
    },
  });
}

async function countStored(hub: TestHub, ids: readonly string[]): Promise<number> {
  const [row] = await hub.database.query<{ n: string }>('SELECT count(*) AS n FROM event WHERE id = ANY($1)', [ids]);
  return Number(row?.n);
}

async function expectStoredWithin(hub: TestHub, ids: readonly string[], ms: number): Promise<void> {
  const deadline = Date.now() + ms;
  while ((await countStored(hub, ids)) < ids.length) {
    if (Date.now() > deadline)
      throw new Error(`${await countStored(hub, ids)} of ${ids.length} stored within ${ms} ms`);
    await delay(50);
  }
}

describe.each(backends)('a flooding source on %s', (backend) => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await testHub({ backend, apps: ['worker', 'ingest'] });
  });
  afterAll(() => hub?.close());

  test.each([
    ['over its rate', 200, 100],
    ['within a very high rate', 1_000_000, 500],
  ])('%s does not starve a quiet one', async (_how, rate, batch) => {
    const loud = await hub.addSource(`loud-${rate}`, { rate });
    const quiet = await hub.addSource(`quiet-${rate}`, { rate: 100 });
    const flooding = flood(hub, loud, batch);
    const ids: string[] = [];
    try {
      await delay(1_000);
      for (let n = 0; n < 15; n++) {
        ids.push(`quiet-${rate}-${n}`);
        const answer = await hub.post(quiet, eventOf(`quiet-${rate}-${n}`));
        expect(answer.status).toBe(202);
        await delay(150);
      }
      // The flood goes on meanwhile.
      await expectStoredWithin(hub, ids, 60_000);
      // On a slow machine it takes a while until the flood has been refused so often.
      while (rate < 1_000 && (flooding.answers.get(429) ?? 0) <= 20) await delay(50);
    } finally {
      await flooding.stop();
    }
    expect(flooding.mute).toBe(0);
    expect([...flooding.answers.keys()].filter((status) => status !== 202 && status !== 429)).toEqual([]);
    expect(flooding.answers.get(202)).toBeGreaterThan(0);
    if (rate < 1_000) expect(flooding.answers.get(429)).toBeGreaterThan(20);
  });
});

describe.each(backends)('the store of the queue stops on %s', (backend) => {
  test('doors say 503 at once, nothing is half accepted, and all works again when it is back', async () => {
    const { hub, store } = await hubWithStoppable();
    const key = await hub.addSource('steady');
    await hub.start('worker');
    await hub.start('ingest');
    const acknowledged: string[] = [];
    const refused: string[] = [];
    let n = 0;
    /** Sends one new event, which is refused; milliseconds until it was. */
    const beRefused = async (): Promise<number> => {
      const id = `steady-${n++}`;
      const started = performance.now();
      const answer = await hub.post(key, eventOf(id));
      const body = await answer.text();
      const ms = performance.now() - started;
      refused.push(id);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
      expect(JSON.parse(body)).toMatchObject({ status: 503, code: 'store-away' });
      return ms;
    };
    /** One event, told again while the door says 503, as any sender does: a store that has just started may stall. */
    const deliver = async (id: string): Promise<void> => {
      const deadline = Date.now() + 60_000;
      for (;;) {
        const answer = await hub.post(key, eventOf(id));
        if (answer.status === 202) break;
        if (Date.now() > deadline) throw new Error(`still ${answer.status} although the store is there`);
        await delay(100);
      }
      acknowledged.push(id);
    };
    const outage = async (stop: () => void | Promise<void>, start: () => void | Promise<void>): Promise<void> => {
      for (let i = 0; i < 5; i++) await deliver(`steady-${n++}`);
      await stop();
      // The first may be caught on its way: whether it is durable is not known, so it is sent again.
      const caught = n;
      expect(await beRefused()).toBeLessThan(5_000);
      refused.pop();
      for (let i = 0; i < 10; i++) expect(await beRefused()).toBeLessThan(5_000);
      await start();
      await deliver(`steady-${caught}`);
      for (let i = 0; i < 5; i++) await deliver(`steady-${n++}`);
    };
    await outage(store.freeze, store.thaw);
    await outage(store.kill, store.restart);
    await expectStoredWithin(hub, acknowledged, 120_000);
    // Refused while the store was known to be away, and not sent again: not there.
    expect(refused).toHaveLength(20);
    expect(await countStored(hub, refused)).toBe(0);
    const [ledger] = await hub.database.query<{ n: string }>('SELECT count(*) AS n FROM event');
    expect(Number(ledger?.n)).toBe(acknowledged.length);
    const pool = pipelinePool(hub.database.url, 'test', 2);
    const report = await verify(pool, await loadCatalogue(), { rawDays: 400, minuteDays: 35, now: Date.now() });
    await pool.end();
    expect(report.findings).toEqual([]);
  });

  /** A hub whose queue lies on a store of the test's own; no app runs yet. */
  async function hubWithStoppable(): Promise<{ hub: TestHub; store: StoppableStore }> {
    if (backend === 'postgres') {
      const store = await stoppablePostgres();
      closers.push(store.close);
      const hub = await testHub({ backend, apps: [], database: store.database, env: { STORE_TIMEOUT_MS: '200' } });
      closers.push(() => hub.close());
      return { hub, store };
    }
    const store = await stoppableRedis();
    closers.push(store.close);
    const hub = await testHub({ backend, apps: [], env: { REDIS_URL: store.url, STORE_TIMEOUT_MS: '200' } });
    closers.push(() => hub.close());
    return { hub, store };
  }
});
