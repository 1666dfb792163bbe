import type { HubEvent, Severity } from '#libs/contracts';

/** Alerts that a case expects: which, and between which two moments (epoch ms, both included) they fire and end. */
export interface ExpectedAlert {
  line: number;
  rule: string;
  key: string;
  severity?: Severity;
  flapping?: boolean;
  fires: readonly [number, number];
  /** Null: it still fires at the end of the case. */
  ends: readonly [number, number] | null;
}

/** One case of a file of rule tests: given these events at these times, expect these alerts and no others. */
export interface RuleTestCase {
  title: string;
  line: number;
  /** Rules that are judged, each with the first line that names it; others are not looked at. */
  rules: readonly { id: string; line: number }[];
  sources: readonly { id: string; types: readonly string[]; units: readonly string[]; every: number }[];
  /** First and last look, epoch ms, and the step between two. */
  from: number;
  to: number;
  step: number;
  /** In the order in which they arrive. */
  events: readonly { arrives: number; event: HubEvent }[];
  expect: readonly ExpectedAlert[];
}

/** An alert as a rehearsal made it. Times are epoch ms. */
export interface RehearsedAlert {
  rule: string;
  key: string;
  severity: Severity;
  firedAt: number;
  endedAt: number | null;
  flapping: boolean;
  value: number | null;
  limit: number | null;
}

/** What came of a case. */
export interface RuleTestResult {
  title: string;
  line: number;
  alerts: RehearsedAlert[];
  /** Empty when all came as expected. */
  failures: { line: number; vi: string; en: string }[];
}

/** A file of rule tests cannot be read: where and why. */
export class RuleTestError extends Error {
  constructor(
    readonly line: number,
    readonly field: string,
    readonly reason: string,
  ) {
    super(`line ${line}, ${field === '' ? 'the file' : field}: ${reason}`);
  }
}
