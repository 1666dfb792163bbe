import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { LOG } from '#libs/platform';
import type { Logger } from 'pino';
import { Briefs } from '../brief/briefs.service.js';
import { Entries } from '../entries/entries.service.js';
import { Announcer } from './announcer.service.js';
import { DailyRecord } from './daily-record.service.js';
import { Deliveries } from './deliveries.service.js';

const EVERY_MS = 1_000;

/** Goes the rounds of what has to leave, once a second and never twice at a time. Safe in several processes. */
@Injectable()
export class Rounds implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | null = null;

  constructor(
    @Inject(Entries) private readonly entries: Entries,
    @Inject(Announcer) private readonly announcer: Announcer,
    @Inject(DailyRecord) private readonly daily: DailyRecord,
    @Inject(Briefs) private readonly briefs: Briefs,
    @Inject(Deliveries) private readonly deliveries: Deliveries,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.go(), EVERY_MS);
    this.timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** One round; a call while one is under way waits for that one. */
  async go(): Promise<void> {
    this.running ??= this.round().finally(() => {
      this.running = null;
    });
    await this.running;
  }

  private async round(): Promise<void> {
    const steps: [string, () => Promise<unknown>][] = [
      ['hand over entries', () => this.entries.handOver()],
      ['announce', () => this.announcer.announce()],
      ['daily record', () => this.daily.make()],
      ['morning brief', () => this.briefs.make()],
      ['deliver', () => this.deliveries.sendDue()],
    ];
    for (const [step, work] of steps) {
      // One that fails does not keep the others from their turn.
      await work().catch((error: Error) => this.log.warn({ step, error: error.message }, 'round'));
    }
  }
}
