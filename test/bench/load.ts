/**
 * Load generator, a process of its own: pushes realistic events through the public door. Told what to do by IPC:
 * `{url, keys, batch, concurrency, seconds, rate?}`; answers with what was accepted.
 */
import { Agent, request } from 'node:http';
import type { HubEvent } from '#libs/contracts';
import { loadCatalogue } from '#libs/sectors';

export interface LoadOrder {
  url: string;
  /** Key of each source that the load comes from. */
  keys: Record<string, string>;
  /** Events in a request. */
  batch: number;
  concurrency: number;
  seconds: number;
  /** Requests in all; absent: as many as the seconds allow. */
  requests?: number;
  /** Events a second over all; absent: as fast as they are taken. */
  rate?: number;
  /** They happen when they are sent, as with sensors; absent: when the simulation says, hours ago. */
  fresh?: boolean;
}

export interface LoadResult {
  accepted: number;
  refused: number;
  /** Requests answered 429 or 503 and sent again. */
  waited: number;
  seconds: number;
  /** Milliseconds from POST to answer. */
  p50: number;
  p99: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** Bodies of a request cut before and after each id, so that making one costs a join. */
interface Template {
  source: string;
  parts: string[];
}

/** Stands for the moment of sending. */
const SENT = '\u0002';

async function templates(sources: readonly string[], batch: number, fresh: boolean): Promise<Template[]> {
  const catalogue = await loadCatalogue();
  const now = Date.now();
  const bySource = new Map<string, HubEvent[]>(sources.map((source) => [source, []]));
  for (const pack of catalogue.packs) {
    for (const event of pack.simulation?.events({ from: now - 6 * 3_600_000, to: now, seed: 7, pace: 1 }) ?? []) {
      const list = bySource.get(event.source);
      if (list && list.length < 20_000) list.push(event);
    }
  }
  const made: Template[] = [];
  for (const [source, events] of bySource) {
    for (let i = 0; i + batch <= events.length && i < 40 * batch; i += batch) {
      const body = events
        .slice(i, i + batch)
        .map(
          ({ id, time, source: _source, ...rest }) =>
            `{"id":"${id}-\u0001","time":"${fresh ? SENT : new Date(time).toISOString()}",${JSON.stringify(rest).slice(1)}`,
        )
        .join(',');
      made.push({ source, parts: `[${body}]`.split('\u0001') });
    }
  }
  return made;
}

function post(
  order: LoadOrder,
  source: string,
  body: string,
): Promise<{ status: number; retryAfter: number; accepted: number }> {
  return new Promise((done, fail) => {
    const outgoing = request(
      `${order.url}/v1/events`,
      {
        method: 'POST',
        agent,
        timeout: 30_000,
        headers: {
          authorization: `Bearer ${order.keys[source] ?? ''}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        },
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        answer.on('end', () => {
          const accepted = answer.statusCode === 202 ? ((JSON.parse(text) as { accepted: number }).accepted ?? 0) : 0;
          if (answer.statusCode !== 202 && answer.statusCode !== 429 && answer.statusCode !== 503)
            process.stderr.write(`${answer.statusCode} ${text.slice(0, 300)}\n`);
          done({ status: answer.statusCode ?? 0, retryAfter: Number(answer.headers['retry-after'] ?? 1), accepted });
        });
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error('timeout')));
    outgoing.on('error', fail);
    outgoing.end(body);
  });
}

async function run(order: LoadOrder, ready: Template[]): Promise<LoadResult> {
  const started = performance.now();
  const until = started + order.seconds * 1_000;
  const result = { accepted: 0, refused: 0, waited: 0 };
  const latencies: number[] = [];
  let n = 0;
  const next = (): { source: string; body: string; due: number } => {
    const k = n++;
    const template = ready[k % ready.length];
    if (!template) throw new Error('no events to send: do the packs have a simulation?');
    const due = order.rate === undefined ? 0 : started + (k * order.batch * 1_000) / order.rate;
    return { source: template.source, body: template.parts.join(`${k.toString(36)}x${process.pid}`), due };
  };
  const lane = async (): Promise<void> => {
    while (performance.now() < until && n < (order.requests ?? Infinity)) {
      const { source, body, due } = next();
      const wait = due - performance.now();
      if (wait > 0) await new Promise((done) => setTimeout(done, wait));
      const text = order.fresh ? body.replaceAll(SENT, new Date().toISOString()) : body;
      for (;;) {
        const sent = performance.now();
        const answer = await post(order, source, text);
        if (answer.status === 202) {
          latencies.push(performance.now() - sent);
          result.accepted += answer.accepted;
          result.refused += order.batch - answer.accepted;
          break;
        }
        if (answer.status !== 429 && answer.status !== 503) {
          result.refused += order.batch;
          break;
        }
        result.waited++;
        if (performance.now() > until) break;
        await new Promise((done) => setTimeout(done, Math.min(answer.retryAfter * 1_000, 250)));
      }
    }
  };
  await Promise.all(Array.from({ length: order.concurrency }, lane));
  latencies.sort((a, b) => a - b);
  const at = (q: number): number => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * q))] ?? 0;
  return { ...result, seconds: (performance.now() - started) / 1_000, p50: at(0.5), p99: at(0.99) };
}

process.on('message', (order: LoadOrder) => {
  void (async () => {
    const made = await templates(Object.keys(order.keys), order.batch, order.fresh ?? false);
    process.send?.({ ready: made.length });
    process.send?.({ result: await run(order, made) });
  })();
});
