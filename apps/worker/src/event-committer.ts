import { Inject, Injectable } from '@nestjs/common';
import type { BatchPart } from '#libs/contracts';
import { storeParts, type Outcome, type PipelineStore } from '#libs/pipeline';
import { CLOCK, LOG, currentTraceparent, type Clock } from '#libs/platform';
import { Catalogue } from '#libs/sector-kit';
import type { Logger } from 'pino';
import { GroupSize } from './group-size.js';
import { LivePublisher } from './live-publisher.js';
import { WorkerMetrics } from './worker-metrics.js';
import { STORE } from './worker.tokens.js';

/** Transactions under way at once: while the database works on one, the next is counted. */
const LANES = 2;
/** A job so small overtakes those that gather in bulk, in a transaction of its own kind beside theirs. */
const SMALL_JOB = 20;
const MOST_SMALL = 500;

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
  private waiting: Waiting[] = [];
  private lanes = 0;
  private overtaking = false;
  private readonly size = new GroupSize();

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
    return new Promise((done, fail) => {
      this.waiting.push({
        parts,
        events: parts.reduce((sum, part) => sum + part.events.length, 0),
        traceparent: currentTraceparent(),
        done,
        fail,
      });
      if (this.lanes < LANES) void this.run();
      else if (!this.overtaking) void this.overtake();
    });
  }

  private async run(): Promise<void> {
    this.lanes++;
    while (this.waiting.length > 0) {
      const began = this.clock.now();
      const group = this.take(this.waiting, this.size.most);
      await this.commitAll(group);
      this.size.took(eventsOf(group), this.clock.now() - began);
    }
    this.lanes--;
  }

  /** While the others are busy with much. */
  private async overtake(): Promise<void> {
    this.overtaking = true;
    for (;;) {
      const group = this.take(this.waiting.filter(isSmall), MOST_SMALL);
      if (group.length === 0) break;
      await this.commitAll(group);
    }
    this.overtaking = false;
  }

  /** The first of these that make up so many events together, one at least; they wait no longer. */
  private take(candidates: readonly Waiting[], most: number): Waiting[] {
    let events = 0;
    let count = 0;
    for (const each of candidates) {
      if (count > 0 && events + each.events > most) break;
      events += each.events;
      count++;
    }
    const taken = candidates.slice(0, count);
    const gone = new Set(taken);
    this.waiting = this.waiting.filter((each) => !gone.has(each));
    return taken;
  }

  private async commitAll(group: readonly Waiting[]): Promise<void> {
    try {
      await this.commitGroup(group);
      for (const each of group) each.done();
    } catch (error) {
      if (group.length === 1) group[0]?.fail(error);
      else await this.commitSingly(group);
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

  private async commitGroup(group: readonly Waiting[]): Promise<void> {
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
  }
}

const eventsOf = (group: readonly Waiting[]): number => group.reduce((sum, { events }) => sum + events, 0);

const isSmall = ({ events }: Waiting): boolean => events <= SMALL_JOB;
