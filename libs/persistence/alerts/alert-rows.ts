import type {
  AlertChange,
  AlertChangeKind,
  AlertLine,
  AlertState,
  DisasterLevel,
  Muted,
  NotificationView,
  NumberFormat,
  Severity,
  Text,
} from '#libs/contracts';

/** The agency that has to act, as `agencyOf` has it, by the rule as it was when the alert fired; the table is `a`. */
export const AGENCY = `coalesce(a.rule_then->>'agency', CASE WHEN a.rule_then->>'by' = 'agency' THEN nullif(a.key, '') END)`;

/** 1 of the worst severity and so on; the table is `a`. */
export const RANK = `array_position(ARRAY['critical', 'serious', 'warning', 'information'], a.severity)`;

/** As `stillHolds` has it; the table is `a`. */
export const STILL_HOLDS = `(a.ended_at IS NULL AND a.rule IS NOT NULL AND a.state IN ('resolved', 'closed'))`;

/** Columns of `alert` that make an `AlertLine`; the table is `a`. */
export const LINE_COLUMNS = `a.id, a.number, a.origin, a.title, a.severity, a.disaster, a.state, a.sector, a.rule, a.key, a.unit, ${AGENCY} AS agency,
  a.place, a.lon, a.lat, a.value, a.latest_value, a.latest_at, a.limit_value, a.format, a.since, a.fired_at, a.asked_at, a.ended_at,
  a.acknowledged_by, a.acknowledged_at, a.assignee, a.assignee_untold, a.respond_by, a.resolve_by, a.resolved_at, a.flapping, a.muted, a.unreachable, a.simulated,
  a.partly_simulated`;

export interface LineRow {
  id: string;
  number: number;
  origin: AlertLine['origin'];
  title: Text;
  severity: Severity;
  disaster: DisasterLevel | null;
  state: AlertState;
  sector: string | null;
  rule: string | null;
  key: string;
  unit: string | null;
  agency: string | null;
  place: Text | null;
  lon: number | null;
  lat: number | null;
  value: number | null;
  latest_value: number | null;
  latest_at: Date | null;
  limit_value: number | null;
  format: NumberFormat | null;
  since: Date;
  fired_at: Date;
  asked_at: Date;
  ended_at: Date | null;
  acknowledged_by: string | null;
  acknowledged_at: Date | null;
  assignee: string | null;
  assignee_untold: boolean;
  respond_by: Date | null;
  resolve_by: Date | null;
  resolved_at: Date | null;
  flapping: boolean;
  muted: Muted | null;
  unreachable: boolean;
  simulated: boolean;
  partly_simulated: boolean;
}

export const ms = (at: Date | null): number | null => at?.getTime() ?? null;

export function toLine(row: LineRow): AlertLine {
  const { id, number, origin, title, severity, disaster, state, sector, rule, key, unit, place, lon, lat, value } = row;
  return {
    ...{ id, number, origin, title, severity, disaster, state, sector, rule, key, unit, place, lon, lat, value },
    agency: row.agency,
    latest: row.latest_at && { value: row.latest_value, at: row.latest_at.getTime() },
    limit: row.limit_value,
    format: row.format,
    since: row.since.getTime(),
    firedAt: row.fired_at.getTime(),
    askedAt: row.asked_at.getTime(),
    endedAt: ms(row.ended_at),
    acknowledgedBy: row.acknowledged_by,
    acknowledgedAt: ms(row.acknowledged_at),
    assignee: row.assignee,
    assigneeUntold: row.assignee_untold,
    respondBy: ms(row.respond_by),
    resolveBy: ms(row.resolve_by),
    resolvedAt: ms(row.resolved_at),
    flapping: row.flapping,
    muted: row.muted,
    unreachable: row.unreachable,
    simulated: row.simulated && row.partly_simulated ? 'partly' : row.simulated,
  };
}

export interface ChangeRow {
  seq: string;
  at: Date;
  actor: string;
  kind: AlertChangeKind;
  comment: string | null;
  detail: Record<string, unknown>;
}

export const toChange = ({ seq, at, ...row }: ChangeRow): AlertChange => ({
  ...row,
  seq: Number(seq),
  at: at.getTime(),
});

export interface NotificationRow {
  id: string;
  kind: NotificationView['kind'];
  recipient: string;
  channel: string;
  channel_name: string | null;
  state: NotificationView['state'];
  tries: number;
  created_at: Date;
  sent_at: Date | null;
  next_at: Date | null;
  last_error: string | null;
}

export const toNotification = (row: NotificationRow): NotificationView => ({
  id: row.id,
  kind: row.kind,
  recipient: row.recipient,
  channel: row.channel,
  channelName: row.channel_name,
  state: row.state,
  tries: row.tries,
  createdAt: row.created_at.getTime(),
  sentAt: ms(row.sent_at),
  nextAt: ms(row.next_at),
  lastError: row.last_error,
});
