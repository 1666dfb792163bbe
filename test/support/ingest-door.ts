import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Type } from 'class-transformer';
import { IsArray, IsOptional, IsString, ValidateNested } from 'class-validator';
import { DataSource } from 'typeorm';
import { IngestModule } from '../../apps/ingest/src/ingest.module.js';
import { BrokerService } from '../../apps/ingest/src/mqtt/broker.service.js';
import { serveOpenApi } from '../../apps/ingest/src/http/open-api.js';
import { type IssuedKey, type NewSource, SourceAdmin } from '#libs/access';
import { type BatchPart, decodeParts } from '#libs/contracts';
import { openLiveBus } from '#libs/live';
import { dataSourceOptions } from '#libs/persistence';
import { bootstrap, createLogger, readSettings } from '#libs/platform';
import { type Consumers, openQueues } from '#libs/queue';
import { Catalogue, eventType, Personal, type SectorPack } from '#libs/sector-kit';
import { type TestDatabase, testDatabase, testRedisUrl } from './database.js';
import { samplePack } from './sample-pack.js';
import { type TcpProxy, tcpProxy } from './tcp-proxy.js';

/** The real ingest app in this process, on real stores, with a reader at the other end of the queue. */
export interface TestDoor {
  url: string;
  mqttPort: number;
  database: TestDatabase;
  admin: SourceAdmin;
  /** The wire between the app and the store of its queue. */
  wire: TcpProxy;
  addSource(id: string, options?: Partial<NewSource>): Promise<IssuedKey>;
  /** The part of a batch, as the worker would get it. */
  part(batch: string): Promise<BatchPart>;
  /** Starts to take jobs from the queue. */
  readQueue(): void;
  /** All jobs that have come through so far. */
  jobs(): readonly (readonly BatchPart[])[];
  /** All parts that have come through so far. */
  parts(): readonly BatchPart[];
  /** Resolves when `check` is true; rejects after `ms`. */
  until(check: () => Promise<boolean> | boolean, ms?: number): Promise<void>;
  close(): Promise<void>;
}

export interface TestDoorOptions {
  backend: 'postgres' | 'redis';
  settings?: NodeJS.ProcessEnv;
  bodyTimeoutMs?: number;
  /** False: nothing takes jobs from the queue until `readQueue()`. */
  readQueue?: boolean;
}

class PersonBase {
  @IsOptional() @IsString() @Personal('drop') name?: string;
}
class Contact {
  @IsString() @Personal('drop') phone!: string;
  @IsString() kind!: string;
}
class PersonSeen extends PersonBase {
  @IsString() @Personal('pseudonym') number!: string;
  @IsOptional() @IsString() note?: string;
  @IsArray() @ValidateNested() @Type(() => Contact) contacts!: Contact[];
}

const privatePack: SectorPack = {
  ...samplePack,
  id: 'private',
  events: [
    eventType<PersonSeen>({
      type: 'vn.ioc.private.person.seen.v1',
      title: { vi: 'Người', en: 'Person' },
      dto: PersonSeen,
    }),
  ],
  metrics: [],
  projections: [],
  indicators: [],
  overview: [],
  labels: {},
  board: { id: 'private', title: { vi: 'Riêng', en: 'Private' }, distance: 1, tiles: [] },
};
delete (privatePack as { places?: unknown }).places;
delete (privatePack as { simulation?: unknown }).simulation;
delete (privatePack as { overviewMap?: unknown }).overviewMap;

/** A right event of the sample pack, with fields replaced; `undefined` leaves one out. */
export function event(fields: Record<string, unknown>): Record<string, unknown> {
  return {
    id: randomUUID(),
    type: 'vn.ioc.sample.meter.read.v1',
    time: new Date(Date.now() - 1000).toISOString(),
    data: { meter: 'm1', value: 1 },
    ...fields,
  };
}

const SECRET = 'a secret for tests only, 32 characters or more';

export async function testDoor(options: TestDoorOptions): Promise<TestDoor> {
  const database = await testDatabase();
  const redisUrl = options.backend === 'redis' ? testRedisUrl() : undefined;
  const namespace = options.backend === 'redis' ? `t${randomBytes(4).toString('hex')}` : 'bullmq';
  const direct = { databaseUrl: database.url, ...(redisUrl ? { redisUrl } : {}), namespace };
  const wire = await tcpProxy(Number(new URL(redisUrl ?? database.url).port));
  const through = (url: string): string => url.replace(/:\d+(\/|$)/, `:${wire.port}$1`);
  const settings = readSettings({
    DATABASE_URL: redisUrl ? database.url : through(database.url),
    ...(redisUrl ? { REDIS_URL: through(redisUrl) } : {}),
    HUB_SECRET: SECRET,
    MQTT_PORT: '0',
    // A machine busy with other tests is no outage; tests of outages set their own.
    STORE_TIMEOUT_MS: '5000',
    STORE_WRITE_TIMEOUT_MS: '30000',
    ...options.settings,
  });
  const ingest = await bootstrap(
    IngestModule.forRoot({
      catalogue: new Catalogue([samplePack, privatePack]),
      namespace,
      ...(options.bodyTimeoutMs === undefined ? {} : { bodyTimeoutMs: options.bodyTimeoutMs }),
    }),
    {
      app: 'ingest',
      port: 0,
      settings,
      bodyParser: false,
      configure: serveOpenApi,
      logger: createLogger('ingest', process.env.TEST_LOG ?? 'fatal'),
      ownProcess: false,
    },
  );
  const source = await new DataSource(dataSourceOptions(database.url, 'test', 3)).initialize();
  const bus = await openLiveBus({ ...direct, name: 'test' });
  const admin = new SourceAdmin(source, SECRET, (message) => bus.publish('access', message));
  const reader = await openQueues({ ...direct, shards: settings.QUEUE_SHARDS, application: 'test' });
  const jobs: BatchPart[][] = [];
  let consumers: Consumers | undefined;
  const readQueue = (): void => {
    consumers ??= reader.work(
      (job) => {
        jobs.push(decodeParts(job.parts));
        return Promise.resolve();
      },
      { concurrency: 2 },
    );
  };
  if (options.readQueue ?? true) readQueue();
  const until = async (check: () => Promise<boolean> | boolean, ms = 60_000): Promise<void> => {
    for (const deadline = Date.now() + ms; ;) {
      if (await check()) return;
      if (Date.now() > deadline) throw new Error(`not within ${ms} ms`);
      await delay(20);
    }
  };
  const door: TestDoor = {
    url: ingest.url,
    mqttPort: ingest.app.get(BrokerService, { strict: false }).port,
    database,
    admin,
    wire,
    addSource: async (id, more = {}) => {
      const issued = await admin.add({ id, name: id, types: ['*'], units: ['*'], rate: 1_000_000, ...more }, 'test');
      await until(
        async () =>
          (await fetch(`${ingest.url}/v1/rejections`, { headers: { authorization: `Bearer ${issued.key}` } })).ok,
      );
      return issued;
    },
    part: async (batch) => {
      await until(() => jobs.flat().some((part) => part.batch === batch));
      return jobs.flat().find((part) => part.batch === batch) as BatchPart;
    },
    readQueue,
    jobs: () => jobs,
    parts: () => jobs.flat(),
    until,
    close: async () => {
      wire.mend();
      await ingest.stop();
      await consumers?.close();
      await Promise.allSettled([reader.close(), bus.close(), source.destroy()]);
      await wire.close();
      await database.drop();
    },
  };
  return door;
}
