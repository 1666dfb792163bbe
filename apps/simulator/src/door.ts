import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '#libs/platform';

/** The public HTTP door as seen from this machine. */
export function doorOf({ HOST, INGEST_PORT }: Pick<Settings, 'HOST' | 'INGEST_PORT'>): string {
  const everywhere = HOST === '0.0.0.0' || HOST === '::';
  const host = everywhere ? '127.0.0.1' : HOST.includes(':') ? `[${HOST}]` : HOST;
  return `http://${host}:${INGEST_PORT}`;
}

/** The door of the hub that runs on `HUB_DATA` now, at whatever port it was started; else that of the settings. */
export function doorOfRunning(settings: Pick<Settings, 'HOST' | 'INGEST_PORT' | 'HUB_DATA'>): string {
  try {
    const run = JSON.parse(readFileSync(join(settings.HUB_DATA, 'run.json'), 'utf8')) as {
      ports?: { ingest?: number };
    };
    return doorOf({ ...settings, INGEST_PORT: run.ports?.ingest ?? settings.INGEST_PORT });
  } catch {
    return doorOf(settings);
  }
}
