import { DAY_MS, type Policy, type Severity, type Target } from '#libs/contracts';
import { localTime, momentOf, readTime } from './day-hours.js';

/** Where the telling of a group of alerts stands. Times epoch ms. */
export interface Progress {
  severity: Severity;
  /** When its first alert fired. */
  openedAt: number;
  /** Steps that have been told, and reminders that have gone out. */
  step: number;
  reminders: number;
  /** When it was last told of; null: never. */
  toldAt: number | null;
}

/**
 * What a policy says at a moment. `nextAt`: when to ask again as long as nobody has answered; null: nothing follows.
 * - `step`: tell `targets` (of every step that is due by now); from now on `step` steps have been told;
 * - `remind`: tell all who were told before once more;
 * - `wait`: nothing now.
 */
export type StepPlan =
  | { kind: 'step'; targets: readonly Target[]; step: number; nextAt: number | null }
  | { kind: 'remind'; targets: readonly Target[]; step: number; nextAt: number | null }
  | { kind: 'wait'; nextAt: number | null };

/** Whether alerts of a severity wait for the policy's next digest; critical never does. */
export const isDigested = (policy: Policy, severity: Severity): boolean =>
  severity !== 'critical' && policy.digest !== undefined && policy.digest.severities.includes(severity);

/** When the quiet hours that hold the moment end; null when none do. Critical is never kept quiet. */
export function quietUntil(policy: Policy, severity: Severity, at: number): number | null {
  if (severity === 'critical' || policy.quiet === undefined) return null;
  const from = readTime(policy.quiet.from) % DAY_MS;
  const to = readTime(policy.quiet.to) % DAY_MS;
  if (from === to) return null;
  const local = localTime(at);
  if (from < to) return local.at >= from && local.at < to ? momentOf(local.day, to) : null;
  if (local.at >= from) return momentOf(local.day + 1, to);
  return local.at < to ? momentOf(local.day, to) : null;
}

/** The first digest after `at`, moved to the end of quiet hours that it falls into; null: the policy has none. */
export function nextDigest(policy: Policy, at: number): number | null {
  if (policy.digest === undefined || policy.digest.at.length === 0) return null;
  const { day } = localTime(at);
  const times = policy.digest.at.map(readTime);
  const moments = [day, day + 1].flatMap((each) => times.map((time) => momentOf(each, time)));
  const next = Math.min(...moments.filter((moment) => moment > at));
  return quietUntil(policy, 'information', next) ?? next;
}

/** When something that happens at `at` may be told at the earliest: at once, when quiet hours end, or in the next digest. */
export function tellAt(policy: Policy, severity: Severity, at: number): number {
  if (isDigested(policy, severity)) return nextDigest(policy, at) ?? at;
  return quietUntil(policy, severity, at) ?? at;
}

/**
 * What is told now of a group that nobody has answered. Delays of steps count from the first message, so what quiet
 * hours held back climbs from their end. After an outage all steps that became due are told together. What is digested
 * goes to the first step only, without reminders.
 */
export function planStep(policy: Policy, progress: Progress, now: number): StepPlan {
  const first = tellAt(policy, progress.severity, progress.openedAt);
  const due = policy.steps.map(({ after }) => allowed(policy, progress.severity, first + after * 1000));
  if (isDigested(policy, progress.severity)) return planDigest(policy, progress, first, now);
  let step = progress.step;
  while (step < due.length && (due[step] ?? Infinity) <= now) step++;
  const told = policy.steps.slice(0, step);
  if (step > progress.step) {
    const targets = told.slice(progress.step).flatMap(({ to }) => to);
    return { kind: 'step', targets, step, nextAt: earliest(due[step], reminderAt(policy, progress, now)) };
  }
  const reminder = progress.toldAt === null || step === 0 ? undefined : reminderAt(policy, progress, progress.toldAt);
  if (reminder === undefined || reminder > now) return { kind: 'wait', nextAt: earliest(due[step], reminder) };
  const after = reminderAt(policy, { ...progress, reminders: progress.reminders + 1 }, now);
  return { kind: 'remind', targets: told.flatMap(({ to }) => to), step, nextAt: earliest(due[step], after) };
}

function planDigest(policy: Policy, progress: Progress, first: number, now: number): StepPlan {
  const [only] = policy.steps;
  if (progress.step > 0 || only === undefined) return { kind: 'wait', nextAt: null };
  if (first > now) return { kind: 'wait', nextAt: first };
  return { kind: 'step', targets: only.to, step: 1, nextAt: null };
}

/** When the reminder after a message of `at` is due; undefined: no more follow. */
function reminderAt(policy: Policy, { severity, reminders }: Progress, at: number): number | undefined {
  if (policy.remind === undefined || reminders >= (policy.reminders ?? DEFAULT_REMINDERS)) return undefined;
  return allowed(policy, severity, at + policy.remind * 1000);
}

/** Reminders of a policy that gives no maximum: nobody is served by a phone that rings for days. */
export const DEFAULT_REMINDERS = 24;

const allowed = (policy: Policy, severity: Severity, at: number): number => quietUntil(policy, severity, at) ?? at;

function earliest(...moments: readonly (number | undefined)[]): number | null {
  const known = moments.filter((moment) => moment !== undefined);
  return known.length === 0 ? null : Math.min(...known);
}
