import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Command line of a process, or null when there is none: a number left in a file may by now belong to somebody else,
 * so nothing is ever ended by its number alone.
 */
export function commandOf(pid: number): string | null {
  if (!Number.isSafeInteger(pid) || pid <= 1) return null;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return null;
  }
  try {
    // A process that has ended but was not yet waited for has an empty command line.
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() || null;
  } catch {
    // No /proc on this system, or the process ended just now.
  }
  try {
    const said = execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { stdio: ['ignore', 'pipe', 'ignore'] });
    return said.toString().trim() || null;
  } catch {
    return null;
  }
}
