import { bootstrap, readSettings } from '#libs/platform';
import { AlerterModule } from './alerter.module.js';

const settings = readSettings();
await bootstrap(AlerterModule.forRoot(), { app: 'alerter', port: settings.ALERTER_PORT, settings });
