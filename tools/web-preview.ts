/**
 * Shows the built pages with moving preview boards and no hub: `node dist/tools/web-preview.js [port]`, then open the
 * addresses that it prints. For work on the pages.
 */
import { fileURLToPath } from 'node:url';
import { startPreview } from '../test/browser/preview-server.js';

const preview = await startPreview({
  dist: fileURLToPath(new URL('../web', import.meta.url)),
  port: Number(process.argv[2] ?? 0),
  auto: true,
});
for (const path of ['/wall/overview', '/wall/country', '/', '/m', '/brief'])
  process.stdout.write(`http://127.0.0.1:${preview.port}${path}\n`);
process.once('SIGINT', () => void preview.close());
process.once('SIGTERM', () => void preview.close());
