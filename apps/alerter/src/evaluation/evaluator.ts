import { type Behind, routeOf } from '#libs/alerting';
import type { AlertsMessage } from '#libs/contracts';
import { EVERYTHING, type Earlier, FollowedBuckets, loadEarlier, type RuleSight } from '#libs/live';
import type { LiveBus, UnitLookup } from '#libs/live';
import {
  askAgain,
  type BucketReader,
  closeResolved,
  inTransaction,
  loadStates,
  type Transition,
  watchedAlerts,
  writeMutes,
  writeTransitions,
} from '#libs/persistence';
import type { Clock } from '#libs/platform';
import type { Catalogue } from '#libs/sector-kit';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { AlertWorld } from '../alert-world.js';
import type { AlerterMetrics } from '../alerter-metrics.js';
import type { TellingBell } from '../bells.js';
import { CHUNK, chunksOf } from './chunks.js';
import { removedRule } from './judge.js';
import { Judging } from './judging.js';
import { type Leader, NotLeaderError } from './leader.js';
import { PresentValues } from './present-values.js';
import type { RuleBook } from './rule-book.js';
import { sourcesBehind } from './sources-behind.js';
import { Standings } from './standings.js';
import { asWatched, transitionsOf } from './transition-maker.js';
import { type UnitQuestions, Watched } from './watched.js';

export interface EvaluatorPorts {
  pool: pg.Pool;
  reader: BucketReader;
  bus: LiveBus;
  catalogue: Catalogue;
  units: UnitLookup & UnitQuestions;
  clock: Clock;
  log: Logger;
  leader: Leader;
  book: RuleBook;
  world: AlertWorld;
  metrics: AlerterMetrics;
  bell: TellingBell;
  limits?: Partial<typeof LIMITS>;
}

/**
 * A pass over rules. `changes`: taken at most, the rest at the next; `writeMs`: after so long it writes no further.
 */
interface Lane {
  readonly urgent: boolean;
  readonly changes: number;
  readonly writeMs: number;
  /** How long the last pass judged. */
  judgedMs: number;
}

/**
 * `states`: remembered in all; what comes beyond is left out and said so. `changes`: of one pass over what is not urgent.
 * `urgentMs`: between two passes over what is urgent, while the rest is being worked on.
 */
const LIMITS = { states: 200_000, changes: 2_000, urgentMs: 250 };
/** Messages of its own that it waits to hear. */
const MAX_OWN = 1_000;
/** What was loaded longer ago than this, while the bus is away, is too old to judge by. */
const TOO_OLD_MS = 10_000;

/**
 * Judges rules by what is in memory and writes what changes. Level-triggered: a round that is lost or cut short is made
 * good by the next, because only what was written counts as known.
 */
export class Evaluator {
  readonly followed: FollowedBuckets;
  readonly watched: Watched;
  private readonly standings = new Standings();
  private readonly present = new PresentValues();
  private readonly judging: Judging;
  private readonly own = new Set<string>();
  private readonly urgent: Lane = { urgent: true, changes: 500, writeMs: 150, judgedMs: 0 };
  private readonly rest: Lane;
  private readonly urgentMs: number;
  private rules: Pick<RuleBook, 'urgent' | 'others'> = { urgent: [], others: [] };
  private urgentEnd = 0;
  private earlier: Earlier | null = null;
  private earlierRevision = 0;
  /** Of the leader, in which the round that is under way began. */
  private term = 0;
  /** What is in memory of states and alerts may differ from what is stored. */
  private astray = true;

  constructor(private readonly ports: EvaluatorPorts) {
    const { book, bus, catalogue, clock, log, reader, units } = ports;
    const { states, changes, urgentMs } = { ...LIMITS, ...ports.limits };
    this.urgentMs = urgentMs;
    this.rest = { urgent: false, changes, writeMs: 1_000, judgedMs: 0 };
    this.watched = new Watched(
      units,
      (id) => book.find(id)?.rule,
      (alert) => routeOf(alert, ports.world.setup.settings, units.isNamed.bind(units), clock.now()).policy,
      (rule, unit) => this.behind(rule, unit),
    );
    this.followed = new FollowedBuckets({
      ...{ name: 'alerter', reader, bus, clock, log },
      needsAt: (now) => book.needs(catalogue, now),
    });
    const { standings, present, watched } = this;
    const { buckets } = this.followed;
    this.judging = new Judging({ standings, present, watched, log, buckets, maxStates: states });
  }

  /** When time alone next changes something, epoch ms. */
  get dueAt(): number {
    return this.standings.ids().reduce((first, rule) => Math.min(first, this.standings.dueOf(rule)), Infinity);
  }

  /** It became the leader: whatever another has done meanwhile is read. */
  begin(): void {
    this.astray = true;
  }

  /** Follows what the rules read. */
  async start(): Promise<void> {
    await this.readied(this.followed.start());
  }

  /** Rules were loaded anew: what they read is, too; until then those that changed are not judged. */
  async rulesChanged(): Promise<void> {
    this.watched.touch();
    await this.readied(this.followed.reload());
  }

  private async readied(loading: Promise<void>): Promise<void> {
    const rules = [...this.ports.book.all];
    await Promise.all([loading, this.loadEarlier()]);
    this.judging.isReady(rules);
  }

  /** The moments that formulas look back to from this one. */
  async loadEarlier(): Promise<void> {
    const { book, catalogue, reader, units, clock } = this.ports;
    this.earlier = await loadEarlier({ catalogue, reader, units }, book.formulas(), clock.now());
    this.earlierRevision++;
  }

  /** Alerts were changed by somebody else. */
  async refresh(ids: readonly string[] | null): Promise<void> {
    const there = await watchedAlerts(this.ports.pool, ids ?? undefined);
    if (ids === null) this.watched.load(there);
    else this.watched.refresh(ids, there);
    // What was solved meanwhile may be kept no longer.
    this.judgeAgain(there.filter(({ firing }) => !firing));
  }

  /** How long the last pass over either part judged, ms. */
  get judgedMs(): { urgent: number; rest: number } {
    return { urgent: this.urgent.judgedMs, rest: this.rest.judgedMs };
  }

  /**
   * One round: what is urgent, then (`all`) the rest, in which what is urgent has its turn again and again. True when it
   * was cut short and the next should follow at once. Does nothing where it is not the leader.
   */
  async round(all = true): Promise<boolean> {
    const { clock, leader, metrics } = this.ports;
    if (!leader.isLeader || !this.isRecent()) return false;
    this.term = leader.term;
    try {
      if (this.astray) await this.takeOver();
      const now = clock.now();
      metrics.lag(Math.max(0, now - this.dueAt));
      // What is edited meanwhile counts from the next round on: no rule is in both lanes of one.
      const { urgent, others } = this.ports.book;
      this.rules = { urgent, others };
      const more = (await this.pass(this.urgent)) || (await this.mute(now));
      if (!all) return more;
      const rest = await this.pass(this.rest);
      this.publish(await this.present.write((work) => this.asLeader(work), now));
      return (await this.mute(now)) || more || rest;
    } catch (error) {
      this.astray = true;
      if (!(error instanceof NotLeaderError)) throw error;
      return false;
    }
  }

  /** Judges and writes what one lane has to say; true when that is not all of it. */
  private async pass(lane: Lane): Promise<boolean> {
    const { book, metrics, world } = this.ports;
    const sight = this.sight(this.ports.clock.now());
    const between = lane.urgent ? breath : () => this.breathAndUrgent();
    const { judgements, cut, spentMs } = await this.judging.pass({
      ...{ sight, between, office: world.office, turn: this.earlierRevision, most: lane.changes },
      rules: lane.urgent ? this.rules.urgent : this.rules.others,
    });
    lane.judgedMs = spentMs;
    if (!lane.urgent) {
      metrics.judged(spentMs / 1_000);
      for (const id of this.standings.ids())
        if (!book.find(id)) judgements.push(...removedRule(id, this.standings.of(id), lane.changes));
    }
    const { setup, silences } = world;
    const transitions = transitionsOf(judgements, sight, this.watched, silences, setup.settings.limits);
    const whole = await this.write(transitions, sight.moment.at, lane, between);
    if (lane.urgent) this.urgentEnd = performance.now();
    return cut || !whole;
  }

  private async breathAndUrgent(): Promise<void> {
    await breath();
    if (performance.now() - this.urgentEnd > Math.max(this.urgentMs, this.urgent.judgedMs * 3))
      await this.pass(this.urgent);
  }

  /** Whether a message on the bus is one that this process published: it knows already. */
  isOwn(message: AlertsMessage): boolean {
    return this.own.delete(nameOf(message));
  }

  /** Closes what was resolved long ago, and asks again about what was and still holds. */
  async close(): Promise<void> {
    const { bell, clock, leader, pool, world } = this.ports;
    if (!leader.isLeader) return;
    const { closeHours, groupSeconds } = world.setup.settings;
    const ids = await closeResolved(pool, closeHours, clock.now());
    const groupOf: Watched['groupOf'] = (alert) => this.watched.groupOf(alert);
    const again = await this.asLeader((client) => askAgain(client, groupOf, groupSeconds, clock.now()));
    if (again.length > 0) await this.refresh(again);
    this.publish([...ids, ...again]);
    if (again.length > 0) bell.ring();
  }

  /** Judging by what is behind would end or raise alerts that are not so. */
  private isRecent(): boolean {
    const { behindSince, loadedAt } = this.followed;
    return behindSince === null || (loadedAt !== null && this.ports.clock.now() - loadedAt < TOO_OLD_MS);
  }

  private async takeOver(): Promise<void> {
    const { log, pool } = this.ports;
    const [states, alerts] = await Promise.all([loadStates(pool), watchedAlerts(pool)]);
    this.standings.load(states);
    this.watched.load(alerts);
    this.present.forget();
    this.judging.forget();
    this.astray = false;
    log.info({ states: states.length, alerts: alerts.length }, 'states of rules loaded');
  }

  private behind(rule: string, unit: string | null): Behind {
    const { book, catalogue, units } = this.ports;
    const prepared = book.find(rule);
    const { sources } = this.followed;
    return prepared ? sourcesBehind(prepared, unit, { catalogue, units, sources }) : [];
  }

  private sight(at: number): RuleSight {
    const { catalogue, units } = this.ports;
    const { buckets, sources } = this.followed;
    const earlier: RuleSight['earlier'] = (shift) => this.earlier?.(shift, EVERYTHING) ?? null;
    return { catalogue, units, buckets, sources, scope: EVERYTHING, moment: { at, live: true }, earlier };
  }

  /** False: there was not time enough for all; the rest is judged again. */
  private async write(
    transitions: readonly Transition[],
    now: number,
    { writeMs }: Lane,
    between: () => Promise<void>,
  ): Promise<boolean> {
    const { metrics, world } = this.ports;
    const began = performance.now();
    const chunks = chunksOf(transitions);
    for (const [i, chunk] of chunks.entries()) {
      if (i > 0) {
        await between();
        if (performance.now() - began > writeMs) {
          this.judgeAgain(chunks.slice(i).flat());
          return false;
        }
      }
      const { groupSeconds } = world.setup.settings;
      const { alerts } = await this.asLeader((client) => writeTransitions(client, chunk, groupSeconds, now));
      this.standings.take(chunk);
      metrics.transitions(chunk);
      if (alerts.length === 0) continue;
      await this.follow(chunk);
      this.publish(alerts);
      this.ports.bell.ring();
    }
    return true;
  }

  private judgeAgain(of: readonly { rule: string | null }[]): void {
    for (const { rule } of of) {
      const prepared = rule === null ? undefined : this.ports.book.find(rule);
      if (prepared) this.judging.again(prepared);
    }
  }

  /** What this process wrote, in memory. */
  private async follow(chunk: readonly Transition[]): Promise<void> {
    const strange: string[] = [];
    for (const { outcome, state } of chunk) {
      if (outcome.kind === 'end') strange.push(outcome.alert);
      if (outcome.kind !== 'fire') continue;
      if (state?.alertId === outcome.alert.id && outcome.reopens === null)
        this.watched.refresh([], [asWatched(outcome.alert)]);
      else if (state?.alertId) strange.push(state.alertId);
    }
    // An ended one may still be watched by somebody who has to close it; and another may stand for one that fired twice.
    if (strange.length > 0) await this.refresh(strange);
  }

  private async mute(now: number): Promise<boolean> {
    const { world } = this.ports;
    const changes = this.watched.changes(world.silences, now, CHUNK);
    if (changes.length === 0) return false;
    const { groupSeconds } = world.setup.settings;
    const ids = await this.asLeader((client) => writeMutes(client, changes, groupSeconds, now));
    this.watched.muted(changes);
    this.publish(ids);
    this.ports.bell.ring();
    return changes.length === CHUNK;
  }

  /** A transaction of this round: refused where somebody else has led since it began. */
  private asLeader<R>(work: (client: pg.ClientBase) => Promise<R>): Promise<R> {
    const { leader, pool } = this.ports;
    return inTransaction(pool, async (client) => {
      await leader.guard(client, this.term);
      return work(client);
    });
  }

  private publish(ids: readonly string[]): void {
    if (ids.length === 0) return;
    const message = { ids: ids.slice(0, 200), more: ids.length > 200, setup: false };
    if (this.own.size > MAX_OWN) this.own.clear();
    this.own.add(nameOf(message));
    this.ports.bus.publish('alerts', message).catch(() => undefined);
  }
}

/** Lets others come to their turn. */
const breath = (): Promise<void> => new Promise((done) => setImmediate(done));

const nameOf = ({ ids, more }: AlertsMessage): string => `${more} ${ids.join()}`;
