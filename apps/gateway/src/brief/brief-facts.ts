import type { AlertLine, Level, NumberFormat, Text } from '#libs/contracts';
import type { Freshness } from '#libs/sector-kit';

/** An indicator as a brief looks at it: now, at the end of yesterday, and at the end of the day before. */
export interface BriefIndicator {
  code: string;
  title: Text;
  /** Title of its sector, and who answers for it. */
  sector: Text;
  owner: Text | null;
  format: NumberFormat;
  /** One of its sector's numbers on the overview. */
  leading: boolean;
  tells: 'late' | 'due' | null;
  freshness: Freshness | null;
  now: Standing;
  /** Null: not known. */
  yesterday: Standing | null;
  dayBefore: Standing | null;
  /** The owner's promise is broken. */
  late: boolean;
}

/** `value` null: no data, or too small a count to be shown. */
export interface Standing {
  value: number | null;
  level: Level;
}

export interface BriefSource {
  name: string;
  level: Level;
  /** When it was last heard, epoch ms. */
  lastSeen: number | null;
}

export type BriefAlert = Pick<
  AlertLine,
  | 'id'
  | 'number'
  | 'title'
  | 'severity'
  | 'state'
  | 'place'
  | 'since'
  | 'firedAt'
  | 'acknowledgedBy'
  | 'assignee'
  | 'respondBy'
  | 'resolveBy'
>;

/** How many open alerts there are in all, also of those that are not listed. */
export interface AlertCounts {
  open: number;
  unanswered: number;
  /** Serious or critical. */
  red: number;
  /** The limit that counts now is past, or ends today. */
  late: number;
  due: number;
}

/** Who is on call by a schedule, from and until when; epoch ms. */
export interface BriefDuty {
  schedule: string;
  /** Name of the person; null: nobody. */
  person: string | null;
  from: number;
  until: number;
}

/** Everything that a brief is made from. */
export interface BriefFacts {
  day: string;
  at: number;
  indicators: readonly BriefIndicator[];
  sources: readonly BriefSource[];
  /** Those that are open, the worst first, as many as a page could need. */
  alerts: readonly BriefAlert[];
  counts: AlertCounts;
  duties: readonly BriefDuty[];
  simulated: boolean;
}
