import type { BusMessages } from '#libs/contracts';
import { createPostgresRelayBackend, Relay, type RelayOptions } from 'bullmq';
import { packText, unpackText } from '#libs/platform';
import { Redis } from 'ioredis';

/**
 * The live bus: every process may publish, every subscriber gets each message at most once, in the order of its
 * publisher. A subscriber that may have missed something hears `onGap` and reloads; nothing durable passes here.
 */
export interface LiveBus {
  publish<K extends keyof BusMessages>(topic: K, data: BusMessages[K]): Promise<void>;
  subscribe<K extends keyof BusMessages>(
    topic: K,
    listener: (data: BusMessages[K]) => void,
  ): Promise<() => Promise<void>>;
  onGap(listener: () => void): void;
  onError(listener: (error: Error) => void): void;
  close(): Promise<void>;
}

export interface LiveBusConnection {
  databaseUrl: string;
  redisUrl?: string;
  /** Name of the process, for dashboards. */
  name: string;
  /** Key prefix (Redis) or schema (PostgreSQL), as the queue's. */
  namespace?: string;
}

/** Larger than any message: a commit's changes are cut into pieces below this by the publisher. */
export const BUS_MESSAGE_BYTES = 4 * 1024 * 1024;
const INBOX = 5_000;
/** A bus that does not take a message within this is away; the publisher hears an error instead of waiting for ever. */
const PUBLISH_MS = 10_000;

/** Opens the bus on Redis where there is one, else on PostgreSQL (BullMQ's Relay; experimental, so only here). */
export async function openLiveBus(to: LiveBusConnection): Promise<LiveBus> {
  const redis =
    to.redisUrl === undefined
      ? undefined
      : new Redis(to.redisUrl, { maxRetriesPerRequest: null, connectTimeout: 3_000 });
  redis?.on('error', () => undefined);
  const relay = new Relay({
    ...(redis
      ? { connection: redis, prefix: to.namespace ?? 'ioc' }
      : {
          connection: {
            connectionString: to.databaseUrl,
            application_name: `${to.name}-bus`,
            schema: to.namespace ?? 'bullmq',
            migrate: true,
            max: 3,
            keepAlive: true,
            // A server that is busy while services start is waited for; `publish` has a limit of its own.
            connectionTimeoutMillis: 10_000,
            query_timeout: 30_000,
          },
          backend: createPostgresRelayBackend,
        }),
    namespace: 'ioc',
    name: to.name,
    leaseDuration: 10_000,
    inboxMaxLength: INBOX,
    maxMessageSize: BUS_MESSAGE_BYTES,
    blockTimeout: 2_000,
  } as RelayOptions);
  const errors: ((error: Error) => void)[] = [];
  relay.on('error', (error: Error) => errors.forEach((listener) => listener(error)));
  try {
    await relay.waitUntilReady();
  } catch (error) {
    await relay.close().catch(() => undefined);
    redis?.disconnect();
    throw error;
  }
  return {
    publish: async (topic, data) => {
      await within(PUBLISH_MS, relay.publish(topic, pack(data)));
    },
    subscribe: async (topic, listener) => {
      const subscription = await relay.subscribe(topic, (message) =>
        listener(unpack(message.data) as BusMessages[typeof topic]),
      );
      return () => subscription.unsubscribe();
    },
    onGap: (listener) => {
      relay.on('recovered', listener);
      relay.on('lag', listener);
    },
    onError: (listener) => {
      errors.push(listener);
    },
    close: async () => {
      await relay.close();
      redis?.disconnect();
    },
  };
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_done, fail) => {
    timer = setTimeout(() => fail(new Error(`the live bus did not answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Below this packing does not pay. */
const PACK_BYTES = 4_096;

/** Every subscriber has its own copy in the store: what is large is stored as base64 of raw deflate. */
function pack(data: object): object {
  const text = JSON.stringify(data);
  if (text.length < PACK_BYTES) return data;
  return { packed: packText(text) };
}

function unpack(data: unknown): unknown {
  const { packed } = data as { packed?: string };
  return packed === undefined ? data : JSON.parse(unpackText(packed));
}
