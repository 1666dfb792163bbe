import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataSource, IsNull } from 'typeorm';
import { hashToken, SourceAdmin, Users, WallLinks } from '#libs/access';
import { ensureChannels } from '#libs/notify';
import { dataSourceOptions, ensureOnCall, migrate, seedUnits, SourceKeyEntity } from '#libs/persistence';
import type { Catalogue } from '#libs/sector-kit';
import { CannotStart } from './say.js';

export interface Prepared {
  /** Only at the very first start. */
  administrator: { login: string; password: string } | null;
  wallToken: string;
  /** Demo sources that have a key. */
  sources: number;
}

/** No service runs yet when access is changed here, so there is nobody to tell. */
const nobody = (): Promise<void> => Promise.resolve();

/** Schema, reference units, channels and a first policy of alerts, first administrator. Doing it again changes nothing. */
export async function prepareDatabase(
  databaseUrl: string,
  secret: string | undefined,
): Promise<Prepared['administrator']> {
  await migrate(databaseUrl).catch((error: unknown) => {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined || !/^(ECONN|ENOTFOUND|ETIMEDOUT|EHOST|28|3D)/.test(code)) throw error;
    throw new CannotStart(
      `The database cannot be opened (${code}): start it, or correct DATABASE_URL, or unset it to use the embedded one.`,
    );
  });
  return withDatabase(databaseUrl, async (source) => {
    await seedUnits(source);
    await ensureOnCall(source);
    // Without the secret the keys of push cannot be kept; whoever starts a service has to give it.
    if (secret !== undefined) await ensureChannels(source, secret);
    return new Users(source, nobody).ensureAdministrator();
  });
}

/** Brings the database to where the services of this machine can start, with a wall link and, if wanted, demo sources. */
export async function prepare(
  databaseUrl: string,
  dataDir: string,
  secret: string,
  demo: Catalogue | null,
): Promise<Prepared> {
  const administrator = await prepareDatabase(databaseUrl, secret);
  return withDatabase(databaseUrl, async (source) => ({
    administrator,
    wallToken: await wallLink(source, dataDir),
    sources: demo === null ? 0 : await demoSources(source, dataDir, secret, demo),
  }));
}

async function withDatabase<R>(databaseUrl: string, work: (source: DataSource) => Promise<R>): Promise<R> {
  const source = await new DataSource(dataSourceOptions(databaseUrl, 'ioc-hub', 2)).initialize();
  try {
    return await work(source);
  } finally {
    await source.destroy();
  }
}

/** The secret of this installation: given by HUB_SECRET, or made once and kept beside the data. */
export function installationSecret(given: string | undefined, dataDir: string): string {
  if (given !== undefined) return given;
  const path = join(dataDir, 'secret');
  if (!existsSync(path)) writeFileSync(path, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' });
  return readFileSync(path, 'utf8').trim();
}

/** The read-only link that is printed at start; made again when it was revoked. */
async function wallLink(source: DataSource, dataDir: string): Promise<string> {
  const path = join(dataDir, 'wall-link.json');
  const links = new WallLinks(source, nobody);
  const kept = readJson<{ token?: string }>(path)?.token;
  if (kept !== undefined && (await links.find(kept)) !== null) return kept;
  const { token } = await links.add(
    { name: 'Tường của máy này / Wall of this machine', sectors: ['*'], units: ['*'] },
    'system',
  );
  writeFileSync(path, JSON.stringify({ token }), { mode: 0o600 });
  return token;
}

/**
 * Registers the sources of every pack's simulation, marked as simulated, and keeps their keys for the simulator:
 * `demo-keys.json`, source id → key.
 */
async function demoSources(source: DataSource, dataDir: string, secret: string, demo: Catalogue): Promise<number> {
  const path = join(dataDir, 'demo-keys.json');
  const keys = readJson<Record<string, string>>(path) ?? {};
  const admin = new SourceAdmin(source, secret, nobody);
  const known = new Set((await admin.list()).map(({ id }) => id));
  const wanted = demo.packs.flatMap((pack) => pack.simulation?.sources ?? []);
  for (const each of wanted) {
    const { id, name, types, units, every } = each;
    if (!known.has(id)) {
      const added = { id, name, types: [...types], units: [...units], every, simulated: true };
      keys[id] = (await admin.add(added, 'system')).key;
    } else if (!(await isLive(source, id, keys[id]))) {
      // The file was lost, or is of another database: the old keys are nobody's any more.
      await admin.revoke(id, undefined, 'system');
      keys[id] = (await admin.rotate(id, 'system')).key;
    }
    // An earlier release may have registered it for other types; which ones decides its marks.
    await source.query('UPDATE source SET types = $2 WHERE id = $1 AND types <> $2::text[]', [id, types]);
  }
  writeFileSync(path, JSON.stringify(keys, null, 2), { mode: 0o600 });
  return wanted.length;
}

async function isLive(source: DataSource, sourceId: string, key: string | undefined): Promise<boolean> {
  if (key === undefined) return false;
  return source.manager.existsBy(SourceKeyEntity, { sourceId, hash: hashToken(key), revokedAt: IsNull() });
}

function readJson<T>(path: string): T | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch {
    return null;
  }
}
