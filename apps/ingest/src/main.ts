import { bootstrap, readSettings } from '#libs/platform';
import { IngestModule } from './ingest.module.js';
import { serveOpenApi } from './http/open-api.js';

const settings = readSettings();
await bootstrap(IngestModule.forRoot(), {
  app: 'ingest',
  port: settings.INGEST_PORT,
  settings,
  bodyParser: false,
  configure: serveOpenApi,
});
