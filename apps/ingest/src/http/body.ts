import type { IncomingMessage } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ProblemError } from '#libs/platform';

export interface BodyLimits {
  /** Bytes as sent. */
  packed: number;
  /** Bytes after unpacking. */
  unpacked: number;
  /** Milliseconds for the whole body. */
  timeoutMs: number;
}

export const bodyTooLarge = (limit: number, what = 'body'): ProblemError =>
  new ProblemError(413, 'body-too-large', undefined, `The ${what} has more than ${limit} bytes.`);

/** The bytes of a request's body, as sent. Throws a problem of 400, 408 or 413. */
export async function* rawChunks(request: IncomingMessage, limits: BodyLimits): AsyncGenerator<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > limits.packed) throw bodyTooLarge(limits.packed);
  const through = new PassThrough();
  const slow = setTimeout(
    () => through.destroy(new ProblemError(408, 'body-too-slow', undefined, 'The body did not arrive in time.')),
    limits.timeoutMs,
  );
  const cut = (): void => {
    if (!request.readableEnded)
      through.destroy(new ProblemError(400, 'body-cut', undefined, 'The body ended too early.'));
  };
  request.once('close', cut).once('error', cut);
  request.pipe(through);
  let size = 0;
  try {
    for await (const chunk of through as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limits.packed) throw bodyTooLarge(limits.packed);
      yield chunk;
    }
  } finally {
    clearTimeout(slow);
    request.off('close', cut).off('error', cut);
    request.unpipe(through);
  }
}

/** Unpacks as it goes, so that a bomb is stopped at the limit and never held. */
export async function* unpackedChunks(
  chunks: AsyncIterable<Buffer>,
  encoding: string | undefined,
  limits: BodyLimits,
): AsyncGenerator<Buffer> {
  const how = encoding?.trim().toLowerCase() ?? 'identity';
  if (how === '' || how === 'identity') return yield* chunks;
  if (how !== 'gzip' && how !== 'x-gzip') {
    throw new ProblemError(415, 'encoding-unknown', undefined, 'Content-Encoding must be gzip or absent.');
  }
  const gunzip = createGunzip();
  const feeding = feed(chunks, gunzip);
  let size = 0;
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limits.unpacked) throw bodyTooLarge(limits.unpacked, 'unpacked body');
      yield chunk;
    }
    await feeding;
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError(400, 'gzip-broken', undefined, 'The body is not whole gzip.');
  } finally {
    gunzip.destroy();
    await feeding.catch(() => undefined);
  }
}

/** Writes with back-pressure; an error of the source becomes the error of the target. */
async function feed(chunks: AsyncIterable<Buffer>, target: Readable & NodeJS.WritableStream): Promise<void> {
  try {
    for await (const chunk of chunks) {
      if (target.destroyed) return;
      if (!target.write(chunk)) await drained(target);
    }
    target.end();
  } catch (error) {
    target.destroy(error as Error);
  }
}

function drained(target: Readable & NodeJS.WritableStream): Promise<void> {
  if (target.destroyed) return Promise.resolve();
  return new Promise((done) => {
    const go = (): void => {
      target.off('drain', go).off('close', go).off('error', go);
      done();
    };
    target.once('drain', go).once('close', go).once('error', go);
  });
}

export async function whole(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const list: Buffer[] = [];
  for await (const chunk of chunks) list.push(chunk);
  return list.length === 1 ? (list[0] as Buffer) : Buffer.concat(list);
}
