import { randomUUID } from 'node:crypto';
import type { Message } from '#libs/contracts';

/** A message about one critical alert. */
export function sampleMessage(change: Partial<Message> = {}): Message {
  const at = Date.now();
  return {
    id: randomUUID(),
    kind: 'alert',
    severity: 'critical',
    language: 'vi',
    subject: 'Mực nước vượt báo động 3 <Bến Lức> & 2 trạm',
    lines: ['Ba trạm vượt mức.', 'Hãy xác nhận ngay.'],
    alerts: [
      {
        id: randomUUID(),
        number: 12,
        severity: 'critical',
        title: 'Mực nước vượt báo động 3',
        place: 'Xã Bình Đức',
        value: '2,4 m / 2,0 m',
        since: Date.parse('2026-11-25T14:05:00+07:00'),
      },
    ],
    total: 3,
    path: '/alerts/12',
    mayAcknowledge: true,
    topic: 'group-1',
    at,
    expiresAt: at + 3_600_000,
    ...change,
  };
}
