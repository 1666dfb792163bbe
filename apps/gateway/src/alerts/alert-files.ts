import type { AlertDetail } from '#libs/contracts';
import type { AlertReportRow } from '#libs/persistence';
import { csv } from '../indicators/csv.js';

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
const seconds = (from: number, to: number | null): number | null =>
  to === null ? null : Math.max(0, Math.round((to - from) / 1000));

/** Alerts for a report, one a line. Times ISO 8601, lengths in seconds from when an answer was last asked for. */
export function reportFile(rows: readonly AlertReportRow[]): string {
  const header = ['number', 'severity', 'state', 'title', 'place', 'sector', 'rule', 'key', 'unit', 'value', 'limit'];
  const times = ['since', 'fired_at', 'asked_at', 'acknowledged_at', 'ended_at', 'resolved_at', 'closed_at'];
  const people = ['acknowledged_by', 'assignee', 'respond_seconds', 'resolve_seconds', 'respond_by', 'resolve_by'];
  return csv(
    [...header, ...times, ...people, 'flapping', 'simulated', 'comments'],
    rows.map(({ line, closedAt, comments }) => [
      ...[line.number, line.severity, line.state, line.title.vi, line.place?.vi ?? null, line.sector, line.rule],
      ...[line.key, line.unit, line.value, line.limit],
      ...[line.since, line.firedAt, line.askedAt, line.acknowledgedAt, line.endedAt, line.resolvedAt, closedAt].map(
        iso,
      ),
      ...[line.acknowledgedBy, line.assignee],
      ...[seconds(line.askedAt, line.acknowledgedAt), seconds(line.askedAt, line.resolvedAt)],
      ...[iso(line.respondBy), iso(line.resolveBy), line.flapping ? 'flapping' : '', line.simulated ? 'simulated' : ''],
      comments,
    ]),
  );
}

/** What happened to one alert, one a line. */
export function historyFile({ history }: AlertDetail): string {
  return csv(
    ['seq', 'at', 'actor', 'kind', 'comment', 'detail'],
    history.map(({ seq, at, actor, kind, comment, detail }) => [
      ...[seq, iso(at), actor, kind, comment],
      Object.keys(detail).length === 0 ? '' : JSON.stringify(detail),
    ]),
  );
}
