import type { Rule } from '#libs/contracts';
import { packRules, silentSource } from '#libs/sector-kit';
import type { ReportingSettings } from './settings.js';

const RULE_VI = 'quy định của Khánh Hoà; số lần trong cài đặt của gói';
const RULE_EN = 'rule of Khánh Hòa; how many is a setting of the pack';

/** What people are told of reports that are owed. */
export const alertRulesOf = ({ reviewFrom, disciplineFrom }: ReportingSettings): Rule[] =>
  packRules('reporting', {
    missing: {
      title: ['Báo cáo quá hạn chưa nộp', 'Report missing'],
      severity: 'warning',
      note: [
        'Cơ quan có báo cáo của tháng đã quá hạn mà chưa nộp; NĐ 09/2019/NĐ-CP.',
        'An agency owes a report of this month past its due time; Decree 09/2019/NĐ-CP.',
      ],
      condition: { kind: 'threshold', value: 'sum(reporting.reports, month, state: missing)', above: 1 },
      by: 'agency',
      steps: [
        ['Nhắc đầu mối báo cáo của cơ quan', "Remind the agency's contact"],
        ['Ghi một lần nhắc trên hệ thống báo cáo', 'Record the reminder in the reporting system'],
      ],
    },
    review: {
      title: [`Bị nhắc từ ${reviewFrom} lần: xem xét trách nhiệm`, `Reminded ${reviewFrom} times: review`],
      severity: 'serious',
      note: [
        `Từ ${reviewFrom} lần nhắc trong năm phải xem xét trách nhiệm người đứng đầu (${RULE_VI}).`,
        `From ${reviewFrom} reminders a year the head's responsibility is reviewed (${RULE_EN}).`,
      ],
      condition: { kind: 'threshold', value: 'sum(reporting.reminders, year)', above: reviewFrom },
      by: 'agency',
      steps: [['Trình văn bản xem xét trách nhiệm', 'Submit the review']],
    },
    discipline: {
      title: [`Bị nhắc từ ${disciplineFrom} lần: có thể kỷ luật`, `Reminded ${disciplineFrom} times: discipline`],
      severity: 'critical',
      note: [
        `Từ ${disciplineFrom} lần nhắc trong năm có thể kỷ luật (${RULE_VI}).`,
        `From ${disciplineFrom} reminders a year discipline is considered (${RULE_EN}).`,
      ],
      condition: { kind: 'threshold', value: 'sum(reporting.reminders, year)', above: disciplineFrom },
      by: 'agency',
      inhibits: [{ rules: ['reporting.review'], same: 'key' }],
      steps: [['Báo cáo Chủ tịch UBND tỉnh', 'Report to the chair']],
    },
    'source-silent': silentSource(),
  });
