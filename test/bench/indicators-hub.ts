/**
 * The second part of `npm run bench -- indicators`: the same 2,000 indicators over 50,000 series in the running hub. Pairs of
 * runs at full load, without and with the indicators in turns, tell what they cost in throughput; then 5,000 events/s arrive
 * while indicators are explained over HTTP.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { DAY_MS, HOUR_MS, periodStart } from '#libs/contracts';
import { ensureDatabase, migrate } from '#libs/persistence';
import { testHub, type App, type TestHub } from '../support/hub.js';
import { packRoot } from '../support/pack-root.js';
import { INDICATORS, pack } from '../support/packs/metering/index.js';
import { wallLink } from '../support/screen.js';
import { load } from './load-process.js';
import { benchServer } from './server.js';

const RATE = 5_000;
const EXPLAINED = 300;
const EVENTS_A_RUN = 120_000;
/** Before each: what a start still costs (code that is not compiled yet) is not what the indicators cost. */
const WARM_UP = 20_000;

type Say = (text: string) => void;
type Keys = Record<string, string>;

export async function benchIndicatorsOnHub(options: { seconds: number; pairs: number }, say: Say): Promise<void> {
  const installation = packRoot('metering');
  const server = await benchServer();
  await ensureDatabase(server.url('postgres'), 'bench');
  const url = server.url('bench');
  await migrate(url);
  const pool = new pg.Pool({ connectionString: url, max: 3 });
  // The server ends before the last connection does.
  pool.on('error', () => undefined);
  const database = {
    url,
    query: async <R extends pg.QueryResultRow>(sql: string, values?: unknown[]) =>
      (await pool.query<R>(sql, values)).rows,
    drop: () => Promise.resolve(),
  };
  const { root } = installation;
  const env = { LOG_LEVEL: 'warn' };
  const hub = await testHub({ backend: 'postgres', apps: [], database, root, env, readyMs: 180_000 });
  try {
    await writeHistory(hub);
    const keys: Keys = {};
    for (const { id } of pack.simulation?.sources ?? []) keys[id] = await hub.addSource(id);
    for (const app of ['worker', 'ingest'] as const) await hub.start(app);
    await pairs(hub, { ...options, root, keys }, say);
    await whileExplaining(hub, { ...options, root, keys }, say);
  } finally {
    await hub.close();
    await pool.end();
    await server.stop();
    installation.remove();
  }
}

interface Course {
  seconds: number;
  pairs: number;
  root: string;
  keys: Keys;
}

/** In turns, so that neither a growing database nor a busy neighbour falls on one side only. */
async function pairs(hub: TestHub, course: Course, say: Say): Promise<void> {
  await hub.start('gateway');
  await fullLoad(hub, course);
  const ratios: Spent[] = [];
  for (let pair = 0; pair < course.pairs; pair++) {
    const spent = {} as Record<'off' | 'on', Spent>;
    for (const side of pair % 2 === 0 ? (['off', 'on'] as const) : (['on', 'off'] as const)) {
      await gatewayWith(hub, side === 'on');
      await fullLoad(hub, course, WARM_UP);
      spent[side] = await fullLoad(hub, course);
    }
    const { off, on } = spent;
    ratios.push({ rate: on.rate / off.rate, cpu: off.cpu / on.cpu });
    say(
      `pair ${pair + 1}                     stored/s without ${off.rate.toFixed(0)}, with ${on.rate.toFixed(0)}: ratio ${(on.rate / off.rate).toFixed(2)}; ` +
        `ms of CPU an event ${(off.cpu * 1_000).toFixed(3)}, ${(on.cpu * 1_000).toFixed(3)}: ratio ${(off.cpu / on.cpu).toFixed(2)}`,
    );
  }
  say(
    `throughput with indicators ${median(ratios.map(({ rate }) => rate)).toFixed(2)} of that without, by CPU an event ${median(ratios.map(({ cpu }) => cpu)).toFixed(2)} (medians of ${ratios.length} pairs)`,
  );
}

/** Events stored a second, end to end, and the CPU seconds of all services and PostgreSQL for each. */
interface Spent {
  rate: number;
  cpu: number;
}

async function gatewayWith(hub: TestHub, indicators: boolean): Promise<void> {
  await hub.stop('gateway');
  hub.env.METERING_INDICATORS = indicators ? '1' : '0';
  await hub.start('gateway');
  // What a start costs (loading, the first evaluation) is not what the indicators cost while events arrive.
  for (let i = 0, before = cpuSeconds(hub, 'gateway'); i < 60; i++) {
    await delay(1_000);
    const now = cpuSeconds(hub, 'gateway');
    if (now - before < 0.1) return;
    before = now;
  }
}

/** The same number of events each time, over all series in turn. */
async function fullLoad(hub: TestHub, { root, keys }: Course, events = EVENTS_A_RUN): Promise<Spent> {
  const before = await storedSoFar(hub);
  const cpu = await cpuOfAll(hub);
  const requests = events / 250;
  const order = { url: hub.ingest, keys, batch: 250, concurrency: 12, seconds: 120, requests, fresh: true };
  const { result, started } = await load(order, root);
  for (;;) {
    const stored = (await storedSoFar(hub)) - before;
    if (stored >= result.accepted) {
      return { rate: (stored * 1_000) / (Date.now() - started), cpu: ((await cpuOfAll(hub)) - cpu) / stored };
    }
    if (Date.now() - started > 300_000) throw new Error(`${stored} of ${result.accepted} stored after five minutes`);
    await delay(50);
  }
}

async function storedSoFar(hub: TestHub): Promise<number> {
  const [row] = await hub.database.query<{ n: number }>(
    'SELECT (coalesce(sum(stored), 0) + coalesce(sum(duplicates), 0))::float8 AS n FROM batch',
  );
  return row?.n ?? 0;
}

async function whileExplaining(hub: TestHub, { seconds, root, keys }: Course, say: Say): Promise<void> {
  await gatewayWith(hub, true);
  const { token } = await wallLink(hub);
  say(
    `explanation over HTTP      ${percentiles(await explanations(hub, token, seconds / 2))}, with nothing else to do`,
  );
  const before = await storedSoFar(hub);
  const cpu = cpuSeconds(hub, 'gateway');
  const from = Date.now();
  const order = { url: hub.ingest, keys, batch: 50, concurrency: 16, seconds: seconds + 5, rate: RATE, fresh: true };
  const running = load(order, root);
  await delay(5_000);
  const times = await explanations(hub, token, seconds);
  const { result } = await running;
  const elapsed = (Date.now() - from) / 1_000;
  const stored = ((await storedSoFar(hub)) - before) / elapsed;
  say(
    `at ${RATE} events/s          accepted ${Math.round(result.accepted / result.seconds)}, stored ${Math.round(stored)} events/s; gateway ${(((cpuSeconds(hub, 'gateway') - cpu) / elapsed) * 100).toFixed(0)} % of a core`,
  );
  say(`explanation over HTTP      ${percentiles(times)} meanwhile`);
}

/** What explaining one indicator after the other takes, spread over these seconds; milliseconds in ascending order. */
async function explanations(hub: TestHub, token: string, seconds: number): Promise<number[]> {
  const times: number[] = [];
  const pause = (seconds * 1_000) / EXPLAINED;
  for (let i = 0; i < EXPLAINED; i++) {
    const asked = performance.now();
    const answer = await fetch(`${hub.gateway}/v1/indicators/metering.i${(i * 37) % INDICATORS}/explain`, {
      headers: { authorization: `Bearer ${token}` },
    });
    if (!answer.ok) throw new Error(`explain answers ${answer.status}: ${await answer.text()}`);
    await answer.arrayBuffer();
    const took = performance.now() - asked;
    times.push(took);
    if (took < pause) await delay(pause - took);
  }
  return times.sort((a, b) => a - b);
}

function percentiles(sorted: readonly number[]): string {
  const at = (q: number): string => (sorted[Math.floor(sorted.length * q)] ?? NaN).toFixed(1);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms (${sorted.length} of them)`;
}

/** Of each series the hours of a day and seven days, as if it had run before. */
async function writeHistory(hub: TestHub): Promise<void> {
  const now = Date.now();
  await hub.database.query(
    `INSERT INTO series (metric, dims) SELECT $1 || m, ARRAY['p' || p, 'k' || k]
     FROM generate_series(0, 19) m, generate_series(0, 124) p, generate_series(0, 19) k`,
    ['metering.m'],
  );
  const ranges = [
    { code: 2, start: periodStart('h', now), step: HOUR_MS, count: 24 },
    { code: 3, start: periodStart('d', now), step: DAY_MS, count: 7 },
  ];
  for (const { code, start, step, count } of ranges) {
    await hub.database.query(
      `INSERT INTO bucket (series, resolution, start, count, sum, min, max, last, last_at)
       SELECT id, $1, ($2::bigint - n * $3::bigint) / 1000, 10, 500, 1, 99, 50, $2::bigint - n * $3::bigint
       FROM series, generate_series(1, $4::int - 1) n WHERE metric LIKE 'metering.%'`,
      [code, start, step, count],
    );
  }
  await hub.database.query('VACUUM (ANALYZE) bucket');
}

const APPS: readonly App[] = ['ingest', 'worker', 'gateway'];

function statOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
}

const cpuSeconds = (hub: TestHub, app: App): number => {
  const stat = statOf(hub.pid(app));
  return (Number(stat[11]) + Number(stat[12])) / 100;
};

/** The services, and PostgreSQL with all its processes, those that ended too (Linux). */
async function cpuOfAll(hub: TestHub): Promise<number> {
  const [self] = await hub.database.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const server = statOf(self?.pid ?? 0)[1];
  let ticks = 0;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = statOf(Number(entry));
      // Of the server itself the children that ended, too.
      if (entry === server) ticks += stat.slice(11, 15).reduce((sum, one) => sum + Number(one), 0);
      else if (stat[1] === server) ticks += Number(stat[11]) + Number(stat[12]);
    } catch {
      // It ended meanwhile.
    }
  }
  return ticks / 100 + APPS.reduce((sum, app) => sum + cpuSeconds(hub, app), 0);
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
