import { type DynamicModule, Inject, Module, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import {
  ACCESS_PUBLISHER,
  ACCESS_SECRET,
  BATCH_SUBMITTER,
  Sessions,
  SetAside,
  SourceAdmin,
  UnitDirectory,
  Users,
  WallLinks,
  type AccessPublisher,
  type BatchSubmitter,
} from '#libs/access';
import { encodeParts } from '#libs/contracts';
import { type LiveBus, loadEarlier, openLiveBus } from '#libs/live';
import { BucketReader, dataSourceOptions, EvidenceReader, pipelinePool } from '#libs/persistence';
import { CLOCK, Health, LOG, Settings, type Clock } from '#libs/platform';
import { Catalogue } from '#libs/sector-kit';
import { openQueues, type Queues } from '#libs/queue';
import { loadCatalogue } from '#libs/sectors';
import type pg from 'pg';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { ALERTS_CONTROLLERS, ALERTS_PROVIDERS } from './alerts/index.js';
import { LiveAlerts } from './alerts/live-alerts.js';
import { CAP_CONTROLLERS, CAP_PROVIDERS } from './cap/index.js';
import { AccessGuard } from './access/access.guard.js';
import { Viewers } from './access/viewers.service.js';
import { BoardData } from './boards/board-data.js';
import { LiveBoards } from './boards/live-boards.js';
import { formulasOf } from './boards/past-boards.js';
import { PastQuestions } from './boards/past-questions.js';
import { BRIEF_CONTROLLERS, BRIEF_PROVIDERS } from './brief/index.js';
import { CHANNELS_CONTROLLERS, CHANNELS_PROVIDERS } from './channels/index.js';
import { SetAsideController } from './admin/set-aside.controller.js';
import { SourcesController } from './admin/sources.controller.js';
import { WallLinksController } from './admin/wall-links.controller.js';
import { BUS, POOL, QUEUES, UNITS } from './gateway.tokens.js';
import { ApiDescription } from './http/api-description.js';
import { EntriesController } from './entries/entries.controller.js';
import { Entries } from './entries/entries.service.js';
import { BreakdownController } from './indicators/breakdown.controller.js';
import { Explanations } from './indicators/explanations.service.js';
import { IndicatorsController } from './indicators/indicators.controller.js';
import { PublicReadings } from './indicators/public-readings.service.js';
import { Readings } from './indicators/readings.service.js';
import { Announcer } from './outgoing/announcer.service.js';
import { DailyRecord } from './outgoing/daily-record.service.js';
import { Deliveries } from './outgoing/deliveries.service.js';
import { Rounds } from './outgoing/rounds.js';
import { SubscriptionsController } from './outgoing/subscriptions.controller.js';
import { Subscriptions } from './outgoing/subscriptions.service.js';
import { ON_CALL_CONTROLLERS, ON_CALL_PROVIDERS } from './on-call/index.js';
import { BoardsController } from './http/boards.controller.js';
import { ContractsController } from './http/contracts.controller.js';
import { SessionController } from './http/session.controller.js';
import { LiveGateway } from './live/live.gateway.js';
import { RULES_CONTROLLERS, RULES_PROVIDERS } from './rules/index.js';

function required(value: string | undefined, name: string): string {
  if (value) return value;
  throw new Error(`${name} is unset: start the hub with \`npm start\`, or set it.`);
}

const connections = [
  {
    provide: POOL,
    inject: [Settings],
    useFactory: (settings: Settings): pg.Pool =>
      pipelinePool(required(settings.DATABASE_URL, 'DATABASE_URL'), 'ioc-gateway', 4),
  },
  { provide: BucketReader, inject: [POOL], useFactory: (pool: pg.Pool) => new BucketReader(pool) },
  { provide: EvidenceReader, inject: [POOL], useFactory: (pool: pg.Pool) => new EvidenceReader(pool) },
  {
    provide: DataSource,
    inject: [Settings],
    useFactory: (settings: Settings) =>
      new DataSource(dataSourceOptions(required(settings.DATABASE_URL, 'DATABASE_URL'), 'ioc-gateway', 4)).initialize(),
  },
  {
    provide: BUS,
    inject: [Settings],
    useFactory: (settings: Settings) =>
      openLiveBus({
        databaseUrl: required(settings.DATABASE_URL, 'DATABASE_URL'),
        ...(settings.REDIS_URL ? { redisUrl: settings.REDIS_URL } : {}),
        name: 'ioc-gateway',
      }),
  },
  {
    provide: QUEUES,
    inject: [Settings, LOG],
    useFactory: (settings: Settings, log: Logger) =>
      openQueues({
        databaseUrl: required(settings.DATABASE_URL, 'DATABASE_URL'),
        ...(settings.REDIS_URL ? { redisUrl: settings.REDIS_URL } : {}),
        shards: settings.QUEUE_SHARDS,
        application: 'ioc-gateway',
        onError: (error) => log.warn({ error: error.message }, 'queue'),
      }),
  },
];

const access = [
  {
    provide: ACCESS_SECRET,
    inject: [Settings],
    useFactory: (settings: Settings) => required(settings.HUB_SECRET, 'HUB_SECRET'),
  },
  {
    provide: ACCESS_PUBLISHER,
    inject: [BUS],
    useFactory:
      (bus: LiveBus): AccessPublisher =>
      (message) =>
        bus.publish('access', message),
  },
  Users,
  Sessions,
  WallLinks,
  SourceAdmin,
  {
    provide: BATCH_SUBMITTER,
    inject: [QUEUES],
    useFactory:
      (queues: Queues): BatchSubmitter =>
      (part) =>
        queues.add(queues.shardOf(part), { v: 1, parts: encodeParts([part]) }),
  },
  SetAside,
  Viewers,
  { provide: APP_GUARD, useClass: AccessGuard },
];

const boards = [
  {
    provide: UNITS,
    inject: [POOL],
    useFactory: async (pool: pg.Pool) => {
      const units = new UnitDirectory(pool);
      await units.load();
      return units;
    },
  },
  {
    provide: BoardData,
    inject: [Catalogue, BucketReader, BUS, CLOCK, LOG],
    useFactory: async (catalogue: Catalogue, reader: BucketReader, bus: LiveBus, clock: Clock, log: Logger) => {
      const data = new BoardData({ catalogue, reader, bus, clock, log });
      await data.start();
      return data;
    },
  },
  {
    provide: LiveBoards,
    inject: [Catalogue, BucketReader, BoardData, UNITS, CLOCK, LOG, Settings],
    useFactory: async (
      catalogue: Catalogue,
      reader: BucketReader,
      data: BoardData,
      units: UnitDirectory,
      clock: Clock,
      log: Logger,
      settings: Settings,
    ) => {
      const formulas = [
        ...data.boards.flatMap((board) => formulasOf(board, catalogue)),
        ...catalogue.allIndicators().map((indicator) => indicator.formula),
      ];
      const live = new LiveBoards({
        catalogue,
        data,
        units,
        clock,
        log,
        tickMs: settings.LIVE_TICK_MS,
        loadEarlier: (at) => loadEarlier({ catalogue, reader, units }, formulas, at),
      });
      await live.start();
      return live;
    },
  },
];

/** Doors for people: live sockets, questions, administration, the pages. */
@Module({})
export class GatewayModule implements OnModuleDestroy, OnApplicationShutdown {
  /** `catalogue`: other packs than the installed ones, for tests. */
  static forRoot(catalogue?: Catalogue): DynamicModule {
    return {
      module: GatewayModule,
      controllers: [
        SessionController,
        BoardsController,
        IndicatorsController,
        BreakdownController,
        ContractsController,
        SourcesController,
        WallLinksController,
        SetAsideController,
        EntriesController,
        SubscriptionsController,
        ...ALERTS_CONTROLLERS,
        ...CAP_CONTROLLERS,
        ...BRIEF_CONTROLLERS,
        ...ON_CALL_CONTROLLERS,
        ...CHANNELS_CONTROLLERS,
        ...RULES_CONTROLLERS,
      ],
      providers: [
        {
          provide: Catalogue,
          inject: [Settings],
          useFactory: (settings: Settings) => catalogue ?? loadCatalogue(settings.SECTORS_FILE),
        },
        ...connections,
        ...access,
        ...boards,
        {
          provide: PastQuestions,
          inject: [Settings],
          useFactory: (settings: Settings) => new PastQuestions(settings),
        },
        ...ALERTS_PROVIDERS,
        ...CAP_PROVIDERS,
        PublicReadings,
        Readings,
        Explanations,
        ApiDescription,
        LiveGateway,
        Entries,
        Subscriptions,
        Deliveries,
        Announcer,
        DailyRecord,
        ...BRIEF_PROVIDERS,
        ...CHANNELS_PROVIDERS,
        Rounds,
        ...ON_CALL_PROVIDERS,
        ...RULES_PROVIDERS,
      ],
    };
  }

  constructor(
    @Inject(POOL) private readonly pool: pg.Pool,
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(BUS) private readonly bus: LiveBus,
    @Inject(QUEUES) private readonly queues: Queues,
    @Inject(BoardData) private readonly data: BoardData,
    @Inject(LiveBoards) private readonly live: LiveBoards,
    @Inject(LiveAlerts) private readonly alerts: LiveAlerts,
    @Inject(Health) health: Health,
  ) {
    health.register('database', () => pool.query('SELECT 1'));
    health.register('live bus', async () => {
      const since = data.behindSince;
      if (since !== null) throw new Error('behind');
    });
  }

  async onModuleDestroy(): Promise<void> {
    this.live.stop();
    await this.alerts.stop();
    await this.data.stop();
  }

  /** Stores last. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.allSettled([this.bus.close(), this.queues.close()]);
    await Promise.allSettled([this.pool.end(), this.database.destroy()]);
  }
}
