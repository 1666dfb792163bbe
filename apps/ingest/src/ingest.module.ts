import { setTimeout as delay } from 'node:timers/promises';
import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { ACCESS_SECRET, SourceRegistry } from '#libs/access';
import { type LiveBus, openLiveBus } from '#libs/live';
import { dataSourceOptions } from '#libs/persistence';
import { LOG, Settings, SettingsError } from '#libs/platform';
import { openQueues, type Queues } from '#libs/queue';
import type { Catalogue } from '#libs/sector-kit';
import { loadCatalogue } from '#libs/sectors';
import type { Logger } from 'pino';
import { BatchesController } from './http/batches.controller.js';
import { EventsController } from './http/events.controller.js';
import { SourceGuard } from './http/source.guard.js';
import { BATCH_IDS, BODY_TIMEOUT_MS, BUS, CATALOGUE, EVENT_DOOR, QUEUES } from './ingest.tokens.js';
import { BatchIds } from './intake/batch-id.js';
import { IntakeService } from './intake/intake.service.js';
import { BridgeService } from './mqtt/bridge.service.js';
import { BrokerService } from './mqtt/broker.service.js';
import { MessageDoor } from './mqtt/message-door.service.js';
import { EventDoor } from './validation/event-door.js';
import { Pseudonyms } from './validation/pseudonyms.js';

export interface IngestOptions {
  /** Milliseconds within which a whole body must have arrived. */
  bodyTimeoutMs?: number;
  /** Default: every pack of libs/sectors. */
  catalogue?: Catalogue;
  /** Prefix or schema of queue and bus; default: the hub's. */
  namespace?: string;
}

const CLOSE_TIMEOUT_MS = 2_000;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

function secretOf(settings: Settings): string {
  if (settings.HUB_SECRET === undefined) throw new SettingsError('HUB_SECRET must be set (32 characters or more)');
  return settings.HUB_SECRET;
}

function databaseOf(settings: Settings): string {
  if (settings.DATABASE_URL === undefined) throw new SettingsError('DATABASE_URL must be set');
  return settings.DATABASE_URL;
}

/** Doors for sector systems. It keeps no event and knows no table of the pipeline but the accounts of batches. */
@Module({})
export class IngestModule implements OnApplicationShutdown {
  constructor(
    @Inject(QUEUES) private readonly queues: Queues,
    @Inject(BUS) private readonly bus: LiveBus,
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(SourceRegistry) private readonly registry: SourceRegistry,
  ) {}

  static forRoot(options: IngestOptions = {}): DynamicModule {
    const place = (settings: Settings) => ({
      databaseUrl: databaseOf(settings),
      ...(settings.REDIS_URL === undefined ? {} : { redisUrl: settings.REDIS_URL }),
      ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
    });
    return {
      module: IngestModule,
      controllers: [EventsController, BatchesController],
      providers: [
        {
          provide: DataSource,
          inject: [Settings],
          useFactory: (settings: Settings) =>
            new DataSource(dataSourceOptions(databaseOf(settings), 'ioc-ingest', 4)).initialize(),
        },
        {
          provide: QUEUES,
          inject: [Settings, LOG],
          useFactory: (settings: Settings, log: Logger) =>
            openQueues({
              ...place(settings),
              shards: settings.QUEUE_SHARDS,
              application: 'ioc-ingest',
              onError: (error) => log.warn({ err: error }, 'queue'),
            }),
        },
        {
          provide: BUS,
          inject: [Settings],
          useFactory: (settings: Settings) => openLiveBus({ ...place(settings), name: 'ingest' }),
        },
        {
          provide: CATALOGUE,
          inject: [Settings],
          useFactory: (settings: Settings) => options.catalogue ?? loadCatalogue(settings.SECTORS_FILE),
        },
        { provide: ACCESS_SECRET, inject: [Settings], useFactory: secretOf },
        {
          provide: BATCH_IDS,
          inject: [Settings],
          useFactory: (settings: Settings) => new BatchIds(secretOf(settings)),
        },
        {
          provide: EVENT_DOOR,
          inject: [CATALOGUE, Settings],
          useFactory: (catalogue: Catalogue, settings: Settings) =>
            new EventDoor(catalogue, new Pseudonyms(secretOf(settings)), {
              maxAge: settings.EVENT_MAX_AGE_DAYS * DAY_MS,
              maxAhead: settings.EVENT_MAX_AHEAD_MINUTES * MINUTE_MS,
            }),
        },
        { provide: BODY_TIMEOUT_MS, useValue: options.bodyTimeoutMs ?? 15_000 },
        SourceRegistry,
        IntakeService,
        MessageDoor,
        BrokerService,
        BridgeService,
        { provide: APP_GUARD, useClass: SourceGuard },
      ],
      exports: [EVENT_DOOR, SourceRegistry],
    };
  }

  /** Before any port opens: nobody is let in, or kept out, by an empty list. */
  async onModuleInit(): Promise<void> {
    await this.registry.start();
    const reload = (): void => void this.registry.reload().catch(() => undefined);
    await this.bus.subscribe('access', reload);
    this.bus.onGap(reload);
    this.bus.onError(() => undefined);
  }

  async onApplicationShutdown(): Promise<void> {
    this.registry.stop();
    // A store that is away must not hold up the stop: what was acknowledged is durable already.
    const closed = Promise.allSettled([this.queues.close(), this.bus.close()]);
    await Promise.race([closed, delay(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
    await this.dataSource.destroy().catch(() => undefined);
  }
}
