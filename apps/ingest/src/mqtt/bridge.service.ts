import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import mqtt, { type IPublishPacket, type MqttClient } from 'mqtt';
import type { Logger } from 'pino';
import { SourceRegistry } from '#libs/access';
import { LOG, Metrics, Settings } from '#libs/platform';
import { deviceTopics } from './message.js';
import { MessageDoor, TopicRefused } from './message-door.service.js';

const RETRY_MS = 500;
/** How often sources and devices are looked at anew: a new one is read, a withdrawn one no more. */
const FOLLOW_MS = 1_000;
/** Connections to the broker; sources beyond that are not read and are told in the log. */
const MOST_CONNECTIONS = 500;
/** Subscriptions of one source: its devices beyond that are not read. */
const MOST_TOPICS = 10_000;
/** Subscriptions in one packet: brokers refuse long ones. */
const TOPICS_A_PACKET = 50;
/** A broker that does not answer is left after this. */
const LEAVE_MS = 5_000;

/** What is read for one source. */
interface Reader {
  client: MqttClient;
  topics: Set<string>;
}

/**
 * Reads an external broker (MQTT_URL) instead of running one. A message is acknowledged when its events are durable;
 * while they cannot be, it waits, and the broker keeps what follows. The broker decides who may publish where; the hub
 * finds the source by the topic or by the registered device. Several ingest processes may read the same broker: what
 * each of them gets is counted once. An MQTT connection delivers and acknowledges in order, so a source that must wait
 * (over its rate) would hold up all others on it: each source has a connection of its own, for its topic and its devices.
 */
@Injectable()
export class BridgeService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly readers = new Map<string, Reader>();
  private readonly leaving = new Set<MqttClient>();
  private readonly told = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private stopping = false;
  private readonly dropped;

  constructor(
    @Inject(MessageDoor) private readonly door: MessageDoor,
    @Inject(SourceRegistry) private readonly registry: SourceRegistry,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(LOG) private readonly log: Logger,
    @Inject(Metrics) metrics: Metrics,
  ) {
    this.dropped = metrics.counter('ioc_ingest_mqtt_unknown_total', 'Messages of no registered source or device.');
  }

  onApplicationBootstrap(): void {
    const { MQTT_URL: url } = this.settings;
    if (url === undefined) return;
    this.follow(url);
    this.timer = setInterval(() => this.follow(url), FOLLOW_MS);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    clearInterval(this.timer);
    const clients = [...[...this.readers.values()].map(({ client }) => client), ...this.leaving];
    await Promise.allSettled(clients.map((client) => client.endAsync(true)));
  }

  /** One connection for each source that may send now. */
  private follow(url: string): void {
    const wanted = new Set<string>();
    for (const { id } of this.registry.sources()) wanted.add(id);
    for (const [id, reader] of this.readers) if (!wanted.has(id)) this.leave(id, reader);
    for (const id of wanted) {
      const topics = this.topicsOf(id);
      const reader = this.readers.get(id);
      if (reader) this.change(id, reader, topics);
      else if (this.readers.size < MOST_CONNECTIONS) this.readers.set(id, this.connect(url, id, topics));
      else this.tellOnce(id, `more than ${MOST_CONNECTIONS} sources on the mqtt broker: not read`);
    }
  }

  private topicsOf(id: string): Set<string> {
    const topics = new Set([`ioc/v1/${id}/events`]);
    for (const address of this.registry.addressesOf(id)) for (const topic of deviceTopics(address)) topics.add(topic);
    if (topics.size <= MOST_TOPICS) return topics;
    this.tellOnce(id, `more than ${MOST_TOPICS} topics of devices: the rest is not read`);
    return new Set([...topics].slice(0, MOST_TOPICS));
  }

  private tellOnce(source: string, what: string): void {
    if (this.told.has(source)) return;
    this.told.add(source);
    this.log.warn({ source }, what);
  }

  private connect(url: string, name: string, topics: Set<string>): Reader {
    const client = mqtt.connect(url, {
      clientId: `ioc-ingest-${hostname()}-${this.settings.INGEST_PORT}-${name}`,
      // The broker keeps what arrives while this process is away.
      clean: false,
      reconnectPeriod: 1_000,
      connectTimeout: 5_000,
      resubscribe: false,
    });
    const reader = { client, topics };
    client.handleMessage = (packet, done) => void this.take(packet, name).then(() => done());
    client.on('connect', () => {
      this.log.info({ name }, 'mqtt broker connected');
      this.subscribe(name, client, reader.topics);
    });
    client.on('error', (error) => this.log.warn({ name, reason: error.message }, 'mqtt broker'));
    return reader;
  }

  private subscribe(name: string, client: MqttClient, topics: Iterable<string>): void {
    for (const packet of packets(topics)) {
      client.subscribe(packet, { qos: 1 }, (error) => {
        if (error) this.log.warn({ name, reason: error.message }, 'mqtt subscription refused');
      });
    }
  }

  /** Devices came or went. */
  private change(name: string, reader: Reader, topics: Set<string>): void {
    const came = [...topics].filter((topic) => !reader.topics.has(topic));
    const gone = [...reader.topics].filter((topic) => !topics.has(topic));
    reader.topics = topics;
    // While the broker is away nothing is queued here: at its return all topics are subscribed.
    if (!reader.client.connected) return;
    this.subscribe(name, reader.client, came);
    for (const packet of packets(gone)) reader.client.unsubscribe(packet, () => undefined);
  }

  /** The broker must not keep messages for nobody. */
  private leave(id: string, { client, topics }: Reader): void {
    this.readers.delete(id);
    this.leaving.add(client);
    const end = (): void => {
      if (this.leaving.delete(client)) client.end(true);
    };
    const all = [...packets(topics)];
    if (!client.connected) return end();
    for (const [i, packet] of all.entries()) client.unsubscribe(packet, i === all.length - 1 ? end : () => undefined);
    setTimeout(end, LEAVE_MS).unref();
  }

  /** Resolves when the message may be acknowledged; never, while the process stops. */
  private async take(packet: IPublishPacket, reader: string): Promise<void> {
    const payload = Buffer.isBuffer(packet.payload) ? packet.payload : Buffer.from(packet.payload);
    if (payload.length > this.settings.BODY_MAX_BYTES) return void this.dropped.inc();
    for (;;) {
      if (this.stopping) return new Promise(() => undefined);
      try {
        return await this.door.take(packet.topic, payload, null, reader);
      } catch (error) {
        if (error instanceof TopicRefused) return void this.dropped.inc();
        await delay(RETRY_MS);
      }
    }
  }
}

function* packets(topics: Iterable<string>): Generator<string[]> {
  const all = [...topics];
  for (let from = 0; from < all.length; from += TOPICS_A_PACKET) yield all.slice(from, from + TOPICS_A_PACKET);
}
