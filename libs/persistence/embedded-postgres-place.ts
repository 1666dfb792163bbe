import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/**
 * PostgreSQL refuses to run as root, so that root runs it as the system user `postgres`; and that user may be unable to
 * reach a checkout in root's home. What it must reach is then kept under `/var/lib/ioc-hub`.
 */
export interface ServerUser {
  uid?: number;
  gid?: number;
}

const SHARED = '/var/lib/ioc-hub';

/** The user that runs the server: nobody special, or for root the user `postgres`, made when absent. */
export function serverUser(): ServerUser {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number =>
    Number(execFileSync('id', [flag, 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']);
    return { uid: id('-u'), gid: id('-g') };
  }
}

/** Where a database folder that was wanted at `dir` can lie: there, or under `/var/lib/ioc-hub`. */
export function reachableFolder(dir: string): string {
  const wanted = resolve(dir);
  const user = serverUser();
  if (user.uid === undefined || reaches(user, nearestExisting(wanted))) return wanted;
  return join(shared(), nameOf(wanted));
}

/** Folder of the server's programs, copied to where the user can reach it if need be (60 MB, once a version). */
export function reachablePrograms(native: string): string {
  const user = serverUser();
  if (user.uid === undefined || reaches(user, join(native, 'bin'))) return native;
  const place = join(shared(), `programs-${nameOf(native)}`);
  if (!existsSync(place)) {
    const half = `${place}.${process.pid}`;
    cpSync(native, half, { recursive: true, verbatimSymlinks: true });
    execFileSync('chmod', ['-R', 'a+rX', half]);
    try {
      renameSync(half, place);
    } catch (error) {
      // Another process was faster.
      rmSync(half, { recursive: true, force: true });
      if (!existsSync(place)) throw error;
    }
  }
  return place;
}

function shared(): string {
  mkdirSync(SHARED, { recursive: true });
  chmodSync(SHARED, 0o755);
  return SHARED;
}

const nameOf = (path: string): string => createHash('sha256').update(path).digest('hex').slice(0, 12);

function nearestExisting(path: string): string {
  let at = dirname(path);
  while (!existsSync(at)) at = dirname(at);
  return at;
}

/** Asked by trying, as that user: mode bits alone do not know of access lists and mounts. */
function reaches(user: ServerUser, dir: string): boolean {
  const { uid, gid } = user;
  if (uid === undefined || gid === undefined) return true;
  return spawnSync('/bin/sh', ['-c', 'cd "$0"', dir], { uid, gid, cwd: '/', stdio: 'ignore' }).status === 0;
}
