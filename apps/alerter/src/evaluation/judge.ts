import { type Decision, type RuleReading, type RuleState, step } from '#libs/alerting';
import { type PreparedRule, readingsOf, type RuleSight } from '#libs/live';
import type { WorkingClock } from '#libs/sector-kit';
import type { PresentValue } from './present-values.js';

/** One key whose state changes. */
export interface Judgement {
  rule: string;
  /** Null: the rule is gone. */
  prepared: PreparedRule | null;
  key: string;
  reading: RuleReading;
  before: RuleState | null;
  state: RuleState | null;
  decision: Decision;
}

/** Keys of one rule that are looked at; more are left out, and said so. */
export const MAX_KEYS = 10_000;

/** Knows of alerts whether somebody has said that they are solved. */
export interface Solved {
  isSolved(alert: string): boolean;
}

/**
 * What changes of a rule at the moment of the sight, what is read now where it fires, and how many keys had to be left out.
 * Pure.
 */
export function judge(
  prepared: PreparedRule,
  sight: RuleSight,
  states: ReadonlyMap<string, RuleState>,
  office: WorkingClock,
  watched: Solved,
): { judgements: Judgement[]; values: PresentValue[]; leftOut: number } {
  const { rule } = prepared;
  const now = sight.moment.at;
  const judgements: Judgement[] = [];
  const values: PresentValue[] = [];
  const seen = new Set<string>();
  let keys = 0;
  for (const reading of readingsOf(prepared, sight, { known: states.keys() })) {
    const before = states.get(reading.key) ?? null;
    if (before) seen.add(reading.key);
    else if (++keys > MAX_KEYS) continue;
    if (before?.alertId && (before.phase === 'firing' || before.phase === 'ending'))
      values.push({ alert: before.alertId, value: reading.value });
    // By far the most: nothing is wrong, and nothing was.
    if (!before && !reading.holds && (reading.holds === false || rule.noData !== 'fire')) continue;
    consider(judgements, prepared, reading, before, now, office, watched);
  }
  for (const [key, before] of states) {
    if (seen.has(key)) continue;
    // What the rule looks at no longer: a source out of service, another dimension.
    const gone: RuleReading = { key, value: null, limit: null, holds: false, back: true, gone: true };
    consider(judgements, prepared, gone, before, now, office, watched);
  }
  return { judgements, values, leftOut: Math.max(0, keys - MAX_KEYS) };
}

function consider(
  judgements: Judgement[],
  prepared: PreparedRule,
  reading: RuleReading,
  before: RuleState | null,
  now: number,
  office: WorkingClock,
  watched: Solved,
): void {
  const solved = before !== null && before.alertId !== null && watched.isSolved(before.alertId);
  const { state, decision } = step(prepared.rule, before, reading, now, office, solved);
  if (decision.kind === 'none' && isSame(before, state)) return;
  judgements.push({ rule: prepared.rule.id, prepared, key: reading.key, reading, before, state, decision });
}

/** The value alone is no change: it is read again whenever it is needed. */
function isSame(a: RuleState | null, b: RuleState | null): boolean {
  if (a === b) return true;
  if (a === null || b === null) return false;
  return (
    a.phase === b.phase &&
    a.since === b.since &&
    a.dueAt === b.dueAt &&
    a.alertId === b.alertId &&
    a.firings.length === b.firings.length &&
    a.firings.at(-1) === b.firings.at(-1)
  );
}

/** A rule is gone or switched off: what it raised ends, `most` keys of it now. */
export function removedRule(id: string, states: ReadonlyMap<string, RuleState>, most: number): Judgement[] {
  return [...states].slice(0, most).map(([key, before]) => {
    const over = before.phase === 'firing' || before.phase === 'ending';
    const reading = { key, value: null, limit: null, holds: false, back: true };
    const decision: Decision = over ? { kind: 'end', why: 'rule-removed' } : { kind: 'none' };
    return { rule: id, prepared: null, key, reading, before, state: null, decision };
  });
}
