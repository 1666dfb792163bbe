import { lookup } from 'node:dns';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { BlockList, connect, isIP, type LookupFunction } from 'node:net';

/** Networks that are not for the world: loopback, private, link-local, shared, documentation, multicast, reserved. */
const INSIDE = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  INSIDE.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['100::', 64],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  INSIDE.addSubnet(net, prefix, 'ipv6');

/** Whether an address belongs to a network that only the inside may reach. IPv4 written as IPv6 counts as what it is. */
export function isInside(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  const plain = mapped ?? address;
  const kind = isIP(plain);
  // Hexadecimal spellings of mapped addresses are refused whole.
  return kind === 0 || /^::ffff:/i.test(plain) || INSIDE.check(plain, kind === 4 ? 'ipv4' : 'ipv6');
}

/** Why a message must not be posted to an address, for whoever typed it; null: it may. `inside`: private networks are allowed, and plain HTTP. */
export function faultOfUrl(url: string, inside: boolean, allow: string): string | null {
  let target: URL;
  try {
    target = new URL(url);
  } catch {
    return 'url must be an address such as https://example.gov.vn/hook';
  }
  if (target.username !== '' || target.password !== '') return 'url must not carry a password';
  if (target.protocol !== 'https:' && !(inside && target.protocol === 'http:')) return 'url must start with https://';
  const host = hostOf(target);
  if (!inside && (host === 'localhost' || (isIP(host) !== 0 && isInside(host))))
    return `${host} is of a private network; ${allow}=true allows such addresses`;
  return null;
}

const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

export interface Answer {
  /** HTTP status; 0: none came. */
  status: number;
  /** Seconds. */
  retryAfter: number | null;
  /** Somebody took the connection, whatever came of it. */
  connected: boolean;
  /** For the record: the status, or why none came. */
  text: string;
  /** The beginning of the answer, where it was asked for. */
  body: string;
}

export interface PostOptions {
  /** Addresses of private networks may be reached. */
  inside: boolean;
  timeoutMs: number;
  /** Ends it earlier. */
  signal?: AbortSignal;
  /** Bytes of the answer that are read; absent: none. */
  read?: number;
}

const MOST_RETRY_AFTER_S = 86_400;

/**
 * Posts a body and tells what came back; never throws. The name is looked up once and the address that is connected to
 * is the one that was checked, so that a name cannot point elsewhere in between. Redirects are not followed. JSON,
 * unless the headers say otherwise.
 */
export function post(
  url: string,
  body: string | Buffer,
  headers: Record<string, string>,
  options: PostOptions,
): Promise<Answer> {
  return exchange(url, body, { 'content-type': 'application/json', ...headers }, options);
}

/** Asks for a document; under the same rules as `post`. */
export function get(url: string, headers: Record<string, string>, options: PostOptions): Promise<Answer> {
  return exchange(url, null, headers, options);
}

function exchange(
  url: string,
  body: string | Buffer | null,
  headers: Record<string, string>,
  options: PostOptions,
): Promise<Answer> {
  return new Promise((done) => {
    let answered = false;
    let connected = false;
    // Once a status has come, what breaks off later is only the rest of the answer.
    const none = (text: string): void => {
      if (!answered) done({ status: 0, retryAfter: null, connected, text: text.slice(0, 200), body: '' });
    };
    let target: URL;
    try {
      target = new URL(url);
    } catch {
      return none('the address cannot be read');
    }
    const host = hostOf(target);
    if (!options.inside && isIP(host) !== 0 && isInside(host))
      return none(`${host} is an address of a private network`);
    const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
    const timeout = AbortSignal.timeout(options.timeoutMs);
    let request: ClientRequest;
    try {
      request = send(target, {
        method: body === null ? 'GET' : 'POST',
        headers: { ...headers, ...(body === null ? {} : { 'content-length': Buffer.byteLength(body) }) },
        signal: options.signal ? AbortSignal.any([timeout, options.signal]) : timeout,
        agent: false,
        ...(options.inside ? {} : { lookup: outsideOnly }),
      });
    } catch (error) {
      // A header that may not be sent; its text may be secret.
      return none(`the request cannot be made (${(error as NodeJS.ErrnoException).code ?? 'invalid'})`);
    }
    request.once('socket', (socket) => socket.once('connect', () => (connected = true)));
    request.on('error', (error) =>
      none(error.name === 'AbortError' || error.name === 'TimeoutError' ? 'no answer in time' : error.message),
    );
    request.once('response', (response) => {
      answered = true;
      const status = response.statusCode ?? 0;
      const { 'retry-after': after, date } = response.headers;
      const answer = { status, connected: true, retryAfter: secondsOf(after, date), text: `HTTP ${status}` };
      void beginningOf(response, options.read ?? 0).then((read) => done({ ...answer, body: read }));
    });
    request.end(body ?? undefined);
  });
}

/** At most so many bytes as text; what comes after them, or does not come in time, is nobody's business. */
async function beginningOf(response: IncomingMessage, most: number): Promise<string> {
  const parts: Buffer[] = [];
  let left = most;
  try {
    if (left > 0)
      for await (const part of response as AsyncIterable<Buffer>) {
        parts.push(part.subarray(0, left));
        left -= part.length;
        if (left <= 0) break;
      }
  } catch {
    // The status was told; the rest was cut off.
  }
  response.destroy();
  return Buffer.concat(parts).toString('utf8');
}

/** Whether a server takes a connection; nothing is said to it. Resolves to the reason when not. */
export function reach(host: string, port: number, options: Omit<PostOptions, 'read'>): Promise<string | null> {
  return new Promise((done) => {
    if (!options.inside && isIP(host) !== 0 && isInside(host)) {
      return done(`${host} is an address of a private network`);
    }
    const socket = connect({ host, port, ...(options.inside ? {} : { lookup: outsideOnly }) });
    const end = (reason: string | null): void => {
      socket.destroy();
      done(reason);
    };
    socket.setTimeout(options.timeoutMs, () => end('no connection in time'));
    socket.once('error', (error) => end(error.message.slice(0, 200)));
    socket.once('connect', () => end(null));
    options.signal?.addEventListener('abort', () => end('no connection in time'), { once: true });
  });
}

const outsideOnly: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '', 0);
    const outside = addresses.filter(({ address }) => !isInside(address));
    const [first] = outside;
    if (!first) return callback(new Error(`${hostname} has only addresses of private networks`), '', 0);
    if (options.all) return callback(null, outside);
    callback(null, first.address, first.family);
  });
};

/** `Retry-After` in seconds, of a number or a date; a date is measured by the clock of whoever wrote it. */
export function secondsOf(header: string | undefined, date: string | undefined): number | null {
  if (header === undefined) return null;
  if (/^\d{1,9}$/.test(header)) return Math.min(Number(header), MOST_RETRY_AFTER_S);
  const until = Date.parse(header);
  if (!Number.isFinite(until)) return null;
  const theirs = Date.parse(date ?? '');
  const seconds = Math.ceil((until - (Number.isFinite(theirs) ? theirs : Date.now())) / 1000);
  return Math.min(Math.max(0, seconds), MOST_RETRY_AFTER_S);
}
