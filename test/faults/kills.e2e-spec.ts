import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { pipelinePool, verify } from '#libs/persistence';
import { loadCatalogue } from '#libs/sectors';
import { testRedisUrl } from '../support/database.js';
import { testHub, type App, type TestHub } from '../support/hub.js';
import { stoppablePostgres } from '../support/stoppable-stores.js';
import { simulatedEvents } from '../support/simulated.js';

const backends = testRedisUrl() ? (['postgres', 'redis'] as const) : (['postgres'] as const);
let hub: TestHub | undefined;

afterEach(async () => {
  await hub?.close();
  hub = undefined;
});

// Each of these tests starts many processes.
jest.setTimeout(600_000);

/** How often the worker is killed in a row; WORKER_KILLS=40 for a long run. */
const WORKER_KILLS = Number(process.env.WORKER_KILLS ?? 8);

/** Sends a batch until it is answered; never two answers lost for one batch. */
async function deliver(to: TestHub, key: string, body: string): Promise<void> {
  for (;;) {
    const answer = await to.post(key, body).catch(() => undefined);
    if (answer?.status === 202) return;
    if (answer && answer.status !== 503 && answer.status !== 429)
      throw new Error(`${answer.status} ${await answer.text()}`);
    await delay(50);
  }
}

/**
 * Sends everything while these are killed, one after the other. Each kill has its share of the batches and comes
 * somewhere within it, so that all fall into the load however slow the machine is.
 */
async function killUnderLoad(to: TestHub, load: Load, kills: readonly (() => Promise<void>)[]): Promise<void> {
  const share = Math.floor(load.batches.length / (kills.length + 1));
  expect(share).toBeGreaterThan(4);
  const keys: Record<string, string> = {};
  for (const source of load.sources) keys[source] = await to.addSource(source);
  let [sent, killed, failed] = [0, 0, false];
  const sending = (async () => {
    for (const { source, body } of load.batches) {
      while (killed < kills.length && sent >= (killed + 1) * share) await delay(5);
      await deliver(to, keys[source] ?? '', body);
      sent++;
    }
  })();
  sending.catch(() => (failed = true));
  for (const [n, kill] of kills.entries()) {
    while (sent < n * share + ((n * 7) % share) && !failed) await delay(1);
    await kill();
    killed++;
  }
  await sending;
}

type Load = Awaited<ReturnType<typeof simulatedEvents>>;

describe.each(backends)('killed processes on %s', (backend) => {
  test('whatever is killed under load, every acknowledged event is stored and counted once', async () => {
    const own = (hub = await testHub({ backend }));
    const load = await simulatedEvents(6_000, 50);
    const victims: App[] = ['worker', 'ingest', 'worker', 'gateway', 'worker', 'ingest'];
    const kills = victims.map((victim) => async () => {
      await own.kill(victim);
      await own.start(victim);
    });
    await killUnderLoad(own, load, kills);
    await own.stored(load.total);
    await expectSound(own, load.total);
  });

  test('many kills of the worker in a row, under load, lose nothing; its work resumes within 15 s', async () => {
    const own = (hub = await testHub({ backend }));
    const load = await simulatedEvents(WORKER_KILLS * 500, 25);
    let startMs = 0;
    const kill = async (): Promise<void> => {
      await own.kill('worker');
      const began = performance.now();
      await own.start('worker');
      startMs = performance.now() - began;
    };
    await killUnderLoad(own, load, Array<typeof kill>(WORKER_KILLS).fill(kill));
    // On a machine that is busy with other tests all takes longer, as its start did.
    await own.stored(load.total, Math.max(15_000, 10 * startMs));
    await expectSound(own, load.total);
  });
});

test('the database is killed under load, twice: every acknowledged event is stored and counted once', async () => {
  const store = await stoppablePostgres();
  try {
    const own = (hub = await testHub({ backend: 'postgres', database: store.database }));
    const load = await simulatedEvents(4_000, 50);
    const kill = async (): Promise<void> => {
      await store.kill();
      await delay(500);
      await store.restart();
    };
    await killUnderLoad(own, load, [kill, kill]);
    await own.stored(load.total);
    await expectSound(own, load.total);
  } finally {
    await hub?.close();
    hub = undefined;
    await store.close();
  }
});

/** Every acknowledged event is there, and everything counted from them is right. */
async function expectSound(hub: TestHub, total: number): Promise<void> {
  const pool = pipelinePool(hub.database.url, 'test', 2);
  const report = await verify(pool, await loadCatalogue(), { rawDays: 400, minuteDays: 35, now: Date.now() });
  await pool.end();
  expect(report.findings).toEqual([]);
  expect(report.events).toBe(total);
}
