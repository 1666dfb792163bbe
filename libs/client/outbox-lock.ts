import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const held = new Set<string>();

/** One client for one outbox: two would send and acknowledge each other's events. Returns how to let go. */
export function lockOutbox(dir: string): () => void {
  const path = join(dir, 'lock');
  if (held.has(dir)) throw new Error(`The outbox ${dir} is in use by another client of this process.`);
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = Number(readOwner(path));
    // In a container a restarted process often has its old number again: the lock is then its own leftover.
    if (owner !== process.pid && owner > 0 && isAlive(owner)) {
      throw new Error(`The outbox ${dir} is in use by process ${owner}. Stop it, or give this client its own folder.`);
    }
    rmSync(path, { force: true });
  }
  held.add(dir);
  return () => {
    held.delete(dir);
    rmSync(path, { force: true });
  };
}

function readOwner(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
