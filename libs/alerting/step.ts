import type { EndWhy, Rule } from '#libs/contracts';
import type { WorkingClock } from '#libs/sector-kit';
import { isInForce, nextTurn } from './in-force.js';
import type { RuleReading } from './verdict.js';

/**
 * Where a rule stands for one key; nothing is remembered of what is normal (null). Times are epoch ms.
 * - `pending`: the condition holds, for less than `for`;
 * - `firing`: people have been told;
 * - `ending`: the condition is over, the alert is kept: `keepFiring`, or a flapping one that has to be quiet first;
 * - `quiet`: over; only its firings are remembered, to see whether it flaps.
 */
export interface RuleState {
  phase: 'pending' | 'firing' | 'ending' | 'quiet';
  /** Since when the condition holds, or has ended. */
  since: number;
  /** When time alone changes it; null: only data does. */
  dueAt: number | null;
  value: number | null;
  /** The alert of the newest firing; put in by whoever makes it. */
  alertId: string | null;
  /** Newest firings, oldest first; at most as many as make it flap. */
  firings: number[];
}

/** What is to be done. `reopen`: the alert `alertId` of the state goes on, instead of a new one. `why`: as it is at the end. */
export type Decision =
  { kind: 'none' } | { kind: 'fire'; since: number; reopen: boolean; flapping: boolean } | { kind: 'end'; why: EndWhy };

export interface Stepped {
  state: RuleState | null;
  decision: Decision;
}

const NONE: Decision = { kind: 'none' };

/**
 * The next state of a rule for one key. Pure and level-triggered: what counts is what is so now, not what was seen
 * between, so it may be called as often as one likes. Called at each change and at each `dueAt`, it fires exactly when
 * the condition has held for `for`, and never twice without an end between.
 */
export function step(
  rule: Rule,
  state: RuleState | null,
  reading: RuleReading,
  now: number,
  office?: WorkingClock,
  solved = false,
): Stepped {
  const says = asked(rule, state, reading, now, office);
  const leaves = state !== null || says.holds ? nextTurn(rule, now, office) : null;
  const { state: next, decision } = moved(rule, state, { ...says, keeps: !solved && says.why !== 'not-in-force' }, now);
  if (next === null) return { state: null, decision };
  const value = reading.holds === null && rule.noData === 'keep' ? (state?.value ?? null) : reading.value;
  return { state: { ...next, value, dueAt: dueOf(rule, next, leaves) }, decision };
}

/** What a reading means for a rule. `why`: if it is over, why; `keeps`: whether its alert may outlast it. */
interface Says {
  holds: boolean;
  back: boolean;
  why: EndWhy;
  keeps: boolean;
}

/** What the reading means for this rule: without data as `noData` says, outside its hours and days nothing. */
function asked(
  rule: Rule,
  state: RuleState | null,
  reading: RuleReading,
  now: number,
  office: WorkingClock | undefined,
): Omit<Says, 'keeps'> {
  if (!isInForce(rule, now, office)) return { holds: false, back: true, why: 'not-in-force' };
  if (reading.gone) return { holds: false, back: true, why: 'not-watched' };
  if (reading.holds !== null) return { holds: reading.holds, back: reading.back && !reading.holds, why: 'back' };
  const held = state?.phase === 'pending' || state?.phase === 'firing';
  const holds = rule.noData === 'fire' || (rule.noData === 'keep' && held);
  return { holds, back: !holds, why: 'no-data' };
}

function moved(rule: Rule, state: RuleState | null, says: Says, now: number): Stepped {
  const { holds, back, why, keeps } = says;
  const forMs = (rule.for ?? 0) * 1000;
  switch (state?.phase) {
    case 'firing':
      return holds || !back ? same(state) : ended(rule, state, says, now);
    case 'ending':
      if (holds) return { state: { ...state, phase: 'firing', since: now }, decision: NONE };
      return !keeps || now >= state.since + keptMs(rule, state) ? over(rule, state, why, now) : same(state);
    case 'pending':
      if (!holds) return { state: remembered(rule, state, now), decision: NONE };
      return now >= state.since + forMs ? fired(rule, state, state.since, now) : same(state);
    case 'quiet':
    case undefined:
      if (!holds) return { state: state ? remembered(rule, state, now) : null, decision: NONE };
      if (forMs === 0) return fired(rule, state ?? null, now, now);
      return { state: { ...(state ?? EMPTY), phase: 'pending', since: now }, decision: NONE };
  }
}

const EMPTY: RuleState = { phase: 'quiet', since: 0, dueAt: null, value: null, alertId: null, firings: [] };

const same = (state: RuleState): Stepped => ({ state, decision: NONE });

function fired(rule: Rule, state: RuleState | null, since: number, now: number): Stepped {
  const recent = recentFirings(rule, state, now);
  const firings = rule.flapping ? [...recent, now].slice(-rule.flapping.times) : [];
  const reopen = recent.length > 0 && state?.alertId !== null;
  const next: RuleState = {
    ...(state ?? EMPTY),
    phase: 'firing',
    since,
    alertId: reopen ? (state?.alertId ?? null) : null,
    firings,
  };
  return { state: next, decision: { kind: 'fire', since, reopen, flapping: flaps(rule, next) } };
}

/** The condition is over: the alert ends, or is kept for a while; never outside the hours and days of its rule. */
function ended(rule: Rule, state: RuleState, { why, keeps }: Says, now: number): Stepped {
  const ending: RuleState = { ...state, phase: 'ending', since: now };
  return keeps && keptMs(rule, ending) > 0 ? { state: ending, decision: NONE } : over(rule, ending, why, now);
}

function over(rule: Rule, state: RuleState, why: EndWhy, now: number): Stepped {
  return { state: remembered(rule, state, now), decision: { kind: 'end', why } };
}

/** What is kept of a rule that is normal again: its firings, while more of them would make it flap. */
function remembered(rule: Rule, state: RuleState, now: number): RuleState | null {
  if (recentFirings(rule, state, now).length === 0) return null;
  return state.phase === 'quiet' ? state : { ...state, phase: 'quiet', since: now };
}

function recentFirings(rule: Rule, state: RuleState | null, now: number): number[] {
  const window = (rule.flapping?.minutes ?? 0) * 60_000;
  return (state?.firings ?? []).filter((at) => at > now - window);
}

/** It has fired as often as the rule says within its minutes, by the newest firing. */
const flaps = ({ flapping }: Rule, { firings }: RuleState): boolean =>
  flapping !== undefined && firings.length >= flapping.times;

/** How long an alert lasts after its condition. */
function keptMs(rule: Rule, state: RuleState): number {
  const kept = (rule.keepFiring ?? 0) * 1000;
  return flaps(rule, state) ? Math.max(kept, (rule.flapping?.minutes ?? 0) * 60_000) : kept;
}

function dueOf(rule: Rule, state: RuleState, leaves: number | null): number | null {
  const newest = state.firings.at(-1);
  const own = {
    pending: state.since + (rule.for ?? 0) * 1000,
    firing: null,
    ending: state.since + keptMs(rule, state),
    quiet: newest === undefined ? null : newest + (rule.flapping?.minutes ?? 0) * 60_000,
  }[state.phase];
  if (state.phase === 'quiet' || leaves === null) return own;
  return own === null ? leaves : Math.min(own, leaves);
}
