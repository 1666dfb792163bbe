import type { Rule } from '#libs/contracts';
import { packRules, silentSource } from '#libs/sector-kit';

/** What people are told of schools. */
export const alertRules: readonly Rule[] = packRules('education', {
  absences: {
    title: ['Học sinh vắng nhiều', 'Many pupils absent'],
    severity: 'warning',
    note: [
      'Xã có từ 15% học sinh vắng hôm nay, ít nhất 100 học sinh (giả định): dấu hiệu dịch bệnh hoặc thiên tai.',
      'A commune with 15% of its pupils absent today, at least 100 pupils (assumed): a sign of disease or disaster.',
    ],
    condition: {
      kind: 'threshold',
      value: '100 * sum(education.pupils, today, how: absent) / greatest(100, sum(education.pupils, today))',
      above: 15,
    },
    by: 'unit',
    for: 600,
    steps: [
      ['Gọi trường hỏi lý do vắng', 'Ask the schools why'],
      ['Báo trạm y tế xã nếu nghi dịch', 'Tell the health station where disease is suspected'],
    ],
  },
  'attendance-late': {
    title: ['Chưa có số điểm danh', 'Attendance not there'],
    severity: 'information',
    note: [
      'Cam kết: số điểm danh của ngày có trước 17:00; xét các ngày học.',
      'Promise: the attendance of the day is there by 17:00; looked at on school days.',
    ],
    condition: { kind: 'late', indicator: 'education.present' },
    hours: { days: [1, 2, 3, 4, 5], from: '17:00', to: '22:00' },
    steps: [['Nhắc các trường gửi số liệu', 'Remind the schools']],
  },
  'source-silent': silentSource(['education.attendance-late']),
});
