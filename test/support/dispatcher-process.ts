/** A dispatcher as a process of its own, for tests that kill it. Begins when it is told to: database and rounds as the alerter runs them. */
import { dataSourceOptions } from '#libs/persistence';
import { DataSource } from 'typeorm';
import { Dispatcher } from '../../apps/alerter/src/notifications/dispatcher.js';
import { dispatcherParts } from './dispatcher-rig.js';

const database = await new DataSource(
  dataSourceOptions(process.env.DATABASE_URL ?? '', 'test-dispatcher', 6),
).initialize();
const dispatcher = new Dispatcher(dispatcherParts(database));
process.on('message', () => dispatcher.start());
process.send?.('ready');
