import { stillHolds, type AlertLine, type AlertsMessage, type AlertsState } from '#libs/contracts';
import { scopeKey, type LiveBus, type Scope, type UnitLookup } from '#libs/live';
import type { Clock } from '#libs/platform';
import type { Logger } from 'pino';
import { alertsState, type Held } from './alerts-state.js';
import type { AlertsStore, Setup } from './alerts-store.js';

export interface LiveAlertsPorts {
  store: AlertsStore;
  bus: LiveBus;
  units: UnitLookup;
  clock: Clock;
  log: Logger;
}

/** Between two readings; what changes in between is told together. */
const PAUSE_MS = 250;
const GATHER_MS = 10;
/** What a lost message would have told is found by its number, within this. */
const TAIL_MS = 2_000;
const SETUP_MS = 10_000;
/** Everything anew: finds what was committed after a change with a higher number was seen. */
const RELOAD_MS = 60_000;
const RETRY_MS = 1_000;
const MOST_SCOPES = 500;
/** More changed alerts than this are read by reading all. */
const MOST_IDS = 2_000;

interface Shown {
  scope: Scope;
  revision: number;
  state: AlertsState;
  text: string;
}

/**
 * Open alerts in memory, with those that are resolved and still hold: loaded from the database once, then read anew where the live bus says that they changed. What
 * each scope sees is computed once for all its viewers.
 */
export class LiveAlerts {
  private readonly held = new Map<string, Held>();
  private setup: Setup = { takeoverMs: 0, channelsDown: [], names: new Map() };
  private seen = 0;
  private revision = 0;
  private readonly scopes = new Map<string, Shown>();
  private readonly pending = new Set<string>();
  private wants = { all: true, tail: false, setup: true };
  private lastRead = 0;
  private timer: NodeJS.Timeout | null = null;
  private reading: Promise<void> | null = null;
  private stale: number | null;
  private stopped = false;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly leave: (() => Promise<void>)[] = [];
  private readonly listeners: (() => void)[] = [];

  constructor(private readonly ports: LiveAlertsPorts) {
    this.stale = ports.clock.now();
  }

  /** Null while alerts are followed; else since when they may be behind, epoch ms. */
  get behindSince(): number | null {
    return this.stale;
  }

  get open(): number {
    return this.held.size;
  }

  /** Open alerts of a rule. */
  openOf(rule: string): number {
    let count = 0;
    for (const { line } of this.held.values()) if (line.rule === rule && !stillHolds(line)) count++;
    return count;
  }

  /** Called when what some scope sees may have changed, at most four times a second. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  async start(): Promise<void> {
    const { bus } = this.ports;
    this.leave.push(await bus.subscribe('alerts', (message) => this.heard(message)));
    bus.onGap(() => this.want({ all: true, setup: true }));
    await this.read();
    this.every(TAIL_MS, () => this.want({ tail: true }));
    this.every(SETUP_MS, () => this.want({ setup: true }));
    this.every(RELOAD_MS, () => this.want({ all: true }));
    this.every(1_000, () => this.turn());
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.timers.forEach(clearInterval);
    if (this.timer) clearTimeout(this.timer);
    await Promise.allSettled(this.leave.map((leave) => leave()));
    await this.reading;
  }

  /** What a scope sees. The same object while nothing of it has changed. */
  stateOf(scope: Scope): AlertsState {
    const key = scopeKey(scope);
    let shown = this.scopes.get(key);
    if (shown?.revision === this.revision) return shown.state;
    const now = this.ports.clock.now();
    const { takeoverMs, channelsDown } = this.setup;
    const state = alertsState([...this.held.values()], scope, {
      now,
      takeoverMs,
      channelsDown,
      units: this.ports.units,
    });
    const text = JSON.stringify({ ...state, at: 0 });
    if (shown?.text === text) {
      shown.revision = this.revision;
      return shown.state;
    }
    if (!shown && this.scopes.size >= MOST_SCOPES) this.scopes.clear();
    shown = { scope, revision: this.revision, state, text };
    this.scopes.set(key, shown);
    return state;
  }

  /** Names of people by login, for those who have one. */
  nameOf(login: string): string | undefined {
    return this.setup.names.get(login);
  }

  /** Alerts were changed here: read without waiting for the bus. */
  touched(ids: readonly string[]): void {
    for (const id of ids) this.pending.add(id);
    this.want({});
  }

  /** Names of people were changed. */
  peopleChanged(): void {
    this.want({ setup: true });
  }

  /** Units were changed. */
  invalidate(): void {
    this.changed();
  }

  private heard({ ids, more, setup }: AlertsMessage): void {
    for (const id of ids) this.pending.add(id);
    this.want({ tail: more, setup });
  }

  private want(what: Partial<LiveAlerts['wants']>): void {
    this.wants.all ||= what.all ?? false;
    this.wants.tail ||= what.tail ?? false;
    this.wants.setup ||= what.setup ?? false;
    this.schedule(Math.max(GATHER_MS, this.lastRead + PAUSE_MS - this.ports.clock.now()));
  }

  private schedule(wait: number): void {
    if (this.timer || this.stopped) return;
    this.timer = setTimeout(() => void this.read(), wait);
    this.timer.unref();
  }

  /** One reading at a time; what is wanted meanwhile is read after it. */
  private async read(): Promise<void> {
    this.timer = null;
    if (this.reading) return this.reading;
    this.reading = this.readWanted().finally(() => {
      this.reading = null;
      this.lastRead = this.ports.clock.now();
      const { all, tail, setup } = this.wants;
      if (all || tail || setup || this.pending.size > 0) this.schedule(this.stale === null ? PAUSE_MS : RETRY_MS);
    });
    await this.reading;
  }

  private async readWanted(): Promise<void> {
    const wants = this.wants;
    const ids = new Set(this.pending);
    this.wants = { all: false, tail: false, setup: false };
    this.pending.clear();
    try {
      if (wants.setup) this.takeSetup(await this.ports.store.setup());
      const tail = wants.tail && !wants.all ? await this.ports.store.changedSince(this.seen, MOST_IDS) : null;
      for (const id of tail?.ids ?? []) ids.add(id);
      if (wants.all || ids.size > MOST_IDS || tail?.more) await this.readAll();
      else if (ids.size > 0) this.apply(await this.ports.store.byId([...ids]), ids);
      if (tail && !tail.more) this.seen = Math.max(this.seen, tail.seq);
      this.stale = null;
    } catch (error) {
      this.stale ??= this.ports.clock.now();
      this.ports.log.warn({ err: error }, 'alerts cannot be read; trying again');
      this.wants = { all: true, tail: false, setup: this.wants.setup || wants.setup };
    }
  }

  private async readAll(): Promise<void> {
    const seq = await this.ports.store.newest();
    const all = await this.ports.store.open();
    this.apply(all, new Set(this.held.keys()));
    this.seen = Math.max(this.seen, seq);
  }

  /** Takes alerts as they are now; of those asked for, what did not come or is over is no longer held. */
  private apply(found: readonly Held[], asked: ReadonlySet<string>): void {
    let changed = false;
    const open = new Map(found.filter(({ line }) => isOpen(line)).map((one) => [one.line.id, one]));
    for (const id of asked) if (!open.has(id)) changed = this.held.delete(id) || changed;
    for (const [id, one] of open) {
      const before = this.held.get(id);
      if (before && JSON.stringify(before.line) === JSON.stringify(this.named(one).line)) continue;
      this.held.set(id, this.named(one));
      changed = true;
    }
    if (changed) this.changed();
  }

  private named(one: Held): Held {
    const login = one.line.assignee ?? one.line.acknowledgedBy;
    return { ...one, line: { ...one.line, who: login === null ? null : (this.setup.names.get(login) ?? login) } };
  }

  private takeSetup(setup: Setup): void {
    const key = (one: Setup): string => JSON.stringify([one.takeoverMs, one.channelsDown, [...one.names]]);
    if (key(setup) === key(this.setup)) return;
    this.setup = setup;
    for (const [id, one] of this.held) this.held.set(id, this.named(one));
    this.changed();
  }

  /** The time of a takeover may be over. */
  private turn(): void {
    const now = this.ports.clock.now();
    const over = [...this.scopes.values()].some(({ state }) => state.takeovers.some(({ until }) => until <= now));
    if (over) this.changed();
  }

  private changed(): void {
    this.revision++;
    for (const listener of this.listeners) listener();
  }

  private every(ms: number, run: () => void): void {
    this.timers.push(setInterval(run, ms).unref());
  }
}

const isOpen = (line: AlertLine): boolean => (line.state !== 'resolved' && line.state !== 'closed') || stillHolds(line);
