import type { Rule } from '#libs/contracts';
import { packRules, silentSource } from '#libs/sector-kit';
import type { DatabasesSettings } from './settings.js';

/** What people are told of databases. */
export const alertRulesOf = ({ everyDays }: DatabasesSettings): Rule[] =>
  packRules('databases', {
    late: {
      title: ['Cơ sở dữ liệu quá hạn cập nhật', 'Database not updated in time'],
      severity: 'warning',
      note: [
        `Chưa cập nhật trong khoảng mà cơ quan chủ quản cam kết; không cam kết thì ${everyDays} ngày (giả định, cài đặt của gói).`,
        `Not updated within the interval that its owner promised; without a promise ${everyDays} days (assumed, setting of the pack).`,
      ],
      condition: { kind: 'threshold', value: 'sum(databases.entries, now, state: late)', above: 1 },
      by: 'database',
      steps: [
        [
          'Gọi cơ quan chủ quản: cập nhật hay kết nối bị dừng',
          'Ask its owner whether the update or the link has stopped',
        ],
        ['Nếu đã ngừng dùng, đưa ra khỏi danh mục', 'If it is out of use, take it out of the catalogue'],
      ],
    },
    'source-silent': silentSource(['databases.late']),
  });
