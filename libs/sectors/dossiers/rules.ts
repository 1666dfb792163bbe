import type { Rule } from '#libs/contracts';
import { packRules, silentSource } from '#libs/sector-kit';

/** What people are told of dossiers. */
export const alertRules: readonly Rule[] = packRules('dossiers', {
  overdue: {
    title: ['Hồ sơ quá hạn', 'Dossiers overdue'],
    // Hardly an agency has none: whom it concerns looks it up, the backlog is what people are told of.
    severity: 'information',
    note: [
      'Cơ quan có hồ sơ đang xử lý đã qua ngày hẹn trả; NĐ 118/2025/NĐ-CP.',
      'An agency has dossiers in process past their due time; Decree 118/2025/NĐ-CP.',
    ],
    condition: { kind: 'threshold', value: 'sum(dossiers.overdue, now)', above: 1 },
    by: 'agency',
    steps: [
      ['Xem danh sách hồ sơ quá hạn của cơ quan', "Look at the agency's overdue dossiers"],
      ['Yêu cầu xin lỗi và hẹn lại người dân', 'Have the citizen told, with apologies and a new date'],
    ],
  },
  backlog: {
    title: ['Hồ sơ quá hạn dồn ứ', 'Backlog of overdue dossiers'],
    severity: 'serious',
    note: [
      'Từ 10 hồ sơ và từ 10% hồ sơ đang xử lý của cơ quan đã quá hạn (giả định).',
      'From 10 dossiers and from 10% of those in process of an agency are overdue (assumed).',
    ],
    condition: {
      kind: 'threshold',
      value: 'sum(dossiers.overdue, now)',
      above: 'greatest(10, 0.1 * sum(dossiers.in-process, now))',
    },
    by: 'agency',
    for: 3_600,
    inhibits: [{ rules: ['dossiers.overdue'], same: 'key' }],
    steps: [
      ['Họp với lãnh đạo cơ quan, phân công xử lý dứt điểm', 'Meet the head of the agency and share out the work'],
      ['Báo cáo Chủ tịch UBND', 'Report to the chair'],
    ],
  },
  'due-soon': {
    title: ['Nhiều hồ sơ sắp quá hạn', 'Many dossiers about to be overdue'],
    severity: 'information',
    note: [
      'Từ 5 hồ sơ của cơ quan sẽ quá hạn nếu không xong trong 8 giờ làm việc tới (giả định).',
      'From 5 dossiers of an agency will be overdue unless finished within 8 working hours (assumed).',
    ],
    condition: { kind: 'threshold', value: 'sum(dossiers.due, now, within: 8)', above: 5 },
    by: 'agency',
    steps: [['Nhắc người xử lý', 'Remind whoever handles them']],
  },
  'on-time-low': {
    title: ['Tỷ lệ đúng hạn dưới 80%', 'On time below 80%'],
    severity: 'warning',
    note: [
      'Công thức 2.1 QĐ 766/QĐ-TTg trong tháng; ngưỡng 80% là giả định, ít nhất 20 hồ sơ.',
      'Formula 2.1 of Decision 766/QĐ-TTg, this month; the limit of 80% is assumed, at least 20 dossiers.',
    ],
    condition: {
      kind: 'threshold',
      value: '100 - 100 * sum(dossiers.late, month) / greatest(20, sum(dossiers.received, month))',
      below: 80,
    },
    by: 'agency',
    recover: 82,
    for: 3_600,
    steps: [['Rà soát thủ tục chậm nhất của cơ quan', "Review the agency's slowest procedures"]],
  },
  'source-silent': silentSource(),
});
