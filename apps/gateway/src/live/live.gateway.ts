import { Inject, type OnModuleDestroy, UseGuards } from '@nestjs/common';
import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayConnection,
  type OnGatewayDisconnect,
  type OnGatewayInit,
  SubscribeMessage,
  WebSocketGateway,
} from '@nestjs/websockets';
import { TICK_EVERY_MS, type AccessMessage, type NoticeMessage, type Tick, type WatchReply } from '#libs/contracts';
import type { LiveBus } from '#libs/live';
import { PAGES_EVERY_MS } from '#libs/persistence';
import { CLOCK, LOG, type Clock, Metrics } from '#libs/platform';
import type pg from 'pg';
import type { Logger } from 'pino';
import { sessionOf } from '../access/session-cookie.js';
import { concerns, type Credentials, Viewers } from '../access/viewers.service.js';
import { LiveAlerts } from '../alerts/live-alerts.js';
import { BoardData } from '../boards/board-data.js';
import { LiveBoards } from '../boards/live-boards.js';
import { UnitDirectory } from '#libs/access';
import { BUS, POOL, UNITS } from '../gateway.tokens.js';
import { AlertAudience } from './alert-audience.js';
import { Audience, isSlow, type LiveNamespace, type LiveSocket } from './audience.js';
import { OpenPages } from './open-pages.js';
import { RateLimit } from './rate-limit.js';
import { ALERTS, authorise } from './topic-policy.js';
import { ViewerGuard } from './viewer.guard.js';
import { MAX_TOPICS_A_SOCKET, readTopics, readWatch } from './watch-request.js';

/** Screens behind one address share this; a proxy in front of a whole building is one address. */
const SOCKETS_AN_ADDRESS = 500;
const MESSAGES_A_SECOND = 10;
const MESSAGES_AT_ONCE = 40;
const CATCH_UP_MS = 250;
/** Alerts are sent when they change; this is for sockets that were slow then. */
const SLOW_ALERTS_MS = 1_000;
/** Revocations come over the bus; this finds what has expired, or what a lost message would have told. */
const CHECK_AGAIN_MS = 15_000;

/**
 * The live socket, namespace `/live`: see `ServerToClient` and `ClientToServer`. Who connects is authenticated at the
 * handshake, each topic is authorised when it is asked for, and both again at every reconnect.
 */
@UseGuards(ViewerGuard)
@WebSocketGateway({ namespace: '/live' })
export class LiveGateway implements OnGatewayInit, OnGatewayConnection, OnGatewayDisconnect, OnModuleDestroy {
  private namespace!: LiveNamespace;
  private audience!: Audience;
  private alertAudience!: AlertAudience;
  private readonly pages: OpenPages;
  private readonly addresses = new Map<string, number>();
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(
    @Inject(Viewers) private readonly viewers: Viewers,
    @Inject(LiveBoards) private readonly boards: LiveBoards,
    @Inject(BoardData) private readonly data: BoardData,
    @Inject(LiveAlerts) private readonly alerts: LiveAlerts,
    @Inject(UNITS) private readonly units: UnitDirectory,
    @Inject(BUS) private readonly bus: LiveBus,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(LOG) private readonly log: Logger,
    @Inject(POOL) pool: pg.Pool,
  ) {
    this.pages = new OpenPages(pool, log, () => this.tickNow().fresh);
  }

  afterInit(namespace: LiveNamespace): void {
    this.namespace = namespace;
    this.audience = new Audience(namespace);
    this.alertAudience = new AlertAudience(this.alerts, namespace);
    this.alerts.onChange(() => this.alertAudience.flush());
    namespace.use((socket, next) => {
      this.admit(socket).then(
        (refusal) => next(refusal === null ? undefined : new Error(refusal)),
        (error: unknown) => {
          this.log.warn({ err: error }, 'a handshake could not be checked');
          next(new Error('unavailable'));
        },
      );
    });
    this.watchMetrics();
    this.timers.push(
      setInterval(() => this.tick(), TICK_EVERY_MS).unref(),
      setInterval(() => this.audience.catchUp(this.clock.now()), CATCH_UP_MS).unref(),
      setInterval(() => this.alertAudience.flush(), SLOW_ALERTS_MS).unref(),
      setInterval(() => void this.checkAgain(), CHECK_AGAIN_MS).unref(),
      setInterval(() => this.pages.beat(), PAGES_EVERY_MS).unref(),
    );
    this.bus
      .subscribe('access', (message) => this.accessChanged(message))
      .catch((error: unknown) => this.log.error({ err: error }, 'changes of access are not heard'));
    this.bus
      .subscribe('notice', (message) => this.notify(message))
      .catch((error: unknown) => this.log.error({ err: error }, 'notices are not heard'));
    // A revocation may have been among what was lost.
    this.bus.onGap(() => {
      this.viewers.forget();
      void this.checkAgain();
    });
  }

  handleConnection(socket: LiveSocket): void {
    const { address } = socket.data;
    this.addresses.set(address, (this.addresses.get(address) ?? 0) + 1);
    const limit = new RateLimit(MESSAGES_A_SECOND, MESSAGES_AT_ONCE, this.clock.now());
    socket.use((_packet, next) => {
      if (limit.take(this.clock.now())) next();
      else socket.disconnect(true);
    });
    socket.emit('tick', this.tickNow());
    this.pages.opened(socket.data.viewer);
    // Revoked between the check and here, it was not yet among the sockets that a revocation throws out.
    if (socket.data.revision !== this.viewers.revision) void this.checkOne(socket).catch(() => undefined);
  }

  handleDisconnect(socket: LiveSocket): void {
    const { address } = socket.data;
    const left = (this.addresses.get(address) ?? 1) - 1;
    if (left > 0) this.addresses.set(address, left);
    else this.addresses.delete(address);
    for (const shown of this.audience.drop(socket)) this.boards.count(shown, -1);
    this.alertAudience.leave(socket);
    this.pages.left(socket.data.viewer);
  }

  @SubscribeMessage('watch')
  watch(@ConnectedSocket() socket: LiveSocket, @MessageBody() body: unknown): WatchReply {
    const request = readWatch(body);
    if (!request)
      return {
        ok: false,
        refused: [
          { topic: '', code: 'invalid', message: `topics must be a list of at most ${MAX_TOPICS_A_SOCKET} names` },
        ],
      };
    const refused: WatchReply['refused'] = [];
    for (const topic of request.topics) {
      const refusal = this.watchOne(socket, topic, request.since?.[topic]);
      if (refusal) refused.push({ topic, ...refusal });
    }
    return { ok: refused.length === 0, refused };
  }

  @SubscribeMessage('unwatch')
  unwatch(@ConnectedSocket() socket: LiveSocket, @MessageBody() body: unknown): { ok: true } {
    for (const topic of readTopics(body) ?? []) {
      if (topic === ALERTS) this.alertAudience.leave(socket);
      const shown = this.audience.leave(socket, topic);
      if (shown) this.boards.count(shown, -1);
    }
    return { ok: true };
  }

  async onModuleDestroy(): Promise<void> {
    this.timers.forEach(clearInterval);
    await this.pages.close();
  }

  /** Null lets the socket in; else why not. */
  private async admit(socket: LiveSocket): Promise<string | null> {
    const address = socket.handshake.address;
    if ((this.addresses.get(address) ?? 0) >= SOCKETS_AN_ADDRESS) return 'too-many';
    const viewer = await this.viewers.find(credentialsOf(socket));
    if (!viewer) return 'unauthorized';
    socket.data = { viewer, address, watching: new Map(), revision: this.viewers.revision };
    return null;
  }

  private watchOne(
    socket: LiveSocket,
    topic: string,
    since: { epoch: string; seq: number } | undefined,
  ): Omit<WatchReply['refused'][number], 'topic'> | null {
    const { viewer, watching } = socket.data;
    if (topic === ALERTS) return this.watchAlerts(socket);
    const answer = authorise(viewer, topic, (id) => this.boards.board(id));
    if ('refusal' in answer) return answer.refusal;
    const old = this.audience.leave(socket, topic);
    if (old) this.boards.count(old, -1);
    if (watching.size >= MAX_TOPICS_A_SOCKET) {
      return { code: 'too-many', message: `a socket may watch ${MAX_TOPICS_A_SOCKET} topics` };
    }
    const shown = this.boards.open(answer.board, viewer.scope);
    if (!shown) return { code: 'too-many', message: 'this gateway shows too many boards already' };
    this.boards.count(shown, 1);
    this.audience.join(socket, shown, since);
    return null;
  }

  /** Whoever may look at anything sees the alerts of that. */
  private watchAlerts(socket: LiveSocket): Omit<WatchReply['refused'][number], 'topic'> | null {
    const { sectors, units } = socket.data.viewer.scope;
    if (sectors.length === 0 || units.length === 0) return { code: 'forbidden', message: 'nothing is in your scope' };
    this.alertAudience.join(socket);
    return null;
  }

  /** A message in the application goes to every page that its people have open. */
  private notify({ to, notice }: NoticeMessage): void {
    const people = new Set(to);
    for (const socket of this.namespace.sockets.values()) {
      const { viewer } = socket.data;
      if (viewer.kind === 'user' && people.has(viewer.name) && !isSlow(socket)) socket.emit('notice', notice);
    }
  }

  private tick(): void {
    this.audience.tick(this.tickNow());
    this.pages.look();
  }

  private tickNow(): Tick {
    const behind = [this.data.behindSince, this.alerts.behindSince].filter((at) => at !== null);
    const since = behind.length === 0 ? null : Math.min(...behind);
    return { at: this.clock.now(), fresh: since === null, ...(since === null ? {} : { since }) };
  }

  private accessChanged(message: AccessMessage): void {
    this.viewers.forget();
    if (message.kind === 'source') this.refresh(this.data.loadSources());
    if (message.kind === 'user') this.alerts.peopleChanged();
    if (message.kind === 'unit') this.refresh(this.units.load());
    for (const socket of this.namespace.sockets.values()) {
      if (concerns(message, socket.data.viewer)) this.revoke(socket);
    }
  }

  private refresh(loading: Promise<void>): void {
    loading.then(
      () => {
        this.boards.invalidate();
        this.alerts.invalidate();
      },
      (error: unknown) => this.log.warn({ err: error }, 'sources or units cannot be loaded'),
    );
  }

  private revoke(socket: LiveSocket): void {
    socket.emit('revoked');
    socket.disconnect(true);
  }

  /** Looks again at who is connected. While the store is away nobody is thrown out: ticks say that data is not fresh. */
  private async checkAgain(): Promise<void> {
    try {
      for (const socket of this.namespace.sockets.values()) await this.checkOne(socket);
    } catch {
      return;
    }
  }

  private async checkOne(socket: LiveSocket): Promise<void> {
    if (!(await this.viewers.find(credentialsOf(socket)))) this.revoke(socket);
  }

  private watchMetrics(): void {
    const latency = this.metrics.histogram(
      'ioc_gateway_post_to_screen_seconds',
      'From a batch read at the door to the delta that shows it',
    );
    const lag = this.metrics.histogram('ioc_gateway_tick_lag_seconds', 'How late a tick of the boards came');
    this.metrics.gauge('ioc_gateway_sockets', 'Open live sockets', [], (gauge) =>
      gauge.set(this.namespace.sockets.size),
    );
    this.metrics.gauge('ioc_gateway_slow_sockets', 'Sockets that wait for a snapshot', [], (gauge) =>
      gauge.set(this.audience.slow),
    );
    this.metrics.gauge('ioc_gateway_open_alerts', 'Open alerts held', [], (gauge) => gauge.set(this.alerts.open));
    this.metrics.gauge('ioc_gateway_topics', 'Boards held for viewers', [], (gauge) => gauge.set(this.boards.topics));
    this.boards.onFlush((flushes, receivedAt, lagMs) => {
      lag.observe(lagMs / 1000);
      const now = this.clock.now();
      for (const flush of flushes) this.audience.send(flush, now);
      if (flushes.length === 0) return;
      for (const at of receivedAt) latency.observe(Math.max(0, this.clock.now() - at) / 1000);
    });
  }
}

function credentialsOf(socket: LiveSocket): Credentials {
  const { token } = socket.handshake.auth as { token?: unknown };
  return {
    token: typeof token === 'string' && token !== '' ? token : undefined,
    session: sessionOf(socket.request),
  };
}
