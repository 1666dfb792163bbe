import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import mqtt, { type IPublishPacket, type MqttClient } from 'mqtt';
import type { Logger } from 'pino';
import { LOG, Metrics, Settings } from '#libs/platform';
import { MessageDoor, TopicRefused } from './message-door.service.js';

const TOPICS = ['ioc/v1/+/events', 'v3/+/devices/+/up', 'v1.1/+/Observations'];
const RETRY_MS = 500;

/**
 * Reads an external broker (MQTT_URL) instead of running one. A message is acknowledged when its events are durable;
 * while they cannot be, it waits, and the broker keeps what follows. The broker decides who may publish where; the hub
 * finds the source by the topic or by the registered device. Several ingest processes may read the same broker: what
 * each of them gets is counted once.
 */
@Injectable()
export class BridgeService implements OnApplicationBootstrap, OnModuleDestroy {
  private client: MqttClient | undefined;
  private stopping = false;
  private readonly dropped;

  constructor(
    @Inject(MessageDoor) private readonly door: MessageDoor,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(LOG) private readonly log: Logger,
    @Inject(Metrics) metrics: Metrics,
  ) {
    this.dropped = metrics.counter('ioc_ingest_mqtt_unknown_total', 'Messages of no registered source or device.');
  }

  onApplicationBootstrap(): void {
    const { MQTT_URL: url } = this.settings;
    if (url === undefined) return;
    const client = mqtt.connect(url, {
      clientId: `ioc-ingest-${hostname()}-${this.settings.INGEST_PORT}`,
      // The broker keeps what arrives while this process is away.
      clean: false,
      reconnectPeriod: 1_000,
      connectTimeout: 5_000,
      resubscribe: true,
    });
    client.handleMessage = (packet, done) => void this.take(packet).then(() => done());
    client.on('connect', () => {
      client.subscribe(TOPICS, { qos: 1 }, (error) => {
        if (error) this.log.warn({ reason: error.message }, 'mqtt subscription refused');
        else this.log.info('mqtt broker connected');
      });
    });
    client.on('error', (error) => this.log.warn({ reason: error.message }, 'mqtt broker'));
    this.client = client;
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    await this.client?.endAsync(true);
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
