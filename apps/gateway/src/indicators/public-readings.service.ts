import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { MINUTE_MS } from '#libs/contracts';
import { AuditEntity } from '#libs/persistence';
import { CLOCK, LOG, type Clock } from '#libs/platform';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';

/** What can be read without signing in. */
export type PublicView = 'indicators.read' | 'indicators.daily';

/** Readings of one view since the last row. */
interface Counted {
  from: number;
  json: number;
  csv: number;
}

/**
 * The audit of what is read without signing in. Anybody may read as often as he likes, and nobody is known by name: so there is
 * one row for each view and minute, with how often it was read, and not one for each reading. Each gateway writes its own; what
 * a cache in front answers is not seen here.
 */
@Injectable()
export class PublicReadings implements OnApplicationBootstrap, OnModuleDestroy {
  private counted = new Map<PublicView, Counted>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.write(), MINUTE_MS);
    this.timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.write();
  }

  count(view: PublicView, format: 'json' | 'csv' = 'json'): void {
    const known = this.counted.get(view) ?? { from: this.clock.now(), json: 0, csv: 0 };
    known[format]++;
    this.counted.set(view, known);
  }

  /** Writes down what was read since the last time; what cannot be written counts for the next. */
  async write(): Promise<void> {
    if (this.counted.size === 0) return;
    const taken = this.counted;
    this.counted = new Map();
    const to = new Date(this.clock.now()).toISOString();
    const rows = [...taken].map(([action, { from, ...formats }]) => {
      const detail = { count: formats.json + formats.csv, ...formats, from: new Date(from).toISOString(), to };
      return { actor: 'public', action, object: '*', detail };
    });
    try {
      await this.database.getRepository(AuditEntity).insert(rows);
    } catch (error) {
      this.log.warn({ err: error }, 'public readings could not be written down');
      for (const [view, { from, json, csv }] of taken) {
        const since = this.counted.get(view) ?? { from, json: 0, csv: 0 };
        this.counted.set(view, { from, json: since.json + json, csv: since.csv + csv });
      }
    }
  }
}
