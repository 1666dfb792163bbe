import { afterEach, describe, expect, test } from '@jest/globals';
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

/** Sends everything, each batch again until it is answered; never two answers lost for one batch. */
async function sendAll(
  to: TestHub,
  keys: Record<string, string>,
  batches: { source: string; body: string }[],
  pause: () => Promise<void>,
): Promise<void> {
  for (const { source, body } of batches) {
    for (;;) {
      const answer = await to.post(keys[source] ?? '', body).catch(() => undefined);
      if (answer?.status === 202) break;
      if (answer && answer.status !== 503 && answer.status !== 429)
        throw new Error(`${answer.status} ${await answer.text()}`);
      await delay(50);
    }
    await pause();
  }
}

describe.each(backends)('killed processes on %s', (backend) => {
  test('whatever is killed under load, every acknowledged event is stored and counted once', async () => {
    hub = await testHub({ backend });
    const { batches, sources, total } = await simulatedEvents(12_000, 100);
    const keys: Record<string, string> = {};
    for (const source of sources) keys[source] = await hub.addSource(source);
    const victims: App[] = ['worker', 'ingest', 'worker', 'gateway', 'worker', 'ingest'];
    let killing = true;
    // Slow enough that every kill falls into the load, then as fast as it goes.
    const sending = sendAll(hub, keys, batches, () => (killing ? delay(300) : Promise.resolve()));
    sending.catch(() => undefined);
    for (const victim of victims) {
      await hub.kill(victim);
      await hub.start(victim);
      await delay(200);
    }
    killing = false;
    await sending;
    await hub.stored(total, 60_000);
    await expectSound(hub, total);
  });

  test('twenty kills of the worker in a row, under load, lose nothing; its work resumes within 15 s', async () => {
    hub = await testHub({ backend });
    const { batches, sources, total } = await simulatedEvents(6_000, 50);
    const keys: Record<string, string> = {};
    for (const source of sources) keys[source] = await hub.addSource(source);
    let killing = true;
    const sending = sendAll(hub, keys, batches, () => (killing ? delay(250) : Promise.resolve()));
    sending.catch(() => undefined);
    for (let kill = 0; kill < 20; kill++) {
      await hub.kill('worker');
      await hub.start('worker');
    }
    killing = false;
    await sending;
    await hub.stored(total, 15_000);
    await expectSound(hub, total);
  });
});

test('the database is killed under load, twice: every acknowledged event is stored and counted once', async () => {
  const store = await stoppablePostgres();
  try {
    hub = await testHub({ backend: 'postgres', database: store.database });
    const { batches, sources, total } = await simulatedEvents(4_000, 50);
    const keys: Record<string, string> = {};
    for (const source of sources) keys[source] = await hub.addSource(source);
    let killing = true;
    const sending = sendAll(hub, keys, batches, () => (killing ? delay(150) : Promise.resolve()));
    sending.catch(() => undefined);
    for (let kill = 0; kill < 2; kill++) {
      await delay(1_500);
      await store.kill();
      await delay(500);
      await store.restart();
    }
    killing = false;
    await sending;
    await hub.stored(total, 60_000);
    await expectSound(hub, total);
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
