import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { BatchPart } from '#libs/contracts';
import { CLOCK, Metrics, type Clock } from '#libs/platform';
import type { Queues } from '#libs/queue';
import type { Outcome } from '#libs/pipeline';
import type pg from 'pg';
import { POOL, QUEUES } from './worker.tokens.js';

/** What an operator watches of the worker. */
@Injectable()
export class WorkerMetrics implements OnModuleInit {
  readonly stored;
  readonly duplicates;
  readonly setAside;
  readonly postToStored;
  readonly transaction;
  private readonly newest = new Map<string, number>();

  constructor(
    @Inject(Metrics) metrics: Metrics,
    @Inject(QUEUES) queues: Queues,
    @Inject(CLOCK) clock: Clock,
    @Inject(POOL) private readonly pool: pg.Pool,
  ) {
    this.stored = metrics.counter('ioc_worker_stored_events_total', 'Events stored and counted');
    this.duplicates = metrics.counter('ioc_worker_duplicate_events_total', 'Events that had been stored before');
    this.setAside = metrics.counter('ioc_worker_set_aside_events_total', 'Events set aside with a reason');
    this.postToStored = metrics.histogram(
      'ioc_worker_post_to_stored_seconds',
      'From a batch read at the door to its commit',
    );
    this.transaction = metrics.histogram('ioc_worker_transaction_seconds', 'One transaction of the worker');
    metrics.gauge(
      'ioc_worker_queue_lag_seconds',
      'Age of the oldest job that is not done, asked at the scrape',
      [],
      async (gauge) => {
        const oldest = await queues.oldest();
        gauge.set(oldest === null ? 0 : Math.max(0, (clock.now() - oldest) / 1000));
      },
    );
    metrics.gauge(
      'ioc_worker_source_age_seconds',
      'Since the newest event of a source, by the event time',
      ['source'],
      (gauge) => {
        for (const [source, time] of this.newest) gauge.set({ source }, Math.max(0, (clock.now() - time) / 1000));
      },
    );
  }

  /** A source that fell silent before this worker started must show its age too. */
  async onModuleInit(): Promise<void> {
    const { rows } = await this.pool.query<{ source: string; at: Date }>(
      'SELECT source, last_event AS at FROM source_state WHERE last_event IS NOT NULL',
    );
    for (const { source, at } of rows) this.newest.set(source, at.getTime());
  }

  committed(parts: readonly BatchPart[], outcome: Outcome, began: number, ended: number): void {
    this.stored.inc(outcome.stored);
    this.duplicates.inc(outcome.duplicates);
    this.setAside.inc(outcome.setAside);
    this.transaction.observe((ended - began) / 1000);
    for (const part of parts) this.postToStored.observe(Math.max(0, (ended - part.at) / 1000));
    for (const { source, lastEvent } of outcome.sources) {
      // Bounded by the number of registered sources: only those pass the door.
      if (lastEvent !== null) this.newest.set(source, Math.max(lastEvent, this.newest.get(source) ?? 0));
    }
  }
}
