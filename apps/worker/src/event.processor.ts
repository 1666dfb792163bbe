import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { decodeParts, type EventJob } from '#libs/contracts';
import { LOG, withTraceparent } from '#libs/platform';
import type { Consumers, Queues } from '#libs/queue';
import type { Logger } from 'pino';
import { EventCommitter } from './event-committer.js';
import { QUEUES } from './worker.tokens.js';

/** Jobs in hand at once in each shard: what one group commit can gather. */
const CONCURRENCY = 16;
const SWEEP_MS = 15_000;
const SWEEP_LIMIT = 200;

/** Takes jobs off the event queues and commits them. Jobs that failed for good get another round, again and again. */
@Injectable()
export class EventProcessor implements OnApplicationBootstrap, OnModuleDestroy {
  private consumers: Consumers | undefined;
  private sweeper: NodeJS.Timeout | undefined;

  constructor(
    @Inject(QUEUES) private readonly queues: Queues,
    @Inject(EventCommitter) private readonly committer: EventCommitter,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.consumers = this.queues.work((job) => this.process(job), { concurrency: CONCURRENCY });
    this.sweeper = setInterval(() => void this.sweep(), SWEEP_MS);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.sweeper);
    await this.consumers?.close();
  }

  private async process(job: EventJob): Promise<void> {
    const parts = decodeParts(job.parts);
    try {
      await (job.traceparent === undefined
        ? this.committer.commit(parts)
        : withTraceparent(job.traceparent, 'store events', () => this.committer.commit(parts)));
    } catch (error) {
      this.log.error(
        { batches: parts.map((part) => part.batch), error: error instanceof Error ? error.message : String(error) },
        'batch not stored, will be tried again',
      );
      throw error;
    }
  }

  /** Public for tests; runs by itself. */
  async sweep(): Promise<void> {
    try {
      const retried = await this.queues.retryFailed(SWEEP_LIMIT);
      if (retried > 0) this.log.warn({ retried }, 'failed batches go another round');
    } catch (error) {
      this.log.warn({ error: error instanceof Error ? error.message : String(error) }, 'sweep of failed batches');
    }
  }
}
