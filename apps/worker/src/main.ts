import { bootstrap, readSettings } from '#libs/platform';
import { WorkerModule } from './worker.module.js';

const settings = readSettings();
await bootstrap(WorkerModule, { app: 'worker', port: settings.WORKER_PORT, settings });
