import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { commandOf } from '#libs/platform';
import type { Say } from './say.js';

/** What runs now; commands beside the hub (`npm run verify`, `npm run hub`) find the database in it. Mode 600. */
export interface RunFile {
  pid: number;
  startedAt: string;
  databaseUrl: string;
  redisUrl?: string;
  ports: { gateway: number; ingest: number; worker: number; alerter: number; mqtt: number };
  /** Name of each app → its process. */
  children: Record<string, number>;
}

const pathOf = (dataDir: string): string => join(dataDir, 'run.json');

export function writeRunFile(dataDir: string, run: RunFile): void {
  const path = pathOf(dataDir);
  writeFileSync(`${path}.tmp`, JSON.stringify(run, null, 2), { mode: 0o600 });
  renameSync(`${path}.tmp`, path);
}

export function removeRunFile(dataDir: string): void {
  rmSync(pathOf(dataDir), { force: true });
}

/** Ends services that a killed launcher left; each is known by its number and its command line. */
export async function removeOrphans(dataDir: string, say: Say): Promise<void> {
  let children: Record<string, number>;
  try {
    ({ children } = JSON.parse(readFileSync(pathOf(dataDir), 'utf8')) as RunFile);
  } catch {
    return;
  }
  for (const [app, pid] of Object.entries(children)) {
    const lives = (): boolean => commandOf(pid)?.includes(`apps/${app}/src/main.js`) ?? false;
    if (!lives()) continue;
    process.kill(pid, 'SIGTERM');
    for (let waited = 0; lives() && waited < 5_000; waited += 50) await delay(50);
    if (lives()) process.kill(pid, 'SIGKILL');
    say(`Stopped ${app} (process ${pid}), which a killed launcher had left.`);
  }
  removeRunFile(dataDir);
}
