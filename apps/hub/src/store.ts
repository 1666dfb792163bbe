import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type EmbeddedPostgres,
  ensureDatabase,
  reachableFolder,
  startEmbeddedPostgres,
  stopLeftoverServer,
} from '#libs/persistence';
import { ChildLog } from './child-log.js';
import { freePort } from '#libs/platform';
import type { Say } from './say.js';

/**
 * Sized for two cores and a gigabyte. Nothing here trades durability: fsync, full_page_writes and synchronous_commit
 * keep their defaults (on).
 */
export const TUNING = [
  'shared_buffers=256MB',
  'effective_cache_size=768MB',
  'work_mem=8MB',
  'maintenance_work_mem=128MB',
  'wal_buffers=16MB',
  'max_wal_size=2GB',
  'min_wal_size=256MB',
  'checkpoint_timeout=10min',
  'checkpoint_completion_target=0.9',
  'random_page_cost=1.1',
  'jit=off',
  'log_min_messages=warning',
  'log_checkpoints=off',
];

const DATABASE = 'hub';

/** The embedded database of `npm start`: started, watched, started again if it ends, stopped last. */
export class EmbeddedStore {
  private server: EmbeddedPostgres | null = null;
  private stopping = false;
  private port = 0;
  private readonly dir: string;
  private readonly log: ChildLog;

  constructor(
    private readonly dataDir: string,
    private readonly say: Say,
  ) {
    this.dir = join(dataDir, 'pg');
    this.log = new ChildLog(join(dataDir, 'logs', 'postgres.log'));
  }

  /** Resolves to the connection string of the hub's database. */
  async start(): Promise<string> {
    const place = reachableFolder(this.dir);
    if (place !== this.dir) {
      this.say(`The database lies in ${place}, because the user that runs it cannot reach ${this.dataDir}.`);
    }
    if (await stopLeftoverServer(this.dir)) this.say('Stopped the PostgreSQL that a killed launcher had left.');
    this.port = await freePort();
    const server = await this.run();
    await ensureDatabase(server.url('postgres'), DATABASE);
    return server.url(DATABASE);
  }

  get pid(): number | undefined {
    return this.server?.pid;
  }

  async stop(limitMs: number): Promise<void> {
    this.stopping = true;
    await this.server?.stop(limitMs);
  }

  private async run(): Promise<EmbeddedPostgres> {
    const server = await startEmbeddedPostgres({
      dir: this.dir,
      port: this.port,
      settings: TUNING,
      onLog: (line) => this.log.write(`${line}\n`),
    });
    this.server = server;
    void server.exited.then(() => this.revive());
    return server;
  }

  /** On the same port, so that the services find it again by themselves. */
  private async revive(): Promise<void> {
    for (let pause = 200; !this.stopping; pause = Math.min(5_000, pause * 2)) {
      this.say(`PostgreSQL ended; starting it again in ${pause / 1000} s. Log: ${this.log.path}`);
      await delay(pause);
      if (this.stopping) return;
      try {
        await this.run();
        this.say('PostgreSQL runs again.');
        return;
      } catch (error) {
        this.say(error instanceof Error ? error.message : String(error));
      }
    }
  }
}
