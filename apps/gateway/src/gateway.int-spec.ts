import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import { pino } from 'pino';
import { WallLinks } from '#libs/access';
import {
  HOUR_MS,
  periodStart,
  type BucketRow,
  type ChangesMessage,
  type ClientToServer,
  type Delta,
  type NumberState,
  type ServerToClient,
  type Snapshot,
  type WatchReply,
} from '#libs/contracts';
import { applyDelta, openLiveBus, type LiveBus } from '#libs/live';
import { bootstrap, readSettings, type RunningApp } from '#libs/platform';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { harbourCatalogue } from '../../../test/support/harbour-pack.js';
import { awayFromMidnight } from '../../../test/support/midnight.js';
import { configure } from './configure.js';
import { GatewayModule } from './gateway.module.js';

type Client = Socket<ServerToClient, ClientToServer>;

let database: TestDatabase;
let running: RunningApp;
let bus: LiveBus;
const clients: Client[] = [];
const publisher = randomUUID();
let n = 0;

beforeAll(async () => {
  await awayFromMidnight();
  database = await testDatabase();
  await database.query(`INSERT INTO unit (code, valid_from, name, type, parent) VALUES
    ('T1', '2025-07-01', 'Tỉnh A', 'tỉnh', NULL), ('T101', '2025-07-01', 'Xã A1', 'xã', 'T1'),
    ('T2', '2025-07-01', 'Tỉnh B', 'tỉnh', NULL), ('T201', '2025-07-01', 'Xã B1', 'xã', 'T2')`);
  await database.query(`INSERT INTO source (id, name, types, units, every) VALUES
    ('piers', 'Piers', '{vn.ioc.harbour.*}', '{*}', 60)`);
  await store(row('T101', 'n', Date.now(), 4));
  await store(row('T201', 's', Date.now(), 2));
  running = await bootstrap(GatewayModule.forRoot(harbourCatalogue()), {
    app: 'gateway',
    port: 0,
    settings: readSettings({ DATABASE_URL: database.url, HUB_SECRET: 'x'.repeat(40), LIVE_TICK_MS: '50' }),
    logger: pino({ level: 'silent' }),
    ownProcess: false,
    configure: (app) => configure(app),
  });
  bus = await openLiveBus({ databaseUrl: database.url, name: 'test' });
});

afterAll(async () => {
  clients.forEach((client) => client.disconnect());
  await bus?.close();
  await running?.stop();
  await database?.drop();
});

function row(unit: string, pier: string, at: number, count: number, version = 1): BucketRow {
  return {
    metric: 'harbour.arrivals',
    dims: [unit, pier],
    resolution: 'd',
    start: periodStart('d', at),
    count,
    sum: count * 100,
    min: 100,
    max: 100,
    last: 100,
    lastAt: at,
    version,
  };
}

const CODES = { now: 0, m: 1, h: 2, d: 3 } as const;

async function store(bucket: BucketRow): Promise<void> {
  const [series] = await database.query<{ id: number }>(
    `INSERT INTO series (metric, dims) VALUES ($1, $2) ON CONFLICT (metric, dims) DO UPDATE SET metric = excluded.metric RETURNING id`,
    [bucket.metric, bucket.dims],
  );
  await database.query(
    `INSERT INTO bucket (series, resolution, start, count, sum, min, max, last, last_at, version)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     ON CONFLICT (series, resolution, start) DO UPDATE SET count = excluded.count, sum = excluded.sum, version = excluded.version`,
    [
      series?.id,
      CODES[bucket.resolution],
      bucket.start / 1000,
      bucket.count,
      bucket.sum,
      bucket.min,
      bucket.max,
      bucket.last,
      bucket.lastAt,
      bucket.version,
    ],
  );
}

function changes(buckets: BucketRow[]): ChangesMessage {
  return { publisher, n: n++, at: Date.now(), receivedAt: Date.now(), buckets, sources: [], recent: [] };
}

async function link(sectors: string[], units: string[]): Promise<{ id: string; token: string }> {
  return running.app.get(WallLinks).add({ name: 'wall', sectors, units }, 'test');
}

function connect(auth: Record<string, unknown>): Client {
  const client: Client = io(`${running.url}/live`, {
    auth,
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
  });
  clients.push(client);
  return client;
}

function next<K extends keyof ServerToClient>(client: Client, event: K): Promise<Parameters<ServerToClient[K]>[0]> {
  return new Promise((done) =>
    client.once(event, ((message: Parameters<ServerToClient[K]>[0]) => done(message)) as never),
  );
}

const arrivals = (snapshot: Snapshot): NumberState => snapshot.state.tiles.arrivals as NumberState;

test('a screen gets a snapshot, and what is committed later as a delta', async () => {
  const client = connect({ token: (await link(['*'], ['*'])).token });
  const first = next(client, 'snapshot');
  expect(await client.emitWithAck('watch', { topics: ['board:harbour'] })).toEqual({ ok: true, refused: [] });
  const snapshot: Snapshot = await first;
  expect(arrivals(snapshot).value).toBe(6);
  const came = next(client, 'delta');
  await bus.publish('changes', changes([row('T101', 'n', Date.now(), 9, 2)]));
  const delta: Delta = await came;
  const now = applyDelta(snapshot, delta);
  expect(now && arrivals(now)).toMatchObject({ value: 11, level: 'serious' });
});

test('a screen that comes back with the current state gets no second snapshot; one that is behind does', async () => {
  const client = connect({ token: (await link(['*'], ['*'])).token });
  const first = next(client, 'snapshot');
  await client.emitWithAck('watch', { topics: ['board:overview'] });
  const { epoch, seq } = await first;
  const seen: Snapshot[] = [];
  client.on('snapshot', (snapshot) => seen.push(snapshot));
  const delta = (): Promise<unknown> => client.emitWithAck('unwatch', { topics: [] });
  await client.emitWithAck('watch', {
    topics: ['board:overview'],
    since: { 'board:overview': { epoch, seq: seq - 1 } },
  });
  await delta();
  expect(seen).toHaveLength(1);
  const current = seen[0] as Snapshot;
  await client.emitWithAck('watch', {
    topics: ['board:overview'],
    since: { 'board:overview': { epoch: current.epoch, seq: current.seq } },
  });
  await delta();
  expect(seen).toHaveLength(1);
});

test('a scope of units sees only its own numbers', async () => {
  const client = connect({ token: (await link(['harbour'], ['T2'])).token });
  const first = next(client, 'snapshot');
  await client.emitWithAck('watch', { topics: ['board:harbour'] });
  expect(arrivals(await first).value).toBe(2);
});

test('topics are authorised one by one, and nonsense is refused without harm', async () => {
  const client = connect({ token: (await link(['elsewhere'], ['*'])).token });
  const answer = await client.emitWithAck('watch', { topics: ['board:harbour', 'board:nothing', 'nonsense'] });
  expect(answer.refused.map(({ code }) => code)).toEqual(['forbidden', 'unknown', 'invalid']);
  const raw = client as unknown as { emitWithAck: (event: string, ...body: unknown[]) => Promise<WatchReply> };
  for (const body of [null, 1, 'x', [], {}, { topics: 'x' }, { topics: [1] }, { topics: Array(21).fill('board:a') }]) {
    expect((await raw.emitWithAck('watch', body)).ok).toBe(false);
  }
  expect((await raw.emitWithAck('watch', { topics: ['board:__proto__'], since: { __proto__: { epoch: 1 } } })).ok).toBe(
    false,
  );
  expect(client.connected).toBe(true);
});

test('nobody comes in without a known token', async () => {
  for (const auth of [{}, { token: 'wall_unknown' }, { token: 7 }, { token: 'x'.repeat(5_000) }]) {
    const error = await new Promise<Error>((done) => connect(auth).once('connect_error', done));
    expect(error.message).toBe('unauthorized');
  }
});

test('a revoked wall link is put out, and stays out', async () => {
  const { id, token } = await link(['*'], ['*']);
  const client = connect({ token });
  await next(client, 'tick');
  const out = new Promise<number>((done) => client.once('disconnect', () => done(performance.now())));
  const told = next(client, 'revoked');
  const began = performance.now();
  await running.app.get(WallLinks).revoke(id, 'test');
  await told;
  // Told over the bus, not found when every viewer is looked at again, every 15 s.
  expect((await out) - began).toBeLessThan(12_000);
  const error = await new Promise<Error>((done) => connect({ token }).once('connect_error', done));
  expect(error.message).toBe('unauthorized');
});

test('a message that never came is made up for from the database', async () => {
  const client = connect({ token: (await link(['*'], ['*'])).token });
  const first = next(client, 'snapshot');
  await client.emitWithAck('watch', { topics: ['board:harbour'] });
  let state: Snapshot = await first;
  const before = arrivals(state).value ?? 0;
  const lost = row('T101', 'lost', Date.now(), 3);
  await store(lost);
  changes([lost]);
  const right = new Promise<void>((done) => {
    client.on('delta', (delta) => {
      state = applyDelta(state, delta) ?? state;
      if (arrivals(state).value === before + 3) done();
    });
  });
  await bus.publish('changes', changes([]));
  await right;
});

test('the state of a past moment is what was live then', async () => {
  const { token } = await link(['*'], ['*']);
  const headers = { authorization: `Bearer ${token}` };
  const day = periodStart('d', Date.now()) - 24 * HOUR_MS;
  const at = day + 9 * HOUR_MS + 30 * 60_000;
  const bucket = (resolution: 'm' | 'h' | 'd', start: number, count: number): BucketRow => ({
    ...row('T201', 'past', start, count),
    resolution,
    start,
  });
  // Two at 07:10, three at 09:12, and one more after the moment.
  await store(bucket('d', day, 6));
  await store(bucket('h', day + 7 * HOUR_MS, 2));
  await store(bucket('h', day + 9 * HOUR_MS, 4));
  await store(bucket('m', day + 7 * HOUR_MS + 10 * 60_000, 2));
  await store(bucket('m', day + 9 * HOUR_MS + 12 * 60_000, 3));
  await store(bucket('m', day + 9 * HOUR_MS + 40 * 60_000, 1));
  const url = `${running.url}/v1/boards/harbour/state?at=${new Date(at + 12_000).toISOString()}`;
  const answer = (await (await fetch(url, { headers })).json()) as { at: string; state: Snapshot['state'] };
  expect(answer.at).toBe(new Date(at).toISOString());
  expect((answer.state.tiles.arrivals as NumberState).value).toBe(5);
  const wrong = await fetch(`${running.url}/v1/boards/harbour/state?at=yesterday`, { headers });
  expect(wrong.status).toBe(400);
  expect(((await wrong.json()) as { errors: { path: string }[] }).errors[0]?.path).toBe('/at');
});
