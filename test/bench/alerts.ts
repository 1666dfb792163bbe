/**
 * `npm run bench -- alerts [--seconds 15] [--part latencies|throughput] [--post 500]`: from a critical event's POST to the
 * try at a channel (a local HTTP receiver): idle, behind a storm of 10,000 alerts, at 5,000 events/s of other load; and what
 * 2,000 rules over 10,000 series cost the doors, paired: with the alerter, without, and so on in turn. Everything on one
 * machine, durable. Ends with 1 where a limit is missed.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Rule, Severity } from '#libs/contracts';
import { ensureDatabase, migrate, pipelinePool } from '#libs/persistence';
import { testHub, type TestHub } from '../support/hub.js';
import { receiver, type Receiver } from '../support/receiver.js';
import { simulatedEvents } from '../support/simulated.js';
import { FLOOD_RULES, floodOf, waterRule } from './alert-load.js';
import type { LoadOrder } from './load.js';
import { benchServer } from './server.js';

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const SAMPLES = 60;
const STORM = 10_000;

/** `post`: events of the storm in one request. */
export interface AlertsOptions {
  seconds: number;
  post: number;
  part?: string;
}

export async function benchAlerts({ seconds, post, part }: AlertsOptions): Promise<void> {
  const server = await benchServer();
  const chat = await receiver();
  try {
    for (const measure of [latencies, throughput]) {
      const name = measure.name;
      if (part !== undefined && part !== name) continue;
      await ensureDatabase(server.url('postgres'), name);
      await migrate(server.url(name));
      const database = {
        url: server.url(name),
        query: async (sql: string, values?: unknown[]) => {
          const pool = pipelinePool(server.url(name), 'bench', 1);
          return pool.query(sql, values).then(async ({ rows }) => (await pool.end(), rows as never));
        },
        drop: () => Promise.resolve(),
      };
      const env = { CHANNELS_PRIVATE: 'true', QUEUE_MAX_JOBS: '5000' };
      const hub = await testHub({ backend: 'postgres', apps: ['worker', 'ingest'], env, database });
      try {
        await measure(hub, chat, seconds, post);
      } finally {
        await hub.close();
      }
    }
  } finally {
    await chat.close();
    await server.stop();
  }
}

async function latencies(hub: TestHub, chat: Receiver, seconds: number, post: number): Promise<void> {
  const critical = Array.from({ length: 3 * SAMPLES }, (_, i) =>
    waterRule(`own.critical-${i}`, 'critical', 30, `c${i}`),
  );
  await setUp(hub, chat, [...critical, { ...waterRule('own.storm', 'warning', 4), by: 'station' }]);
  const key = await hub.addSource('bench-alerts', { rate: 1_000_000 });
  await hub.start('alerter');
  await delay(2_000);
  const arrived = watch(chat);
  report('idle', await sample(hub, key, arrived, 0, 120), 1_000);
  const storm = stormOf(hub, key, post);
  report(`behind a storm of ${STORM}`, await sample(hub, key, arrived, SAMPLES, 120), 2_000);
  await storm;
  await told(hub);
  const { rate } = await otherLoad(hub, seconds);
  await delay(2_000);
  const every = ((seconds - 4) * 1_000) / SAMPLES;
  report('at 5,000 events/s', await sample(hub, key, arrived, 2 * SAMPLES, every), 2_000);
  say(`  load accepted            ${Math.round(await rate)} events/s`);
}

/** Every station says that it is too high, so many in a request; eight requests at a time. */
async function stormOf(hub: TestHub, key: string, post: number): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let i = next; i < STORM; i = next) {
      next += post;
      const stations = Array.from({ length: Math.min(post, STORM - i) }, (_, n) => `storm-${i + n}`);
      while ((await hub.post(key, floodOf(stations, 9))).status !== 202) await delay(100);
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));
}

/** How many messages the storm took. */
async function told(hub: TestHub): Promise<void> {
  for (let i = 0; i < 240; i++) {
    const [row] = await hub.database.query<{ alerts: number; told: number; messages: number }>(
      `SELECT (SELECT count(*)::int FROM alert WHERE rule = 'own.storm') AS alerts,
         (SELECT count(DISTINCT i.alert_id)::int FROM notification_item i JOIN alert a ON a.id = i.alert_id AND a.rule = 'own.storm') AS told,
         (SELECT count(DISTINCT i.notification_id)::int FROM notification_item i JOIN alert a ON a.id = i.alert_id AND a.rule = 'own.storm') AS messages`,
    );
    if (row && row.alerts >= STORM && row.told === row.alerts) {
      say(`storm                      ${row.alerts} alerts told in ${row.messages} messages`);
      return;
    }
    await delay(500);
  }
  say('storm                      NOT told within two minutes');
  process.exitCode = 1;
}

/** Title of an alert → when a message about it came in. */
function watch(chat: Receiver): Map<string, number> {
  const arrived = new Map<string, number>();
  chat.answer = ({ body }, response) => {
    for (const [title] of String(body).matchAll(/own\.critical-\d+/g))
      if (!arrived.has(title)) arrived.set(title, Date.now());
    response.writeHead(204).end();
  };
  return arrived;
}

async function sample(
  hub: TestHub,
  key: string,
  arrived: ReadonlyMap<string, number>,
  first: number,
  everyMs: number,
): Promise<number[]> {
  const sent = new Map<string, number>();
  for (let i = first; i < first + SAMPLES; i++) {
    sent.set(`own.critical-${i}`, Date.now());
    void hub.post(key, floodOf([`c${i}`], 50));
    await delay(everyMs);
  }
  for (let i = 0; i < 300 && [...sent.keys()].some((title) => !arrived.has(title)); i++) await delay(100);
  await stages(hub, sent, arrived);
  return [...sent].map(([title, at]) => (arrived.get(title) ?? Infinity) - at).sort((a, b) => a - b);
}

/** Where the time goes: until it is stored, judged (told by the bus, a round), the message is decided on, and tried. */
async function stages(
  hub: TestHub,
  sent: ReadonlyMap<string, number>,
  arrived: ReadonlyMap<string, number>,
): Promise<void> {
  const rows = await hub.database.query<{ rule: string; stored: number; fired: number; decided: number }>(
    `SELECT a.rule, max(extract(epoch FROM b.stored_at)) * 1000 AS stored, extract(epoch FROM a.fired_at) * 1000 AS fired,
       extract(epoch FROM min(n.created_at)) * 1000 AS decided
     FROM alert a JOIN notification_item i ON i.alert_id = a.id JOIN notification n ON n.id = i.notification_id
     JOIN event e ON e.source = 'bench-alerts' AND e.data->>'station' = replace(a.rule, 'own.critical-', 'c') JOIN batch b ON b.id = e.batch
     WHERE a.rule = ANY($1) GROUP BY a.rule, a.fired_at`,
    [[...sent.keys()]],
  );
  const ways = rows.map(({ rule, stored, fired, decided }) => {
    const at = [sent.get(rule) ?? NaN, stored, fired, decided, arrived.get(rule) ?? NaN];
    return at.slice(1).map((time, n) => time - (at[n] ?? NaN));
  });
  const words = ['stored after', 'judged', 'decided on', 'tried'];
  const told = (way: readonly number[]): string =>
    words.map((word, n) => `${word} ${Math.round(way[n] ?? NaN)}`).join(', ');
  const middle = words.map((_, n) => ways.map((way) => way[n] ?? NaN).sort((a, b) => a - b)[ways.length >> 1] ?? NaN);
  const sum = (way: readonly number[]): number => way.reduce((a, b) => a + b, 0);
  const slowest = ways.reduce((a, b) => (sum(b) > sum(a) ? b : a), ways[0] ?? []);
  const text = await (await fetch(`http://127.0.0.1:${hub.env.ALERTER_PORT}/metrics`)).text();
  const total = (name: string): number =>
    Number(new RegExp(`^ioc_alerter_evaluation_seconds_${name}\\{.*\\} (.*)$`, 'm').exec(text)?.[1] ?? NaN);
  const round = (total('sum') / total('count')) * 1_000;
  say(`  medians: ${told(middle)} ms; slowest: ${told(slowest)} ms; a round judges for ${round.toFixed(0)} ms`);
}

function report(what: string, sorted: readonly number[], limit: number): void {
  const at = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? NaN;
  const kept = at(0.99) <= limit;
  say(
    `${what.padEnd(26)} POST to channel p50 ${at(0.5)} ms, p99 ${at(0.99)} ms (${sorted.length} critical alerts; limit ${limit} ms${kept ? '' : ': MISSED'})`,
  );
  if (!kept) process.exitCode = 1;
}

async function throughput(hub: TestHub, chat: Receiver): Promise<void> {
  await setUp(hub, chat, FLOOD_RULES);
  const key = await hub.addSource('bench-flood', { rate: 1_000_000 });
  await flood(hub, key, A_TURN / 2, false);
  const rates: Record<'with' | 'without', number[]> = { with: [], without: [] };
  for (let n = 0; n < 6; n++) {
    const turn = n % 2 === 0 ? 'without' : 'with';
    if (turn === 'with') await hub.start('alerter');
    await delay(1_000);
    rates[turn].push(await flood(hub, key, A_TURN, n % 4 < 2));
    if (turn === 'with') await hub.stop('alerter');
  }
  const pairs = rates.with.map((rate, i) => rate / (rates.without[i] ?? NaN));
  const median = [...pairs].sort((a, b) => a - b)[1] ?? NaN;
  const [row] = await hub.database.query<{ fired: number; ended: number }>(
    'SELECT count(*)::int AS fired, count(ended_at)::int AS ended FROM alert',
  );
  say(`alerts                     ${row?.fired} fired, ${row?.ended} of them ended again`);
  say(`2,000 rules, 10,000 series without ${rates.without.map(Math.round).join(', ')} events/s stored, end to end`);
  say(`                           with    ${rates.with.map(Math.round).join(', ')} events/s`);
  say(
    `                           ratio   ${pairs.map((pair) => pair.toFixed(2)).join(', ')}, median ${median.toFixed(2)}`,
  );
  if (median < 0.8) process.exitCode = 1;
}

let flooded = 0;
const REQUEST = 250;
/** Events of each turn. */
const A_TURN = 100_000;

/**
 * So many events of 10,000 stations, as fast as they are taken; events a second until the last is stored. `high`: every
 * thousandth station is above all limits.
 */
async function flood(hub: TestHub, key: string, events: number, high: boolean): Promise<number> {
  const began = Date.now();
  const requests = events / REQUEST;
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let i = next++; i < requests; i = next++) {
      const numbers = Array.from({ length: REQUEST }, (_, k) => (i * REQUEST + k * 7) % STORM);
      const sent = numbers.flatMap((n) => floodOf([`s${n}`], high && n % 1_000 === 0 ? 60 : 3));
      while ((await hub.post(key, sent)).status !== 202) await delay(100);
    }
  };
  await Promise.all(Array.from({ length: 12 }, lane));
  flooded += events;
  await hub.stored(flooded, 120_000);
  return events / ((Date.now() - began) / 1_000);
}

async function otherLoad(hub: TestHub, seconds: number): Promise<{ rate: Promise<number> }> {
  const { sources } = await simulatedEvents(2_000, 100);
  const keys: Record<string, string> = {};
  for (const source of sources) keys[source] = await hub.addSource(source);
  const child: ChildProcess = fork(join(import.meta.dirname, 'load.js'), [], { stdio: 'inherit' });
  const order: LoadOrder = { url: hub.ingest, keys, batch: 100, concurrency: 16, seconds, rate: 5_000 };
  child.send(order);
  await once(child, 'message');
  const ended = once(child, 'message') as Promise<[{ result: { accepted: number; seconds: number } }]>;
  const rate = ended.then(([{ result }]) => result.accepted / result.seconds);
  return { rate: rate.finally(() => child.kill()) };
}

/** The rules, told to one group chat that is the receiver. */
async function setUp(hub: TestHub, chat: Receiver, rules: readonly Rule[]): Promise<void> {
  const { database } = hub;
  await database.query(
    `INSERT INTO alert_rule (id, definition, updated_by) SELECT r->>'id', r, 'bench' FROM jsonb_array_elements($1::jsonb) r`,
    [JSON.stringify(rules)],
  );
  await database.query(
    `INSERT INTO channel (id, kind, name, settings, rate) VALUES ('chat', 'webhook', 'chat', $1, 100000)`,
    [JSON.stringify({ url: `${chat.url}/hook`, format: 'plain' })],
  );
  const policy = { id: 'chat', name: 'chat', steps: [{ after: 0, to: [{ channel: 'chat' }] }] };
  await database.query(`INSERT INTO policy (id, definition) VALUES ('chat', $1)`, [JSON.stringify(policy)]);
  const severities: Severity[] = ['information', 'warning', 'serious', 'critical'];
  await database.query(`INSERT INTO alert_setting (name, value) VALUES ('routes', $1)`, [
    JSON.stringify([{ policy: 'chat', severities }]),
  ]);
}
