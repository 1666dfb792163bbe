import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ApiDescription } from './http/api-description.js';
import { pages } from './http/pages.js';
import { validation } from './http/validation.pipe.js';
import { SocketAdapter } from './live/socket.adapter.js';

/** Where the pages are built to: dist/web, from the sources as well as from dist/. */
const WEB = join(
  dirname(fileURLToPath(import.meta.url)).replace(/(\/|\\)(dist(\/|\\))?apps(\/|\\)gateway(\/|\\)src$/, ''),
  'dist',
  'web',
);

/** What the gateway adds to the common set-up of an app. */
export function configure(app: NestExpressApplication, web = WEB): void {
  app.useWebSocketAdapter(new SocketAdapter(app));
  app.useGlobalPipes(validation());
  app.get(ApiDescription).describe(app);
  app.use(pages(web));
}
