import { type AlertsMessage, MINUTE_MS } from '#libs/contracts';
import { EVERYTHING, type Earlier, FollowedBuckets, loadEarlier, type PreparedRule, type RuleSight } from '#libs/live';
import type { LiveBus, UnitLookup } from '#libs/live';
import {
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
import { judge, type Judgement } from './judge.js';
import { type Leader, NotLeaderError } from './leader.js';
import { PresentValues } from './present-values.js';
import type { RuleBook } from './rule-book.js';
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
  limits?: { states: number; changes: number };
}

/** After so long a round writes no further: what is worse may have come meanwhile. */
const WRITE_MS = 150;
/** Judging lets others work after so long. */
const BREATH_MS = 20;
/**
 * `states`: remembered in all; what comes beyond is left out and said so. `changes`: of one round, so that what is worse
 * than a storm waits for one round of it only; the rest at the next.
 */
const LIMITS = { states: 200_000, changes: 500 };
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
  private stamps = new WeakMap<PreparedRule, string>();
  /** Rules of which everything that they read is in memory. */
  private readonly ready = new WeakSet<PreparedRule>();
  private readonly said = new Set<string>();
  private readonly own = new Set<string>();
  private readonly limits: typeof LIMITS;
  /** How long the last round judged. */
  judgingMs = 0;
  private earlier: Earlier | null = null;
  private earlierRevision = 0;
  /** Of the leader, in which the round that is under way began. */
  private term = 0;
  /** What is in memory of states and alerts may differ from what is stored. */
  private astray = true;

  constructor(private readonly ports: EvaluatorPorts) {
    const { book, bus, catalogue, clock, log, reader, units } = ports;
    this.limits = ports.limits ?? LIMITS;
    this.watched = new Watched(units, (id) => book.find(id)?.rule);
    this.followed = new FollowedBuckets({
      ...{ name: 'alerter', reader, bus, clock, log },
      needsAt: (now) => book.needs(catalogue, now),
    });
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
    for (const rule of rules) this.ready.add(rule);
  }

  /** The moments that formulas look back to from this one. */
  async loadEarlier(): Promise<void> {
    const { book, catalogue, reader, units, clock } = this.ports;
    this.earlier = await loadEarlier({ catalogue, reader, units }, book.formulas(), clock.now());
    this.earlierRevision++;
  }

  /** Alerts were changed by somebody else. */
  async refresh(ids: readonly string[] | null): Promise<void> {
    if (ids === null) this.watched.load(await watchedAlerts(this.ports.pool));
    else this.watched.refresh(ids, await watchedAlerts(this.ports.pool, ids));
  }

  /** One round; true when it was cut short and the next should follow at once. Does nothing where it is not the leader. */
  async round(): Promise<boolean> {
    const { clock, leader, metrics } = this.ports;
    if (!leader.isLeader || !this.isRecent()) return false;
    this.term = leader.term;
    try {
      if (this.astray) await this.takeOver();
      const began = performance.now();
      const now = clock.now();
      metrics.lag(Math.max(0, now - this.dueAt));
      const sight = this.sight(now);
      const { judgements, cut } = await this.judgeAll(sight);
      this.judgingMs = performance.now() - began;
      metrics.judged(this.judgingMs / 1_000);
      const { setup, silences } = this.ports.world;
      const transitions = transitionsOf(judgements, sight, this.watched, silences, setup.settings.limits);
      const whole = await this.write(transitions, now);
      this.publish(await this.present.write((work) => this.asLeader(work), now));
      return (await this.mute(now)) || cut || !whole;
    } catch (error) {
      this.astray = true;
      if (!(error instanceof NotLeaderError)) throw error;
      return false;
    }
  }

  /** Whether a message on the bus is one that this process published: it knows already. */
  isOwn(message: AlertsMessage): boolean {
    return this.own.delete(nameOf(message));
  }

  /** Closes what was resolved long ago. */
  async close(): Promise<void> {
    const { clock, leader, pool, world } = this.ports;
    if (!leader.isLeader) return;
    const ids = await closeResolved(pool, world.setup.settings.closeHours, clock.now());
    if (ids.length > 0) this.publish(ids);
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
    this.stamps = new WeakMap();
    this.astray = false;
    log.info({ states: states.length, alerts: alerts.length }, 'states of rules loaded');
  }

  private async judgeAll(sight: RuleSight): Promise<{ judgements: Judgement[]; cut: boolean }> {
    const { book, world } = this.ports;
    const now = sight.moment.at;
    const judgements: Judgement[] = [];
    const revisions = new Map<string, number>();
    let breath = performance.now();
    for (const prepared of book.all) {
      // Thousands of rules must not keep the leader's lock, or messages that are due, waiting.
      if (performance.now() - breath > BREATH_MS) {
        await new Promise((done) => setImmediate(done));
        revisions.clear();
        breath = performance.now();
      }
      // By half of what it looks at a count is low and a mean is wrong.
      if (!this.ready.has(prepared)) continue;
      const stamp = this.stamp(prepared, revisions, now);
      const due = this.standings.dueOf(prepared.rule.id) <= now;
      if (!due && this.stamps.get(prepared) === stamp) continue;
      if (judgements.length >= this.limits.changes) return { judgements, cut: true };
      const found = judge(prepared, sight, this.standings.of(prepared.rule.id), world.office);
      if (found.leftOut > 0) this.say(prepared.rule.id, `${found.leftOut} keys of a rule are left out`);
      this.present.note(found.values);
      const taken = this.withinRoom(found.judgements, judgements);
      judgements.push(...taken.slice(0, this.limits.changes - judgements.length));
      const whole = judgements.length < this.limits.changes && taken.length === found.judgements.length;
      // What was left out is judged again; what cannot be written is, too, since `astray` forgets all stamps.
      if (whole) this.stamps.set(prepared, stamp);
      else this.stamps.delete(prepared);
    }
    for (const id of this.standings.ids()) if (!book.find(id)) judgements.push(...this.removed(id));
    return { judgements, cut: judgements.length >= this.limits.changes };
  }

  /** A rule is gone or switched off: what it raised ends. */
  private removed(id: string): Judgement[] {
    return [...this.standings.of(id)].slice(0, this.limits.changes).map(([key, before]) => {
      const over = before.phase === 'firing' || before.phase === 'ending';
      const reading = { key, value: null, limit: null, holds: false, back: true };
      return { rule: id, prepared: null, key, reading, before, state: null, decision: { kind: over ? 'end' : 'none' } };
    });
  }

  /** Differs when a rule may say something else. */
  private stamp(prepared: PreparedRule, revisions: Map<string, number>, now: number): string {
    let sum = 0;
    for (const metric of prepared.metrics) {
      let revision = revisions.get(metric);
      if (revision === undefined) revisions.set(metric, (revision = this.followed.buckets.revision(metric)));
      sum += revision;
    }
    const { hours, validFrom, validTo } = prepared.rule;
    const timed =
      prepared.turns === 'minute' || hours !== undefined || validFrom !== undefined || validTo !== undefined;
    const turn = prepared.turns === 'second' ? Math.floor(now / 1_000) : timed ? Math.floor(now / MINUTE_MS) : 0;
    return `${sum} ${turn} ${this.earlierRevision}`;
  }

  private sight(at: number): RuleSight {
    const { catalogue, units } = this.ports;
    const { buckets, sources } = this.followed;
    const earlier: RuleSight['earlier'] = (shift) => this.earlier?.(shift, EVERYTHING) ?? null;
    return { catalogue, units, buckets, sources, scope: EVERYTHING, moment: { at, live: true }, earlier };
  }

  /** False: there was not time enough for all; the rest is judged again. */
  private async write(transitions: readonly Transition[], now: number): Promise<boolean> {
    const { metrics, world } = this.ports;
    const began = performance.now();
    const chunks = chunksOf(transitions);
    for (const [i, chunk] of chunks.entries()) {
      if (i > 0 && performance.now() - began > WRITE_MS) {
        this.judgeAgain(chunks.slice(i).flat());
        return false;
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

  private judgeAgain(transitions: readonly Transition[]): void {
    for (const { rule } of transitions) {
      const prepared = this.ports.book.find(rule);
      if (prepared) this.stamps.delete(prepared);
    }
  }

  /** Where memory is full nothing new is taken up; what is known goes on. `before`: what this round has taken already. */
  private withinRoom(found: readonly Judgement[], before: readonly Judgement[]): readonly Judgement[] {
    const { states } = this.limits;
    if (this.standings.size + before.length + found.length <= states) return found;
    let room = states - this.standings.size - before.filter(isNew).length;
    const taken = found.filter((one) => !isNew(one) || room-- > 0);
    if (taken.length < found.length) this.say('', `${states} states of rules are remembered, new ones are left out`);
    return taken;
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

  /** Once for each, not at every round. */
  private say(rule: string, what: string): void {
    if (this.said.has(rule)) return;
    this.said.add(rule);
    this.ports.log.warn({ rule, limit: true }, what);
  }
}

const nameOf = ({ ids, more }: AlertsMessage): string => `${more} ${ids.join()}`;

/** It takes up room that it did not before. */
const isNew = ({ before, state }: Judgement): boolean => before === null && state !== null;
