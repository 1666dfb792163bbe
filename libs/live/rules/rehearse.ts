import {
  compareAlerts,
  type RehearsedAlert,
  RuleTestError,
  type RuleState,
  type RuleTestCase,
  type RuleTestResult,
  step,
} from '#libs/alerting';
import type { HubEvent, Rule } from '#libs/contracts';
import type { Catalogue } from '#libs/sector-kit';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import type { SourceInfo } from '../board-context.js';
import { BucketSet } from '../bucket-set.js';
import { EVERYTHING, type UnitLookup } from '../scope.js';
import type { Sight } from '../sight.js';
import { type Moment } from '../span.js';
import { shifted } from '../formula.js';
import { type PreparedRule, prepareRule } from './prepared-rule.js';
import { readingsOf, type RuleSight } from './readings.js';
import { RehearsalStore } from './rehearsal-store.js';

export interface RehearsalWorld {
  catalogue: Catalogue;
  units: UnitLookup;
  /** All rules that tests may name. */
  rules: readonly Rule[];
}

/**
 * Runs a case on a clock of its own: events are counted as the worker counts them, rules are judged at every event, every
 * step, and every moment that a rule waits for. Throws `RuleTestError` where the case names what is not there.
 */
export async function rehearse(test: RuleTestCase, world: RehearsalWorld): Promise<RuleTestResult> {
  const rehearsal = new Rehearsal(test, world);
  await rehearsal.run();
  return compareAlerts(test, rehearsal.alerts);
}

class Rehearsal {
  readonly alerts: RehearsedAlert[] = [];
  private readonly buckets = new BucketSet();
  private readonly store: RehearsalStore;
  private readonly sources: SourceInfo[];
  private readonly rules: { prepared: PreparedRule; states: Map<string, RuleState> }[];
  private next = 0;

  constructor(
    private readonly test: RuleTestCase,
    private readonly world: RehearsalWorld,
  ) {
    const { catalogue, rules } = world;
    this.store = new RehearsalStore(catalogue);
    this.sources = test.sources.map((source) => ({
      ...source,
      name: source.id,
      simulated: false,
      lastEvent: null,
      lastSeen: null,
    }));
    this.rules = test.rules.map(({ id, line }) => {
      const rule = rules.find((one) => one.id === id);
      if (!rule) throw new RuleTestError(line, 'rule', `there is no rule ${id}`);
      return { prepared: prepareRule(rule, catalogue), states: new Map() };
    });
  }

  async run(): Promise<void> {
    const { from, to, step: every, events } = this.test;
    while ((events[this.next]?.arrives ?? Infinity) < from) await this.take();
    for (let now = from, beat = from, looks = 0; now <= to; looks++) {
      // Whoever runs this has other things to do as well.
      if (looks % 100 === 99) await new Promise((done) => setImmediate(done));
      while ((events[this.next]?.arrives ?? Infinity) <= now) await this.take();
      this.buckets.apply(await this.store.pass(now), now);
      this.look(now);
      if (beat <= now) beat += every;
      now = Math.min(beat, events[this.next]?.arrives ?? Infinity, this.due(now));
    }
  }

  private async take(): Promise<void> {
    const { arrives, event } = this.test.events[this.next++] as RuleTestCase['events'][number];
    checkEvent(this.test, this.world.catalogue, event);
    this.buckets.apply(await this.store.take(event, arrives), arrives);
    const source = this.sources.find(({ id }) => id === event.source);
    if (!source) throw new RuleTestError(this.test.line, 'events', `there is no source ${event.source}`);
    source.lastSeen = arrives;
    source.lastEvent = Math.max(source.lastEvent ?? event.time, event.time);
  }

  /** The next moment after now that a rule waits for. */
  private due(now: number): number {
    let next = Infinity;
    for (const { states } of this.rules)
      for (const { dueAt } of states.values()) if (dueAt !== null && dueAt > now) next = Math.min(next, dueAt);
    return next;
  }

  private look(now: number): void {
    const sight = this.sight({ at: now, live: true });
    for (const { prepared, states } of this.rules) {
      const { rule } = prepared;
      for (const reading of readingsOf(prepared, sight, { known: states.keys() })) {
        const { state, decision } = step(rule, states.get(reading.key) ?? null, reading, now);
        if (state) states.set(reading.key, state);
        else states.delete(reading.key);
        const last = this.alerts.findLast((alert) => alert.rule === rule.id && alert.key === reading.key);
        if (decision.kind === 'end' && last) last.endedAt = now;
        if (decision.kind !== 'fire') continue;
        if (decision.reopen && last) {
          last.endedAt = null;
          last.flapping ||= decision.flapping;
          continue;
        }
        const { key, value, limit } = reading;
        const { flapping } = decision;
        this.alerts.push({
          rule: rule.id,
          key,
          severity: rule.severity,
          firedAt: now,
          endedAt: null,
          flapping,
          value,
          limit,
        });
        if (state) state.alertId = String(this.alerts.length);
      }
    }
  }

  private sight(moment: Moment): RuleSight {
    const { catalogue, units } = this.world;
    const own = { catalogue, units, buckets: this.buckets, scope: EVERYTHING, moment, sources: this.sources };
    const earlier = new Map<string, Sight>();
    return {
      ...own,
      earlier: (shift) => {
        const name = `${shift.back} ${shift.step}`;
        const known = earlier.get(name) ?? { ...own, moment: shifted(shift, moment) };
        earlier.set(name, known);
        return known;
      },
    };
  }
}

/** An event that the door would refuse proves nothing. */
function checkEvent(test: RuleTestCase, catalogue: Catalogue, event: HubEvent): void {
  const fail = (reason: string): never => {
    throw new RuleTestError(test.line, `events: ${event.type}`, reason);
  };
  const type = catalogue.eventType(event.type) ?? fail('there is no such event type');
  const [error] = validateSync(plainToInstance(type.dto, event.data), { forbidUnknownValues: false });
  if (!error) return;
  const reasons = Object.values(error.constraints ?? { nested: `${error.property} is wrong` });
  fail(`data.${error.property}: ${reasons.join(', ')}`);
}
