/**
 * The demo sources as a process of their own. They come in by the public HTTP door with keys like anyone's; nothing of
 * the hub knows that they are simulated but the mark on their registration.
 */
import { join } from 'node:path';
import { createLogger, readSettings, stopWhenTold } from '#libs/platform';
import { loadCatalogue } from '#libs/sectors';
import { CoveredFile, NoDemoKeys, PlayingFiles, readDemoKeys } from './demo-files.js';
import { doorOf } from './door.js';
import { Senders } from './senders.js';
import { MOST_PACE, Simulator } from './simulator.js';

const settings = readSettings();
const log = createLogger('simulator', settings.LOG_LEVEL);

try {
  const keys = readDemoKeys(settings.HUB_DATA);
  const senders = new Senders({
    url: doorOf(settings),
    keys,
    outbox: join(settings.HUB_DATA, 'simulator', 'outbox'),
    log,
  });
  const simulator = new Simulator({
    catalogue: await loadCatalogue(settings.SECTORS_FILE),
    senders,
    covered: new CoveredFile(settings.HUB_DATA, keys),
    playing: new PlayingFiles(settings.HUB_DATA),
    pace: settings.DEMO_SPEED,
    log,
  });
  if (settings.DEMO_SPEED > MOST_PACE) log.warn({ most: MOST_PACE }, 'DEMO_SPEED is higher than the demo can go');
  const stopping = new AbortController();
  const running = simulator.run(stopping.signal);
  stopWhenTold(async () => {
    stopping.abort();
    await running;
    await senders.close();
  }, log);
  await running;
} catch (error) {
  log.fatal({ reason: error instanceof Error ? error.message : 'unknown' }, 'the simulator cannot run');
  process.exit(error instanceof NoDemoKeys ? 2 : 1);
}
