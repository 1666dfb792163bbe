import type { Rule } from '#libs/contracts';
import { justUnder, packRules, silentSource } from '#libs/sector-kit';

/** What people are told of dossiers. */
export const alertRules: readonly Rule[] = packRules('dossiers', {
  // Hardly an agency has no dossier overdue: people are told once of all of them, and of an agency when it stands out.
  overdue: {
    title: ['Nhiều hồ sơ quá hạn trong cả tỉnh', 'Many dossiers overdue, all agencies together'],
    severity: 'warning',
    note: [
      'Từ 20 hồ sơ và từ 5% hồ sơ đang xử lý đã qua ngày hẹn trả, cộng mọi cơ quan (ngưỡng là giả định); NĐ 118/2025/NĐ-CP.',
      'From 20 dossiers and from 5% of those in process are past their due time, over all agencies (limits assumed); Decree 118/2025/NĐ-CP.',
    ],
    condition: {
      kind: 'threshold',
      value: 'sum(dossiers.overdue, now)',
      above: 'greatest(20, 0.05 * sum(dossiers.in-process, now))',
    },
    for: 1_800,
    steps: [
      ['Xem bảng cơ quan có nhiều hồ sơ quá hạn nhất', 'See on the board which agencies have the most'],
      ['Yêu cầu xin lỗi và hẹn lại người dân', 'Have citizens told, with apologies and a new date'],
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
    steps: [
      ['Họp với lãnh đạo cơ quan, phân công xử lý dứt điểm', 'Meet the head of the agency and share out the work'],
      ['Báo cáo Chủ tịch UBND', 'Report to the chair'],
    ],
  },
  'due-soon': {
    title: ['Nhiều hồ sơ sắp quá hạn', 'Many dossiers about to be overdue'],
    severity: 'information',
    note: [
      'Từ 10 hồ sơ và từ 20% hồ sơ đang xử lý của cơ quan sẽ quá hạn nếu không xong trong 8 giờ làm việc tới (giả định).',
      'From 10 dossiers and from 20% of those in process of an agency will be overdue unless finished within 8 working hours (assumed).',
    ],
    condition: {
      kind: 'threshold',
      value: 'sum(dossiers.due, now, within: 8)',
      above: 'greatest(10, 0.2 * sum(dossiers.in-process, now))',
    },
    by: 'agency',
    // While the night's synchronisation runs, an agency is known in parts.
    for: 600,
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
      below: justUnder(80),
    },
    by: 'agency',
    recover: 82,
    for: 3_600,
    steps: [['Rà soát thủ tục chậm nhất của cơ quan', "Review the agency's slowest procedures"]],
  },
  'source-silent': silentSource(),
});
