import type { Rule } from '#libs/contracts';
import { justUnder, packRules, silentSource } from '#libs/sector-kit';
import type { TargetSettings } from './settings.js';

/** What people are told of targets and tasks. */
export const rulesOf = ({ dueSoonDays }: TargetSettings): readonly Rule[] =>
  packRules('targets', {
    behind: {
      title: ['Mục tiêu chậm tiến độ', 'Goal behind its trajectory'],
      severity: 'warning',
      note: [
        'Giá trị hiện có thấp hơn đường thẳng từ gốc đến mục tiêu; gốc chưa công bố là giả định.',
        'The value lies below the straight line from base to target; unpublished bases are assumed.',
      ],
      condition: { kind: 'threshold', value: 'last(targets.goal, now, what: gap)', below: justUnder(0) },
      by: 'goal',
      for: 86_400,
      steps: [
        ['Yêu cầu cơ quan chủ trì giải trình và đề xuất', 'Have the agency in charge explain and propose'],
        ['Cập nhật lộ trình', 'Bring the plan up to date'],
      ],
    },
    'task-overdue': {
      title: ['Nhiệm vụ Ban Chỉ đạo quá hạn', 'Task of the committee overdue'],
      severity: 'serious',
      note: ['Nhiệm vụ chưa hoàn thành đã qua hạn.', 'A task that is not done is past its time.'],
      condition: { kind: 'threshold', value: 'sum(targets.tasks, now, state: overdue)', above: 1 },
      by: 'agency',
      steps: [['Đôn đốc bằng văn bản', 'Urge in writing']],
    },
    'task-due-soon': {
      title: [`Nhiệm vụ đến hạn trong ${dueSoonDays} ngày`, `Task due within ${dueSoonDays} days`],
      severity: 'information',
      note: [`Còn không quá ${dueSoonDays} ngày.`, `At most ${dueSoonDays} days are left.`],
      condition: { kind: 'threshold', value: 'sum(targets.tasks, now, state: due-soon)', above: 1 },
      by: 'agency',
      steps: [['Nhắc cơ quan chủ trì', 'Remind the agency in charge']],
    },
    'source-silent': silentSource(),
  });
