import { bootstrap, readSettings } from '#libs/platform';
import { configure } from './configure.js';
import { GatewayModule } from './gateway.module.js';

const settings = readSettings();
await bootstrap(GatewayModule.forRoot(), {
  app: 'gateway',
  port: settings.GATEWAY_PORT,
  settings,
  configure: (app) => configure(app),
});
