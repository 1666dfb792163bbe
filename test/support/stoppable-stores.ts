import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { ensureDatabase, migrate, startEmbeddedPostgres } from '#libs/persistence';
import { startRedisServer } from './redis-server.js';
import { freePort } from '#libs/platform';
import type { TestDatabase } from './database.js';

/** A store of the test's own, to be stopped in ways that the shared one must not be. */
export interface StoppableStore {
  /** Every process of the server stands still, connections stay open: nothing answers. */
  freeze: () => void;
  thaw: () => void;
  /** `kill -9`. */
  kill: () => Promise<void>;
  /** Starts again on the same data. */
  restart: () => Promise<void>;
  close: () => Promise<void>;
}

/** The process and all below it, from /proc. */
function family(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid;
      } catch {
        return false;
      }
    })
    .map(Number);
  return [pid, ...children.flatMap(family)];
}

function signalAll(pid: number, signal: NodeJS.Signals): void {
  for (const each of family(pid)) {
    try {
      process.kill(each, signal);
    } catch {
      // Ended meanwhile.
    }
  }
}

/** A PostgreSQL server with a migrated database. */
export async function stoppablePostgres(): Promise<StoppableStore & { database: TestDatabase }> {
  const dir = mkdtempSync(join(tmpdir(), 'ioc-own-pg-'));
  chmodSync(dir, 0o755);
  const options = { dir: join(dir, 'pg'), port: await freePort(), settings: ['shared_buffers=32MB'] };
  let server = await startEmbeddedPostgres(options);
  await ensureDatabase(server.url('postgres'), 'hub');
  const url = server.url('hub');
  await migrate(url);
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  pool.on('error', () => undefined);
  const close = async (): Promise<void> => {
    signalAll(server.pid, 'SIGCONT');
    await pool.end();
    await server.stop(5_000);
    rmSync(dir, { recursive: true, force: true });
  };
  return {
    database: {
      url,
      query: async (sql, values) => (await pool.query(sql, values)).rows,
      drop: () => Promise.resolve(),
    },
    freeze: () => signalAll(server.pid, 'SIGSTOP'),
    thaw: () => signalAll(server.pid, 'SIGCONT'),
    kill: async () => {
      signalAll(server.pid, 'SIGKILL');
      await server.exited;
    },
    restart: async () => {
      for (let attempt = 0; ; attempt++) {
        try {
          server = await startEmbeddedPostgres(options);
          return;
        } catch (error) {
          if (attempt === 20) throw error;
          await delay(250);
        }
      }
    },
    close,
  };
}

/** A Redis server that writes each change to disk before it answers. */
export async function stoppableRedis(): Promise<StoppableStore & { url: string }> {
  const dir = mkdtempSync(join(tmpdir(), 'ioc-own-redis-'));
  const port = await freePort();
  const start = async (): Promise<ChildProcess> => {
    const child = await startRedisServer(dir, port);
    if (!child) throw new Error('redis-server ended while starting');
    return child;
  };
  let child = await start();
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    kill: () => end('SIGKILL'),
    restart: async () => {
      child = await start();
    },
    close: async () => {
      child.kill('SIGCONT');
      await end('SIGTERM');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
