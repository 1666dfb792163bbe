import { randomUUID } from 'node:crypto';
import type { ChangesMessage, Delta, TileState } from '#libs/contracts';
import {
  boardView,
  EVERYTHING,
  evaluateTile,
  IndicatorSet,
  metricsOfTile,
  scopeKey,
  Topic,
  visibleTiles,
  type Board,
  type BoardContext,
  type Earlier,
  type Reading,
  type Scope,
  type Shift,
  type Sight,
  type SourcedSight,
  type UnitLookup,
} from '#libs/live';
import { withTraceparent, type Clock } from '#libs/platform';
import type { Catalogue, Tile } from '#libs/sector-kit';
import type { Logger } from 'pino';
import type { BoardData } from './board-data.js';

export interface LiveBoardsPorts {
  catalogue: Catalogue;
  data: BoardData;
  units: UnitLookup;
  clock: Clock;
  log: Logger;
  tickMs: number;
  /** The moments that formulas look back to from this one. */
  loadEarlier: (at: number) => Promise<Earlier>;
}

/** A topic for the viewers of one scope. */
export interface Shown {
  readonly key: string;
  readonly topic: Topic;
  readonly board: Board;
  readonly scope: Scope;
}

interface Entry extends Shown {
  tiles: { tile: Tile; metrics: string[]; stamp: string }[];
  viewers: number;
  idleSince: number;
}

export interface Flush {
  shown: Shown;
  delta: Delta;
}

/** A topic that nobody watches is kept this long, so that a screen that returns needs no snapshot. */
const IDLE_MS = 60_000;
const MAX_TOPICS = 500;
/** A change that comes after a quiet time is sent at once, but for what arrives together with it. */
const GATHER_MS = 10;
const MAX_PENDING = 10_000;
/** Indicators that no screen shows are asked for over HTTP, where an answer may be seconds old. */
const INDICATORS_MS = 1_000;
/** So long they are evaluated at a stretch. */
const STRETCH_MS = 5;

/**
 * The latest state of every board that somebody watches. Changes are gathered into ticks; at each tick the tiles
 * whose metrics changed, or whose window moved with the clock, are evaluated anew.
 */
export class LiveBoards {
  private readonly entries = new Map<string, Entry>();
  private earlier: Earlier | null = null;
  private earlierRevision = 0;
  private readonly pending: number[] = [];
  private traceparent: string | undefined;
  private lastFlush = 0;
  private indicatorsAt = Number.NEGATIVE_INFINITY;
  private turning = false;
  private timer: NodeJS.Timeout | null = null;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly listeners: ((flushes: Flush[], receivedAt: readonly number[], lagMs: number) => void)[] = [];

  private readonly indicators: IndicatorSet;

  constructor(private readonly ports: LiveBoardsPorts) {
    this.indicators = new IndicatorSet(ports.catalogue.allIndicators(), ports.catalogue);
    ports.data.onChanges((message) => this.changed(message));
  }

  /** `receivedAt`: when the events behind these deltas were received, for the latency from door to screen. */
  onFlush(listener: (flushes: Flush[], receivedAt: readonly number[], lagMs: number) => void): void {
    this.listeners.push(listener);
  }

  async start(): Promise<void> {
    await this.refreshEarlier();
    this.timers.push(setInterval(() => this.schedule(), 1_000).unref());
    this.timers.push(setInterval(() => void this.refreshEarlier(), 60_000).unref());
  }

  stop(): void {
    this.timers.forEach(clearInterval);
    if (this.timer) clearTimeout(this.timer);
  }

  board(id: string): Board | undefined {
    return this.ports.data.boards.find((board) => board.id === id);
  }

  get topics(): number {
    return this.entries.size;
  }

  /** The topic of a board for a scope, evaluated when it is new; null when there are too many already. */
  open(board: Board, scope: Scope): Shown | null {
    const key = `board:${board.id}|${scopeKey(scope)}`;
    let entry = this.entries.get(key);
    if (!entry) {
      if (this.entries.size >= MAX_TOPICS) this.dropIdle(true);
      if (this.entries.size >= MAX_TOPICS) return null;
      entry = this.make(key, board, scope);
      this.entries.set(key, entry);
    }
    return entry;
  }

  /** One more (1) or one less (−1) watches. */
  count(shown: Shown, by: 1 | -1): void {
    const entry = this.entries.get(shown.key);
    if (!entry) return;
    entry.viewers += by;
    if (entry.viewers <= 0) entry.idleSince = this.ports.clock.now();
  }

  /** State for a question over HTTP, without keeping a topic. */
  stateNow(board: Board, scope: Scope): { state: ReturnType<Topic['snapshot']>['state']; at: number } {
    const at = this.ports.clock.now();
    const context = this.context(board, scope, at);
    const tiles: Record<string, TileState> = {};
    for (const tile of visibleTiles(board, this.ports.catalogue, scope)) this.evaluate(tiles, tile, context);
    return { at, state: { board: boardView(board, this.ports.catalogue, scope), tiles } };
  }

  /** Everything in memory as of now, for a scope. */
  sightNow(scope: Scope): SourcedSight {
    const { catalogue, units, data, clock } = this.ports;
    const earlier = (shift: Shift): Sight | null => this.earlier?.(shift, scope) ?? null;
    const moment = { at: clock.now(), live: true };
    return { catalogue, units, scope, buckets: data.buckets, sources: data.sources, moment, earlier };
  }

  /** The number of an indicator over everything, as of the last second; null when there is no such indicator. */
  numberOf(code: string): Reading | null {
    return this.indicators.get(code) ?? null;
  }

  /** Units or sources were changed: everything is evaluated anew at the next tick. */
  invalidate(): void {
    this.ports.data.buckets.touch();
    this.turned();
  }

  private turned(): void {
    this.earlierRevision++;
    this.schedule();
  }

  /** Evaluates and sends what is due. Public for tests; runs by itself. */
  flush(): void {
    const now = this.ports.clock.now();
    const due = this.timer ? this.lastFlush + this.ports.tickMs : now;
    this.timer = null;
    this.lastFlush = now;
    const flushes: Flush[] = [];
    for (const entry of this.entries.values()) {
      const delta = this.advance(entry, now);
      if (delta) flushes.push({ shown: entry, delta });
    }
    if (!this.turning && now - this.indicatorsAt >= INDICATORS_MS) {
      this.indicatorsAt = now;
      void this.turnIndicators();
    }
    this.dropIdle(false);
    const received = this.pending.splice(0);
    for (const listener of this.listeners) listener(flushes, received, Math.max(0, now - due));
  }

  /** A few at a time: thousands of them must not keep a question waiting. */
  private async turnIndicators(): Promise<void> {
    this.turning = true;
    try {
      const numbers = this.indicators.advancing(this.sightNow(EVERYTHING), this.earlierRevision);
      for (let began = performance.now(); !numbers.next().done;) {
        if (performance.now() - began < STRETCH_MS) continue;
        await new Promise((done) => setImmediate(done));
        began = performance.now();
      }
    } catch (error) {
      this.ports.log.error({ err: error }, 'indicators could not be evaluated');
    } finally {
      this.turning = false;
    }
  }

  private changed(message: ChangesMessage): void {
    this.traceparent ??= message.traceparent;
    if (message.receivedAt !== null && this.pending.length < MAX_PENDING) this.pending.push(message.receivedAt);
    this.schedule();
  }

  private schedule(): void {
    if (this.timer) return;
    const wait = Math.max(GATHER_MS, this.lastFlush + this.ports.tickMs - this.ports.clock.now());
    this.timer = setTimeout(() => {
      try {
        const traceparent = this.traceparent;
        this.traceparent = undefined;
        if (traceparent === undefined) this.flush();
        else void withTraceparent(traceparent, 'send deltas', () => this.flush());
      } catch (error) {
        this.ports.log.error({ err: error }, 'boards could not be evaluated');
      }
    }, wait);
  }

  private make(key: string, board: Board, scope: Scope): Entry {
    const { catalogue, clock } = this.ports;
    const now = clock.now();
    const context = this.context(board, scope, now);
    const tiles = visibleTiles(board, catalogue, scope).map((tile) => {
      const metrics = metricsOfTile(tile, catalogue, board);
      return { tile, metrics, stamp: this.stamp(tile, metrics, now) };
    });
    const states: Record<string, TileState> = {};
    for (const { tile } of tiles) this.evaluate(states, tile, context);
    const topic = new Topic(`board:${board.id}`, randomUUID(), boardView(board, catalogue, scope), states, now);
    return { key, topic, board, scope, tiles, viewers: 0, idleSince: now };
  }

  private advance(entry: Entry, now: number): Delta | null {
    const context = this.context(entry.board, entry.scope, now);
    const states: Record<string, TileState> = {};
    for (const shown of entry.tiles) {
      const stamp = this.stamp(shown.tile, shown.metrics, now);
      if (stamp === shown.stamp) continue;
      shown.stamp = stamp;
      this.evaluate(states, shown.tile, context);
    }
    return entry.topic.advance(states, now);
  }

  /** A tile that cannot be evaluated keeps its last state; the others go on. */
  private evaluate(states: Record<string, TileState>, tile: Tile, context: BoardContext): void {
    try {
      states[tile.id] = evaluateTile(tile, context);
    } catch (error) {
      this.ports.log.error({ err: error, tile: tile.id }, 'a tile cannot be evaluated');
    }
  }

  /** Differs when a tile may look different. Sources and the headline turn by the second, windows by the minute. */
  private stamp(tile: Tile, metrics: readonly string[], now: number): string {
    const { buckets, recent } = this.ports.data;
    if (tile.kind === 'ticker') return `${recent.revision} ${this.earlierRevision}`;
    if (tile.kind === 'sources' || tile.kind === 'headline') return String(Math.floor(now / 1_000));
    const revision = metrics.reduce((sum, metric) => sum + buckets.revision(metric), 0);
    return `${revision} ${Math.floor(now / 60_000)} ${this.earlierRevision}`;
  }

  private context(board: Board, scope: Scope, at: number): BoardContext {
    const { sources, recent } = this.ports.data;
    return { ...this.sightNow(scope), moment: { at, live: true }, packs: board.packs, sources, recent: recent.list() };
  }

  private async refreshEarlier(): Promise<void> {
    try {
      this.earlier = await this.ports.loadEarlier(this.ports.clock.now());
      this.turned();
    } catch (error) {
      this.ports.log.warn({ err: error }, 'comparisons cannot be loaded');
    }
  }

  private dropIdle(all: boolean): void {
    const limit = this.ports.clock.now() - (all ? 0 : IDLE_MS);
    for (const [key, entry] of this.entries) {
      if (entry.viewers <= 0 && entry.idleSince <= limit) this.entries.delete(key);
    }
  }
}
