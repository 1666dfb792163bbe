import type { AlertLine, AlertState, Level, Severity, Text } from '#libs/contracts';
import { h, svg } from '../dom.js';
import { formatAge, formatAsOf, formatNumber } from '../format.js';
import { say } from '../language.js';
import { levelIcon } from '../marks.js';

export const SEVERITY_WORDS: Record<Severity, Text> = {
  information: { vi: 'Thông tin', en: 'Information' },
  warning: { vi: 'Cảnh báo', en: 'Warning' },
  serious: { vi: 'Nghiêm trọng', en: 'Serious' },
  critical: { vi: 'Khẩn cấp', en: 'Critical' },
};

export const STATE_WORDS: Record<AlertState | 'pending', Text> = {
  pending: { vi: 'Đang chờ', en: 'Pending' },
  firing: { vi: 'Chưa ai nhận', en: 'Unanswered' },
  acknowledged: { vi: 'Đã nhận', en: 'Acknowledged' },
  'in-progress': { vi: 'Đang xử lý', en: 'In progress' },
  resolved: { vi: 'Đã xong', en: 'Resolved' },
  closed: { vi: 'Đã đóng', en: 'Closed' },
};

const LEVEL_OF: Record<Severity, Level> = {
  information: 'ok',
  warning: 'attention',
  serious: 'serious',
  critical: 'critical',
};

/** Shape, colour and word of a severity. */
export function severityChip(severity: Severity): HTMLElement {
  const level = LEVEL_OF[severity];
  const icon =
    levelIcon(level) ??
    svg(
      'svg',
      { viewBox: '-0.5 -0.5 1 1', class: 'icon', 'aria-hidden': 'true' },
      svg('circle', { cx: 0, cy: 0, r: 0.3, fill: 'currentColor' }),
    );
  return h('span', { class: `chip level-${level}` }, icon, h('span', {}, say(SEVERITY_WORDS[severity])));
}

/** `4,2 ‰, giới hạn 4 ‰`; null where the alert is about no number. */
export function againstLimit({ value, limit, format }: Pick<AlertLine, 'value' | 'limit' | 'format'>): string | null {
  if (value === null) return null;
  const write = (number: number): string =>
    `${formatNumber(number, format?.digits ?? 0)} ${format ? say(format.unit) : ''}`.trim();
  if (limit === null) return write(value);
  return `${write(value)} – ${say({ vi: 'giới hạn', en: 'limit' })} ${write(limit)}`;
}

/** `từ 14:05 (2 giờ)` */
export function sinceWords(since: number, now: number): string {
  const age = formatAge(now - since, 'short');
  return `${say({ vi: 'từ', en: 'since' })} ${formatAsOf(since, now)} (${age})`;
}

/** Who has it, or that nobody does. `names`: by login. */
export function whoHasIt(alert: AlertLine, names: ReadonlyMap<string, string>): string {
  const login = alert.assignee ?? alert.acknowledgedBy;
  if (alert.state === 'firing' || login === null) return say(STATE_WORDS[alert.state]);
  return `${say(STATE_WORDS[alert.state])}: ${names.get(login) ?? alert.who ?? login}`;
}

/** Worst first, then the newest; those that nobody is told of last. */
export function inOrder(alerts: readonly AlertLine[]): AlertLine[] {
  const rank: Record<Severity, number> = { critical: 0, serious: 1, warning: 2, information: 3 };
  const place = (alert: AlertLine): number => (alert.muted ? 10 : 0) + rank[alert.severity];
  return [...alerts].sort((a, b) => place(a) - place(b) || b.firedAt - a.firedAt);
}
