import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';

export interface Sent {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Uint8Array;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Connections that stay open between requests, as sector systems keep them. */
export class Caller {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 32 });

  constructor(private readonly base: string) {}

  /** Undefined when the connection was cut without an answer; one kept from before may have been shut meanwhile. */
  async send(sent: Sent): Promise<Answer | undefined> {
    const first = await this.once(sent, this.agent);
    return first === 'stale' ? ((await this.once(sent, false)) as Answer | undefined) : first;
  }

  private once(
    { method, path, headers: given, body }: Sent,
    agent: Agent | false,
  ): Promise<Answer | 'stale' | undefined> {
    // Not every method has its body measured by itself.
    const headers = body.length > 0 ? { ...given, 'content-length': String(body.length) } : given;
    return new Promise((done) => {
      const sending = httpRequest(`${this.base}${path}`, { method, headers, agent, timeout: 60_000 }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', () => done(undefined));
        response.on('end', () =>
          done({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() }),
        );
      });
      sending.on('timeout', () => sending.destroy());
      sending.on('error', () => done(sending.reusedSocket ? 'stale' : undefined));
      sending.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

/** Writes bytes to a port, and gives what came back until the other side shut the line, `waitMs` at most. */
export function rawExchange(base: string, bytes: Uint8Array, waitMs = 250): Promise<string> {
  const { hostname, port } = new URL(base);
  return new Promise((done) => {
    const socket = connect(Number(port), hostname);
    let answer = '';
    const timer = setTimeout(() => socket.destroy(), waitMs);
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      done(answer);
    });
    socket.write(bytes);
  });
}

const POINTER = /^(\/([^~/]|~0|~1)*)*$/u;
/** Faults of the event as a whole; every other one names a field. */
const WHOLE_EVENT = new Set(['malformed', 'too-large', 'too-deep']);

interface Told {
  index: number;
  code: string;
  path: string;
  message: string;
}

/** Throws unless the answer is one that a door may give; returns what a verdict says, if it is one. */
export function checkAnswer(answer: Answer): { batch?: string; rejected: Told[] } {
  const fail = (why: string): never => {
    throw new Error(`${why}: ${answer.status} ${JSON.stringify(answer.headers)} ${answer.body.slice(0, 600)}`);
  };
  if (answer.status >= 500 && answer.status !== 503) fail('the server is at fault');
  if ([429, 503].includes(answer.status) && !/^\d+$/.test(answer.headers['retry-after'] ?? '')) fail('no Retry-After');
  if (answer.status < 400) return answer.status === 202 ? checkVerdict(answer, fail) : { rejected: [] };
  if (!answer.headers['content-type']?.startsWith('application/problem+json')) fail('an error that is no problem');
  if (answer.body === '') return { rejected: [] };
  const problem = JSON.parse(answer.body) as Record<string, unknown>;
  if (
    problem['status'] !== answer.status ||
    typeof problem['title'] !== 'string' ||
    typeof problem['type'] !== 'string'
  )
    fail('a problem without type, title or status');
  return answer.status === 422 ? checkVerdict(answer, fail) : { rejected: [] };
}

function checkVerdict(answer: Answer, fail: (why: string) => never): { batch: string; rejected: Told[] } {
  const verdict = JSON.parse(answer.body) as { batch: string; rejected: Told[] };
  if (!/^[0-9a-f-]{36}$/.test(verdict.batch)) fail('a verdict without a batch');
  for (const { code, path, message } of verdict.rejected) {
    if (!POINTER.test(path)) fail('a path that is no JSON pointer');
    if (path === '' && !WHOLE_EVENT.has(code)) fail('a rejection that names no field');
    if (path.length > 2_000 || message.length > 4_000) fail('a rejection that repeats the event');
  }
  return verdict;
}
