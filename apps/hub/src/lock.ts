import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { commandOf } from '#libs/platform';
import { CannotStart, type Say } from './say.js';

/** What a launcher's command line contains. */
const LAUNCHER = /tools\/start\.mjs|apps\/hub\/src\/main\.js/;

/** One launcher for one data folder. Returns how to let go. A lock that a dead launcher left is removed, and said so. */
export function takeLock(dataDir: string, say: Say): () => void {
  const path = join(dataDir, 'lock');
  for (;;) {
    try {
      const file = openSync(path, 'wx', 0o600);
      writeSync(file, String(process.pid));
      closeSync(file);
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = Number(readFileSync(path, 'utf8'));
    if (owner !== process.pid && LAUNCHER.test(commandOf(owner) ?? '')) {
      throw new CannotStart(
        `The hub already runs on ${dataDir} (process ${owner}): stop it with Ctrl-C or \`kill ${owner}\`, or set HUB_DATA to another folder.`,
      );
    }
    say(`Removed the lock of a launcher that was killed (process ${owner || 'unknown'}).`);
    rmSync(path, { force: true });
  }
}
