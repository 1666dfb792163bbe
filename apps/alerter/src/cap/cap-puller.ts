import { type AlertsMessage, HOUR_MS } from '#libs/contracts';
import {
  capSources,
  endExpiredCap,
  get,
  MOST_CAP_CHARACTERS,
  readCap,
  readFeed,
  saveCapStates,
  takeCap,
  type CapMessage,
  type CapSource,
  type CapSourceState,
  type CapTakePorts,
  type FeedItem,
} from '#libs/notify';
import type { Clock } from '#libs/platform';
import type pg from 'pg';
import type { Logger } from 'pino';

export interface CapPullerPorts {
  pool: pg.Pool;
  /** Limits and units as they are now; asked for in each round. */
  setup: () => Promise<Omit<CapTakePorts, 'pool'>>;
  publish: (message: AlertsMessage) => Promise<void>;
  clock: Clock;
  log: Logger;
  /** Feeds may have addresses of private networks. */
  inside: boolean;
}

const TIMEOUT_MS = 10_000;
/** Messages read of one feed in a round, newest first; the rest comes in the next ones. */
const MOST_MESSAGES = 50;
/** Messages that are known by their address and date and not asked for again. */
const MOST_SEEN = 5_000;
const LOCK = 726_012;
/** A feed that stays away is said when it goes and then as rarely as this. */
const SAY_AGAIN_MS = 6 * HOUR_MS;
const MOST_SAID = 200;

/**
 * Reads the CAP feeds of others, makes alerts of their messages and ends what is past its time. One process at a time
 * does it; what was read is known by the messages' own references, so that reading twice does no harm.
 */
export class CapPuller {
  /** Messages that were read, by their address, each with the date that its feed gave it. */
  private readonly seen = new Map<string, number>();
  /** Addresses of messages that could not be read: they are asked for again, but keep no other from being read. */
  private readonly failing = new Set<string>();
  /** When a feed that fails was said last, by its address. */
  private readonly saidAt = new Map<string, number>();

  constructor(private readonly ports: CapPullerPorts) {}

  /** One round over all feeds; resolves to the ids of alerts that changed. A feed that fails costs no other. */
  async pull(): Promise<string[]> {
    const { pool, publish, clock } = this.ports;
    const client = await pool.connect();
    try {
      const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [LOCK]);
      if (!rows[0]?.mine) return [];
      try {
        const changed = new Set(await endExpiredCap(pool, clock.now()));
        await this.pullAll(changed);
        const ids = [...changed];
        if (ids.length > 0) await publish({ ids: ids.slice(0, 200), more: ids.length > 200, setup: false });
        return ids;
      } finally {
        await client.query('SELECT pg_advisory_unlock($1)', [LOCK]);
      }
    } finally {
      client.release();
    }
  }

  private async pullAll(changed: Set<string>): Promise<void> {
    const sources = await capSources(this.ports.pool);
    if (sources.length === 0) return;
    const setup = await this.ports.setup();
    const states: Record<string, CapSourceState> = {};
    for (const source of sources) {
      const error = await this.pullOne(source, setup, changed).catch((reason: Error) => reason.message);
      this.say(source, error);
      const okAt = error === null ? new Date(this.ports.clock.now()).toISOString() : source.okAt;
      states[source.url] = { okAt, error };
    }
    await saveCapStates(this.ports.pool, states);
  }

  private say(source: CapSource & CapSourceState, error: string | null): void {
    const { clock, log } = this.ports;
    const now = clock.now();
    if (error === null) {
      this.saidAt.delete(source.url);
      if (source.error !== null) log.info({ source: source.name }, 'a CAP feed can be read again');
    } else if (source.error === null || now - (this.saidAt.get(source.url) ?? -Infinity) >= SAY_AGAIN_MS) {
      this.saidAt.set(source.url, now);
      log.warn({ source: source.name, error: error.slice(0, MOST_SAID) }, 'a CAP feed cannot be read');
    }
  }

  /** Null, or why the feed, or a message of it, could not be read. */
  private async pullOne(
    { url }: CapSource,
    setup: Omit<CapTakePorts, 'pool'>,
    changed: Set<string>,
  ): Promise<string | null> {
    const { pool, clock } = this.ports;
    const feed = await this.read(url);
    if (feed.error !== null) return feed.error;
    let first: string | null = null;
    const failed = (address: string, reason: unknown): void => {
      this.failing.add(address);
      first ??= `${address}: ${(reason as Error).message}`.slice(0, 500);
    };
    const came: { address: string; at: number; message: CapMessage }[] = [];
    for (const { address, at } of this.unread(readFeed(feed.text), url)) {
      const { error, text } = await this.read(address);
      try {
        if (error !== null) throw new Error(error);
        came.push({ address, at, message: readCap(text) });
      } catch (reason) {
        failed(address, reason);
      }
    }
    // In the order in which they were sent, so that nobody is told of what an update or a cancel beside it has outdated.
    for (const { address, at, message } of came.reverse().sort((one, other) => one.message.sent - other.message.sent)) {
      try {
        const taken = await takeCap({ pool, ...setup }, message, 'system', clock.now());
        if ('changed' in taken) for (const id of taken.changed) changed.add(id);
        this.failing.delete(address);
        this.seen.set(address, at);
      } catch (reason) {
        failed(address, reason);
      }
    }
    return first;
  }

  /**
   * What is read in this round: the newest, then what has changed since it was read (some senders keep one address for
   * whatever is newest), what could not be read before, and what a feed without dates may have changed.
   */
  private unread(listed: readonly FeedItem[], feed: string): { address: string; at: number }[] {
    if (this.seen.size >= MOST_SEEN) this.seen.clear();
    if (this.failing.size >= MOST_SEEN) this.failing.clear();
    const items = new Map<string, number>();
    for (const { url, at } of listed) {
      const address = new URL(url, feed).href;
      items.set(address, Math.max(at, items.get(address) ?? 0));
    }
    const turnOf = (address: string, at: number): number => {
      if (this.failing.has(address)) return 2;
      if (!this.seen.has(address)) return 0;
      return at === 0 ? 3 : 1;
    };
    return [...items]
      .filter(([address, at]) => at === 0 || this.seen.get(address) !== at)
      .map(([address, at]) => ({ address, at, turn: turnOf(address, at) }))
      .sort((one, other) => one.turn - other.turn)
      .slice(0, MOST_MESSAGES);
  }

  private async read(url: string): Promise<{ text: string; error: string | null }> {
    const options = { inside: this.ports.inside, timeoutMs: TIMEOUT_MS, read: MOST_CAP_CHARACTERS };
    const headers = { accept: 'application/cap+xml, application/atom+xml, application/rss+xml, application/xml' };
    const { status, text, body } = await get(url, headers, options);
    return status === 200 ? { text: body, error: null } : { text: '', error: text };
  }
}
