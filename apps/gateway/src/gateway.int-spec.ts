import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import { pino } from 'pino';
import { WallLinks } from '#libs/access';
import {
  dayName,
  HOUR_MS,
  periodStart,
  type BucketRow,
  type ChangesMessage,
  type ClientToServer,
  type Delta,
  type NumberState,
  type ServerToClient,
  type Snapshot,
  type Tick,
  type WatchReply,
} from '#libs/contracts';
import { applyDelta, openLiveBus, type LiveBus } from '#libs/live';
import { bootstrap, readSettings, type RunningApp } from '#libs/platform';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { harbourCatalogue } from '../../../test/support/harbour-pack.js';
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
