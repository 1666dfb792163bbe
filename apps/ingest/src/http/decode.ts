import type { IncomingHttpHeaders } from 'node:http';
import { LIMITS } from '#libs/contracts';
import { ProblemError } from '#libs/platform';
import { isJsonType } from '../validation/envelope.js';
import type { RawEvent } from '../validation/event-door.js';
import { whole } from './body.js';

type Encoding = 'binary' | 'structured' | 'batch' | 'json' | 'ndjson';

const ENCODINGS: Record<string, Encoding> = {
  'application/cloudevents+json': 'structured',
  'application/cloudevents-batch+json': 'batch',
  'application/json': 'json',
  'application/x-ndjson': 'ndjson',
  'application/ndjson': 'ndjson',
};
const DECODER = new TextDecoder('utf-8', { fatal: true });
const LINE_FEED = 10;

const broken = (code: string, detail: string): ProblemError => new ProblemError(400, code, undefined, detail);

/** Which of the five encodings a request has. Throws a problem of 415. */
export function encodingOf(headers: IncomingHttpHeaders): Encoding {
  const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const charset = /;\s*charset\s*=\s*"?([^;"\s]+)/i.exec(headers['content-type'] ?? '')?.[1]?.toLowerCase();
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'us-ascii') {
    throw new ProblemError(415, 'charset-unknown', undefined, 'The charset must be utf-8.');
  }
  if (headers['ce-specversion'] !== undefined || headers['ce-type'] !== undefined) {
    if (isJsonType(type)) return 'binary';
  } else if (Object.hasOwn(ENCODINGS, type)) return ENCODINGS[type] as Encoding;
  throw new ProblemError(
    415,
    'content-type-unknown',
    undefined,
    `Content-Type must be one of ${Object.keys(ENCODINGS).join(', ')}.`,
  );
}

/** Reads a body event by event. Throws a problem of 400 or 413; a bad line of NDJSON is a fault of that event only. */
export async function decode(
  encoding: Encoding,
  headers: IncomingHttpHeaders,
  chunks: AsyncIterable<Buffer>,
  take: (raw: RawEvent) => void,
): Promise<void> {
  if (encoding === 'ndjson') return decodeLines(chunks, take);
  const value = parse(await whole(chunks));
  if (encoding === 'binary') return take({ value: { ...attributes(headers), data: value } });
  if (encoding === 'batch' && !Array.isArray(value))
    throw broken('batch-expected', 'The body must be a JSON array of events.');
  if (encoding === 'structured' && Array.isArray(value)) throw broken('event-expected', 'The body must be one event.');
  const events: unknown[] = Array.isArray(value) ? value : [value];
  if (events.length > LIMITS.batch) throw tooMany();
  for (const event of events) take({ value: event });
}

const tooMany = (): ProblemError =>
  new ProblemError(413, 'too-many-events', undefined, `A request has at most ${LIMITS.batch} events.`);

function parse(body: Buffer): unknown {
  if (body.length === 0) throw broken('body-empty', 'The body is empty.');
  let text: string;
  try {
    text = DECODER.decode(body);
  } catch {
    throw broken('utf8-invalid', 'The body is not UTF-8.');
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw broken('json-invalid', 'The body is not JSON.');
  }
}

/** CloudEvents attributes from `ce-` headers, percent-decoded as the HTTP binding asks. */
function attributes(headers: IncomingHttpHeaders): Record<string, unknown> {
  const event: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith('ce-') || typeof value !== 'string') continue;
    const attribute = name.slice(3);
    if (attribute === 'data') continue;
    try {
      event[attribute] = decodeURIComponent(value);
    } catch {
      // Not percent-encoded: taken as it stands.
      event[attribute] = value;
    }
  }
  return event;
}

async function decodeLines(chunks: AsyncIterable<Buffer>, take: (raw: RawEvent) => void): Promise<void> {
  let rest: Buffer = Buffer.alloc(0);
  let count = 0;
  let skipping = false;
  const line = (bytes: Buffer): void => {
    const raw = parseLine(bytes);
    if (raw === null) return;
    if (++count > LIMITS.batch) throw tooMany();
    take(raw);
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      if (skipping) skipping = false;
      else line(rest.length > 0 ? Buffer.concat([rest, chunk.subarray(from, end)]) : chunk.subarray(from, end));
      rest = Buffer.alloc(0);
      from = end + 1;
    }
    if (skipping) continue;
    rest = Buffer.concat([rest, chunk.subarray(from)]);
    if (rest.length > LIMITS.eventBytes) {
      // Told once, and the rest of the line is not kept.
      line(rest);
      rest = Buffer.alloc(0);
      skipping = true;
    }
  }
  if (!skipping && rest.length > 0) line(rest);
  if (count === 0) throw broken('body-empty', 'The body is empty.');
}

/** Null for a blank line. */
function parseLine(bytes: Buffer): RawEvent | null {
  if (bytes.length > LIMITS.eventBytes) {
    return { fault: { code: 'too-large', path: '', message: `an event has at most ${LIMITS.eventBytes} bytes` } };
  }
  try {
    const text = DECODER.decode(bytes).trim();
    return text === '' ? null : { value: JSON.parse(text) as unknown };
  } catch {
    return { fault: { code: 'malformed', path: '', message: 'the line is not JSON in UTF-8' } };
  }
}
