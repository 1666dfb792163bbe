import { Inject, Injectable } from '@nestjs/common';
import { type BatchPart, isSmall } from '#libs/contracts';
import { storeParts, type Outcome, type PipelineStore } from '#libs/pipeline';
import { CLOCK, LOG, currentTraceparent, type Clock } from '#libs/platform';
import { Catalogue } from '#libs/sector-kit';
import type { Logger } from 'pino';
import { GroupSize } from './group-size.js';
import { LivePublisher } from './live-publisher.js';
import { WorkerMetrics } from './worker-metrics.js';
import { STORE } from './worker.tokens.js';

interface Waiting {
  parts: BatchPart[];
  events: number;
  /** Trace of the job, where traces are on. */
  traceparent: string | undefined;
  done: () => void;
  fail: (error: unknown) => void;
}

/**
 * Group commit: jobs that arrive while a transaction runs share the next one. Under load transactions are large and
 * few, when idle small and at once; none is so large that what comes behind it waits long. What is small does not wait
 * for what is large: a gauge that passes its limit is not behind a night's synchronisation. Locks on shared buckets come
 * last in a transaction, so the lanes hardly wait for each other.
 */
@Injectable()
export class EventCommitter {
  private readonly small = new Lanes((group) => this.commitAll(group));
  private readonly large = new Lanes((group) => this.commitAll(group));

  constructor(
    @Inject(STORE) private readonly store: PipelineStore,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(LivePublisher) private readonly publisher: LivePublisher,
    @Inject(WorkerMetrics) private readonly metrics: WorkerMetrics,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  /** Resolves when the parts are committed and published. Bounded by the jobs that the processor holds. */
  commit(parts: BatchPart[]): Promise<void> {
    const events = parts.reduce((sum, part) => sum + part.events.length, 0);
    const lanes = parts.every(isSmall) ? this.small : this.large;
    return new Promise((done, fail) => {
      lanes.add({ parts, events, traceparent: currentTraceparent(), done, fail });
    });
  }

  /** How long storing took, ms; null where it failed. */
  private async commitAll(group: readonly Waiting[]): Promise<number | null> {
    try {
      const ms = await this.commitGroup(group);
      for (const each of group) each.done();
      return ms;
    } catch (error) {
      if (group.length === 1) group[0]?.fail(error);
      else await this.commitSingly(group);
      return null;
    }
  }

  /** A group failed: its jobs go one by one, so that one job's trouble is not its neighbours'. */
  private async commitSingly(group: readonly Waiting[]): Promise<void> {
    for (const each of group) {
      try {
        await this.commitGroup([each]);
        each.done();
      } catch (error) {
        each.fail(error);
      }
    }
  }

  private async commitGroup(group: readonly Waiting[]): Promise<number> {
    const parts = group.flatMap((each) => each.parts);
    const began = this.clock.now();
    const outcome: Outcome = await storeParts(this.store, this.catalogue, parts, began);
    const ended = this.clock.now();
    this.metrics.committed(parts, outcome, began, ended);
    if (outcome.setAside > 0) {
      this.log.warn(
        { batches: parts.map((part) => part.batch).slice(0, 20), setAside: outcome.setAside },
        'events set aside',
      );
    }
    this.log.debug({ batches: parts.length, stored: outcome.stored, ms: ended - began }, 'committed');
    await this.publisher.publish({ ...outcome, traceparent: group[0]?.traceparent }, ended);
    return ended - began;
  }
}

/** Transactions under way at once: while the database works on one, the next is counted. */
const LANES = 2;

/** Jobs that wait, and the transactions that take them in order, as many at a time as there is room for. */
class Lanes {
  private readonly waiting: Waiting[] = [];
  private running = 0;
  private readonly size = new GroupSize();

  constructor(private readonly commit: (group: readonly Waiting[]) => Promise<number | null>) {}

  add(job: Waiting): void {
    this.waiting.push(job);
    if (this.running < LANES) void this.run();
  }

  private async run(): Promise<void> {
    this.running++;
    while (this.waiting.length > 0) {
      const group = this.take();
      const ms = await this.commit(group);
      if (ms !== null) this.size.took(eventsOf(group), ms);
    }
    this.running--;
  }

  /** The first that make up so many events together; one at least. */
  private take(): Waiting[] {
    const { most } = this.size;
    let events = 0;
    let count = 0;
    for (const each of this.waiting) {
      if (count > 0 && events + each.events > most) break;
      events += each.events;
      count++;
    }
    return this.waiting.splice(0, count);
  }
}

const eventsOf = (group: readonly Waiting[]): number => group.reduce((sum, { events }) => sum + events, 0);
