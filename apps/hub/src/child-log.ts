import { appendFileSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';

const MAX_BYTES = 10 * 1024 ** 2;
const KEPT = 4;
const MAX_LINE = 64 * 1024;
/** An error that is older did not end the process. */
const CAUSE_MS = 10_000;

interface LogLine {
  msg?: string;
  err?: { message?: string };
}

/**
 * The log of one service: a file that is rotated at 10 MB with four older ones kept. Warnings and errors are counted,
 * so that the launcher can say "worker: 12 warnings, the last: …" instead of repeating each. Why a process ended is only
 * what it said as an error itself, just before.
 */
export class ChildLog {
  private bytes: number;
  private warnings = 0;
  private last: string | null = null;
  private error: { what: string; at: number } | null = null;

  constructor(
    readonly path: string,
    private readonly maxBytes = MAX_BYTES,
    private readonly now = Date.now,
  ) {
    mkdirSync(dirname(path), { recursive: true });
    this.bytes = sizeOf(path);
  }

  /** A process begins: what the one before said is no reason for its end. */
  begin(): void {
    this.error = null;
  }

  /** Follows a stream line by line. */
  follow(stream: Readable): void {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      const text = rest + chunk;
      const end = text.lastIndexOf('\n');
      rest = text.slice(end + 1);
      if (end >= 0) this.write(text.slice(0, end + 1));
      // A line without an end must not fill the memory.
      if (rest.length > MAX_LINE) {
        this.write(`${rest}\n`);
        rest = '';
      }
    });
    stream.on('end', () => rest !== '' && this.write(`${rest}\n`));
  }

  write(lines: string): void {
    for (const line of lines.split('\n')) this.note(line);
    if (this.bytes + lines.length > this.maxBytes) this.rotate();
    try {
      appendFileSync(this.path, lines, { mode: 0o600 });
      this.bytes += Buffer.byteLength(lines);
    } catch {
      // A full disk must not take the launcher with it; the services say themselves that they cannot store.
    }
  }

  /** What was worth a warning since the last call; null: nothing. */
  takeWarnings(): { count: number; last: string } | null {
    if (this.warnings === 0) return null;
    const taken = { count: this.warnings, last: this.last ?? '' };
    this.warnings = 0;
    return taken;
  }

  /** The last error of this process, where it said one within the last seconds: why it ended. */
  get cause(): string | null {
    return this.error !== null && this.now() - this.error.at <= CAUSE_MS ? this.error.what : null;
  }

  private note(line: string): void {
    if (!line.startsWith('{')) {
      // What is not JSON was written by Node itself: the reason of a crash.
      if (/^\w*Error\b/.test(line)) this.complain(line, true);
      return;
    }
    const level = /"level":"(warn|error|fatal)"/.exec(line)?.[1];
    if (level === undefined) return;
    try {
      const { msg, err } = JSON.parse(line) as LogLine;
      this.complain(err?.message ?? msg ?? '', level !== 'warn');
    } catch {
      // A torn line.
    }
  }

  private complain(what: string, isError: boolean): void {
    this.warnings++;
    this.last = what.slice(0, 200);
    if (isError) this.error = { what: this.last, at: this.now() };
  }

  private rotate(): void {
    rmSync(`${this.path}.${KEPT}`, { force: true });
    for (let n = KEPT - 1; n >= 0; n--) {
      const from = n === 0 ? this.path : `${this.path}.${n}`;
      if (sizeOf(from) > 0) renameSync(from, `${this.path}.${n + 1}`);
    }
    this.bytes = 0;
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
