/**
 * `npm run bench -- ingest [--backend postgres|redis] [--seconds 20] [--packs a,b]`: the real services, load through the public
 * door, all on this machine. Prints accepted and stored events a second, the way from POST to stored and to screen,
 * CPU and memory of each process, and beside it the ceiling: the same rows and buckets written by bare SQL.
 */
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { HubEvent } from '#libs/contracts';
import { ensureDatabase, makePartitions, migrate, PgPipelineStore, pipelinePool, verify } from '#libs/persistence';
import { storeParts, type PipelineStore, type StoreTransaction } from '#libs/pipeline';
import { loadCatalogue } from '#libs/sectors';
import { startRedisServer } from '../support/redis-server.js';
import { freePort } from '#libs/platform';
import type { App, TestHub } from '../support/hub.js';
import { simulatedEvents } from '../support/simulated.js';
import { wallLink, watchBoard } from '../support/screen.js';
import { load } from './load-process.js';
import { whenStored, withHub } from './with-hub.js';
import { benchServer } from './server.js';

const APPS: readonly App[] = ['ingest', 'worker', 'gateway'];

export async function benchIngest(options: {
  backend: 'postgres' | 'redis';
  seconds: number;
  packs?: string[];
}): Promise<void> {
  const server = await benchServer();
  const redis = options.backend === 'redis' ? await startRedis(server.dir) : undefined;
  const say = (text: string): void => void process.stdout.write(`${text}\n`);
  try {
    say(
      `backend ${options.backend}, durable (fsync on${redis ? ', appendfsync always' : ''}), load generator on the same machine`,
    );
    const ceiling = await measureCeiling(server.url, 60_000);
    say(
      `ceiling, bare SQL          ${round(ceiling)} events/s (same rows, projections and buckets, first time, 2,000 a transaction)`,
    );
    await withHub(server.url, { ...options, without: MARKER.type }, async (hub, keys) => {
      const before = usage(hub);
      const full = await load({ url: hub.ingest, keys, batch: 250, concurrency: 12, seconds: options.seconds });
      const { rate: stored, total } = await whenStored(hub, full.result.accepted, full.started);
      const seconds = (Date.now() - full.started) / 1_000;
      say(
        `accepted                   ${round(full.result.accepted / full.result.seconds)} events/s (${total} events, ${full.result.refused} refused, ${full.result.waited} told to wait)`,
      );
      say(`stored, end to end         ${round(stored)} events/s = ${(stored / ceiling).toFixed(2)} of the ceiling`);
      say(
        `POST to 202                p50 ${full.result.p50.toFixed(0)} ms, p99 ${full.result.p99.toFixed(0)} ms (at full load, 250 events a request)`,
      );
      report(hub, before, seconds, say);
      await calm(hub, keys, options.seconds, say);
      const pool = pipelinePool(server.url('bench'), 'bench', 2);
      pool.options.query_timeout = 0;
      const result = await verify(pool, await loadCatalogue(), { rawDays: 400, minuteDays: 35, now: Date.now() });
      await pool.end();
      say(
        `verify                     ${result.events} events, ${result.buckets} buckets, ${result.findingsTotal} findings`,
      );
      if (result.findingsTotal > 0) {
        for (const finding of result.findings.slice(0, 5)) say(`  ${finding.what}`);
        process.exitCode = 1;
      }
    });
  } finally {
    redis?.kill('SIGTERM');
    await server.stop();
  }
}

/** The number that only markers move: calls of a source that the load leaves out. */
const MARKER = { type: 'vn.ioc.health.call.received.v1', board: 'health', tile: 'calls-today' };

/** 2,000 events a second, and a marker about every 100 ms whose arrival on a screen is watched. */
async function calm(
  hub: TestHub,
  keys: Record<string, string>,
  seconds: number,
  say: (text: string) => void,
): Promise<void> {
  const marker = await markerData();
  const key = await hub.addSource('bench-marker');
  const screen = await watchBoard(hub, MARKER.board, (await wallLink(hub)).token);
  await screen.until(MARKER.tile, (tile) => tile.kind === 'number');
  const metrics = `http://127.0.0.1:${hub.env.WORKER_PORT}/metrics`;
  const baseline = await histogram(metrics, 'ioc_worker_post_to_stored_seconds');
  const running = load({ url: hub.ingest, keys, batch: 20, concurrency: 16, seconds, rate: 2_000 });
  await delay(3_000);
  const stop = Date.now() + (seconds - 4) * 1_000;
  const latencies: Promise<number>[] = [];
  while (Date.now() < stop) {
    const sent = Date.now();
    const nth = latencies.length + 1;
    void hub.post(key, {
      type: MARKER.type,
      id: `marker-${nth}`,
      time: new Date(sent).toISOString(),
      unit: '92',
      data: marker,
    });
    latencies.push(
      screen
        .until(MARKER.tile, (tile) => tile.kind === 'number' && (tile.value ?? 0) >= nth)
        .then(() => Date.now() - sent),
    );
    await delay(90 + (nth % 23));
  }
  const seen = (await Promise.all(latencies)).sort((a, b) => a - b);
  const { result } = await running;
  const stored = await quantiles(metrics, 'ioc_worker_post_to_stored_seconds', baseline);
  const at = (q: number): number => seen[Math.min(seen.length - 1, Math.floor(seen.length * q))] ?? NaN;
  say(
    `at 2,000 events/s          accepted ${round(result.accepted / result.seconds)} events/s; POST to 202 p50 ${result.p50.toFixed(0)} ms, p99 ${result.p99.toFixed(0)} ms`,
  );
  say(`POST to stored             p50 ${stored.p50} ms, p99 ${stored.p99} ms (upper edge of the histogram's bucket)`);
  say(
    `POST to screen             p50 ${at(0.5)} ms, p99 ${at(0.99)} ms (${seen.length} markers, seen by a socket of its own)`,
  );
  screen.close();
}

async function markerData(): Promise<Record<string, unknown>> {
  const now = Date.now();
  for (const pack of (await loadCatalogue()).packs) {
    for (const event of pack.simulation?.events({ from: now - 86_400_000, to: now, seed: 1, pace: 1 }) ?? []) {
      if (event.type === MARKER.type) return event.data;
    }
  }
  throw new Error(`no pack simulates ${MARKER.type}`);
}

type Call = { method: keyof StoreTransaction; args: unknown[] };

/** Runs the pipeline and notes every call that its transactions make. */
async function record(pool: pg.Pool, count: number): Promise<Call[][]> {
  const catalogue = await loadCatalogue();
  const store = new PgPipelineStore(pool);
  const transactions: Call[][] = [];
  const recording: PipelineStore = {
    isDataError: (error) => store.isDataError(error),
    isRetryable: (error) => store.isRetryable(error),
    transaction: (work) =>
      store.transaction((tx) => {
        const calls: Call[] = [];
        transactions.push(calls);
        const noting = new Proxy(tx, {
          get: (target, method: keyof StoreTransaction) =>
            ((...args: unknown[]) => {
              calls.push({ method, args });
              return (target[method] as (...given: unknown[]) => unknown).apply(target, args);
            }) as never,
        });
        return work(noting);
      }),
  };
  const { batches } = await simulatedEvents(count, 2_000);
  const now = Date.now();
  for (const { source, body } of batches) {
    const events = (JSON.parse(body) as (Omit<HubEvent, 'time'> & { time: string })[]).map((event) => ({
      ...event,
      source,
      time: Date.parse(event.time),
    }));
    await storeParts(
      recording,
      catalogue,
      [{ batch: randomUUID(), source, at: now, via: 'http', events, rejected: [], rejectedTotal: 0 }],
      now,
    );
  }
  return transactions;
}

/** The same rows, projections and buckets, written by SQL from one process that computes nothing meanwhile. */
async function measureCeiling(url: (database: string) => string, count: number): Promise<number> {
  const fresh = async (name: string): Promise<pg.Pool> => {
    await ensureDatabase(url('postgres'), name);
    await migrate(url(name));
    const pool = pipelinePool(url(name), name, 2);
    await makePartitions(pool, Date.now());
    return pool;
  };
  const scratch = await fresh('scratch');
  const transactions = await record(scratch, count);
  await scratch.end();
  const pool = await fresh('ceiling');
  const store = new PgPipelineStore(pool);
  const started = performance.now();
  let written = 0;
  for (const calls of transactions) {
    await store.transaction(async (tx) => {
      for (const { method, args } of calls)
        await (tx[method] as (...given: unknown[]) => Promise<unknown>).apply(tx, args);
    });
    const inserted = calls.find((call) => call.method === 'insertEvents')?.args[0];
    if (Array.isArray(inserted)) written += inserted.length;
  }
  const rate = (written * 1_000) / (performance.now() - started);
  await pool.end();
  return rate;
}

interface Usage {
  cpu: number;
  rss: number;
}

/** CPU seconds so far and peak memory, from /proc (Linux). PostgreSQL and Redis are shared by all, so not listed. */
function usage(hub: TestHub): Map<App, Usage> {
  return new Map(
    APPS.map((app) => {
      const stat =
        readFileSync(`/proc/${hub.pid(app)}/stat`, 'utf8')
          .split(') ')[1]
          ?.split(' ') ?? [];
      const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${hub.pid(app)}/status`, 'utf8'))?.[1];
      return [app, { cpu: (Number(stat[11]) + Number(stat[12])) / 100, rss: Number(peak) / 1024 }];
    }),
  );
}

function report(hub: TestHub, before: Map<App, Usage>, seconds: number, say: (text: string) => void): void {
  for (const [app, now] of usage(hub)) {
    const cpu = now.cpu - (before.get(app)?.cpu ?? 0);
    say(
      `${app.padEnd(10)}                 ${((cpu / seconds) * 100).toFixed(0)} % of a core, peak ${now.rss.toFixed(0)} MiB`,
    );
  }
}

type Histogram = [number, number][];

async function histogram(url: string, name: string): Promise<Histogram> {
  const text = await (await fetch(url)).text();
  return [...text.matchAll(new RegExp(`^${name}_bucket\\{.*?le="([^"]+)".*?\\} (\\d+)`, 'gm'))].map(([, le, n]) => [
    le === '+Inf' ? Infinity : Number(le),
    Number(n),
  ]);
}

async function quantiles(url: string, name: string, baseline: Histogram): Promise<{ p50: string; p99: string }> {
  const now = (await histogram(url, name)).map(([le, n], i): [number, number] => [le, n - (baseline[i]?.[1] ?? 0)]);
  const total = now[now.length - 1]?.[1] ?? 0;
  const at = (q: number): string => {
    const bucket = now.find(([, n]) => n >= total * q);
    return bucket ? `≤${(bucket[0] * 1_000).toFixed(0)}` : '?';
  };
  return { p50: at(0.5), p99: at(0.99) };
}

async function startRedis(dir: string): Promise<ChildProcess> {
  const port = await freePort();
  const child = await startRedisServer(dir, port);
  if (!child) throw new Error('no redis-server on the path: apt-get install redis-server');
  process.env.BENCH_REDIS_URL = `redis://127.0.0.1:${port}`;
  return child;
}

const round = (n: number): string => Math.round(n).toLocaleString('en').padStart(7);
