import { lookup } from 'node:dns';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';

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

export interface Answer {
  /** HTTP status; 0: none came. */
  status: number;
  /** Seconds. */
  retryAfter: number | null;
  /** For the record: the status, or why none came. */
  text: string;
}

const MOST_RETRY_AFTER_S = 86_400;

/**
 * Posts a body and tells what came back; never throws. The name is looked up once and the address that is connected to
 * is the one that was checked, so that a name cannot point elsewhere in between. Redirects are not followed and the
 * answer's body is not read.
 */
export function post(
  url: string,
  body: string,
  headers: Record<string, string>,
  options: { inside: boolean; timeoutMs: number },
): Promise<Answer> {
  return new Promise((done) => {
    const none = (text: string): void => done({ status: 0, retryAfter: null, text: text.slice(0, 200) });
    let target: URL;
    try {
      target = new URL(url);
    } catch {
      return none('the address cannot be read');
    }
    const host = target.hostname.replace(/^\[|\]$/g, '');
    if (!options.inside && isIP(host) !== 0 && isInside(host))
      return none(`${host} is an address of a private network`);
    const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(target, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      signal: AbortSignal.timeout(options.timeoutMs),
      agent: false,
      ...(options.inside ? {} : { lookup: outsideOnly }),
    });
    request.once('error', (error) =>
      none(error.name === 'AbortError' || error.name === 'TimeoutError' ? 'no answer in time' : error.message),
    );
    request.once('response', (response) => {
      const status = response.statusCode ?? 0;
      response.destroy();
      done({ status, retryAfter: secondsOf(response.headers['retry-after']), text: `HTTP ${status}` });
    });
    request.end(body);
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

function secondsOf(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,9}$/.test(header) ? Math.min(Number(header), MOST_RETRY_AFTER_S) : null;
}
