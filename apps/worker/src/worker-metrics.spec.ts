import { expect, test } from '@jest/globals';
import { Metrics } from '#libs/platform';
import { WorkerMetrics } from './worker-metrics.js';

const NOW = Date.UTC(2026, 10, 23, 7, 0, 0);

/** The text that Prometheus reads, as of NOW. */
async function scrape(options: { oldest: number | null; stored?: [source: string, lastEvent: number][] }) {
  const metrics = new Metrics('worker');
  const queues = { oldest: () => Promise.resolve(options.oldest) };
  const rows = (options.stored ?? []).map(([source, at]) => ({ source, at: new Date(at) }));
  const pool = { query: () => Promise.resolve({ rows }) };
  const own = new WorkerMetrics(metrics, queues as never, { now: () => NOW } as never, pool as never);
  await own.onModuleInit();
  const value = async (name: string, label = ''): Promise<number | undefined> => {
    const line = (await metrics.text()).split('\n').find((each) => each.startsWith(`${name}{`) && each.includes(label));
    return line === undefined ? undefined : Number(line.split(' ').at(-1));
  };
  return { own, value };
}

test('queue lag is the age of the oldest job that is not done, and 0 when there is none', async () => {
  const lag = 'ioc_worker_queue_lag_seconds';
  expect(await (await scrape({ oldest: NOW - 12_500 })).value(lag)).toBe(12.5);
  expect(await (await scrape({ oldest: null })).value(lag)).toBe(0);
  expect(await (await scrape({ oldest: NOW + 40 })).value(lag)).toBe(0);
});

test('a source that fell silent before this worker started shows its age, and an event that is older than the newest does not make it older', async () => {
  const age = ['ioc_worker_source_age_seconds', 'source="tram-1"'] as const;
  const { own, value } = await scrape({ oldest: null, stored: [['tram-1', NOW - 3_600_000]] });
  expect(await value(...age)).toBe(3_600);
  const outcome = (lastEvent: number) => {
    const sources = [{ source: 'tram-1', lastEvent, lastSeen: NOW }];
    return { buckets: [], sources, recent: [], stored: 1, duplicates: 0, setAside: 0, receivedAt: NOW };
  };
  own.committed([], outcome(NOW - 5_000), NOW, NOW);
  own.committed([], outcome(NOW - 60_000), NOW, NOW);
  expect(await value(...age)).toBe(5);
});
