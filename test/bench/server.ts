import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '#libs/persistence';
import { freePort } from '#libs/platform';
import { TUNING } from '../../apps/hub/src/store.js';

/** A PostgreSQL server of its own, tuned and durable as the hub's, in a folder that goes with it. */
export interface BenchServer {
  dir: string;
  /** Address of a database. */
  url: (database: string) => string;
  stop(): Promise<void>;
}

export async function benchServer(): Promise<BenchServer> {
  const dir = mkdtempSync(join(tmpdir(), 'ioc-bench-'));
  // The server runs as another user.
  chmodSync(dir, 0o755);
  const server = await startEmbeddedPostgres({ dir: join(dir, 'pg'), port: await freePort(), settings: TUNING });
  return {
    dir,
    url: (database) => server.url(database),
    stop: async () => {
      await server.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
