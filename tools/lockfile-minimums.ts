/**
 * `npm run check` part: no locked package may be older than the first version without a known advisory that concerns
 * the hub. The list is kept by hand and works without a network; where the registry's audit endpoint answers, it is asked too.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const MINIMUMS: Readonly<Record<string, string>> = {
  ws: '8.21.0',
  'socket.io-parser': '4.2.7',
  'engine.io': '6.6.10',
  typeorm: '1.1.0',
  '@nestjs/core': '12.0.2',
};

interface Lockfile {
  packages: Record<string, { version?: string }>;
}

/** Locked packages below their minimum, each as a sentence. */
export function belowMinimum(lockfile: Lockfile, minimums = MINIMUMS): string[] {
  const found: string[] = [];
  for (const [path, { version }] of Object.entries(lockfile.packages)) {
    const name = path.split('node_modules/').at(-1) ?? '';
    const least = minimums[name];
    if (least !== undefined && version !== undefined && isOlder(version, least)) {
      found.push(`${path} is ${version}, and at least ${least} is safe`);
    }
  }
  return found;
}

/** Compares versions; a pre-release is older than its release. */
function isOlder(version: string, least: string): boolean {
  const numbers = (text: string): number[] => (text.split('-')[0] ?? '').split('.').map(Number);
  const [a, b] = [numbers(version), numbers(least)];
  for (let n = 0; n < 3; n++) {
    const difference = (a[n] ?? 0) - (b[n] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return version.includes('-') && !least.includes('-');
}

interface Audit {
  vulnerabilities?: Record<string, { severity: string; name: string }>;
  metadata?: unknown;
}

/** High and critical advisories of what runs in production; null where the registry gives no answer. */
async function audit(): Promise<string[] | null> {
  const args = ['audit', '--json', '--omit=dev', '--audit-level=high'];
  const answer = await promisify(execFile)('npm', args, { timeout: 30_000, maxBuffer: 1e8 }).catch(
    (error: unknown) => error as { stdout?: string },
  );
  try {
    const report = JSON.parse(answer.stdout ?? '') as Audit;
    if (report.metadata === undefined || report.vulnerabilities === undefined) return null;
    return Object.values(report.vulnerabilities)
      .filter(({ severity }) => severity === 'high' || severity === 'critical')
      .map(({ name, severity }) => `${name}: a ${severity} advisory (npm audit tells more)`);
  } catch {
    return null;
  }
}

if (process.argv[1]?.endsWith('lockfile-minimums.js')) {
  const old = belowMinimum(JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lockfile);
  const known = await audit();
  if (known === null) process.stdout.write('npm audit gave no answer; the kept list alone was held against.\n');
  for (const complaint of [...old, ...(known ?? [])]) process.stdout.write(`${complaint}\n`);
  if (old.length > 0 || (known ?? []).length > 0) process.exitCode = 1;
}
