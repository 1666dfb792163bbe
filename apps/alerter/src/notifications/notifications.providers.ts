import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy, type Provider } from '@nestjs/common';
import type { LiveBus } from '#libs/live';
import { type ChannelParts, partsOf, ZaloRenewal } from '#libs/notify';
import { CLOCK, LOG, Settings, type Clock } from '#libs/platform';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { checkChannels } from './channel-checks.js';
import { Dispatcher } from './dispatcher.js';
import { WHEN_LOST, type LostHook } from './notifications.port.js';
import { markUnreached } from './unreached.js';

const CHANNEL_PARTS = Symbol('channel parts');
const CHECK_EVERY_MS = 1_000;

/** Runs the dispatcher and the checks of channels as long as the app. */
@Injectable()
class Notifications implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private checking: Promise<void> | null = null;
  private renewing: Promise<void> | null = null;
  private readonly zalo: ZaloRenewal;

  constructor(
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(CHANNEL_PARTS) private readonly parts: ChannelParts,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOG) private readonly log: Logger,
  ) {
    this.zalo = new ZaloRenewal(database, parts);
  }

  onApplicationBootstrap(): void {
    this.dispatcher.start();
    this.timer = setInterval(() => {
      this.checking ??= this.check().finally(() => (this.checking = null));
      this.renewing ??= this.renew().finally(() => (this.renewing = null));
    }, CHECK_EVERY_MS);
    this.timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all([this.checking, this.renewing, this.dispatcher.stop()]);
  }

  private async check(): Promise<void> {
    try {
      for (const { id, turn, reason } of await checkChannels(this.database, this.parts, this.clock)) {
        await this.dispatcher.tell({ id }, turn, reason);
        if (turn === 'up') this.dispatcher.kick();
      }
    } catch (error) {
      this.log.warn({ error: (error as Error).message }, 'checks of channels');
    }
  }

  /** Tokens that end within hours are looked for as often as everything else is, which costs one small query. */
  private async renew(): Promise<void> {
    try {
      for (const { channel, reason } of await this.zalo.run(this.clock.now())) {
        if (reason === null) this.log.info({ channel }, 'Zalo token renewed');
        else this.log.error({ channel, reason }, 'Zalo token not renewed');
        this.dispatcher.kick();
      }
    } catch (error) {
      this.log.warn({ error: (error as Error).message }, 'Zalo tokens');
    }
  }
}

/**
 * Providers of the alerter that hand notifications to channels. `bus`: its injection token of the live bus. Needs
 * `DataSource`; gives `Dispatcher`, whose `kick()` is called after a commit that wrote notifications.
 */
export const notificationProviders = (bus: symbol): Provider[] => [
  {
    provide: CHANNEL_PARTS,
    inject: [Settings, DataSource, bus],
    useFactory: (settings: Settings, database: DataSource, live: LiveBus) =>
      partsOf(settings, database, (message) => live.publish('notice', message)),
  },
  { provide: WHEN_LOST, useValue: markUnreached satisfies LostHook },
  {
    provide: Dispatcher,
    inject: [DataSource, bus, CHANNEL_PARTS, WHEN_LOST, CLOCK, LOG],
    useFactory: (
      database: DataSource,
      live: LiveBus,
      channels: ChannelParts,
      whenLost: LostHook,
      clock: Clock,
      log: Logger,
    ) => new Dispatcher({ database, bus: live, channels, whenLost, clock, log }),
  },
  Notifications,
];
