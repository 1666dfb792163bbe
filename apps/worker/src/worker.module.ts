import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { openLiveBus, type LiveBus } from '#libs/live';
import { PgPipelineStore, pipelinePool } from '#libs/persistence';
import { Health, LOG, Settings } from '#libs/platform';
import { openQueues, type Queues } from '#libs/queue';
import { Catalogue } from '#libs/sector-kit';
import { loadCatalogue } from '#libs/sectors';
import type pg from 'pg';
import type { Logger } from 'pino';
import { DeadlineTimer } from './deadline.timer.js';
import { EventCommitter } from './event-committer.js';
import { EventProcessor } from './event.processor.js';
import { LivePublisher } from './live-publisher.js';
import { MaintenanceTimer } from './maintenance.timer.js';
import { WorkerMetrics } from './worker-metrics.js';
import { BUS, POOL, QUEUES, STORE } from './worker.tokens.js';

function databaseUrl(settings: Settings): string {
  if (settings.DATABASE_URL) return settings.DATABASE_URL;
  throw new Error('DATABASE_URL is unset: start the hub with `npm start`, or set it to your PostgreSQL.');
}

/** Drains the event queues into PostgreSQL; HTTP only for health and metrics. */
@Module({
  providers: [
    {
      provide: Catalogue,
      inject: [Settings],
      useFactory: (settings: Settings) => loadCatalogue(settings.SECTORS_FILE),
    },
    {
      provide: POOL,
      inject: [Settings],
      useFactory: (settings: Settings) => pipelinePool(databaseUrl(settings), 'ioc-worker', 8),
    },
    { provide: STORE, inject: [POOL], useFactory: (pool: pg.Pool) => new PgPipelineStore(pool) },
    {
      provide: QUEUES,
      inject: [Settings, LOG],
      useFactory: (settings: Settings, log: Logger) =>
        openQueues({
          databaseUrl: databaseUrl(settings),
          ...(settings.REDIS_URL ? { redisUrl: settings.REDIS_URL } : {}),
          shards: settings.QUEUE_SHARDS,
          application: 'ioc-worker',
          onError: (error) => log.warn({ error: error.message }, 'queue'),
        }),
    },
    {
      provide: BUS,
      inject: [Settings, LOG],
      useFactory: async (settings: Settings, log: Logger) => {
        const bus = await openLiveBus({
          databaseUrl: databaseUrl(settings),
          ...(settings.REDIS_URL ? { redisUrl: settings.REDIS_URL } : {}),
          name: 'ioc-worker',
        });
        bus.onError((error) => log.warn({ error: error.message }, 'live bus'));
        return bus;
      },
    },
    WorkerMetrics,
    LivePublisher,
    EventCommitter,
    EventProcessor,
    DeadlineTimer,
    MaintenanceTimer,
  ],
})
export class WorkerModule implements OnApplicationShutdown {
  constructor(
    @Inject(POOL) private readonly pool: pg.Pool,
    @Inject(QUEUES) private readonly queues: Queues,
    @Inject(BUS) private readonly bus: LiveBus,
    @Inject(Health) health: Health,
  ) {
    health.register('database', () => pool.query('SELECT 1'));
    health.register('queue', () => queues.ping());
  }

  /** After the processor has drained: stores last. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.allSettled([this.queues.close(), this.bus.close()]);
    await this.pool.end();
  }
}
