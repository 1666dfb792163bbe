import type { Provider } from '@nestjs/common';
import { UnitDirectory } from '#libs/access';
import type { LiveBus } from '#libs/live';
import { loadAlertSettings } from '#libs/persistence';
import { CLOCK, LOG, Settings, type Clock } from '#libs/platform';
import type pg from 'pg';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { CapPuller } from './cap-puller.js';
import { CapTimer } from './cap.timer.js';

/** Providers that read the CAP feeds of others. `pool`, `bus`: injection tokens of the app. Needs `DataSource`. */
export const capProviders = ({ pool, bus }: { pool: symbol; bus: symbol }): Provider[] => [
  {
    provide: CapPuller,
    inject: [pool, bus, DataSource, CLOCK, LOG, Settings],
    useFactory: (
      connections: pg.Pool,
      live: LiveBus,
      database: DataSource,
      clock: Clock,
      log: Logger,
      settings: Settings,
    ) => {
      const units = new UnitDirectory(connections);
      return new CapPuller({
        pool: connections,
        setup: async () => {
          await units.load();
          const { limits } = await loadAlertSettings(database.manager);
          return { limits, unit: (code) => units.find(code) };
        },
        publish: (message) => live.publish('alerts', message),
        clock,
        log,
        inside: settings.CHANNELS_PRIVATE,
      });
    },
  },
  CapTimer,
];
