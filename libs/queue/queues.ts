import { type BatchPart, type EventJob, isSmall } from '#libs/contracts';
import { Queue, Worker, createPostgresBackend, type QueueOptions, type Telemetry, type WorkerOptions } from 'bullmq';
import { Redis } from 'ioredis';
import { once } from 'node:events';
import pg from 'pg';
import { type FailedJob, listFailed, retryFailed } from './failed.js';
import { pack, type StoredJob, unpack } from './packing.js';

export interface QueueConnection {
  databaseUrl: string;
  /** Redis or Valkey; unset: PostgreSQL holds the queue. */
  redisUrl?: string;
  /** Queues that large parts are spread over, by source; small parts have one more to themselves. */
  shards: number;
  /** Name shown in the server's list of connections. */
  application: string;
  /** Key prefix (Redis) or schema (PostgreSQL). */
  namespace?: string;
  telemetry?: Telemetry;
  onError?: (error: Error) => void;
}

export interface WorkOptions {
  /** Jobs in hand at once, in each shard. */
  concurrency: number;
  /** Milliseconds after which the jobs of a silent worker are given to another. */
  lockDuration?: number;
}

/** The event queues, on either backend. */
export interface Queues {
  /** All queues, that of small parts included. */
  readonly shards: number;
  /** Which queue a part goes to. A job holds parts of one. */
  shardOf(part: Pick<BatchPart, 'source' | 'events'>): number;
  readonly backend: 'postgres' | 'redis';
  /** Resolves when the job is durable: committed (PostgreSQL) or written with `appendfsync always` (Redis). */
  add(shard: number, job: EventJob): Promise<void>;
  /** Jobs that are not done: waiting, active, delayed, failed. */
  depth(): Promise<number>;
  /** When the oldest job that is not done was added, epoch ms; null when there is none. */
  oldest(): Promise<number | null>;
  /** Fails fast when the store cannot be reached. */
  ping(): Promise<void>;
  /** Starts workers on every shard; a handler that throws has its job tried again. */
  work(handler: (job: EventJob) => Promise<void>, options: WorkOptions): Consumers;
  /** Gives jobs that failed for good another round, the oldest first, at most `limit`; returns how many. */
  retryFailed(limit: number): Promise<number>;
  /** Jobs that could not be stored when last tried, at most `limit`, the oldest failure first; without their events. */
  listFailed(limit: number): Promise<FailedJob[]>;
  close(): Promise<void>;
}

export interface Consumers {
  /** Takes no more jobs and waits for those in hand. */
  close(): Promise<void>;
}

const ATTEMPTS = 6;
/** States of a job that is not done. */
const STATES = ['waiting', 'active', 'delayed', 'failed'] as const;

/** Which shard a source's large parts go to. FNV-1a: stable across processes and versions. */
export function shardOfSource(source: string, shards: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < source.length; i++) {
    hash ^= source.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0) % shards;
}

/** Opens the event queues and, on PostgreSQL, makes their tables. */
export async function openQueues(to: QueueConnection): Promise<Queues> {
  const onError = to.onError ?? (() => undefined);
  const store = to.redisUrl === undefined ? postgresStore(to) : redisStore(to, to.redisUrl);
  const queues = queueNames(to.shards).map((name) => {
    const options = { ...store.producer(), ...(to.telemetry ? { telemetry: to.telemetry } : {}) };
    const queue = new Queue<StoredJob>(name, options as QueueOptions, store.factory);
    queue.on('error', onError);
    return queue;
  });
  const queueOf = (shard: number): Queue<StoredJob> => {
    const queue = queues[shard];
    if (!queue) throw new RangeError(`shard ${shard} of ${queues.length}`);
    return queue;
  };
  try {
    for (const queue of queues) await queue.waitUntilReady();
    await store.prepare();
  } catch (error) {
    await Promise.allSettled([...queues.map((queue) => queue.close()), store.close()]);
    throw error;
  }
  return {
    shards: queues.length,
    shardOf: (part) => (isSmall(part) ? to.shards : shardOfSource(part.source, to.shards)),
    backend: store.backend,
    add: async (shard, job) => {
      await queueOf(shard).add('store-events', pack(job), {
        attempts: ATTEMPTS,
        backoff: { type: 'exponential', delay: 250 },
        removeOnComplete: true,
        removeOnFail: false,
      });
    },
    depth: async () => {
      const counts = await Promise.all(queues.map((queue) => queue.getJobCounts(...STATES)));
      return counts.flatMap((count) => Object.values(count)).reduce((sum, n) => sum + n, 0);
    },
    oldest: async () => {
      const first = await Promise.all(
        queues.flatMap((queue) => STATES.map((state) => queue.getJobs([state], 0, 0, true))),
      );
      const times = first.flat().map((job) => job.timestamp);
      return times.length === 0 ? null : Math.min(...times);
    },
    ping: () => store.ping(),
    work: (handler, options) => startWorkers(to, store, handler, options, onError),
    retryFailed: (limit) => retryFailed(queues, limit),
    listFailed: (limit) => listFailed(queues, limit),
    close: async () => {
      await Promise.allSettled(queues.map((queue) => queue.close()));
      await store.close();
    },
  };
}

/** The last is that of small parts, whatever the number of shards. */
const queueNames = (shards: number): string[] => [
  ...Array.from({ length: shards }, (_, shard) => `events-${shard}`),
  'events-small',
];

function startWorkers(
  to: QueueConnection,
  store: Store,
  handler: (job: EventJob) => Promise<void>,
  { concurrency, lockDuration = 6_000 }: WorkOptions,
  onError: (error: Error) => void,
): Consumers {
  const workers = queueNames(to.shards).map((name) => {
    const options = {
      ...store.consumer(concurrency),
      concurrency,
      lockDuration,
      stalledInterval: lockDuration / 2,
      // A worker that is killed again and again must lose nothing: only the handler decides that a job failed.
      maxStalledCount: 1_000_000,
      drainDelay: 5,
      ...(to.telemetry ? { telemetry: to.telemetry } : {}),
    };
    const worker = new Worker<StoredJob>(
      name,
      (job) => handler(unpack(job.data)),
      options as WorkerOptions,
      store.factory,
    );
    worker.on('error', onError);
    return worker;
  });
  return {
    close: async () => {
      await Promise.allSettled(workers.map((worker) => worker.close()));
    },
  };
}

/** What differs between the two backends. */
interface Store {
  backend: 'postgres' | 'redis';
  factory?: never;
  producer(): object;
  consumer(concurrency: number): object;
  /** Once the tables are there. */
  prepare(): Promise<void>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

function postgresStore(to: QueueConnection): Store {
  const connection = (max: number, connectionTimeoutMillis: number): object => ({
    connectionString: to.databaseUrl,
    application_name: `${to.application}-queue`,
    schema: to.namespace ?? 'bullmq',
    migrate: true,
    max,
    keepAlive: true,
    connectionTimeoutMillis,
    query_timeout: 30_000,
  });
  const pinger = new pg.Pool({
    connectionString: to.databaseUrl,
    application_name: `${to.application}-ping`,
    max: 1,
    connectionTimeoutMillis: 1_000,
    query_timeout: 1_000,
  });
  pinger.on('error', () => undefined);
  return {
    backend: 'postgres',
    factory: createPostgresBackend as never,
    // Whoever pushes waits for an answer; a server that is busy while a worker starts is waited for.
    producer: () => ({ connection: connection(3, 3_000) }),
    consumer: (concurrency) => ({ connection: connection(Math.min(4, concurrency + 1), 10_000) }),
    prepare: async () => {
      const client = new pg.Client({
        connectionString: to.databaseUrl,
        connectionTimeoutMillis: 10_000,
        query_timeout: 10_000,
      });
      await client.connect();
      try {
        await storeJobsPlain(client, `${pg.escapeIdentifier(to.namespace ?? 'bullmq')}.job`);
      } finally {
        await client.end();
      }
    },
    ping: async () => {
      await pinger.query('SELECT 1');
    },
    close: () => pinger.end(),
  };
}

/** A job lives for milliseconds: compressing it costs more than the pages that it saves. */
async function storeJobsPlain(client: pg.Client, table: string): Promise<void> {
  const compressed = await client.query(
    `SELECT FROM pg_attribute WHERE attrelid = $1::regclass AND attname = 'data' AND attstorage <> 'e'`,
    [table],
  );
  if (compressed.rowCount) await client.query(`ALTER TABLE ${table} ALTER COLUMN data SET STORAGE EXTERNAL`);
}

function redisStore(to: QueueConnection, url: string): Store {
  const prefix = to.namespace ?? 'ioc';
  const connections: Redis[] = [];
  const connect = (options: object): Redis => {
    const redis = new Redis(url, {
      connectionName: to.application,
      connectTimeout: 3_000,
      retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 6), 2_000),
      ...options,
    });
    redis.on('error', (error) => to.onError?.(error));
    connections.push(redis);
    return redis;
  };
  // A producer must fail at once while the server is away, not queue in memory what it did not acknowledge.
  const producer = connect({ maxRetriesPerRequest: 1, enableOfflineQueue: true, commandTimeout: 30_000 });
  producer.once('ready', () => (producer.options.enableOfflineQueue = false));
  const pinger = connect({ maxRetriesPerRequest: 0, enableOfflineQueue: false, commandTimeout: 1_000 });
  // Asked again at each reconnect: another server may have taken the address.
  let lossy: Error | undefined;
  const check = async (): Promise<void> => {
    const found = await lossOf(pinger).catch((error: Error) => error);
    if (found instanceof Error) return to.onError?.(found);
    lossy = found === null ? undefined : new Error(found);
    if (lossy) to.onError?.(lossy);
  };
  return {
    backend: 'redis',
    producer: () => ({ connection: producer, prefix }),
    consumer: () => ({ connection: connect({ maxRetriesPerRequest: null }), prefix }),
    prepare: async () => {
      if (pinger.status !== 'ready') await once(pinger, 'ready', { signal: AbortSignal.timeout(10_000) });
      await check();
      if (lossy) throw lossy;
      pinger.on('ready', () => void check());
    },
    ping: async () => {
      if (lossy) throw lossy;
      await pinger.ping();
    },
    close: async () => {
      await Promise.allSettled(
        connections.map((redis) => (redis.status === 'ready' ? redis.quit() : Promise.resolve(redis.disconnect()))),
      );
    },
  };
}

/** Why this server could lose what it acknowledged, as a sentence; null when it cannot. */
async function lossOf(redis: Redis): Promise<string | null> {
  const advice =
    'Redis must run with appendonly yes, appendfsync always and maxmemory-policy noeviction: 202 means durable';
  if (!/aof_enabled:1/.test(await redis.info('persistence'))) return `${advice}; appendonly is off.`;
  const wanted = [
    ['appendfsync', 'always'],
    ['maxmemory-policy', 'noeviction'],
  ] as const;
  for (const [name, value] of wanted) {
    // Managed servers may forbid CONFIG; what they say of themselves in INFO must do then.
    const answer = (await redis.config('GET', name).catch(() => [])) as string[];
    if (answer[1] !== undefined && answer[1] !== value) return `${advice}; ${name} is ${answer[1]}.`;
  }
  return null;
}
