import type { Text } from './text.js';

/** How much an alert matters, least first. */
export type Severity = 'information' | 'warning' | 'serious' | 'critical';
export const SEVERITIES: readonly Severity[] = ['information', 'warning', 'serious', 'critical'];

/** What each severity is called, on screens and in messages. */
export const SEVERITY_NAMES: Readonly<Record<Severity, Text>> = {
  information: { vi: 'Thông tin', en: 'Information' },
  warning: { vi: 'Cảnh báo', en: 'Warning' },
  serious: { vi: 'Nghiêm trọng', en: 'Serious' },
  critical: { vi: 'Khẩn cấp', en: 'Critical' },
};

/** Levels of disaster risk (QĐ 18/2021/QĐ-TTg): 1 light blue, 2 light yellow, 3 orange, 4 red, 5 purple. */
export type DisasterLevel = 1 | 2 | 3 | 4 | 5;

/** A number, or a formula as text. */
export type Limit = number | string;

/** Limits of a rule: at or above `above`, or above `over` only; at or below `below`, or below `under` only. One on each side at most. */
export interface RuleLimits {
  above?: Limit;
  over?: Limit;
  below?: Limit;
  under?: Limit;
}
export const LIMIT_SIDES = ['above', 'over', 'below', 'under'] as const;
export const LIMIT_SIGNS = { above: '≥', over: '>', below: '≤', under: '<' } as const;

/**
 * When a rule holds. Formulas are text of the formula language.
 * - `threshold`: `value` lies beyond its limit; beyond either of two: it has left the range between them;
 * - `change`: `value` lies by so much over the lowest (`above`, `over`) or under the highest (`below`, `under`) of the last
 *   `minutes` (at most 120);
 * - `absent`: a known series of `metric` has had no observation for `minutes`;
 * - `late`: the indicator's promise of freshness is broken ("by 17:00", "every 15 min");
 * - `silent-source`: a source of the rule's sector has been silent for `times` of its promised interval; one alert a source;
 * - `off-track`: the indicator misses its target by more than `percent` of it, on the side given by `wants`.
 */
export type Condition =
  | ({ kind: 'threshold'; value: string } & RuleLimits)
  | ({ kind: 'change'; value: string; minutes: number } & RuleLimits)
  | { kind: 'absent'; metric: string; where?: Record<string, readonly string[]>; minutes: number }
  | { kind: 'late'; indicator: string }
  | { kind: 'silent-source'; times: number }
  | { kind: 'off-track'; indicator: string; percent: number; wants: 'above' | 'below' };

/** What an alert and those that it mutes have in common. */
export const INHIBITS_BY = ['key', 'unit', 'source', 'nothing'] as const;

/**
 * Hours of chosen days, `HH:MM` in Vietnam; days 1 Monday … 7 Sunday. `from` after `to` goes over midnight and belongs to the
 * day it begins on.
 */
export interface RuleWindow {
  days: readonly number[];
  from: string;
  to: string;
}

/** Groups of rules that a rule mutes, at most. */
export const MOST_RULE_MUTES = 20;

/** Windows of a rule at most. */
export const MOST_RULE_WINDOWS = 10;

/** When a rule looks: in a window, in any of several, or in the state's office hours (`working`). */
export type RuleHours = 'working' | RuleWindow | readonly RuleWindow[];

/** A condition that people are told of. One alert for each value of `by`, or one in all. */
export interface Rule {
  /** `<sector>.<name>` of a pack's rule, `own.<name>` of an operator's. */
  id: string;
  title: Text;
  /** Sector that it is about; who does not see the sector does not see its alerts. */
  sector: string;
  severity: Severity;
  /** Where the rule is about a disaster. */
  disaster?: DisasterLevel;
  /** Why this limit: decree and article, standard, or whose assumption. */
  note: Text;
  condition: Condition;
  /** Dimension of the metrics behind it. */
  by?: string;
  /** Seconds that the condition must hold before it is told; 0 or absent: at once. */
  for?: number;
  /** Seconds that an alert lasts at least after the condition ended, within the hours and days of its rule. */
  keepFiring?: number;
  /** Hysteresis: the condition ends only when the value has come back past this. */
  recover?: Limit;
  /** Without data: nothing is wrong (`ok`, also when absent), everything stays as it was (`keep`), or that is wrong itself (`fire`). */
  noData?: 'ok' | 'keep' | 'fire';
  /** So many firings within so many minutes count as flapping: one alert that stays, marked, until it has been quiet as long. */
  flapping?: { times: number; minutes: number };
  /** Units that it looks at, each with all below; absent: all. */
  units?: readonly string[];
  /** Code of the agency that has to act, e.g. `H13.25`: routes may go by it, and who is told reads it. It narrows nothing that the rule looks at. */
  agency?: string;
  /** First and last day in force, `2026-01-01`. */
  validFrom?: string;
  validTo?: string;
  hours?: RuleHours;
  /**
   * While it fires, alerts of these rules are muted: of the same key, of a unit at or below its unit, those behind which is the
   * source that is silent (of `silent-source` only), or all.
   */
  inhibits?: readonly { rules: readonly string[]; same: (typeof INHIBITS_BY)[number] }[];
  /** What to do, step by step, to tick. */
  steps?: readonly Text[];
}

/** One thing wrong with a rule, schedule or policy: where (JSON pointer) and why. */
export interface Fault {
  path: string;
  message: string;
  /** Inside a formula: characters from its start. */
  at?: number;
}

/** A rule as the console shows it. */
export interface RuleView extends Rule {
  origin: 'pack' | 'operator';
  /** A pack's rule that an operator changed. */
  changed: boolean;
  enabled: boolean;
  version: number;
  updatedBy: string | null;
  updatedAt: string | null;
  /** Alerts of it that are open now. */
  open: number;
}

/** Answer to a preview: what the rule would have done. Times ISO 8601. */
export interface RulePreview {
  from: string;
  to: string;
  /** Seconds between two looks. */
  step: number;
  firings: {
    key: string;
    place: Text | null;
    from: string;
    to: string | null;
    peak: number | null;
    limit: number | null;
  }[];
  /** More than are listed. */
  total: number;
}
