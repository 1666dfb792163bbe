import type { AlertChange, AlertChangeKind, Text } from '#libs/contracts';
import { say } from '../language.js';

const KINDS: Record<AlertChangeKind, Text> = {
  pending: { vi: 'Bắt đầu theo dõi', en: 'Pending' },
  fired: { vi: 'Phát cảnh báo', en: 'Fired' },
  reopened: { vi: 'Mở lại', en: 'Reopened' },
  ended: { vi: 'Điều kiện đã hết', en: 'The condition ended' },
  acknowledged: { vi: 'Đã nhận', en: 'Acknowledged' },
  started: { vi: 'Bắt đầu xử lý', en: 'Work started' },
  assigned: { vi: 'Giao việc', en: 'Assigned' },
  'handed-over': { vi: 'Bàn giao', en: 'Handed over' },
  commented: { vi: 'Ý kiến', en: 'Comment' },
  'step-done': { vi: 'Xong một bước', en: 'A step is done' },
  'step-undone': { vi: 'Bỏ đánh dấu một bước', en: 'A step is not done' },
  escalated: { vi: 'Báo lên cấp trên', en: 'Escalated' },
  reminded: { vi: 'Nhắc lại', en: 'Reminded' },
  unreachable: { vi: 'Không liên lạc được người nhận', en: 'Nobody could be reached' },
  muted: { vi: 'Tắt báo', en: 'Muted' },
  unmuted: { vi: 'Bật báo lại', en: 'No longer muted' },
  flapping: { vi: 'Chập chờn', en: 'Flapping' },
  resolved: { vi: 'Đã xong', en: 'Resolved' },
  closed: { vi: 'Đóng', en: 'Closed' },
  updated: { vi: 'Cập nhật', en: 'Updated' },
};

/** What happened, and by whom. `nameOf`: name of a login. */
export function changeWords({ kind, actor, detail }: AlertChange, nameOf: (login: string) => string): string {
  const said = say(KINDS[kind]);
  if (actor === 'system') return said;
  if (actor === 'link') {
    const person = typeof detail.person === 'string' ? nameOf(detail.person) : '';
    return `${said} – ${person} ${say({ vi: '(bằng liên kết)', en: '(by a link)' })}`;
  }
  const to = typeof detail.assignee === 'string' ? ` → ${nameOf(detail.assignee)}` : '';
  return `${said} – ${nameOf(actor)}${to}`;
}
