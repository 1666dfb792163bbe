import { accessSync, constants, existsSync, mkdirSync, statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import type { Settings } from '#libs/platform';
import { CannotStart } from './say.js';

const LEAST_FREE_BYTES = 200 * 1024 ** 2;

/** Everything that would otherwise fail later and less clearly. Each failure is one sentence that says what to do. */
export async function preflight(settings: Settings, dataDir: string): Promise<void> {
  checkDisk(dataDir);
  for (const [name, port] of Object.entries(wantedPorts(settings))) await checkPort(settings.HOST, port, name);
}

function wantedPorts(settings: Settings): Record<string, number> {
  const { ALERTER_PORT, GATEWAY_PORT, INGEST_PORT, WORKER_PORT, MQTT_PORT, MQTT_URL } = settings;
  return { GATEWAY_PORT, INGEST_PORT, WORKER_PORT, ALERTER_PORT, ...(MQTT_URL === undefined ? { MQTT_PORT } : {}) };
}

/** The lock lies in the data folder, so this comes before everything. */
export function checkFolder(dataDir: string): void {
  try {
    makeFolder(dataDir);
    accessSync(dataDir, constants.W_OK);
  } catch {
    throw new CannotStart(`The folder ${dataDir} cannot be written: make it writable, or set HUB_DATA to one that is.`);
  }
}

/** Level by level: `recursive` of mkdir never returns where the system refuses a folder with ENOENT, as /proc does. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

function checkDisk(dataDir: string): void {
  const { bavail, bsize } = statfsSync(dataDir);
  const free = bavail * bsize;
  if (free >= LEAST_FREE_BYTES) return;
  throw new CannotStart(
    `Only ${Math.floor(free / 1024 ** 2)} MB are free at ${dataDir}, and 200 MB are needed: free some, or set HUB_DATA to another disk.`,
  );
}

async function checkPort(host: string, port: number, setting: string): Promise<void> {
  if (port === 0) return;
  const problem = await new Promise<NodeJS.ErrnoException | null>((done) => {
    const probe = createServer();
    probe.once('error', done);
    probe.listen(port, host, () => probe.close(() => done(null)));
  });
  if (!problem) return;
  if (problem.code === 'EADDRINUSE') {
    throw new CannotStart(
      `Port ${port} is taken by another program: stop that one, or start with ${setting}=<free port>.`,
    );
  }
  throw new CannotStart(`${host}:${port} cannot be opened (${problem.code}): change HOST or ${setting}.`);
}
