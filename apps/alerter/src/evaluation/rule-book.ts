import type { Formula, Rule } from '#libs/contracts';
import { SEVERITIES } from '#libs/contracts';
import { formulasOfRule, type Needs, needsOfRules, type PreparedRule, prepareRule } from '#libs/live';
import { storedRules } from '#libs/persistence';
import type { Catalogue } from '#libs/sector-kit';
import type pg from 'pg';
import type { Logger } from 'pino';

/** Rules in force: the packs' with what operators changed of them, and the operators' own. Worst severity first. */
export class RuleBook {
  private prepared = new Map<string, PreparedRule>();
  /** Critical ones, and whatever mutes one of them: these never wait for the others. */
  urgent: readonly PreparedRule[] = [];
  others: readonly PreparedRule[] = [];
  /** Grows with each load that changed something. */
  revision = 0;

  constructor(
    private readonly pool: pg.Pool,
    private readonly catalogue: Catalogue,
    private readonly log: Logger,
  ) {}

  get all(): Iterable<PreparedRule> {
    return this.prepared.values();
  }

  find(id: string): PreparedRule | undefined {
    return this.prepared.get(id);
  }

  formulas(): Formula[] {
    return [...this.prepared.values()].flatMap(formulasOfRule);
  }

  /** What judging them reads. */
  needs(catalogue: Catalogue, at: number): Needs {
    return needsOfRules([...this.prepared.values()], catalogue, { at, live: true });
  }

  /** Reads the rules; one that did not change stays the same object. A rule that cannot be read is left out and said so. */
  async load(): Promise<void> {
    const rules = new Map(this.catalogue.allRules().map((rule) => [rule.id, rule]));
    for (const { id, definition, enabled } of await storedRules(this.pool)) {
      if (!enabled) rules.delete(id);
      else if (definition) rules.set(id, definition);
    }
    const next = [...rules.values()].flatMap((rule) => this.prepare(rule) ?? []);
    next.sort((a, b) => SEVERITIES.indexOf(b.rule.severity) - SEVERITIES.indexOf(a.rule.severity));
    const changed = next.length !== this.prepared.size || next.some((one) => this.prepared.get(one.rule.id) !== one);
    this.prepared = new Map(next.map((one) => [one.rule.id, one]));
    const urgent = urgentOf(next);
    this.urgent = next.filter((one) => urgent.has(one.rule.id));
    this.others = next.filter((one) => !urgent.has(one.rule.id));
    if (changed) this.revision++;
  }

  private prepare(rule: Rule): PreparedRule | null {
    const known = this.prepared.get(rule.id);
    if (known && JSON.stringify(known.rule) === JSON.stringify(rule)) return known;
    try {
      return prepareRule(rule, this.catalogue);
    } catch (error) {
      this.log.error({ rule: rule.id, error: error instanceof Error ? error.message : String(error) }, 'rule left out');
      return null;
    }
  }
}

/** Ids of the critical rules, of those that mute them, of those that mute these, and so on. */
function urgentOf(rules: readonly PreparedRule[]): Set<string> {
  const urgent = new Set<string>();
  for (const { rule } of rules) if (rule.severity === 'critical') urgent.add(rule.id);
  for (let before = -1; before < urgent.size;) {
    before = urgent.size;
    for (const { rule } of rules)
      if (rule.inhibits?.some(({ rules: muted }) => muted.some((id) => urgent.has(id)))) urgent.add(rule.id);
  }
  return urgent;
}
