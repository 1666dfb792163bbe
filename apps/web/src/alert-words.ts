import { END_NAMES, isEndWhy, SEVERITIES, SEVERITY_NAMES, stillHolds, unitWord } from '#libs/contracts';
import type {
  AlertAction,
  AlertChange,
  AlertChangeKind,
  AlertLine,
  Level,
  NotificationView,
  Severity,
  Takeover,
  Text,
} from '#libs/contracts';
import { h, svg } from './dom.js';
import { formatAge, formatNumber } from './format.js';
import { language, say } from './language.js';
import { levelIcon, SIMULATED_NAMES } from './marks.js';

/** Each severity has the shape and colour of a level. */
export const LEVEL_OF: Record<Severity, Level> = {
  information: 'ok',
  warning: 'attention',
  serious: 'serious',
  critical: 'critical',
};

export const STATE_NAMES: Record<AlertLine['state'], Text> = {
  pending: { vi: 'đang chờ', en: 'pending' },
  firing: { vi: 'chưa ai xác nhận', en: 'unanswered' },
  acknowledged: { vi: 'đã xác nhận', en: 'acknowledged' },
  'in-progress': { vi: 'đang xử lý', en: 'in progress' },
  resolved: { vi: 'đã giải quyết', en: 'resolved' },
  closed: { vi: 'đã đóng', en: 'closed' },
};

/** Where it stands in words; that it holds though it was resolved is said. */
export const stateOf = (line: Pick<AlertLine, 'origin' | 'state' | 'endedAt'>): string =>
  say(stillHolds(line) ? END_NAMES['solved-holds'] : STATE_NAMES[line.state]);

export const CHANGE_NAMES: Record<AlertChangeKind, Text> = {
  pending: { vi: 'bắt đầu chờ', en: 'pending' },
  fired: { vi: 'phát cảnh báo', en: 'fired' },
  reopened: { vi: 'mở lại', en: 'reopened' },
  ended: { vi: 'kết thúc', en: 'ended' },
  acknowledged: { vi: 'đã xác nhận', en: 'acknowledged' },
  started: { vi: 'bắt đầu xử lý', en: 'started' },
  assigned: { vi: 'giao việc', en: 'assigned' },
  'handed-over': { vi: 'bàn giao', en: 'handed over' },
  'assignee-untold': { vi: 'chưa báo được cho người được giao', en: 'assignee could not be told' },
  commented: { vi: 'ghi chú', en: 'comment' },
  'step-done': { vi: 'xong một bước', en: 'step done' },
  'step-undone': { vi: 'bỏ đánh dấu một bước', en: 'step undone' },
  escalated: { vi: 'báo lên cấp trên', en: 'escalated' },
  reminded: { vi: 'nhắc lại', en: 'reminded' },
  unreachable: { vi: 'không liên lạc được ai', en: 'nobody reachable' },
  muted: { vi: 'tắt báo', en: 'muted' },
  unmuted: { vi: 'hết tắt báo', en: 'unmuted' },
  flapping: { vi: 'chập chờn', en: 'flapping' },
  resolved: { vi: 'đã giải quyết', en: 'resolved' },
  closed: { vi: 'đã đóng', en: 'closed' },
  updated: { vi: 'cập nhật', en: 'updated' },
};

/** What happened, and of an end why. */
export const changeName = ({ kind, detail }: Pick<AlertChange, 'kind' | 'detail'>): string =>
  kind === 'ended' && isEndWhy(detail.reason)
    ? `${say(CHANGE_NAMES.ended)}: ${say(END_NAMES[detail.reason])}`
    : say(CHANGE_NAMES[kind]);

export const ACTION_NAMES: Record<AlertAction['action'], Text> = {
  acknowledge: { vi: 'Xác nhận', en: 'Acknowledge' },
  start: { vi: 'Bắt đầu xử lý', en: 'Start' },
  assign: { vi: 'Giao', en: 'Assign' },
  'hand-over': { vi: 'Bàn giao', en: 'Hand over' },
  comment: { vi: 'Ghi chú', en: 'Comment' },
  tick: { vi: 'Đánh dấu', en: 'Tick' },
  resolve: { vi: 'Đã giải quyết', en: 'Resolve' },
  close: { vi: 'Đóng', en: 'Close' },
  reopen: { vi: 'Mở lại', en: 'Reopen' },
};

export const NOTIFICATION_KINDS: Record<NotificationView['kind'], Text> = {
  alert: { vi: 'cảnh báo', en: 'alert' },
  reminder: { vi: 'nhắc lại', en: 'reminder' },
  escalation: { vi: 'báo lên cấp trên', en: 'escalation' },
  assigned: { vi: 'giao việc', en: 'assignment' },
  untold: { vi: 'giao việc không tới', en: 'assignment not received' },
  resolved: { vi: 'kết thúc', en: 'end' },
  digest: { vi: 'tổng hợp', en: 'digest' },
  brief: { vi: 'bản tin', en: 'brief' },
  test: { vi: 'thử', en: 'test' },
};

export const NOTIFICATION_STATES: Record<NotificationView['state'], Text> = {
  waiting: { vi: 'đang chờ gửi', en: 'waiting' },
  sent: { vi: 'đã gửi', en: 'sent' },
  received: { vi: 'đã tới máy', en: 'received' },
  dead: { vi: 'không gửi được', en: 'undeliverable' },
  cancelled: { vi: 'đã hủy', en: 'cancelled' },
};

const MUTED_NAMES: Record<'silence' | 'maintenance' | 'inhibited', Text> = {
  silence: { vi: 'đang tắt báo', en: 'silenced' },
  maintenance: { vi: 'đang bảo trì', en: 'maintenance' },
  inhibited: { vi: 'gộp vào cảnh báo khác', en: 'covered by another' },
};

export const WORST_FIRST: readonly Severity[] = [...SEVERITIES].reverse();

export const isOpen = ({ state }: Pick<AlertLine, 'state'>): boolean =>
  state === 'firing' || state === 'acknowledged' || state === 'in-progress';

/** A shape for each severity; what only informs has a ring with a dot. */
export function severityIcon(severity: Severity): SVGElement {
  const icon = levelIcon(LEVEL_OF[severity]);
  if (icon !== null) return icon;
  return svg(
    'svg',
    { viewBox: '-0.5 -0.5 1 1', class: 'icon level-information', 'aria-hidden': 'true' },
    svg('circle', { cx: 0, cy: 0, r: 0.4, fill: 'none', stroke: 'currentColor', 'stroke-width': 0.12 }),
    svg('circle', { cx: 0, cy: 0, r: 0.14, fill: 'currentColor' }),
  );
}

/** Shape and word of a severity. */
export const severityChip = (severity: Severity): HTMLElement =>
  h(
    'span',
    { class: `chip level-${severity === 'information' ? 'information' : LEVEL_OF[severity]}` },
    severityIcon(severity),
    h('span', {}, say(SEVERITY_NAMES[severity])),
  );

/** Level of disaster risk in its legal colour, with its number printed. */
export const disasterChip = (level: AlertLine['disaster']): HTMLElement | null =>
  level === null
    ? null
    : h(
        'span',
        { class: `disaster disaster-${level}` },
        say({ vi: `Thiên tai cấp ${level}`, en: `Disaster level ${level}` }),
      );

type Measured = Pick<AlertLine, 'value' | 'latest' | 'limit' | 'format'>;

const numberOf = (n: number, { format }: Measured): string =>
  formatNumber(n, format?.digits ?? (Number.isInteger(n) ? 0 : 2));

/** The value as it is now: `6,2 ‰ / ngưỡng 4 ‰`; empty where there is none. */
export function valueOf(line: Measured): string {
  const { value, latest, limit, format } = line;
  const present = latest ? latest.value : value;
  if (present === null) return '';
  const unit = format === null ? '' : ` ${unitWord(format, present, language())}`;
  const least = limit === null ? '' : numberOf(limit, line);
  const against = limit === null ? '' : say({ vi: ` / ngưỡng ${least}`, en: ` / limit ${least}` });
  return `${numberOf(present, line)}${unit}${against}`.trim();
}

/** The same with the value at which it fired, where that was another one: `7,1 ‰ / ngưỡng 4 (lúc báo 6,2)`. */
export function valuesOf(line: Measured): string {
  const { value, latest } = line;
  const present = valueOf(line);
  if (value === null || !latest || latest.value === value) return present;
  const then = numberOf(value, line);
  return `${present} ${say({ vi: `(lúc báo ${then})`, en: `(${then} when it fired)` })}`.trim();
}

export const placeOf = ({ place, unit, key }: AlertLine): string => (place === null ? (unit ?? key) : say(place));

/** Who has it, or that nobody does. */
export function whoOf(line: AlertLine): string {
  const who = line.who ?? line.assignee ?? line.acknowledgedBy;
  return who ?? (line.state === 'firing' ? say(STATE_NAMES.firing) : '–');
}

/** Who has it and where it stands: an assignee alone has not answered. Null: nobody has it, nor has answered. */
export const heldBy = (line: AlertLine): string | null =>
  line.state === 'firing' && line.assignee === null ? null : `${whoOf(line)} · ${stateOf(line)}`;

/** How many critical alerts besides the one that is shown wait for an answer; empty: none does. */
export const othersWords = (others: number): string =>
  others <= 0
    ? ''
    : say({
        vi: `và ${others} cảnh báo khẩn cấp khác chưa ai xác nhận`,
        en: `and ${others} more critical ${others === 1 ? 'alert' : 'alerts'} unanswered`,
      });

/** Marks that a reader must not miss, in words. */
export function marksOfAlert(line: AlertLine): string[] {
  return [
    ...(line.muted === null ? [] : [say(MUTED_NAMES[line.muted.why])]),
    ...(line.flapping ? [say(CHANGE_NAMES.flapping)] : []),
    ...(line.unreachable ? [say(CHANGE_NAMES.unreachable)] : []),
    ...(line.assigneeUntold && isOpen(line) ? [say(CHANGE_NAMES['assignee-untold'])] : []),
    ...(line.simulated ? [say(SIMULATED_NAMES[line.simulated === 'partly' ? 'partly' : 'simulated'])] : []),
    ...(isOpen(line) && line.endedAt !== null ? [say({ vi: 'điều kiện đã hết', en: 'condition ended' })] : []),
  ];
}

/** Whether nobody answered, or solved it, in time. */
export function overdue(line: AlertLine, now: number): string | null {
  if (!isOpen(line)) return null;
  if (line.state === 'firing' && line.respondBy !== null && line.respondBy < now)
    return say({
      vi: `quá hạn xác nhận ${formatAge(now - line.respondBy, 'short')}`,
      en: `answer overdue ${formatAge(now - line.respondBy, 'short')}`,
    });
  if (line.resolveBy !== null && line.resolveBy < now)
    return say({
      vi: `quá hạn xử lý ${formatAge(now - line.resolveBy, 'short')}`,
      en: `solution overdue ${formatAge(now - line.resolveBy, 'short')}`,
    });
  return null;
}

/** Names what asks for an answer on a wall; of one that asks again, another one. */
export const askingOf = ({ alert }: Takeover): string => `${alert.id} ${alert.askedAt}`;
