import type { Rule } from '#libs/contracts';
import { packRules, silentSource } from '#libs/sector-kit';
import type { FeedbackSettings } from './settings.js';

/** What people are told of petitions. */
export const alertRulesOf = ({ resolveDays }: FeedbackSettings): Rule[] =>
  packRules('feedback', {
    overdue: {
      title: ['Phản ánh quá hạn trả lời', 'Petition overdue'],
      severity: 'warning',
      note: [
        `Chưa trả lời sau ${resolveDays} ngày làm việc, trừ thời gian chờ người dân.`,
        `Not answered after ${resolveDays} working days, without the time that waits for the citizen.`,
      ],
      condition: { kind: 'threshold', value: 'sum(feedback.standing, now, state: overdue)', above: 1 },
      by: 'agency',
      steps: [
        ['Yêu cầu cơ quan trả lời và giải trình', 'Have the agency answer and explain'],
        ['Thông báo cho người dân', 'Tell the citizen'],
      ],
    },
    surge: {
      title: ['Phản ánh tăng đột biến', 'Surge of petitions'],
      severity: 'serious',
      note: [
        'Phản ánh 60 phút qua trong một lĩnh vực từ 10 và từ 3 lần trung bình giờ của 14 ngày (giả định).',
        'Petitions of a field within the hour from 10 and from 3 times the mean hour of 14 days (assumed).',
      ],
      condition: {
        kind: 'threshold',
        value: 'sum(feedback.received, 1h)',
        above: 'greatest(10, average(sum(feedback.received), 14 days) / 8)',
      },
      by: 'field',
      steps: [['Xem nơi và nội dung tập trung', 'See where and about what']],
    },
    'source-silent': silentSource(),
  });
