import { Inject, Injectable } from '@nestjs/common';
import type { BatchPart } from '#libs/contracts';
import { Metrics } from '#libs/platform';
import type { Outcome } from '#libs/pipeline';

/** What an operator watches of the worker. */
@Injectable()
export class WorkerMetrics {
  readonly stored;
  readonly duplicates;
  readonly setAside;
  readonly postToStored;
  readonly transaction;
  private readonly lag;
  private readonly newest = new Map<string, number>();

  constructor(@Inject(Metrics) metrics: Metrics) {
    this.stored = metrics.counter('ioc_worker_stored_events_total', 'Events stored and counted');
    this.duplicates = metrics.counter('ioc_worker_duplicate_events_total', 'Events that had been stored before');
    this.setAside = metrics.counter('ioc_worker_set_aside_events_total', 'Events set aside with a reason');
    this.postToStored = metrics.histogram(
      'ioc_worker_post_to_stored_seconds',
      'From a batch read at the door to its commit',
    );
    this.transaction = metrics.histogram('ioc_worker_transaction_seconds', 'One transaction of the worker');
    this.lag = metrics.gauge(
      'ioc_worker_queue_lag_seconds',
      'Age of the oldest batch of the last transaction when it began',
    );
    metrics.gauge(
      'ioc_worker_source_age_seconds',
      'Since the newest event of a source, by the event time',
      ['source'],
      (gauge) => {
        for (const [source, time] of this.newest) gauge.set({ source }, Math.max(0, (Date.now() - time) / 1000));
      },
    );
  }

  committed(parts: readonly BatchPart[], outcome: Outcome, began: number, ended: number): void {
    this.stored.inc(outcome.stored);
    this.duplicates.inc(outcome.duplicates);
    this.setAside.inc(outcome.setAside);
    this.transaction.observe((ended - began) / 1000);
    let oldest = began;
    for (const part of parts) {
      this.postToStored.observe(Math.max(0, (ended - part.at) / 1000));
      oldest = Math.min(oldest, part.at);
    }
    this.lag.set((began - oldest) / 1000);
    for (const { source, lastEvent } of outcome.sources) {
      // Bounded by the number of registered sources: only those pass the door.
      if (lastEvent !== null) this.newest.set(source, Math.max(lastEvent, this.newest.get(source) ?? 0));
    }
  }
}
