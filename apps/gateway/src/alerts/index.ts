import type { UnitDirectory } from '#libs/access';
import { LiveAlerts } from './live-alerts.js';
import { CLOCK, LOG, type Clock } from '#libs/platform';
import { Catalogue } from '#libs/sector-kit';
import type { LiveBus } from '#libs/live';
import type pg from 'pg';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { BUS, POOL, UNITS } from '../gateway.tokens.js';
import { AlertDetails } from './alert-detail.service.js';
import { AlertsController } from './alerts.controller.js';
import { ChoicesController } from './choices.controller.js';
import { Alerts } from './alerts.service.js';
import { AlertsStore } from './alerts-store.js';
import { KnownNames } from './known-names.js';
import { SilencesController } from './silences.controller.js';
import { Silences } from './silences.service.js';

export const ALERTS_CONTROLLERS = [AlertsController, SilencesController, ChoicesController];

export const ALERTS_PROVIDERS = [
  {
    provide: AlertsStore,
    inject: [POOL, DataSource, Catalogue],
    useFactory: (pool: pg.Pool, database: DataSource, catalogue: Catalogue) =>
      new AlertsStore(pool, database, catalogue),
  },
  {
    provide: LiveAlerts,
    inject: [AlertsStore, BUS, UNITS, CLOCK, LOG],
    useFactory: async (store: AlertsStore, bus: LiveBus, units: UnitDirectory, clock: Clock, log: Logger) => {
      const live = new LiveAlerts({ store, bus, units, clock, log });
      await live.start();
      return live;
    },
  },
  Alerts,
  AlertDetails,
  KnownNames,
  Silences,
];
