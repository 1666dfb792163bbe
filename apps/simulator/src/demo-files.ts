import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Source id → key, as the launcher leaves it in `demo-keys.json`. */
export type DemoKeys = Readonly<Record<string, string>>;

/** Raised with one sentence that says what to do. */
export class NoDemoKeys extends Error {}

export function readDemoKeys(dataDir: string): DemoKeys {
  const path = join(dataDir, 'demo-keys.json');
  const keys = readJson(path);
  if (keys === null || typeof keys !== 'object') {
    throw new NoDemoKeys(`No demo keys in ${path}: start the hub once with "npm start", without --no-demo.`);
  }
  return keys as DemoKeys;
}

/** The span [from, until) of simulated time that was already given to the hub of these keys, epoch ms. */
export interface Covered {
  from: number;
  until: number;
}

/** Remembers across restarts what was sent, so that a restart fills the gap only. */
export class CoveredFile {
  private readonly path: string;
  private readonly hub: string;

  /** New keys mean another database, for which nothing is covered. */
  constructor(dataDir: string, keys: DemoKeys) {
    const dir = join(dataDir, 'simulator');
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    this.path = join(dir, 'covered.json');
    this.hub = createHash('sha256').update(JSON.stringify(keys)).digest('hex').slice(0, 16);
  }

  read(): Covered | null {
    const saved = readJson(this.path) as (Partial<Covered> & { hub?: string }) | null;
    if (saved?.hub !== this.hub || typeof saved.from !== 'number' || typeof saved.until !== 'number') return null;
    return { from: saved.from, until: saved.until };
  }

  write(covered: Covered): void {
    writeJson(this.path, { hub: this.hub, ...covered });
  }
}

/** A scenario that is being played: its command leaves this for the simulator, which holds back the named sources. */
export interface Playing {
  name: string;
  from: number;
  until: number;
  mutes: readonly string[];
}

/** Scenarios that are being played, one file each; a file of the past means nothing. */
export class PlayingFiles {
  private readonly dir: string;

  constructor(dataDir: string) {
    this.dir = join(dataDir, 'simulator', 'playing');
    mkdirSync(this.dir, { recursive: true, mode: 0o700 });
  }

  start(playing: Playing): void {
    writeJson(join(this.dir, `${playing.name}.json`), playing);
  }

  end(name: string): void {
    rmSync(join(this.dir, `${name}.json`), { force: true });
  }

  /** Tells of a source and a time whether a scenario holds it back. */
  muted(): (source: string, time: number) => boolean {
    const playing = readdirSync(this.dir)
      .filter((name) => name.endsWith('.json'))
      .map((name) => readJson(join(this.dir, name)) as Playing | null)
      .filter((each) => each !== null);
    return (source, time) =>
      playing.some(({ from, until, mutes }) => time >= from && time < until && mutes.includes(source));
  }
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/** Whole or not at all: a crash leaves the old file. */
function writeJson(path: string, value: unknown): void {
  writeFileSync(`${path}.new`, JSON.stringify(value), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
