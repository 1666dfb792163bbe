import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { passDeadlines, type PipelineStore } from '#libs/pipeline';
import { CLOCK, LOG, type Clock } from '#libs/platform';
import { Catalogue } from '#libs/sector-kit';
import type { Logger } from 'pino';
import { LivePublisher } from './live-publisher.js';
import { STORE } from './worker.tokens.js';

const EVERY_MS = 1_000;
const CHUNK = 500;

/** Keeps right what time alone changes: a thing whose deadline passed moves to its new count within about a second. */
@Injectable()
export class DeadlineTimer implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private stopped = false;

  constructor(
    @Inject(STORE) private readonly store: PipelineStore,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(LivePublisher) private readonly publisher: LivePublisher,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.running ??= this.pass().finally(() => (this.running = undefined));
    }, EVERY_MS);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.running;
  }

  private async pass(): Promise<void> {
    try {
      for (let more = true; more && !this.stopped;) {
        const now = this.clock.now();
        const { due, buckets } = await passDeadlines(this.store, this.catalogue, now, CHUNK);
        if (buckets.length > 0)
          await this.publisher.publish({ buckets, sources: [], recent: [], receivedAt: null }, now);
        more = due === CHUNK;
      }
    } catch (error) {
      this.log.warn({ error: error instanceof Error ? error.message : String(error) }, 'deadlines');
    }
  }
}
