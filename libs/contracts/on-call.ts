import type { Fault, Severity } from './rule.js';
import type { Text } from './text.js';

/** Roles of people; each may do what those before it may not. */
export type PersonRole = 'leader' | 'operator' | 'administrator';
export const PERSON_ROLES: readonly PersonRole[] = ['leader', 'operator', 'administrator'];
export const ROLE_NAMES: Readonly<Record<PersonRole, Text>> = {
  leader: { vi: 'Lãnh đạo', en: 'Leader' },
  operator: { vi: 'Trực ban', en: 'Operator' },
  administrator: { vi: 'Quản trị viên', en: 'Administrator' },
};

/**
 * Who is on call when. At a moment the last layer that covers it decides, an override before all. Times of day are
 * `HH:MM`, days `2026-01-05`, both in Asia/Ho_Chi_Minh.
 */
export interface Schedule {
  id: string;
  name: string;
  layers: readonly Rotation[];
  overrides: readonly Override[];
}

/** People who follow each other in turn. */
export interface Rotation {
  name: string;
  /** Logins, in order. */
  people: readonly string[];
  /** Day on which the first of them begins, at `handover`. */
  start: string;
  /** Days of one turn: 1 daily, 7 weekly. */
  turnDays: number;
  handover: string;
  /** Only in these hours; `from` after `to` goes over midnight, equal means 24 hours. Absent: all the time. */
  hours?: { days: readonly number[]; from: string; to: string };
  /** On public holidays: as on other days (absent), not, or only then. */
  holidays?: 'never' | 'only';
}

/** Somebody instead of whoever the layers name. ISO 8601. */
export interface Override {
  from: string;
  to: string;
  person: string;
}

/** Whom a step tells: a person by login, everybody of a role, whoever is on call, or a channel itself (a group chat). */
export type Target = { person: string } | { role: PersonRole } | { schedule: string } | { channel: string };

/** Who is told of an alert, and who when nobody answers. */
export interface Policy {
  id: string;
  name: string;
  /** `after`: seconds since the first message; the first step's is usually 0. Ascending. */
  steps: readonly { after: number; to: readonly Target[] }[];
  /** Seconds between reminders to all who were told, until somebody acknowledges; absent: none. */
  remind?: number;
  /** Reminders at most. */
  reminders?: number;
  /** Hours in which nothing but critical is told; told when they end. `HH:MM`. */
  quiet?: { from: string; to: string };
  /** Severities gathered into one message at these times of day. */
  digest?: { severities: readonly Severity[]; at: readonly string[] };
}

/** The first route that matches an alert names its policy; without any the fallback. */
export interface Route {
  policy: string;
  sectors?: readonly string[];
  /** Units, each with all below. */
  units?: readonly string[];
  severities?: readonly Severity[];
  rules?: readonly string[];
  /** Codes of agencies that have to act, each with all below: `H13` has `H13.25`. */
  agencies?: readonly string[];
  /** Days 1 Monday … 7 Sunday, `HH:MM`. */
  hours?: { days: readonly number[]; from: string; to: string };
}

/** What an installation has set of its alerts. */
export interface AlertSettings {
  routes: readonly Route[];
  /** Told when no route matches or nobody of a policy can be reached. */
  fallback: readonly Target[];
  /** Minutes until somebody must answer and it must be solved. */
  limits: Record<Severity, { respond: number; resolve: number }>;
  /** Seconds that alerts of one group wait for each other after its first message. */
  groupSeconds: number;
  /** Minutes that a critical alert holds a wall. */
  takeoverMinutes: number;
  /** Hours after which a resolved alert is closed by itself. */
  closeHours: number;
  /** When the morning brief goes out, `HH:MM`, and to whom; null: never. */
  brief: { at: string; to: readonly Target[] } | null;
  /** What is decided each year of public holidays, over what the law fixes: schedules may treat them apart. */
  holidays: {
    /** Days of Tết before the first of the lunar year, of five. */
    tetBefore: number;
    /** Which neighbour of 2 September is off. */
    nationalDay: 'before' | 'after';
    /** Further days off, `2026-01-02`, and weekend days that are worked instead. */
    daysOff: readonly string[];
    /** Days off that come every year, each as the first of them, `2026-11-24`; absent: none. */
    yearlyDaysOff?: readonly string[];
    workedDays: readonly string[];
  };
}

/** Id of the policy that stands for the fallback of the settings. No stored policy has it. */
export const FALLBACK = 'fallback';

/** A fault of a schedule, policy or setting. `error`: it cannot be saved so; `warning`: it can, and leaves a hole. */
export interface OnCallFault extends Fault {
  level: 'error' | 'warning';
  /** `message` in both languages. */
  text: Text;
}

/** Which alerts a silence is about: all of what is given must match. */
export interface Matcher {
  rules?: readonly string[];
  sectors?: readonly string[];
  units?: readonly string[];
  keys?: readonly string[];
  severities?: readonly Severity[];
}

/** Times ISO 8601. */
export interface Silence {
  id: string;
  kind: 'silence' | 'maintenance';
  matcher: Matcher;
  from: string;
  to: string;
  reason: string;
  by: string;
  /** Ended before its time. */
  endedAt: string | null;
}

/** Kinds of channels; see `libs/notify`. */
export type ChannelKind = 'in-app' | 'web-push' | 'email' | 'webhook' | 'cap';

/** A way out, as the console shows it; secrets are never shown. */
export interface ChannelView {
  id: string;
  kind: ChannelKind;
  name: string;
  settings: Record<string, unknown>;
  /** Messages a minute at most. */
  rate: number;
  disabledAt: string | null;
  disabledWhy: string | null;
  /** `down`: the circuit is open since `downSince`; `unknown`: nothing was sent yet. */
  health: 'ok' | 'down' | 'unknown';
  downSince: string | null;
  lastError: string | null;
  waiting: number;
  dead: number;
}

/** Where a person is reached. `address`: an e-mail address, a phone number; empty for in-app and push. */
export interface Contact {
  channel: string;
  address: string;
  /** Least severity that goes there. */
  least: Severity;
}

export interface Person {
  login: string;
  name: string;
  role: PersonRole;
  /** For the button "call". */
  phone: string | null;
  contacts: readonly Contact[];
  /** Browsers that take push messages. */
  pushes: number;
  language: 'vi' | 'en';
  disabled: boolean;
}
