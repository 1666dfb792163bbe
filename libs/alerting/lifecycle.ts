import type { AlertAction, AlertChangeKind, AlertState, Text } from '#libs/contracts';

/** What of an alert people's actions look at and change. Times are epoch ms. */
export interface Standing {
  origin: 'rule' | 'manual' | 'cap';
  state: AlertState;
  acknowledgedBy: string | null;
  acknowledgedAt: number | null;
  assignee: string | null;
  /** The condition ended; of manual alerts and CAP messages: somebody said that it is over. */
  endedAt: number | null;
  resolvedAt: number | null;
  closedAt: number | null;
  steps: readonly { text: Text; by: string | null; at: number | null }[];
}

/** What follows from an action: the fields that change and what the history keeps, or why it cannot be done. */
export type Acted =
  | {
      ok: true;
      changed: Partial<Omit<Standing, 'origin'>>;
      change: { kind: AlertChangeKind; comment: string | null; detail: Record<string, unknown> };
      /** Whoever was told hears of it: it is open again, or over. */
      tell: boolean;
    }
  | { ok: false; reason: string; field: string | null };

type Open = 'firing' | 'acknowledged' | 'in-progress';

/** Longest comment, in characters. */
export const COMMENT_MAX = 2_000;

/** Whether somebody still has something to do with it. */
export const isOpen = (state: AlertState): state is Open =>
  state === 'firing' || state === 'acknowledged' || state === 'in-progress';

/** One action of a person on an alert. Pure; the caller has checked that the person may do it and sees the alert. */
export function act(alert: Standing, action: AlertAction, actor: string, now: number): Acted {
  const comment = action.action === 'tick' ? null : (action.comment?.trim() ?? null) || null;
  if (comment !== null && comment.length > COMMENT_MAX)
    return refuse(`A comment has at most ${COMMENT_MAX} characters.`, 'comment');
  switch (action.action) {
    case 'acknowledge':
      return acknowledge(alert, actor, now, comment);
    case 'start':
      return start(alert, actor, now, comment);
    case 'assign':
      return assign(alert, action.assignee, comment);
    case 'hand-over':
      return handOver(alert, action.assignee, comment);
    case 'comment':
      return comment === null ? refuse('A comment must say something.', 'comment') : done({}, 'commented', comment);
    case 'tick':
      return tick(alert, action, actor, now);
    case 'resolve':
      return resolve(alert, actor, now, comment);
    case 'close':
      if (alert.state !== 'resolved') return refuse(`Only a resolved alert can be closed; this one is ${alert.state}.`);
      if (alert.origin === 'rule' && alert.endedAt === null)
        return refuse('Its condition still holds: it is asked about again, or closed once that is over.');
      return done({ state: 'closed', closedAt: now }, 'closed', comment);
    case 'reopen':
      return reopen(alert, comment);
  }
}

/**
 * The condition ended by itself: the alert is resolved, unless somebody has said so before. What nobody answered
 * stays visible as such.
 */
export function end(alert: Pick<Standing, 'state' | 'resolvedAt'>, now: number): Partial<Standing> {
  return isOpen(alert.state) ? { state: 'resolved', endedAt: now, resolvedAt: now } : { endedAt: now };
}

/** Who touches an alert that nobody has answered has answered it. */
const answered = (alert: Standing, actor: string, now: number): Partial<Standing> =>
  alert.acknowledgedAt === null ? { acknowledgedBy: actor, acknowledgedAt: now } : {};

function acknowledge(alert: Standing, actor: string, now: number, comment: string | null): Acted {
  if (alert.state === 'acknowledged' || alert.state === 'in-progress')
    return refuse(`${alert.acknowledgedBy ?? 'Somebody'} has acknowledged it already.`);
  if (alert.state !== 'firing') return refuse(`It is ${alert.state} already.`);
  return done({ state: 'acknowledged', ...answered(alert, actor, now) }, 'acknowledged', comment);
}

function start(alert: Standing, actor: string, now: number, comment: string | null): Acted {
  if (alert.state === 'in-progress') return refuse(`${alert.assignee ?? 'Somebody'} works on it already.`);
  if (!isOpen(alert.state)) return refuse(`It is ${alert.state} already.`);
  const assignee = alert.assignee ?? actor;
  return done({ state: 'in-progress', assignee, ...answered(alert, actor, now) }, 'started', comment, { assignee });
}

function assign(alert: Standing, to: string | null, comment: string | null): Acted {
  if (alert.state === 'closed') return refuse('It is closed.');
  if (to === alert.assignee)
    return refuse(to === null ? 'Nobody is assigned.' : `${to} is assigned already.`, 'assignee');
  return done({ assignee: to }, 'assigned', comment, { from: alert.assignee, to });
}

function handOver(alert: Standing, to: string, comment: string | null): Acted {
  if (!isOpen(alert.state)) return refuse(`It is ${alert.state}: nothing is left to hand over.`);
  if (alert.assignee === null) return refuse('Nobody has it who could hand it over; assign it.');
  if (to === alert.assignee) return refuse(`${to} has it already.`, 'assignee');
  if (comment === null) return refuse('Say what the next one must know.', 'comment');
  return done({ assignee: to }, 'handed-over', comment, { from: alert.assignee, to });
}

function tick(alert: Standing, action: { step: number; done: boolean }, actor: string, now: number): Acted {
  const step = alert.steps[action.step];
  if (!step) return refuse(`It has ${alert.steps.length} steps, counted from 0.`, 'step');
  if (alert.state === 'closed') return refuse('It is closed.');
  if ((step.at !== null) === action.done)
    return refuse(`The step is ${action.done ? 'done' : 'open'} already.`, 'step');
  const ticked = { ...step, by: action.done ? actor : null, at: action.done ? now : null };
  const steps = alert.steps.map((each, i) => (i === action.step ? ticked : each));
  const detail = { step: action.step, text: step.text };
  return done({ steps }, action.done ? 'step-done' : 'step-undone', null, detail);
}

function resolve(alert: Standing, actor: string, now: number, comment: string | null): Acted {
  if (!isOpen(alert.state)) return refuse(`It is ${alert.state} already.`);
  if (comment === null) return refuse('Say how it was solved.', 'comment');
  // The condition of a rule ends by itself; of what a person or a message raised nobody else would say so.
  const ended = alert.origin === 'rule' ? {} : { endedAt: now };
  const changed = { state: 'resolved' as const, resolvedAt: now, ...ended, ...answered(alert, actor, now) };
  return { ...done(changed, 'resolved', comment), tell: true };
}

function reopen(alert: Standing, comment: string | null): Acted {
  if (isOpen(alert.state)) return refuse('It is open.');
  if (comment === null) return refuse('Say why it is open again.', 'comment');
  const changed: Partial<Standing> = {
    state: 'firing',
    acknowledgedBy: null,
    acknowledgedAt: null,
    resolvedAt: null,
    closedAt: null,
    ...(alert.origin === 'rule' ? {} : { endedAt: null }),
  };
  return { ...done(changed, 'reopened', comment), tell: true };
}

function done(
  changed: Partial<Omit<Standing, 'origin'>>,
  kind: AlertChangeKind,
  comment: string | null,
  detail: Record<string, unknown> = {},
): Extract<Acted, { ok: true }> {
  return { ok: true, changed, change: { kind, comment, detail }, tell: false };
}

const refuse = (reason: string, field: string | null = null): Acted => ({ ok: false, reason, field });
