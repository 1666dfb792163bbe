/** A dispatcher as a process of its own, for tests that kill it. Begins when it is told to: database, secret and rounds as the alerter runs them. */
import { pino } from 'pino';
import { dataSourceOptions } from '#libs/persistence';
import { systemClock } from '#libs/platform';
import { DataSource } from 'typeorm';
import { Dispatcher } from '../../apps/alerter/src/notifications/dispatcher.js';
import { markUnreached } from '../../apps/alerter/src/notifications/unreached.js';

const database = await new DataSource(
  dataSourceOptions(process.env.DATABASE_URL ?? '', 'test-dispatcher', 6),
).initialize();
const dispatcher = new Dispatcher({
  database,
  bus: { publish: async () => undefined },
  channels: {
    hubSecret: process.env.HUB_SECRET ?? '',
    hub: 'https://ioc.example',
    inside: true,
    publish: async () => undefined,
    vapid: async () => null,
    forget: async () => undefined,
  },
  whenLost: markUnreached,
  clock: systemClock,
  log: pino({ level: 'silent' }),
});
process.on('message', () => dispatcher.start());
process.send?.('ready');
