import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { recountChangedPacks, recountFlows } from '#libs/persistence';
import { passDeadlines, type PipelineStore } from '#libs/pipeline';
import { CLOCK, LOG, Settings, type Clock } from '#libs/platform';
import { Catalogue } from '#libs/sector-kit';
import type pg from 'pg';
import type { Logger } from 'pino';
import { LivePublisher } from './live-publisher.js';
import { POOL, STORE } from './worker.tokens.js';

const EVERY_MS = 1_000;
const CHUNK = 500;
/** Until a recount of flows that failed, or that another worker was at, is tried again; it begins anew, so twice as long each time. */
const FLOWS_AGAIN_MS = 5 * 60_000;
const FLOWS_AGAIN_MOST_MS = 60 * 60_000;

/**
 * Keeps right what time alone changes: a thing whose deadline passed moves to its new count within about a second. At a
 * start, what other rules counted is due too.
 */
@Injectable()
export class DeadlineTimer implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private flows: Promise<void> | undefined;
  /** When flows are to be counted anew, epoch ms; undefined: they are. */
  private flowsDue: number | undefined;
  private flowsWait = FLOWS_AGAIN_MS;
  private stopped = false;

  constructor(
    @Inject(POOL) private readonly pool: pg.Pool,
    @Inject(STORE) private readonly store: PipelineStore,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(LivePublisher) private readonly publisher: LivePublisher,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.recount().finally(() => (this.running = undefined));
    // May take minutes: deadlines do not wait for it.
    this.startFlows();
    this.timer = setInterval(() => {
      if (this.flowsDue !== undefined && this.clock.now() >= this.flowsDue) this.startFlows();
      this.running ??= this.pass().finally(() => (this.running = undefined));
    }, EVERY_MS);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await Promise.all([this.running, this.flows]);
  }

  private async recount(): Promise<void> {
    const packs = this.catalogue.packs.map(({ id, revision = '', projections }) => {
      return { pack: id, revision, kinds: projections.map(({ name }) => `${id}.${name}`) };
    });
    try {
      for (const { pack, things } of await recountChangedPacks(this.pool, packs, this.clock.now()))
        this.log.info({ pack, things }, 'rules changed: counting anew');
    } catch (error) {
      this.log.warn({ error: error instanceof Error ? error.message : String(error) }, 'recount');
    }
  }

  private startFlows(): void {
    this.flowsDue = undefined;
    this.flows = this.recountFlows();
  }

  /** What was counted is told however it ends; if it is not all, it goes on in a few minutes. */
  private async recountFlows(): Promise<void> {
    const { RAW_DAYS: rawDays, MINUTE_DAYS: minuteDays } = this.settings;
    let changed = false;
    let over = false;
    try {
      const done = await recountFlows(this.pool, this.catalogue, {
        rawDays,
        minuteDays,
        now: this.clock.now(),
        stopped: () => this.stopped,
        onHour: () => (changed = true),
        onPack: (pack, events) => this.log.info({ pack, events }, 'flows counted anew'),
      });
      over = done !== null;
    } catch (error) {
      this.log.warn({ error: error instanceof Error ? error.message : String(error) }, 'recount of flows');
    } finally {
      if (changed) this.publisher.haveReadAnew();
      if (!over) this.flowsDue = this.clock.now() + this.flowsWait;
      this.flowsWait = Math.min(2 * this.flowsWait, FLOWS_AGAIN_MOST_MS);
    }
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
