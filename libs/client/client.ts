import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { setTimeout as delay } from 'node:timers/promises';
import { backoff, judge, type Outcome, type Refusal } from './delivery.js';
import { Outbox, type Position } from './outbox.js';
import { uuidV7Maker } from './uuid-v7.js';

/** An event as a sector system gives it. What is absent is filled in: id, time; the source is that of the key. */
export interface ClientEvent {
  /** Unique within the source for ever; the same id twice counts once. Absent: a UUIDv7. */
  id?: string;
  /** `vn.ioc.<sector>.<noun>.<past>.v1` */
  type: string;
  /** When it happened: a Date, epoch milliseconds or RFC 3339 text. Absent: now. */
  time?: Date | number | string;
  subject?: string;
  /** Code of the administrative unit. */
  unit?: string;
  data: Readonly<Record<string, unknown>>;
}

/** Time as a port: tests hold it still. */
export interface ClientClock {
  now: () => number;
  /** Resolves after so many milliseconds, or as soon as the signal aborts. */
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface HubClientOptions {
  /** Address of the ingest, e.g. `https://hub.example.vn`; `/v1/events` is added. */
  url: string;
  /** Key of the source. */
  key: string;
  /** Folder of the disk outbox, for this client alone. */
  outbox?: string;
  /** Events in one request, at most. */
  batchSize?: number;
  /** How long an event waits for company before it is sent. */
  flushMs?: number;
  /** Unsent bytes on disk above which `send` rejects with `OutboxFullError`. */
  maxOutboxBytes?: number;
  segmentBytes?: number;
  requestTimeoutMs?: number;
  /** How long to wait when the key or address is refused. */
  blockedRetryMs?: number;
  fetch?: typeof fetch;
  clock?: ClientClock;
  random?: () => number;
  /** An event that the hub refused for what is in it. It will not be sent again. */
  onRejected?: (event: SentEvent, refusal: Refusal) => void;
  /** Something hinders delivery; the client goes on trying. */
  onError?: (error: Error) => void;
}

/** An event as it was sent. */
export interface SentEvent {
  id: string;
  type: string;
  time: string;
  subject?: string;
  unit?: string;
  data: Record<string, unknown>;
}

export interface ClientStats {
  /** Events on disk since this client was made. */
  taken: number;
  accepted: number;
  rejected: number;
  requests: number;
  retries: number;
  /** Bytes not delivered yet. */
  backlogBytes: number;
}

const MAX_EVENT_BYTES = 64 * 1024;
const zip = promisify(gzip);

const systemClock: ClientClock = {
  now: () => Date.now(),
  sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
};

/**
 * Sends events to the hub and loses none: `send` resolves when the event is on this machine's disk; delivery goes on in
 * the background, in order, one request at a time, whatever happens to the hub, the network or this process.
 */
export class HubClient {
  private readonly options: Required<Omit<HubClientOptions, 'onRejected' | 'onError'>> &
    Pick<HubClientOptions, 'onRejected' | 'onError'>;
  private readonly outbox: Outbox;
  private readonly newId: () => string;
  private readonly closing = new AbortController();
  private readonly counts = { taken: 0, accepted: 0, rejected: 0, requests: 0, retries: 0 };
  private readonly sender: Promise<void>;
  private hurried: Position | null = null;
  private wake: () => void = () => undefined;
  private woken = false;
  private arrivals: (() => void)[] = [];
  private limit: number;

  constructor(options: HubClientOptions) {
    this.options = {
      outbox: 'ioc-outbox',
      batchSize: 500,
      flushMs: 200,
      maxOutboxBytes: 1024 ** 3,
      segmentBytes: 8 * 1024 ** 2,
      requestTimeoutMs: 15_000,
      blockedRetryMs: 60_000,
      fetch: globalThis.fetch,
      clock: systemClock,
      random: Math.random,
      ...options,
    };
    this.limit = this.options.batchSize;
    this.newId = uuidV7Maker(() => this.options.clock.now());
    this.outbox = new Outbox({
      dir: this.options.outbox,
      maxBytes: this.options.maxOutboxBytes,
      segmentBytes: this.options.segmentBytes,
    });
    this.sender = this.run();
  }

  /** Resolves with the event's id when it is on disk. Rejects when it is too large, no JSON, or the outbox is full. */
  async send(event: ClientEvent): Promise<string> {
    if (this.closing.signal.aborted) throw new Error('The client is closed.');
    const whole: SentEvent = {
      ...event,
      id: event.id ?? this.newId(),
      time: this.timeOf(event.time),
      data: event.data,
    };
    const line = Buffer.from(`${JSON.stringify(whole)}\n`);
    if (line.length > MAX_EVENT_BYTES)
      throw new Error(`An event may have ${MAX_EVENT_BYTES} bytes; it has ${line.length}.`);
    await this.outbox.append(line);
    this.counts.taken++;
    this.rouse();
    return whole.id;
  }

  /** Resolves when everything sent before this call is delivered or refused. Does not end while the hub is away. */
  async flush(): Promise<void> {
    await this.outbox.written();
    const target = this.outbox.end;
    this.hurried = target;
    this.rouse();
    while (!reached(this.outbox.delivered, target)) {
      if (this.closing.signal.aborted) throw new Error('The client was closed before all was delivered.');
      await new Promise<void>((done) => this.arrivals.push(done));
    }
  }

  /** Stops. What is not delivered stays on disk for the next client of this outbox. */
  async close(): Promise<void> {
    this.closing.abort();
    this.rouse();
    await this.sender;
    await this.outbox.close();
    this.arrived();
  }

  stats(): ClientStats {
    return { ...this.counts, backlogBytes: this.outbox.backlog };
  }

  private async run(): Promise<void> {
    const { signal } = this.closing;
    let failures = 0;
    while (!signal.aborted) {
      try {
        if (this.outbox.backlog === 0) {
          await this.sleepUntilRoused();
          continue;
        }
        await this.gather();
        const { lines, end } = await this.outbox.read(this.limit);
        if (lines.length === 0 || signal.aborted) continue;
        const outcome = await this.post(lines);
        if (signal.aborted && outcome.kind !== 'taken') return;
        failures = outcome.kind === 'retry' ? failures + 1 : 0;
        await this.settle(outcome, lines, end, failures);
      } catch (error) {
        // The disk of the outbox fails: tell, wait, try again.
        this.tell(error);
        await this.options.clock.sleep(backoff(++failures, this.options.random), signal);
      }
    }
  }

  /** Gives a small batch a moment to grow, unless somebody waits for it. */
  private async gather(): Promise<void> {
    const { flushMs, clock } = this.options;
    if (flushMs === 0 || this.outbox.backlog > 64 * 1024) return;
    if (this.inHurry()) return;
    const pause = new AbortController();
    const stop = AbortSignal.any([pause.signal, this.closing.signal]);
    this.wake = () => {
      if (this.inHurry() || this.outbox.backlog > 64 * 1024) pause.abort();
    };
    await clock.sleep(flushMs, stop);
    this.wake = () => undefined;
  }

  private inHurry(): boolean {
    return this.hurried !== null && !reached(this.outbox.delivered, this.hurried);
  }

  private async post(lines: readonly string[]): Promise<Outcome> {
    const { clock, key, requestTimeoutMs, url } = this.options;
    this.counts.requests++;
    try {
      const answer = await this.options.fetch(`${url.replace(/\/+$/, '')}/v1/events`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/x-ndjson',
          'content-encoding': 'gzip',
        },
        body: await zip(lines.join('\n')),
        redirect: 'error',
        signal: AbortSignal.any([AbortSignal.timeout(requestTimeoutMs), this.closing.signal]),
      });
      const body = await answer.text();
      return judge(answer.status, answer.headers.get('retry-after'), body, lines.length, clock.now());
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      return { kind: 'retry', afterMs: null, why: cause instanceof Error ? cause.message : 'no answer' };
    }
  }

  private async settle(outcome: Outcome, lines: string[], end: Position, failures: number): Promise<void> {
    const { blockedRetryMs, clock, random } = this.options;
    const { signal } = this.closing;
    switch (outcome.kind) {
      case 'taken':
        this.limit = this.options.batchSize;
        await this.taken(outcome, lines, end);
        return;
      case 'split':
        if (lines.length > 1) {
          this.limit = Math.floor(lines.length / 2);
          return;
        }
        await this.taken(
          { kind: 'taken', batch: null, refused: new Map([[0, outcome.refusal]]), refusedTotal: 1 },
          lines,
          end,
        );
        return;
      case 'retry':
        this.counts.retries++;
        this.tell(new Error(`The hub did not take the events (${outcome.why}); they are kept and sent again.`));
        // What the hub asked for is the least; the jitter on top spreads those that were all asked for the same.
        await clock.sleep(
          (outcome.afterMs ?? 0) + backoff(failures, random, outcome.afterMs === null ? 500 : 200),
          signal,
        );
        return;
      case 'blocked':
        this.tell(new Error(`The hub refuses this client (${outcome.why}); key or address must be put right.`));
        await clock.sleep(blockedRetryMs, signal);
    }
  }

  private async taken(outcome: Outcome & { kind: 'taken' }, lines: readonly string[], end: Position): Promise<void> {
    await this.outbox.acknowledge(end);
    this.counts.rejected += outcome.refusedTotal;
    this.counts.accepted += lines.length - outcome.refusedTotal;
    for (const [index, refusal] of outcome.refused) {
      const line = lines[index];
      if (line !== undefined) this.call(() => this.options.onRejected?.(JSON.parse(line) as SentEvent, refusal));
    }
    const unnamed = outcome.refusedTotal - outcome.refused.size;
    if (unnamed > 0) {
      this.tell(new Error(`The hub refused ${unnamed} more events of batch ${outcome.batch ?? '?'} than it names.`));
    }
    this.arrived();
  }

  private timeOf(time: ClientEvent['time']): string {
    if (typeof time === 'string') return time;
    return new Date(time ?? this.options.clock.now()).toISOString();
  }

  private tell(error: unknown): void {
    this.call(() => this.options.onError?.(error instanceof Error ? error : new Error(String(error))));
  }

  /** A listener that throws is its own affair: delivery goes on. */
  private call(listener: () => void): void {
    try {
      listener();
    } catch {
      // Nowhere to tell it.
    }
  }

  private arrived(): void {
    const { arrivals } = this;
    this.arrivals = [];
    for (const done of arrivals) done();
  }

  private rouse(): void {
    this.woken = true;
    this.wake();
  }

  private async sleepUntilRoused(): Promise<void> {
    if (!this.woken) await new Promise<void>((done) => (this.wake = done));
    this.wake = () => undefined;
    this.woken = false;
  }
}

const reached = (at: Position, target: Position): boolean =>
  at.segment > target.segment || (at.segment === target.segment && at.offset >= target.offset);
