import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { HOUR_MS, MINUTE_MS } from '#libs/contracts';
import { maintain, makePartitions, sampleLevels } from '#libs/persistence';
import { CLOCK, LOG, Settings, type Clock } from '#libs/platform';
import type pg from 'pg';
import type { Logger } from 'pino';
import { POOL } from './worker.tokens.js';

/** Partitions and retention at the start and every hour, samples of levels every minute. */
@Injectable()
export class MaintenanceTimer implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private timers: NodeJS.Timeout[] = [];
  private readonly running = new Set<Promise<void>>();

  constructor(
    @Inject(POOL) private readonly pool: pg.Pool,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  /** Before the processor takes its first job: an event must find the partition of its day. Nothing else keeps it waiting. */
  async onModuleInit(): Promise<void> {
    await makePartitions(this.pool, this.clock.now());
  }

  onApplicationBootstrap(): void {
    const maintenance = (): void => this.start('maintenance', () => this.maintain());
    maintenance();
    this.timers = [
      setInterval(maintenance, HOUR_MS),
      setInterval(() => this.start('level samples', () => sampleLevels(this.pool, this.clock.now())), MINUTE_MS),
    ];
  }

  async onModuleDestroy(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await Promise.allSettled(this.running);
  }

  private start(what: string, work: () => Promise<unknown>): void {
    const run = work()
      .then(() => undefined)
      .catch((error: unknown) => this.log.warn({ error: error instanceof Error ? error.message : String(error) }, what))
      .finally(() => this.running.delete(run));
    this.running.add(run);
  }

  private async maintain(): Promise<void> {
    const { RAW_DAYS, DEDUP_DAYS, MINUTE_DAYS, NOTIFICATION_DAYS, ALERT_DAYS } = this.settings;
    const done = await maintain(
      this.pool,
      {
        rawDays: RAW_DAYS,
        dedupDays: DEDUP_DAYS,
        minuteDays: MINUTE_DAYS,
        notificationDays: NOTIFICATION_DAYS,
        alertDays: ALERT_DAYS,
      },
      this.clock.now(),
    );
    if (done.made.length + done.dropped.length + done.deleted > 0) this.log.info(done, 'maintenance');
  }
}
