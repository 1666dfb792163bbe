import type { NumberFormat } from './board.js';
import type { DisasterLevel, RuleView, Severity } from './rule.js';
import type { Text } from './text.js';

/**
 * Where an alert stands: `firing` nobody has answered yet; `acknowledged` somebody has seen it; `in-progress` somebody works
 * on it; `resolved` its condition ended, or somebody says that it is solved; `closed` nothing is left to do.
 * What waits for its `for` is `pending` and has no alert yet.
 */
export type AlertState = 'firing' | 'acknowledged' | 'in-progress' | 'resolved' | 'closed';
export const ALERT_STATES: readonly AlertState[] = ['firing', 'acknowledged', 'in-progress', 'resolved', 'closed'];

/** What happened to an alert; every one is kept, in order, for ever. */
export type AlertChangeKind =
  | 'pending'
  | 'fired'
  | 'reopened'
  | 'ended'
  | 'acknowledged'
  | 'started'
  | 'assigned'
  | 'handed-over'
  | 'assignee-untold'
  | 'commented'
  | 'step-done'
  | 'step-undone'
  | 'escalated'
  | 'reminded'
  | 'unreachable'
  | 'muted'
  | 'unmuted'
  | 'flapping'
  | 'resolved'
  | 'closed'
  | 'updated';

export interface AlertChange {
  /** Grows over all alerts. */
  seq: number;
  at: number;
  /** Login; `system`; or `link` for a one-tap link, with the person in `detail`. */
  actor: string;
  kind: AlertChangeKind;
  comment: string | null;
  detail: Record<string, unknown>;
}

/** An alert as lists, walls and phones show it. Times are epoch ms. */
export interface AlertLine {
  id: string;
  /** Short, for speaking of it. */
  number: number;
  origin: 'rule' | 'manual' | 'cap';
  title: Text;
  severity: Severity;
  disaster: DisasterLevel | null;
  state: AlertState | 'pending';
  sector: string | null;
  rule: string | null;
  /** Value of the rule's dimension; empty when it has none. */
  key: string;
  unit: string | null;
  /** Code of the agency that has to act: its rule's, else the one that it is about. */
  agency?: string | null;
  /** Name of what `key` or `unit` stands for. */
  place: Text | null;
  lon: number | null;
  lat: number | null;
  /** Value when it fired. */
  value: number | null;
  /** Value now, where it has become another one, and since when it is shown (renewed once a minute); of one that is over, the last. */
  latest?: { value: number | null; at: number } | null;
  limit: number | null;
  format: NumberFormat | null;
  /** Since when the condition held. */
  since: number;
  firedAt: number;
  /** When an answer was last asked for: it fired, was opened again, is no longer muted, or grew worse. Its limits count from then. */
  askedAt: number;
  /** The condition ended. */
  endedAt: number | null;
  acknowledgedBy: string | null;
  acknowledgedAt: number | null;
  assignee: string | null;
  /** Another gave it to the assignee, and no message of that reached him. */
  assigneeUntold?: boolean;
  /** Name of who has it: the assignee, else who acknowledged it; the login where no name is known. Filled in by the gateway. */
  who?: string | null;
  /** Until when somebody must answer, and it must be solved. */
  respondBy: number | null;
  resolveBy: number | null;
  resolvedAt: number | null;
  flapping: boolean;
  muted: Muted | null;
  /** Nobody whom its policy names could be reached; it went to the fallback. */
  unreachable: boolean;
  simulated: Simulated;
}

/** Whether what it is about comes from simulated sources; `partly`: real ones may have written it, too. */
export type Simulated = boolean | 'partly';

/** Why nobody is told of an alert. */
export interface Muted {
  why: 'silence' | 'maintenance' | 'inhibited';
  /** Id of the silence, or of the alert that mutes it. */
  by: string;
  /** Epoch ms; null while the other alert lasts. */
  until: number | null;
}

/** A message waits for the end of the policy's quiet hours (`HH:MM`), or for its next digest. */
export type Waits = { why: 'quiet'; until: number; from: string; to: string } | { why: 'digest'; until: number };

/** A message about an alert to one recipient by one channel. */
export interface NotificationView {
  id: string;
  kind: 'alert' | 'reminder' | 'escalation' | 'assigned' | 'untold' | 'resolved' | 'digest' | 'brief' | 'test';
  /** Login, or the channel's id for a group chat. */
  recipient: string;
  channel: string;
  /** Null: the channel was removed since. */
  channelName: string | null;
  state: 'waiting' | 'sent' | 'received' | 'dead' | 'cancelled';
  tries: number;
  createdAt: number;
  sentAt: number | null;
  nextAt: number | null;
  lastError: string | null;
}

export interface AlertDetail extends AlertLine {
  /** Name of the agency that has to act, where one is known. */
  agencyName?: Text | null;
  /** The rule as it was when it fired; null for manual ones and CAP. */
  ruleView: RuleView | null;
  /** Formula with its limit, as text. */
  formula: string | null;
  /** Indicator to explain, where the rule is about one. */
  indicator: string | null;
  sources: { id: string; name: string; lastSeen: number | null; late: boolean }[];
  /** The last hours: starts of steps, the value at each, and the limit. */
  chart: { steps: number[]; values: (number | null)[]; limit: number | null } | null;
  steps: { text: Text; by: string | null; at: number | null }[];
  history: AlertChange[];
  related: AlertLine[];
  notifications: NotificationView[];
  escalation: {
    policy: string;
    policyName: string;
    step: number;
    nextAt: number | null;
    /** Why people are told later than at once, and until when, epoch ms; null: nothing holds it back. */
    waits: Waits | null;
  } | null;
  /** What a manual alert or a CAP message says besides. */
  description: string | null;
}

/** What people may do with an alert. */
export type AlertAction =
  | { action: 'acknowledge'; comment?: string }
  | { action: 'start'; comment?: string }
  | { action: 'assign'; assignee: string | null; comment?: string }
  | { action: 'hand-over'; assignee: string; comment: string }
  | { action: 'comment'; comment: string }
  | { action: 'tick'; step: number; done: boolean }
  | { action: 'resolve'; comment: string }
  | { action: 'close'; comment?: string }
  | { action: 'reopen'; comment: string };

/** An alert that takes a wall over, and until when, epoch ms. */
export interface Takeover {
  alert: AlertLine;
  until: number;
}

/** What everybody on the topic `alerts` holds: open alerts of the viewer's scope, the worst first, of these what nobody has answered, then the newest; then those that are resolved and still hold, muted ones last: 200, and of each sector its first 20. */
export interface AlertsState {
  at: number;
  open: AlertLine[];
  /** Of all open ones that are not muted, also those not listed; not of those that are resolved and still hold. */
  counts: Record<Severity, number>;
  /** The same by sector, of those that belong to one. */
  sectors: Record<string, Record<Severity, number>>;
  /** How many of those nobody has acknowledged. */
  unanswered: number;
  /** How many of these are critical. */
  unansweredCritical: number;
  /** The newest asked for of `takeovers`; null: none. */
  takeover: Takeover | null;
  /** The critical alerts that take a wall over by turns, each until answered or its time ends: the newest asked for first, 20 at most. */
  takeovers: Takeover[];
  /** Channels that are down, by name: what they should carry does not arrive. */
  channelsDown: { name: string; since: number }[];
}

/** A message in the application to one person, on all of his open pages. */
export interface Notice {
  /** Id of the notification; the same at every try. */
  id: string;
  kind: NotificationView['kind'];
  severity: Severity;
  title: Text;
  body: Text;
  alert: string | null;
  at: number;
}
