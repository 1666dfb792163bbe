import type { RuleState } from '#libs/alerting';
import type { StoredState } from '#libs/persistence';

/** Where every rule stands for each key, in memory as it is stored. Nothing is kept of what is normal. */
export class Standings {
  private readonly rules = new Map<string, Map<string, RuleState>>();
  private readonly dues = new Map<string, number>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** Forgets everything and takes these. */
  load(states: readonly StoredState[]): void {
    this.rules.clear();
    this.dues.clear();
    this.count = 0;
    for (const { rule, key, state } of states) this.put(rule, key, state);
    for (const rule of this.rules.keys()) this.reckon(rule);
  }

  of(rule: string): ReadonlyMap<string, RuleState> {
    return this.rules.get(rule) ?? NONE;
  }

  ids(): string[] {
    return [...this.rules.keys()];
  }

  /** When time alone next changes a state of the rule, epoch ms; `Infinity`: never. */
  dueOf(rule: string): number {
    return this.dues.get(rule) ?? Infinity;
  }

  /** Takes what was written. */
  take(changes: readonly { rule: string; key: string; state: RuleState | null }[]): void {
    for (const { rule, key, state } of changes) {
      if (state) this.put(rule, key, state);
      else if (this.rules.get(rule)?.delete(key)) this.count--;
    }
    for (const rule of new Set(changes.map(({ rule }) => rule))) this.reckon(rule);
  }

  private put(rule: string, key: string, state: RuleState): void {
    const keys = this.rules.get(rule) ?? new Map<string, RuleState>();
    this.rules.set(rule, keys);
    if (!keys.has(key)) this.count++;
    keys.set(key, state);
  }

  private reckon(rule: string): void {
    let due = Infinity;
    for (const { dueAt } of this.rules.get(rule)?.values() ?? []) if (dueAt !== null && dueAt < due) due = dueAt;
    this.dues.set(rule, due);
    if (this.rules.get(rule)?.size === 0) this.rules.delete(rule);
  }
}

const NONE: ReadonlyMap<string, RuleState> = new Map();
