import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import mqtt, { type IPublishPacket, type MqttClient } from 'mqtt';
import type { Logger } from 'pino';
import { SourceRegistry } from '#libs/access';
import { LOG, Metrics, Settings } from '#libs/platform';
import { MessageDoor, TopicRefused } from './message-door.service.js';

const DEVICE_TOPICS = ['v3/+/devices/+/up', 'v1.1/+/Observations'];
const RETRY_MS = 500;
/** How often sources are looked at anew: a new one is read, a withdrawn one no more. */
const FOLLOW_MS = 1_000;
/** Connections to the broker; sources beyond that share none and are told in the log. */
const MOST_CONNECTIONS = 500;

const DEVICES = ' devices';

/**
 * Reads an external broker (MQTT_URL) instead of running one. A message is acknowledged when its events are durable;
 * while they cannot be, it waits, and the broker keeps what follows. The broker decides who may publish where; the hub
 * finds the source by the topic or by the registered device. Several ingest processes may read the same broker: what
 * each of them gets is counted once. An MQTT connection delivers in order, so a source that must wait (over its rate)
 * would hold up all others on it: each source has a connection of its own, the devices share one.
 */
@Injectable()
export class BridgeService implements OnApplicationBootstrap, OnModuleDestroy {
  /** By source id; the devices' under a name that no source can have. */
  private readonly clients = new Map<string, MqttClient>();
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
    this.clients.set(DEVICES, this.connect(url, 'devices', DEVICE_TOPICS));
    this.follow(url);
    this.timer = setInterval(() => this.follow(url), FOLLOW_MS);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    clearInterval(this.timer);
    await Promise.allSettled([...this.clients.values()].map((client) => client.endAsync(true)));
  }

  /** One connection for each source that may send now. */
  private follow(url: string): void {
    const wanted = new Set<string>();
    for (const { id } of this.registry.sources()) wanted.add(id);
    for (const id of wanted) {
      if (this.clients.has(id)) continue;
      if (this.clients.size >= MOST_CONNECTIONS) {
        this.log.warn({ source: id, most: MOST_CONNECTIONS }, 'source not read from the mqtt broker: too many');
        continue;
      }
      this.clients.set(id, this.connect(url, id, [`ioc/v1/${id}/events`]));
    }
    for (const [id, client] of this.clients) {
      if (id === DEVICES || wanted.has(id)) continue;
      this.clients.delete(id);
      client.end(true);
    }
  }

  private connect(url: string, name: string, topics: string[]): MqttClient {
    const client = mqtt.connect(url, {
      clientId: `ioc-ingest-${hostname()}-${this.settings.INGEST_PORT}-${name}`,
      // The broker keeps what arrives while this process is away.
      clean: false,
      reconnectPeriod: 1_000,
      connectTimeout: 5_000,
      resubscribe: true,
    });
    client.handleMessage = (packet, done) => void this.take(packet).then(() => done());
    client.on('connect', () => {
      client.subscribe(topics, { qos: 1 }, (error) => {
        if (error) this.log.warn({ name, reason: error.message }, 'mqtt subscription refused');
        else this.log.info({ name }, 'mqtt broker connected');
      });
    });
    client.on('error', (error) => this.log.warn({ name, reason: error.message }, 'mqtt broker'));
    return client;
  }

  /** Resolves when the message may be acknowledged; never, while the process stops. */
  private async take(packet: IPublishPacket): Promise<void> {
    const payload = Buffer.isBuffer(packet.payload) ? packet.payload : Buffer.from(packet.payload);
    if (payload.length > this.settings.BODY_MAX_BYTES) return void this.dropped.inc();
    for (;;) {
      if (this.stopping) return new Promise(() => undefined);
      try {
        return await this.door.take(packet.topic, payload, null);
      } catch (error) {
        if (error instanceof TopicRefused) return void this.dropped.inc();
        await delay(RETRY_MS);
      }
    }
  }
}
