import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import type { Logger } from 'pino';
import { type SourceGrant, SourceRegistry } from '#libs/access';
import { type Clock, CLOCK, LOG, Metrics, Settings } from '#libs/platform';
import { MessageDoor } from './message-door.service.js';
import { PacketMeter } from './packet-meter.js';

const MAX_CONNECTIONS = 4_000;
const MAX_CONNECTIONS_OF_SOURCE = 500;
/** A revoked key is out within this time. */
const SWEEP_MS = 500;
/** MQTT 3.1.1, 3.2.2.3. */
const SERVER_UNAVAILABLE = 3;
const BAD_CREDENTIALS = 4;
const NOT_AUTHORIZED = 5;

interface Session {
  key: string;
  source: string;
}

/**
 * The embedded MQTT broker (3.1 and 3.1.1): a door, not a bus. Sources publish under their own topics, nobody
 * subscribes, and PUBACK is sent when the events are durable. While they cannot be, the connection is closed, so that the
 * client sends again. Not started when MQTT_URL names a broker.
 */
@Injectable()
export class BrokerService implements OnApplicationBootstrap, OnModuleDestroy {
  private aedes: Aedes | undefined;
  private server: Server | undefined;
  private sweeper: NodeJS.Timeout | undefined;
  private readonly sessions = new Map<Client, Session>();

  constructor(
    @Inject(SourceRegistry) private readonly registry: SourceRegistry,
    @Inject(MessageDoor) private readonly door: MessageDoor,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOG) private readonly log: Logger,
    @Inject(Metrics) metrics: Metrics,
  ) {
    metrics.gauge('ioc_ingest_mqtt_connections', 'MQTT connections.', [], (gauge) => gauge.set(this.sessions.size));
  }

  /** Where it listens; 0 when it does not. */
  get port(): number {
    return (this.server?.address() as AddressInfo | null)?.port ?? 0;
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.settings.MQTT_URL !== undefined) return;
    this.aedes = await this.openBroker();
    const aedes = this.aedes;
    const server = createServer((socket) => aedes.handle(limited(socket, this.settings.BODY_MAX_BYTES)));
    server.maxConnections = MAX_CONNECTIONS;
    await new Promise<void>((done, fail) => {
      server.once('error', fail);
      server.listen(this.settings.MQTT_PORT, this.settings.HOST, done);
    });
    this.server = server;
    this.sweeper = setInterval(() => this.sweep(), SWEEP_MS);
    this.log.info({ port: this.port }, 'mqtt listening');
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.sweeper);
    const { aedes, server } = this;
    if (!aedes || !server) return;
    const closed = new Promise((done) => server.close(done));
    await new Promise<void>((done) => aedes.close(done));
    await closed;
  }

  private async openBroker(): Promise<Aedes> {
    const aedes = await Aedes.createBroker({
      connectTimeout: 10_000,
      keepaliveLimit: 0,
      maxInflightInbound: 100,
      queueLimit: 1_000,
      authenticate: (client, username, password, done) => {
        this.authenticate(client, username, password?.toString()).then(
          () => done(null, true),
          (error: AuthenticateError) => done(error, false),
        );
      },
      authorizePublish: (client, packet, done) => {
        if (!client) return done(null);
        // A retained message would be kept, and nobody may read it.
        packet.retain = false;
        const payload = Buffer.isBuffer(packet.payload) ? packet.payload : Buffer.from(packet.payload);
        this.publish(client, packet.topic, payload).then(
          () => done(null),
          (error: Error) => done(error),
        );
      },
      // A null subscription is answered with "failure"; nothing is ever forwarded.
      authorizeSubscribe: (_client, _subscription, done) => done(null, null),
      authorizeForward: () => null,
    });
    aedes.on('clientDisconnect', (client) => this.sessions.delete(client));
    aedes.on('clientError', (client, error) => {
      this.log.debug({ source: this.sessions.get(client)?.source, reason: error.message }, 'mqtt connection ended');
      this.sessions.delete(client);
    });
    aedes.on('connectionError', (_client, error) =>
      this.log.debug({ reason: error.message }, 'mqtt connection refused'),
    );
    return aedes;
  }

  private async authenticate(client: Client, username: string | undefined, key: string | undefined): Promise<void> {
    const grant = key === undefined ? null : await this.registry.authenticateFresh(key, this.clock.now());
    if (!grant || key === undefined || grant.id !== username) throw refusal(BAD_CREDENTIALS, 'unknown source or key');
    const open = [...this.sessions.values()].filter((session) => session.source === grant.id).length;
    if (open >= MAX_CONNECTIONS_OF_SOURCE) throw refusal(NOT_AUTHORIZED, 'too many connections of this source');
    try {
      this.door.checkOpen(grant);
    } catch {
      throw refusal(SERVER_UNAVAILABLE, 'the hub takes no events now');
    }
    // A client id is the source's own: nobody can throw out another source's client by taking its id.
    (client as { id: string }).id = `${grant.id}/${client.id}`;
    this.sessions.set(client, { key, source: grant.id });
  }

  private async publish(client: Client, topic: string, payload: Buffer): Promise<void> {
    await this.door.take(topic, payload, this.grantOf(client));
  }

  private grantOf(client: Client): SourceGrant {
    const session = this.sessions.get(client);
    const grant = session && this.registry.authenticate(session.key);
    if (!grant) throw new Error('the key was revoked');
    return grant;
  }

  private sweep(): void {
    for (const [client, { key }] of this.sessions) {
      if (this.registry.authenticate(key)) continue;
      this.sessions.delete(client);
      client.close();
    }
  }
}

function refusal(returnCode: number, message: string): AuthenticateError {
  return Object.assign(new Error(message), { returnCode }) as AuthenticateError;
}

/** Ends a connection that announces a packet of more than `most` bytes. The broker reads through `read`. */
function limited(socket: Socket, most: number): Socket {
  const meter = new PacketMeter(most);
  const read = socket.read.bind(socket);
  socket.read = (size?: number): unknown => {
    const bytes = read(size) as Buffer | null;
    if (bytes === null || meter.feed(bytes)) return bytes;
    socket.destroy(new Error('packet too large'));
    return null;
  };
  return socket;
}
