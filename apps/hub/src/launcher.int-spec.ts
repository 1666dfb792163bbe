import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { reachableFolder } from '#libs/persistence';
import { commandOf, freePort } from '#libs/platform';
import { afterEach, beforeAll, afterAll, describe, expect, test } from '@jest/globals';
import type { RunFile } from './run-file.js';

/** A launcher as a user runs it, with what it has said so far. */
class Hub {
  readonly child: ChildProcess;
  text = '';

  constructor(env: NodeJS.ProcessEnv, args: string[] = ['--no-demo']) {
    this.child = spawn(process.execPath, [join(process.cwd(), 'dist', 'apps', 'hub', 'src', 'main.js'), ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => (this.text += chunk));
    }
  }

  async says(what: RegExp | string, withinMs = 120_000): Promise<void> {
    const deadline = Date.now() + withinMs;
    while (!(typeof what === 'string' ? this.text.includes(what) : what.test(this.text))) {
      if (Date.now() > deadline) throw new Error(`never said ${what}:\n${this.text}`);
      await delay(20);
    }
  }

  async ends(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
    return this.child.exitCode;
  }
}

describe('npm start', () => {
  const dir = mkdtempSync(join(tmpdir(), 'ioc-launch-'));
  const hubs: Hub[] = [];
  let env: NodeJS.ProcessEnv;
  const start = (more: NodeJS.ProcessEnv = {}): Hub => {
    const hub = new Hub({ ...env, ...more });
    hubs.push(hub);
    return hub;
  };
  const run = (): RunFile => JSON.parse(readFileSync(join(dir, 'run.json'), 'utf8')) as RunFile;
  const gone = async (pids: number[]): Promise<void> => {
    const deadline = Date.now() + 60_000;
    while (pids.some((pid) => commandOf(pid) !== null)) {
      if (Date.now() > deadline) throw new Error(`still there: ${pids.map((pid) => commandOf(pid)).join(', ')}`);
      await delay(20);
    }
  };

  beforeAll(async () => {
    env = {
      ...process.env,
      HUB_DATA: dir,
      GATEWAY_PORT: String(await freePort()),
      INGEST_PORT: String(await freePort()),
      WORKER_PORT: String(await freePort()),
      ALERTER_PORT: String(await freePort()),
      MQTT_PORT: String(await freePort()),
    };
    for (const name of ['DATABASE_URL', 'REDIS_URL', 'HUB_SECRET', 'npm_lifecycle_event']) delete env[name];
  });
  afterEach(async () => {
    for (const hub of hubs.splice(0)) {
      if (hub.child.exitCode === null && hub.child.signalCode === null) hub.child.kill('SIGINT');
      await hub.ends();
    }
  });
  afterAll(() => {
    const place = reachableFolder(join(dir, 'pg'));
    for (const path of [dir, place, `${place}.password`]) rmSync(path, { recursive: true, force: true });
  });

  test('brings up an empty hub, restarts a service that dies, and stops all in order within 5 s', async () => {
    const hub = start();
    await hub.says('first live tick');
    expect(hub.text).toMatch(/first login: {2}admin {2}\S{20}/);
    expect(hub.text).not.toMatch(/DeprecationWarning/);
    expect((await fetch(`http://127.0.0.1:${env.GATEWAY_PORT}/health/ready`)).status).toBe(200);
    expect(statSync(join(dir, 'run.json')).mode & 0o077).toBe(0);
    expect(statSync(join(dir, 'secret')).mode & 0o077).toBe(0);

    const killed = run().children.worker ?? 0;
    process.kill(killed, 'SIGKILL');
    await hub.says(/worker ended \(SIGKILL\); starting it again in 0\.2 s/);
    while (run().children.worker === killed) await delay(20);
    const again = start();
    expect(await again.ends()).toBe(1);
    expect(again.text).toMatch(new RegExp(`already runs .*process ${hub.child.pid}.*or set HUB_DATA`));

    const pids = Object.values(run().children);
    const stoppedAt = Date.now();
    hub.child.kill('SIGINT');
    expect(await hub.ends()).toBe(0);
    // A service that does not go by itself is killed; what is promised is 5 s on a machine that is not busy.
    expect(Date.now() - stoppedAt).toBeLessThan(30_000);
    await gone(pids);
    expect(existsSync(join(dir, 'lock'))).toBe(false);
    expect(existsSync(join(reachableFolder(join(dir, 'pg')), 'postmaster.pid'))).toBe(false);
  });

  test('after kill -9 of the launcher its services end; the next start clears up and goes on with the same data', async () => {
    const first = start();
    await first.says('Dừng / stop: Ctrl-C');
    const pids = Object.values(run().children);
    first.child.kill('SIGKILL');
    await first.ends();
    await gone(pids);
    const next = start();
    await next.says('first live tick');
    expect(next.text).toContain('Removed the lock of a launcher that was killed');
    expect(next.text).toContain('Stopped the PostgreSQL that a killed launcher had left');
    expect(next.text).not.toContain('first login');
  });

  test('a taken port is one sentence that names the setting', async () => {
    const other = createServer();
    other.listen(Number(env.INGEST_PORT), '127.0.0.1');
    await once(other, 'listening');
    const hub = start();
    expect(await hub.ends()).toBe(1);
    other.close();
    const complaint = hub.text.split('\n').filter((line) => line.startsWith('✖'));
    expect(complaint).toEqual([
      `✖ Port ${env.INGEST_PORT} is taken by another program: stop that one, or start with INGEST_PORT=<free port>.`,
    ]);
  });

  test('a wrong setting and an unreachable database are one sentence each', async () => {
    const wrong = start({ GATEWAY_PORT: 'eighty' });
    expect(await wrong.ends()).toBe(1);
    expect(wrong.text).toMatch(/^✖ GATEWAY_PORT must .*\n$/);
    const away = start({ DATABASE_URL: `postgres://nobody@127.0.0.1:${await freePort()}/hub` });
    expect(await away.ends()).toBe(1);
    expect(away.text).toContain('✖ The database cannot be opened (ECONNREFUSED)');
  });

  test('a data folder that cannot be made is one sentence, and nothing is said to have stopped', async () => {
    const hub = start({ HUB_DATA: '/proc/hub/data' });
    expect(await hub.ends()).toBe(1);
    expect(hub.text.trim()).toBe(
      '✖ The folder /proc/hub/data cannot be written: make it writable, or set HUB_DATA to one that is.',
    );
  });

  test('a lock with the number of a foreign process is a leftover', async () => {
    writeFileSync(join(dir, 'lock'), '1');
    const hub = start({ DATABASE_URL: `postgres://nobody@127.0.0.1:${await freePort()}/hub` });
    expect(await hub.ends()).toBe(1);
    expect(hub.text).toContain('Removed the lock of a launcher that was killed (process 1)');
  });
});
