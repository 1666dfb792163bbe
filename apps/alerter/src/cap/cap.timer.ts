import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { LOG } from '#libs/platform';
import type { Logger } from 'pino';
import { CapPuller } from './cap-puller.js';

const EVERY_MS = 60_000;

/** Reads CAP feeds every minute, one round after the other. */
@Injectable()
export class CapTimer implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | null = null;

  constructor(
    @Inject(CapPuller) private readonly puller: CapPuller,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.start();
    this.timer = setInterval(() => this.start(), EVERY_MS);
    this.timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  private start(): void {
    this.running ??= this.puller
      .pull()
      .then(() => undefined)
      .catch((error: Error) => this.log.warn({ error: error.message }, 'CAP feeds'))
      .finally(() => (this.running = null));
  }
}
