import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { HubClient } from '#libs/client';
import type { HubEvent } from '#libs/contracts';
import type { DemoKeys } from './demo-files.js';

/** What is told about delivery; never a payload. */
export interface SenderLog {
  warn: (about: object, text: string) => void;
}

export interface SendersOptions {
  /** Address of the ingest. */
  url: string;
  keys: DemoKeys;
  /** Folder of the outboxes, one a source. */
  outbox: string;
  log: SenderLog;
}

/** Unsent bytes of one source above which a filler waits. */
const BACKLOG_BYTES = 512 * 1024;
/** Events given to the outbox at once, so that they share one write to disk. */
const CHUNK = 500;

/** One client a source, each with its own key and outbox: the demo's sources are as separate as real ones. */
export class Senders {
  private readonly clients = new Map<string, HubClient>();
  private readonly keyless = new Set<string>();

  constructor(private readonly options: SendersOptions) {}

  /** Resolves when the events are on disk; delivery goes on behind. Events of sources without a key are left out. */
  async send(events: readonly HubEvent[]): Promise<number> {
    let sent = 0;
    for (let i = 0; i < events.length; i += CHUNK) {
      const chunk = events.slice(i, i + CHUNK);
      const taken = await Promise.all(chunk.map((event) => this.one(event)));
      sent += taken.filter(Boolean).length;
    }
    return sent;
  }

  /** Resolves when no source has much that is unsent, or the signal aborts. */
  async drained(signal: AbortSignal): Promise<void> {
    while (
      !signal.aborted &&
      [...this.clients.values()].some((client) => client.stats().backlogBytes > BACKLOG_BYTES)
    ) {
      await delay(100, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Resolves when everything is delivered. */
  async flush(): Promise<void> {
    await Promise.all([...this.clients.values()].map((client) => client.flush()));
  }

  /** Stops; what is unsent stays on disk for the next start. */
  async close(): Promise<void> {
    await Promise.all([...this.clients.values()].map((client) => client.close()));
  }

  private async one(event: HubEvent): Promise<boolean> {
    const client = this.clientOf(event.source);
    if (!client) return false;
    const { id, type, time, subject, unit, data } = event;
    const place = { ...(subject === undefined ? {} : { subject }), ...(unit === undefined ? {} : { unit }) };
    await client.send({ id, type, time, ...place, data });
    return true;
  }

  private clientOf(source: string): HubClient | null {
    const known = this.clients.get(source);
    if (known) return known;
    const { keys, log, outbox, url } = this.options;
    const key = keys[source];
    if (key === undefined) {
      if (!this.keyless.has(source)) log.warn({ source }, 'demo source without a key is left out');
      this.keyless.add(source);
      return null;
    }
    const client = new HubClient({
      url,
      key,
      outbox: join(outbox, source),
      maxOutboxBytes: 64 * 1024 ** 2,
      blockedRetryMs: 5_000,
      onError: (error) => log.warn({ source, reason: error.message }, 'demo events wait'),
      onRejected: (event, { code, path }) => log.warn({ source, type: event.type, code, path }, 'demo event refused'),
    });
    this.clients.set(source, client);
    return client;
  }
}
