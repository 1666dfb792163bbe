import { MINUTE_MS } from '#libs/contracts';
import type { BucketSet, PreparedRule, RuleSight } from '#libs/live';
import type { WorkingClock } from '#libs/sector-kit';
import type { Logger } from 'pino';
import { judge, type Judgement, type Solved } from './judge.js';
import type { PresentValues } from './present-values.js';
import type { Standings } from './standings.js';

export interface JudgingPorts {
  buckets: BucketSet;
  standings: Standings;
  present: PresentValues;
  log: Logger;
  watched: Solved;
  /** States remembered in all; what comes beyond is left out and said so. */
  maxStates: number;
}

/** What a pass over rules found. */
export interface Found {
  judgements: Judgement[];
  /** More would have changed than was asked for. */
  cut: boolean;
  /** What judging took, without what was done between. */
  spentMs: number;
}

export interface Pass {
  rules: Iterable<PreparedRule>;
  sight: RuleSight;
  office: WorkingClock;
  /** Differs when earlier moments were loaded anew. */
  turn: number;
  /** Changes that are taken at most; the rest at the next pass. */
  most: number;
  /** Done now and then, so that others come to their turn. */
  between: () => Promise<void>;
}

/** So long it judges at a stretch. Whoever tells what was found takes a dozen turns, and waits this long at each. */
const STRETCH_MS = 5;

/** Judges rules of which something may be different now: data behind them came, their windows moved, a state is due. */
export class Judging {
  private stamps = new WeakMap<PreparedRule, string>();
  /** Rules of which everything that they read is in memory. */
  private readonly ready = new WeakSet<PreparedRule>();
  private readonly said = new Set<string>();

  constructor(private readonly ports: JudgingPorts) {}

  /** By half of what it looks at a count is low and a mean is wrong: until then a rule is not judged. */
  isReady(rules: Iterable<PreparedRule>): void {
    for (const rule of rules) this.ready.add(rule);
  }

  /** All are judged again. */
  forget(): void {
    this.stamps = new WeakMap();
  }

  /** This one is judged again: what it led to could not be written. */
  again(rule: PreparedRule): void {
    this.stamps.delete(rule);
  }

  async pass({ rules, sight, office, turn, most, between }: Pass): Promise<Found> {
    const { standings, present } = this.ports;
    const now = sight.moment.at;
    const judgements: Judgement[] = [];
    const revisions = new Map<string, number>();
    let spentMs = 0;
    let began = performance.now();
    for (const prepared of rules) {
      const took = performance.now() - began;
      if (took > STRETCH_MS) {
        spentMs += took;
        await between();
        revisions.clear();
        began = performance.now();
      }
      if (!this.ready.has(prepared)) continue;
      const stamp = `${this.stamp(prepared, revisions, now)} ${turn}`;
      const due = standings.dueOf(prepared.rule.id) <= now;
      if (!due && this.stamps.get(prepared) === stamp) continue;
      const room = most - judgements.length;
      if (room <= 0) return { judgements, cut: true, spentMs: spentMs + performance.now() - began };
      const found = judge(prepared, sight, standings.of(prepared.rule.id), office, this.ports.watched);
      if (found.leftOut > 0) this.say(prepared.rule.id, `${found.leftOut} keys of a rule are left out`);
      present.note(found.values);
      const taken = this.withinRoom(found.judgements, judgements);
      judgements.push(...taken.slice(0, room));
      // What was left out is judged again.
      if (taken.length < room && taken.length === found.judgements.length) this.stamps.set(prepared, stamp);
      else this.stamps.delete(prepared);
    }
    return { judgements, cut: judgements.length >= most, spentMs: spentMs + performance.now() - began };
  }

  /** Differs when a rule may say something else. */
  private stamp(prepared: PreparedRule, revisions: Map<string, number>, now: number): string {
    let sum = 0;
    for (const metric of prepared.metrics) {
      let revision = revisions.get(metric);
      if (revision === undefined) revisions.set(metric, (revision = this.ports.buckets.revision(metric)));
      sum += revision;
    }
    const { hours, validFrom, validTo } = prepared.rule;
    const timed =
      prepared.turns === 'minute' || hours !== undefined || validFrom !== undefined || validTo !== undefined;
    const turn = prepared.turns === 'second' ? Math.floor(now / 1_000) : timed ? Math.floor(now / MINUTE_MS) : 0;
    return `${sum} ${turn}`;
  }

  /** Where memory is full nothing new is taken up; what is known goes on. `before`: what this pass has taken already. */
  private withinRoom(found: readonly Judgement[], before: readonly Judgement[]): readonly Judgement[] {
    const { maxStates, standings } = this.ports;
    if (standings.size + before.length + found.length <= maxStates) return found;
    let room = maxStates - standings.size - before.filter(isNew).length;
    const taken = found.filter((one) => !isNew(one) || room-- > 0);
    if (taken.length < found.length) this.say('', `${maxStates} states of rules are remembered, new ones are left out`);
    return taken;
  }

  /** Once for each, not at every pass. */
  private say(rule: string, what: string): void {
    if (this.said.has(rule)) return;
    this.said.add(rule);
    this.ports.log.warn({ rule, limit: true }, what);
  }
}

/** It takes up room that it did not before. */
const isNew = ({ before, state }: Judgement): boolean => before === null && state !== null;
