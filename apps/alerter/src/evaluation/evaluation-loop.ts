import type { AlertsMessage } from '#libs/contracts';
import type { LiveBus } from '#libs/live';
import type { Clock } from '#libs/platform';
import type { Logger } from 'pino';
import type { AlertWorld } from '../alert-world.js';
import type { TellingBell } from '../bells.js';
import type { Evaluator } from './evaluator.js';
import type { Leader } from './leader.js';
import type { RuleBook } from './rule-book.js';

export interface LoopPorts {
  evaluator: Evaluator;
  leader: Leader;
  book: RuleBook;
  world: AlertWorld;
  bus: LiveBus;
  clock: Clock;
  log: Logger;
  bell: TellingBell;
  loadUnits: () => Promise<void>;
}

/** Between two rounds. What time alone makes critical is at most this late; what is milder, where judging takes long, by its share more. */
export const TICK_MS = 250;
/** A change that comes after a quiet time is judged at once, but for what arrives together with it. */
const GATHER_MS = 10;
/** Judging takes at most one part in so many of a core: under load rounds are fewer and larger. */
const SHARE = 6;
/** What is urgent waits no longer than this for its share. */
const URGENT_WAIT_MS = 500;
/** Nor the rest longer than this. */
const REST_WAIT_MS = 2_000;
const SETUP_MS = 30_000;
const MINUTE_MS = 60_000;

/** When the evaluator works: soon after a change, at each tick, and all over again when rules or setup were changed. */
export class EvaluationLoop {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> | null = null;
  private next = 0;
  /** When what is not urgent is judged again at the earliest. */
  private nextAll = 0;
  private stopped = false;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly changed = new Set<string>();
  private allChanged = false;
  /** Revision of the rules of which all is in memory. */
  private ready = 0;
  private leave: (() => Promise<void>) | undefined;

  constructor(private readonly ports: LoopPorts) {}

  async start(): Promise<void> {
    const { book, bus, evaluator, leader, world } = this.ports;
    this.leave = await bus.subscribe('alerts', (message) => this.hear(message));
    await bus.subscribe('access', ({ kind }) => {
      if (kind === 'user') this.soon('setup', world.load());
      if (kind === 'unit') this.soon('units', this.units());
      if (kind === 'source') this.soon('sources', evaluator.followed.loadSources());
    });
    await world.load();
    await book.load();
    await evaluator.start();
    this.ready = book.revision;
    evaluator.followed.onChanges(() => this.schedule(GATHER_MS));
    this.every(TICK_MS, () => this.schedule(0));
    this.every(SETUP_MS, () => this.soon('setup', this.setup()));
    this.every(MINUTE_MS, () => this.soon('earlier moments', evaluator.loadEarlier()));
    this.every(MINUTE_MS, () => this.soon('closing', evaluator.close()));
    this.every(5_000, () => this.catchUp());
    // What a lost message would have told.
    bus.onGap(() => (this.allChanged = true));
    this.every(MINUTE_MS, () => (this.allChanged = true));
    await leader.start(() => {
      evaluator.begin();
      this.schedule(0);
    });
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.timers.forEach(clearInterval);
    if (this.timer) clearTimeout(this.timer);
    await this.running;
    await this.ports.leader.stop();
    await this.leave?.();
    await this.ports.evaluator.followed.stop();
  }

  private hear(message: AlertsMessage): void {
    const { ids, more, setup } = message;
    if (this.ports.evaluator.isOwn(message)) return;
    if (setup) this.soon('setup', this.setup());
    for (const id of ids) this.changed.add(id);
    if (more || this.changed.size > 10_000) this.allChanged = true;
    // A person may have raised or reopened one.
    this.ports.bell.ring();
  }

  private async setup(): Promise<void> {
    const { book, evaluator, world } = this.ports;
    await Promise.all([world.load(), book.load()]);
    evaluator.watched.touch();
    const { revision } = book;
    if (revision !== this.ready) await evaluator.rulesChanged();
    // Where that failed it is done again at the next setup.
    this.ready = revision;
    this.schedule(0);
  }

  private async units(): Promise<void> {
    await this.ports.loadUnits();
    this.ports.evaluator.followed.buckets.touch();
  }

  /** While the bus is away, what is judged comes from the database. */
  private catchUp(): void {
    const { evaluator, leader } = this.ports;
    if (leader.isLeader && evaluator.followed.behindSince !== null)
      this.soon('catching up', evaluator.followed.catchUp());
  }

  private schedule(wait: number): void {
    if (this.timer || this.running || this.stopped) return;
    const ms = Math.max(wait, this.next - this.ports.clock.now());
    this.timer = setTimeout(() => {
      this.timer = null;
      this.running = this.round().finally(() => (this.running = null));
    }, ms);
  }

  private async round(): Promise<void> {
    const { clock, evaluator, leader, log } = this.ports;
    const began = performance.now();
    const all = clock.now() >= this.nextAll;
    let again = false;
    try {
      if (leader.isLeader) await this.follow();
      again = await evaluator.round(all);
    } catch (error) {
      log.warn({ error: error instanceof Error ? error.message : String(error) }, 'judging rules');
    }
    const { urgent, rest } = evaluator.judgedMs;
    const took = performance.now() - began;
    const share = Math.min(urgent * (SHARE - 1), URGENT_WAIT_MS);
    this.next = clock.now() + (again ? 0 : Math.max(TICK_MS - took, share));
    if (all) this.nextAll = clock.now() + (again ? 0 : Math.min(rest * (SHARE - 1), REST_WAIT_MS));
    if (again) setImmediate(() => this.schedule(0));
  }

  /** What others have done with alerts since the last round. */
  private async follow(): Promise<void> {
    if (this.changed.size === 0 && !this.allChanged) return;
    const ids = this.allChanged ? null : [...this.changed];
    this.changed.clear();
    this.allChanged = false;
    await this.ports.evaluator.refresh(ids);
  }

  private soon(what: string, work: Promise<unknown>): void {
    work.catch((error: unknown) =>
      this.ports.log.warn({ error: error instanceof Error ? error.message : String(error) }, what),
    );
  }

  private every(ms: number, run: () => void): void {
    this.timers.push(setInterval(run, ms).unref());
  }
}
