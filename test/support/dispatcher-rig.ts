import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import type { AlertsMessage, NotificationView } from '#libs/contracts';
import { dataSourceOptions } from '#libs/persistence';
import { systemClock } from '#libs/platform';
import { DataSource } from 'typeorm';
import { Dispatcher, type DispatcherParts } from '../../apps/alerter/src/notifications/dispatcher.js';
import { markUnreached } from '../../apps/alerter/src/notifications/unreached.js';
import { testDatabase, type TestDatabase } from './database.js';
import { sampleMessage } from './message.js';
import { type Receiver, receiver } from './receiver.js';

/** Parts of a dispatcher that nobody listens to; its channels may reach this machine. */
export const dispatcherParts = (database: DataSource): DispatcherParts => ({
  database,
  bus: { publish: async () => undefined },
  channels: {
    hubSecret: 'x'.repeat(40),
    hub: 'https://ioc.example',
    inside: true,
    publish: async () => undefined,
    vapid: async () => null,
    forget: async () => undefined,
  },
  whenLost: markUnreached,
  clock: systemClock,
  log: pino({ level: 'silent' }),
});

interface Row {
  state: string;
  tries: number;
  /** When it is due, epoch ms. */
  next: number | null;
  last_error: string | null;
  receipt: string | null;
}

/** A dispatcher on a real database whose channels are webhooks of a real server, and a clock that the test sets. */
export class DispatcherRig {
  now = Date.parse('2026-11-25T03:00:00Z');
  dispatcher!: Dispatcher;
  readonly published: AlertsMessage[] = [];
  /** A number for each kind of change of each alert. */
  private readonly changes = new Map<string, number>();

  private constructor(
    readonly database: TestDatabase,
    readonly source: DataSource,
    readonly server: Receiver,
  ) {}

  static async open(): Promise<DispatcherRig> {
    const database = await testDatabase();
    const source = await new DataSource(dataSourceOptions(database.url, 'test', 12)).initialize();
    return new DispatcherRig(database, source, await receiver());
  }

  async close(): Promise<void> {
    await this.source.destroy();
    await this.server.close();
    await this.database.drop();
  }

  /** Before each test: nothing is stored, the server takes everything, the dispatcher is a new one. */
  async reset(): Promise<void> {
    await this.database.query('TRUNCATE notification, notification_item, channel, alert, alert_group CASCADE');
    this.server.calls.length = 0;
    this.published.length = 0;
    this.answering(204);
    this.dispatcher = new Dispatcher(this.parts());
  }

  parts(): DispatcherParts {
    return {
      ...dispatcherParts(this.source),
      bus: { publish: async (_topic, message) => void this.published.push(message as AlertsMessage) },
      clock: { now: () => this.now },
      random: () => 0.5,
    };
  }

  answering(status: number, headers: Record<string, string> = {}): void {
    this.server.answer = (_call, response) => void response.writeHead(status, headers).end();
  }

  /** Ids of the messages that arrived, in order. */
  ids(): string[] {
    return this.server.calls.map(({ headers }) => String(headers['webhook-id']));
  }

  async channel(id: string, rate = 60_000, url = this.server.url): Promise<void> {
    await this.database.query(
      `INSERT INTO channel (id, kind, name, settings, rate) VALUES ($1, 'webhook', $1, $2, $3)`,
      [id, { format: 'plain', url }, rate],
    );
  }

  /** A message to a channel's own group or to a person, about a change of an alert where one is given. */
  async notify(
    channel: string,
    options: { kind?: NotificationView['kind']; urgent?: boolean; alert?: string; to?: string } = {},
  ): Promise<string> {
    const { kind = 'alert', urgent = false, alert, to = channel } = options;
    const message = sampleMessage({ kind, at: this.now, expiresAt: this.now + 3_600_000 });
    await this.database.query(
      `INSERT INTO notification (id, kind, recipient, channel, message, urgent, created_at, next_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`,
      [message.id, kind, to, channel, JSON.stringify(message), urgent, new Date(this.now)],
    );
    if (alert === undefined) return message.id;
    const change = this.changes.get(`${alert} ${kind}`) ?? this.changes.size + 1;
    this.changes.set(`${alert} ${kind}`, change);
    await this.database.query('INSERT INTO notification_item VALUES ($1, $2, $3, $4, $5)', [
      change,
      to,
      channel,
      message.id,
      alert,
    ]);
    return message.id;
  }

  async alert(state = 'firing'): Promise<string> {
    const id = randomUUID();
    await this.database.query(
      `INSERT INTO alert (id, origin, severity, state, title, since, fired_at)
       VALUES ($1, 'manual', 'critical', $2, '{"vi":"a","en":"a"}', now(), now())`,
      [id, state],
    );
    return id;
  }

  async row(id: string): Promise<Row> {
    const [found] = await this.database.query<Row>(
      `SELECT state, tries, (extract(epoch FROM next_at) * 1000)::float8 AS next, last_error, receipt
       FROM notification WHERE id = $1`,
      [id],
    );
    if (!found) throw new Error('no such notification');
    return found;
  }

  /** Sends all that is due now. */
  async round(): Promise<void> {
    while ((await this.dispatcher.round()) > 0) await this.dispatcher.settled();
  }
}
