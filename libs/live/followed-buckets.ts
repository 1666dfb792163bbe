import { randomUUID } from 'node:crypto';
import type { ChangesMessage, SourceSeen } from '#libs/contracts';
import type { BucketReader } from '#libs/persistence';
import type { Clock } from '#libs/platform';
import { HAND_ENTRY } from '#libs/sector-kit';
import type { Logger } from 'pino';
import type { SourceInfo } from './board-context.js';
import { BucketSet } from './bucket-set.js';
import type { LiveBus } from './bus.js';
import { GapWatch } from './gap-watch.js';
import { loadLive } from './load-buckets.js';
import { isNeeded, type Needs } from './needs.js';

export interface FollowedPorts {
  /** Who follows, for its publisher name on the bus. */
  name: string;
  reader: BucketReader;
  bus: LiveBus;
  clock: Clock;
  log: Logger;
  /** What must be in memory at this moment. */
  needsAt: (now: number) => Needs;
  /** What else is read whenever everything is loaded again. */
  alsoLoad?: (now: number) => Promise<void>;
}

/** How often a follower hears itself on the bus, and after how long without that the bus counts as away. */
const BEAT_MS = 2_000;
const BEAT_LOST_MS = 5_000;
const RETRY_MS = 1_000;
/** Between two loads that follow each other, so that a bus in trouble cannot keep the database busy. */
const RELOAD_PAUSE_MS = 500;
const PING_MS = 3_000;

/**
 * Buckets and sources in memory: loaded from the database once and then followed on the live bus. Following begins before
 * loading, and rows carry versions, so that nothing falls between the two. When messages may have been lost it reads what
 * changed since it last read; until that is done `behindSince` says since when.
 */
export class FollowedBuckets {
  readonly buckets: BucketSet;
  sources: SourceInfo[] = [];
  /** When everything was last known to be as it is stored, epoch ms; null: not yet. */
  loadedAt: number | null = null;
  /** What was committed before this mark of the reader is in memory. */
  private mark: string | null = null;
  /** What changed lately is not enough: all is to be read. */
  private whole = true;
  private needs: Needs = new Map();
  private readonly gaps = new GapWatch();
  private readonly publisher: string;
  private beats = 0;
  private lastBeat: number;
  private staleSince: number | null;
  private reloading: Promise<void> | null = null;
  private again = false;
  private stopped = false;
  private asking = false;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly leave: (() => Promise<void>)[] = [];
  private readonly listeners: ((message: ChangesMessage) => void)[] = [];

  constructor(private readonly ports: FollowedPorts) {
    const now = ports.clock.now();
    this.publisher = `${ports.name}-${randomUUID()}`;
    this.buckets = new BucketSet({
      keep: (metric, resolution, start) => isNeeded(this.needs, metric, resolution, start, this.ports.clock.now()),
    });
    this.lastBeat = now;
    this.staleSince = now;
  }

  /** Null while everything is followed; else since when the view may be behind, epoch ms. */
  get behindSince(): number | null {
    const now = this.ports.clock.now();
    const silent = now - this.lastBeat > BEAT_LOST_MS ? this.lastBeat : null;
    if (this.buckets.overflowed) return this.staleSince ?? now;
    if (this.staleSince === null || silent === null) return this.staleSince ?? silent;
    return Math.min(this.staleSince, silent);
  }

  onChanges(listener: (message: ChangesMessage) => void): void {
    this.listeners.push(listener);
  }

  async start(): Promise<void> {
    const { bus } = this.ports;
    this.turn();
    this.leave.push(await bus.subscribe('changes', (message) => this.follow(message)));
    bus.onGap(() => this.mayHaveMissed('the bus was away'));
    bus.onError((error) => this.ports.log.warn({ err: error }, 'live bus'));
    // Loading may take long, and must not look like a bus that is away.
    this.beat();
    this.every(BEAT_MS, () => this.beat());
    await this.reload();
    this.every(60_000, () => this.turn());
    this.every(30_000, () => void this.loadSources().catch(() => this.mayHaveMissed('sources cannot be read')));
    // Brings the periods of the days to come, which nobody needed when their buckets passed by.
    this.every(3_600_000, () => void this.reload());
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.timers.forEach(clearInterval);
    await Promise.allSettled(this.leave.map((leave) => leave()));
    await this.reloading?.catch(() => undefined);
  }

  /** Sources were changed by an administrator. */
  async loadSources(): Promise<void> {
    const heard = new Map(this.sources.map((source) => [source.id, source]));
    this.sources = (await this.ports.reader.sources()).map((source) => ({
      ...source,
      lastEvent: later(source.lastEvent, heard.get(source.id)?.lastEvent ?? null),
      lastSeen: later(source.lastSeen, heard.get(source.id)?.lastSeen ?? null),
    }));
  }

  /** Loads everything again, as when something else is needed. */
  reload(): Promise<void> {
    this.whole = true;
    return this.catchUp();
  }

  /**
   * Reads what may have changed since the last time, so that it does not matter what the bus has lost. One at a time; a
   * request during it runs once more after it. Retries until it works.
   */
  catchUp(): Promise<void> {
    this.again = this.reloading !== null;
    this.reloading ??= this.loadUntilDone().finally(() => {
      this.reloading = null;
    });
    return this.reloading;
  }

  private mayHaveMissed(why: string): void {
    if (this.stopped) return;
    if (this.staleSince === null) this.ports.log.info({ why }, 'reading what may have been missed');
    this.staleSince ??= this.ports.clock.now();
    void this.catchUp();
  }

  private async loadUntilDone(): Promise<void> {
    while (!this.stopped) {
      this.again = false;
      const began = this.ports.clock.now();
      const { whole } = this;
      this.whole = false;
      try {
        await this.load(whole ? null : this.mark);
        this.loadedAt = began;
        if (this.again) {
          await pause(RELOAD_PAUSE_MS);
          continue;
        }
        this.staleSince = null;
        return;
      } catch (error) {
        this.whole ||= whole;
        this.staleSince ??= this.ports.clock.now();
        this.ports.log.warn({ err: error }, 'buckets cannot be loaded; trying again');
        await pause(RETRY_MS);
      }
    }
  }

  private async load(since: string | null): Promise<void> {
    const { reader, clock, alsoLoad } = this.ports;
    const now = clock.now();
    this.turn();
    const mark = await reader.mark();
    await loadLive(reader, this.buckets, this.needs, { now, since });
    // After what they wrote, so that nothing is known of a source that seems never to have been heard.
    await this.loadSources();
    await alsoLoad?.(now);
    this.mark = mark;
  }

  private follow(message: ChangesMessage): void {
    if (message.publisher === this.publisher) {
      if (this.ports.clock.now() - this.lastBeat > BEAT_LOST_MS) this.mayHaveMissed('its own beat came late');
      this.lastBeat = this.ports.clock.now();
      return;
    }
    // Others that follow hear themselves like this; it says nothing about what was committed.
    if (message.follower) return;
    // A new publisher may stand for one that died between its commit and its message.
    if (this.gaps.saw(message.publisher, message.n, this.ports.clock.now())) void this.catchUp();
    this.buckets.apply(message.buckets, message.at);
    for (const seen of message.sources) this.hear(seen);
    const tell = (): void => this.listeners.forEach((listener) => listener(message));
    // Whether anything of a metric was entered before only the database knows.
    if (message.sources.some(({ source }) => source === HAND_ENTRY))
      void this.loadSources()
        .catch(() => this.mayHaveMissed('sources cannot be read'))
        .then(tell);
    else tell();
  }

  private hear({ source, lastEvent, lastSeen }: SourceSeen): void {
    const known = this.sources.find((one) => one.id === source);
    if (!known) return;
    known.lastEvent = later(known.lastEvent, lastEvent);
    known.lastSeen = later(known.lastSeen, lastSeen);
  }

  /** The clock went on: other periods are needed, old ones go. */
  private turn(): void {
    this.needs = this.ports.needsAt(this.ports.clock.now());
    this.buckets.evict((metric, resolution) => this.needs.get(metric)?.ranges[resolution]?.from ?? Infinity);
  }

  private beat(): void {
    const now = this.ports.clock.now();
    if (this.gaps.lost(now)) this.mayHaveMissed('messages are missing');
    const message: ChangesMessage = {
      publisher: this.publisher,
      n: this.beats++,
      at: now,
      receivedAt: null,
      follower: true,
      buckets: [],
      sources: [],
      recent: [],
    };
    this.ports.bus.publish('changes', message).catch(() => undefined);
    void this.ask();
  }

  /** Whether the database answers; when not, the view may be behind until it was loaded again. */
  private async ask(): Promise<void> {
    if (this.asking || this.stopped) return;
    this.asking = true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_done, fail) => {
      timer = setTimeout(() => fail(new Error('no answer')), PING_MS);
    });
    try {
      await Promise.race([this.ports.reader.ping(), late]);
    } catch {
      this.mayHaveMissed('the database did not answer');
    } finally {
      clearTimeout(timer);
      this.asking = false;
    }
  }

  private every(ms: number, run: () => void): void {
    this.timers.push(setInterval(run, ms).unref());
  }
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

const later = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : Math.max(a, b));
