import { type DynamicModule, Inject, Injectable, Module, type OnApplicationBootstrap } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleDestroy } from '@nestjs/common';
import { UnitDirectory } from '#libs/access';
import { type LiveBus, openLiveBus } from '#libs/live';
import { BucketReader, dataSourceOptions, pipelinePool } from '#libs/persistence';
import { CLOCK, Health, LOG, Metrics, Settings, type Clock } from '#libs/platform';
import { Catalogue } from '#libs/sector-kit';
import { loadCatalogue } from '#libs/sectors';
import type pg from 'pg';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { AlertWorld } from './alert-world.js';
import { AlerterMetrics } from './alerter-metrics.js';
import { BUS, POOL } from './alerter.tokens.js';
import { SendingBell, TellingBell } from './bells.js';
import { capProviders } from './cap/index.js';
import { EvaluationLoop } from './evaluation/evaluation-loop.js';
import { Evaluator } from './evaluation/evaluator.js';
import { Leader } from './evaluation/leader.js';
import { RuleBook } from './evaluation/rule-book.js';
import { Dispatcher } from './notifications/dispatcher.js';
import { notificationProviders } from './notifications/notifications.providers.js';
import { Teller } from './telling/teller.js';

function databaseUrl(settings: Settings): string {
  if (settings.DATABASE_URL) return settings.DATABASE_URL;
  throw new Error('DATABASE_URL is unset: start the hub with `npm start`, or set it to your PostgreSQL.');
}

/** Units of today, with the province that each lies in. */
class Units extends UnitDirectory {
  province(code: string): string {
    let unit = this.find(this.today(code));
    for (let level = 0; unit?.parent && level < 8; level++) unit = this.find(unit.parent) ?? undefined;
    return unit?.code ?? '';
  }
}

const connections = [
  {
    provide: Catalogue,
    inject: [Settings],
    useFactory: (settings: Settings) => loadCatalogue(settings.SECTORS_FILE),
  },
  {
    provide: POOL,
    inject: [Settings],
    useFactory: (settings: Settings) => pipelinePool(databaseUrl(settings), 'ioc-alerter', 8),
  },
  {
    provide: BUS,
    inject: [Settings, LOG],
    useFactory: async (settings: Settings, log: Logger) => {
      const bus = await openLiveBus({
        databaseUrl: databaseUrl(settings),
        ...(settings.REDIS_URL ? { redisUrl: settings.REDIS_URL } : {}),
        name: 'ioc-alerter',
      });
      bus.onError((error) => log.warn({ error: error.message }, 'live bus'));
      return bus;
    },
  },
  {
    provide: DataSource,
    inject: [Settings],
    useFactory: (settings: Settings) =>
      new DataSource(dataSourceOptions(databaseUrl(settings), 'ioc-alerter', 6)).initialize(),
  },
  {
    provide: Units,
    inject: [POOL],
    useFactory: async (pool: pg.Pool) => {
      const units = new Units(pool);
      await units.load();
      return units;
    },
  },
];

const evaluation = [
  { provide: AlerterMetrics, inject: [Metrics], useFactory: (metrics: Metrics) => new AlerterMetrics(metrics) },
  TellingBell,
  SendingBell,
  {
    provide: AlertWorld,
    inject: [POOL, CLOCK],
    useFactory: (pool: pg.Pool, clock: Clock) => new AlertWorld(pool, clock),
  },
  {
    provide: RuleBook,
    inject: [POOL, Catalogue, LOG],
    useFactory: (pool: pg.Pool, catalogue: Catalogue, log: Logger) => new RuleBook(pool, catalogue, log),
  },
  {
    provide: Leader,
    inject: [Settings, CLOCK, LOG],
    useFactory: (settings: Settings, clock: Clock, log: Logger) => new Leader(databaseUrl(settings), clock, log),
  },
];

/** Everything that the rounds work with. */
@Injectable()
class Rounds implements OnApplicationBootstrap, OnModuleDestroy {
  readonly evaluator: Evaluator;
  private readonly loop: EvaluationLoop;
  private readonly teller: Teller;

  constructor(
    @Inject(POOL) pool: pg.Pool,
    @Inject(BUS) bus: LiveBus,
    @Inject(Catalogue) catalogue: Catalogue,
    @Inject(Units) units: Units,
    @Inject(CLOCK) clock: Clock,
    @Inject(LOG) log: Logger,
    @Inject(AlertWorld) world: AlertWorld,
    @Inject(RuleBook) book: RuleBook,
    @Inject(Leader) leader: Leader,
    @Inject(AlerterMetrics) metrics: AlerterMetrics,
    @Inject(TellingBell) bell: TellingBell,
    @Inject(SendingBell) sending: SendingBell,
    @Inject(Dispatcher) dispatcher: Dispatcher,
  ) {
    sending.onRing(() => dispatcher.kick());
    const common = { pool, bus, clock, log, world, metrics, bell };
    const reader = new BucketReader(pool);
    this.evaluator = new Evaluator({ ...common, reader, catalogue, units, leader, book });
    this.loop = new EvaluationLoop({
      ...common,
      evaluator: this.evaluator,
      leader,
      book,
      loadUnits: () => units.load(),
    });
    this.teller = new Teller({
      ...common,
      within: (unit, above) => units.isNamed(unit, above),
      agencyName: (code) => catalogue.sharedLabel('agency', code),
      sending,
    });
    metrics.watch(
      () => this.evaluator.watched.countBySeverity(),
      () => leader.isLeader,
    );
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.loop.start();
    this.teller.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.loop.stop();
    await this.teller.stop();
  }
}

/** Judges rules, keeps alerts moving, decides who is told; HTTP only for health and metrics. */
@Module({})
export class AlerterModule implements OnApplicationShutdown {
  static forRoot(): DynamicModule {
    const cap = capProviders({ pool: POOL, bus: BUS });
    return {
      module: AlerterModule,
      providers: [...connections, ...evaluation, ...notificationProviders(BUS), ...cap, Rounds],
    };
  }

  constructor(
    @Inject(POOL) private readonly pool: pg.Pool,
    @Inject(BUS) private readonly bus: LiveBus,
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Rounds) rounds: Rounds,
    @Inject(Health) health: Health,
  ) {
    health.register('database', () => pool.query('SELECT 1'));
    health.register('live bus', async () => {
      if (rounds.evaluator.followed.behindSince !== null) throw new Error('behind');
    });
  }

  /** Stores last. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.allSettled([this.bus.close()]);
    await Promise.allSettled([this.pool.end(), this.database.destroy()]);
  }
}
