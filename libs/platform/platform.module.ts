import { type DynamicModule, Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import type { Logger } from 'pino';
import { CLOCK, systemClock } from './clock.js';
import { HealthController } from './health.controller.js';
import { Health } from './health.js';
import { httpLogging } from './logging.js';
import { MetricsController } from './metrics.controller.js';
import { Metrics } from './metrics.js';
import { Settings } from './settings.js';

/** Injection token of the process's pino `Logger`. */
export const LOG = Symbol('log');

export interface PlatformOptions {
  app: string;
  settings: Settings;
  logger: Logger;
}

/**
 * What every app has, for injection anywhere: `Settings`, `Metrics`, `Health`, `CLOCK`, `LOG`; and the routes
 * `/health/live`, `/health/ready`, `/metrics`. `bootstrap` imports it; a test may import it by itself.
 */
@Module({})
export class PlatformModule {
  static forRoot({ app, settings, logger }: PlatformOptions): DynamicModule {
    return {
      module: PlatformModule,
      global: true,
      imports: [LoggerModule.forRoot(httpLogging(logger))],
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: Settings, useValue: settings },
        { provide: LOG, useValue: logger },
        { provide: CLOCK, useValue: systemClock },
        { provide: Metrics, useFactory: () => new Metrics(app) },
        { provide: Health, useFactory: () => new Health() },
      ],
      exports: [Settings, LOG, CLOCK, Metrics, Health],
    };
  }
}
