import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { lockOutbox } from './outbox-lock.js';

/** A place in the outbox: a segment's number and a byte in it. */
export interface Position {
  segment: number;
  offset: number;
}

/** The disk outbox has reached its size limit: the hub is away for longer than was planned for. */
export class OutboxFullError extends Error {
  constructor(readonly limit: number) {
    super(`The outbox holds ${limit} bytes of unsent events; nothing more is taken until some are delivered.`);
    this.name = 'OutboxFullError';
  }
}

export interface OutboxOptions {
  dir: string;
  maxBytes: number;
  /** A segment that has grown past this is closed and, once delivered, deleted. */
  segmentBytes: number;
}

interface Waiting {
  line: Buffer;
  done: (end: Position) => void;
  fail: (error: Error) => void;
}

/** No request carries more bytes than this before compression, however many lines would fit by number. */
const READ_BYTES = 1024 * 1024;

/**
 * Append-only log of lines in numbered files, and a small file that says up to where all is delivered. A line counts
 * as taken when it is on the disk (one fsync for all lines that wait). What a crash tore off at the end was never
 * taken, and is cut when the outbox is opened again. A lost mark means sending again, never losing.
 */
export class Outbox {
  private readonly dir: string;
  private readonly unlock: () => void;
  /** Numbers of the segments on disk, ascending; the last is written to. */
  private segments: number[];
  private sizes = new Map<number, number>();
  private tail: FileHandle | null = null;
  private mark: Position;
  private waiting: Waiting[] = [];
  private waitingBytes = 0;
  private writing: Promise<void> | null = null;

  constructor(private readonly options: OutboxOptions) {
    this.dir = resolve(options.dir);
    mkdirSync(this.dir, { recursive: true, mode: 0o700 });
    this.unlock = lockOutbox(this.dir);
    this.segments = readdirSync(this.dir)
      .filter((name) => /^\d{12}\.ndjson$/.test(name))
      .map((name) => Number(name.slice(0, 12)))
      .sort((a, b) => a - b);
    for (const segment of this.segments) this.sizes.set(segment, wholeLines(this.path(segment)));
    this.mark = this.readMark();
  }

  /** End of what is safely on disk. */
  get end(): Position {
    const segment = this.segments.at(-1) ?? this.mark.segment;
    return { segment, offset: this.sizes.get(segment) ?? 0 };
  }

  /** Everything before it is delivered. */
  get delivered(): Position {
    return this.mark;
  }

  /** Bytes on disk that are not delivered yet. */
  get backlog(): number {
    let bytes = 0;
    for (const segment of this.segments) {
      const size = this.sizes.get(segment) ?? 0;
      if (segment === this.mark.segment) bytes += Math.max(0, size - this.mark.offset);
      else if (segment > this.mark.segment) bytes += size;
    }
    return bytes;
  }

  /** Resolves with the place behind the line when it is on disk. */
  append(line: Buffer): Promise<Position> {
    if (this.backlog + this.waitingBytes + line.length > this.options.maxBytes) {
      return Promise.reject(new OutboxFullError(this.options.maxBytes));
    }
    return new Promise((done, fail) => {
      this.waiting.push({ line, done, fail });
      this.waitingBytes += line.length;
      this.writing ??= this.write().finally(() => {
        this.writing = null;
      });
    });
  }

  /** Resolves when every line appended so far is on disk or refused. */
  async written(): Promise<void> {
    await this.writing;
  }

  /** The next lines after `delivered`, at most `limit`; empty when there are none. Does not move the mark. */
  async read(limit: number): Promise<{ lines: string[]; end: Position }> {
    let from = this.mark;
    while (from.offset >= (this.sizes.get(from.segment) ?? 0)) {
      const next = this.segments.find((segment) => segment > from.segment);
      if (next === undefined) return { lines: [], end: from };
      from = { segment: next, offset: 0 };
    }
    const size = this.sizes.get(from.segment) ?? 0;
    const buffer = Buffer.alloc(Math.min(READ_BYTES, size - from.offset));
    const file = await open(this.path(from.segment), 'r');
    try {
      await file.read(buffer, 0, buffer.length, from.offset);
    } finally {
      await file.close();
    }
    const lines: string[] = [];
    let at = 0;
    while (lines.length < limit) {
      const newline = buffer.indexOf(10, at);
      if (newline < 0) break;
      lines.push(buffer.toString('utf8', at, newline));
      at = newline + 1;
    }
    return { lines, end: { segment: from.segment, offset: from.offset + at } };
  }

  /** Marks everything before `end` as delivered, and deletes segments that hold nothing else. */
  async acknowledge(end: Position): Promise<void> {
    const path = join(this.dir, 'delivered.json');
    const file = await open(`${path}.tmp`, 'w');
    try {
      await file.writeFile(JSON.stringify(end));
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(`${path}.tmp`, path);
    this.mark = end;
    const tail = this.segments.at(-1);
    for (const segment of [...this.segments]) {
      const done = segment < end.segment || (segment === end.segment && end.offset >= (this.sizes.get(segment) ?? 0));
      if (!done || segment === tail) break;
      this.segments.shift();
      this.sizes.delete(segment);
      await rm(this.path(segment), { force: true });
    }
  }

  async close(): Promise<void> {
    await this.writing;
    await this.tail?.close();
    this.tail = null;
    this.unlock();
  }

  private async write(): Promise<void> {
    // Lets everything that is sent in this turn of the event loop share one write.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      this.waitingBytes = 0;
      try {
        const { segment, file, size } = await this.tailFile();
        const bytes = Buffer.concat(batch.map(({ line }) => line));
        await writeWhole(file, bytes, size);
        await file.datasync();
        this.sizes.set(segment, size + bytes.length);
        let offset = size;
        for (const { line, done } of batch) done({ segment, offset: (offset += line.length) });
      } catch (error) {
        // What was half written lies behind the known size: the next write goes over it.
        await this.tail?.truncate(this.end.offset).catch(() => undefined);
        for (const { fail } of batch) fail(error instanceof Error ? error : new Error(String(error)));
      }
    }
  }

  private async tailFile(): Promise<{ segment: number; file: FileHandle; size: number }> {
    let segment = this.segments.at(-1);
    const full = segment !== undefined && (this.sizes.get(segment) ?? 0) >= this.options.segmentBytes;
    if (segment === undefined || full) {
      await this.tail?.close();
      this.tail = null;
      // Never a number that the mark has already passed.
      segment = Math.max(this.mark.segment, segment ?? 0) + 1;
      this.tail = await open(this.path(segment), 'w+', 0o600);
      this.segments.push(segment);
      this.sizes.set(segment, 0);
      await syncFolder(this.dir);
    }
    if (!this.tail) {
      this.tail = await open(this.path(segment), 'r+');
      await this.tail.truncate(this.sizes.get(segment) ?? 0);
    }
    return { segment, file: this.tail, size: this.sizes.get(segment) ?? 0 };
  }

  private readMark(): Position {
    const start = { segment: this.segments[0] ?? 0, offset: 0 };
    const path = join(this.dir, 'delivered.json');
    if (!existsSync(path)) return start;
    try {
      const { segment, offset } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Position>;
      if (!Number.isSafeInteger(segment) || !Number.isSafeInteger(offset)) return start;
      return { segment: segment as number, offset: Math.min(offset as number, this.sizes.get(segment as number) ?? 0) };
    } catch {
      return start;
    }
  }

  private path(segment: number): string {
    return join(this.dir, `${String(segment).padStart(12, '0')}.ndjson`);
  }
}

/** Bytes up to and with the last line end; lines are short, so the last stretch of the file tells. */
function wholeLines(path: string): number {
  const size = statSync(path).size;
  const stretch = Buffer.alloc(Math.min(size, READ_BYTES));
  const file = openSync(path, 'r');
  try {
    readSync(file, stretch, 0, stretch.length, size - stretch.length);
  } finally {
    closeSync(file);
  }
  const newline = stretch.lastIndexOf(10);
  return newline < 0 ? 0 : size - stretch.length + newline + 1;
}

/** A new file is only safe once its folder is on disk too; not every system lets one say so. */
async function syncFolder(dir: string): Promise<void> {
  try {
    const folder = await open(dir, 'r');
    await folder.sync().catch(() => undefined);
    await folder.close();
  } catch {
    // Windows opens no folders.
  }
}

/** A disk that fills takes a part and says so only at the next try. */
export async function writeWhole(file: Pick<FileHandle, 'write'>, bytes: Buffer, at: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, at + written);
    if (bytesWritten === 0) throw new Error('The disk of the outbox is full.');
    written += bytesWritten;
  }
}
