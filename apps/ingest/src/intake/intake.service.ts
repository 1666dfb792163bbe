import { Inject, Injectable, type OnApplicationBootstrap, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Histogram } from 'prom-client';
import type { SourceGrant } from '#libs/access';
import { type BatchPart, type HubEvent, MAX_REJECTIONS_KEPT, type Rejection, type Verdict } from '#libs/contracts';
import { type Clock, CLOCK, currentTraceparent, Health, Metrics, ProblemError, Settings } from '#libs/platform';
import type { Queues } from '#libs/queue';
import { BATCH_IDS, EVENT_DOOR, QUEUES } from '../ingest.tokens.js';
import { EventDoor, isRejection, type RawEvent } from '../validation/event-door.js';
import { BatchIds } from './batch-id.js';
import { FairShare } from './fair-share.js';
import { GroupCommit, NotTaken } from './group-commit.js';
import { RateLimiter } from './rate-limiter.js';
import { StoreWatch } from './store-watch.js';

const RETRY_AWAY_SECONDS = 2;
const RETRY_DEEP_SECONDS = 5;
/** From this part of QUEUE_MAX_JOBS on, heavy sources wait; from all of it, everybody. */
const HEAVY_WAIT_FROM = 0.05;

/** One request or message being read: events go in one by one, and are judged at once. */
export class Intake {
  readonly events: HubEvent[] = [];
  readonly rejected: Rejection[] = [];
  rejectedTotal = 0;
  count = 0;

  constructor(
    private readonly door: EventDoor,
    readonly grant: SourceGrant,
    readonly now: number,
  ) {}

  add(raw: RawEvent): void {
    const outcome = this.door.admit(raw, this.count++, this.grant, this.now);
    if (!isRejection(outcome)) this.events.push(outcome);
    else if (++this.rejectedTotal <= MAX_REJECTIONS_KEPT) this.rejected.push(outcome);
  }
}

/** What both doors share: back-pressure before, verdicts during, durability after. */
@Injectable()
export class IntakeService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly limiter: RateLimiter;
  private readonly share = new FairShare();
  private readonly commit: GroupCommit;
  private readonly watch: StoreWatch;
  private readonly taken;
  private readonly refused;
  private readonly durable: Histogram;

  constructor(
    @Inject(QUEUES) private readonly queues: Queues,
    @Inject(EVENT_DOOR) private readonly door: EventDoor,
    @Inject(BATCH_IDS) private readonly ids: BatchIds,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Metrics) metrics: Metrics,
    @Inject(Health) health: Health,
  ) {
    this.limiter = new RateLimiter(settings.SOURCE_RATE);
    this.commit = new GroupCommit({
      shards: queues.shards,
      add: (shard, job) => queues.add(shard, job),
      addTimeoutMs: settings.STORE_WRITE_TIMEOUT_MS,
      traceparent: currentTraceparent,
    });
    this.watch = new StoreWatch(queues, settings.STORE_TIMEOUT_MS, (up) => up || this.commit.abandon());
    health.register('queue', async () => {
      if (!this.watch.available) throw new Error('the queue store does not answer');
    });
    this.taken = metrics.counter('ioc_ingest_events_total', 'Events judged at the doors.', ['via', 'verdict']);
    this.refused = metrics.counter('ioc_ingest_refusals_total', 'Requests refused as a whole.', ['reason']);
    this.durable = metrics.histogram('ioc_ingest_durable_seconds', 'From reading a batch to its being durable.');
    metrics.gauge('ioc_ingest_queue_jobs', 'Event jobs that are not done.', [], (gauge) => gauge.set(this.watch.depth));
    metrics.gauge('ioc_ingest_pending_events', 'Events not yet durable.', [], (gauge) =>
      gauge.set(this.commit.waiting),
    );
  }

  onApplicationBootstrap(): void {
    this.watch.start();
  }

  beforeApplicationShutdown(): void {
    this.watch.stop();
  }

  /** Refuses before a body is read: store away (503), queue too deep (429), source over its rate (429). */
  checkOpen(grant: SourceGrant): void {
    if (!this.watch.available) throw this.away();
    const fullness = this.watch.depth / this.settings.QUEUE_MAX_JOBS;
    if (fullness > 1) throw this.tooMany('queue-full', RETRY_DEEP_SECONDS);
    if (fullness > HEAVY_WAIT_FROM && this.share.isHeavy(grant.id, this.clock.now()))
      throw this.tooMany('queue-full', 1);
    const wait = this.limiter.wait(grant, this.clock.now());
    if (wait > 0) throw this.tooMany('rate-limited', wait);
  }

  begin(grant: SourceGrant): Intake {
    return new Intake(this.door, grant, this.clock.now());
  }

  /** Makes what was read durable. Resolves to the verdict; throws a `ProblemError` of 429 or 503 when it was not taken. */
  async finish(intake: Intake, via: 'http' | 'mqtt'): Promise<Verdict> {
    const { grant, events, rejected, rejectedTotal } = intake;
    const wait = this.limiter.take(grant, intake.count, this.clock.now());
    if (wait > 0) throw this.tooMany('rate-limited', wait);
    if (!this.watch.available) throw this.away();
    const batch = this.ids.make(grant.id, intake.now);
    const part: BatchPart = { batch, source: grant.id, at: intake.now, via, events, rejected, rejectedTotal };
    const started = performance.now();
    try {
      await this.commit.submit(this.queues.shardOf(part), part);
    } catch (error) {
      if (!(error instanceof NotTaken)) throw error;
      throw error.reason === 'busy' ? this.tooMany('busy', 1) : this.away();
    }
    this.share.sent(grant.id, events.length, this.clock.now());
    this.durable.observe((performance.now() - started) / 1000);
    this.taken.inc({ via, verdict: 'accepted' }, events.length);
    if (rejectedTotal > 0) this.taken.inc({ via, verdict: 'rejected' }, rejectedTotal);
    return {
      batch,
      accepted: events.length,
      rejected,
      ...(rejectedTotal > rejected.length ? { rejectedTotal } : {}),
    };
  }

  private away(): ProblemError {
    this.refused.inc({ reason: 'store-away' });
    return new ProblemError(
      503,
      'store-away',
      undefined,
      'The store does not answer. Send the same events again later.',
      {},
      RETRY_AWAY_SECONDS,
    );
  }

  private tooMany(code: 'queue-full' | 'rate-limited' | 'busy', seconds: number): ProblemError {
    this.refused.inc({ reason: code });
    const detail = {
      'queue-full': 'The hub is behind with its work.',
      'rate-limited': 'This source sends more events than it may.',
      busy: 'Too many events are waiting to be stored.',
    }[code];
    return new ProblemError(429, code, undefined, detail, {}, Math.max(1, Math.ceil(seconds)));
  }
}
