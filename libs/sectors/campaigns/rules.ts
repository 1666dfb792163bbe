import type { Rule } from '#libs/contracts';
import { packRules, silentSource } from '#libs/sector-kit';
import type { CampaignsSettings } from './settings.js';

/** What people are told of campaigns. */
export const alertRulesOf = ({ dueDays, lookBackDays, missingFrom }: CampaignsSettings): Rule[] =>
  packRules('campaigns', {
    'missing-day': {
      title: ['Chiến dịch thiếu số liệu ngày', 'Campaign without the figures of a day'],
      severity: 'warning',
      note: [
        `Từ ${missingFrom} ngày thiếu trong ${lookBackDays} ngày, cộng các đơn vị; hạn là hết ngày sau ${dueDays} ngày (giả định, cài đặt của gói).`,
        `From ${missingFrom} missing days of ${lookBackDays}, over its units; due by the end of the day ${dueDays} days on (assumed, settings of the pack).`,
      ],
      condition: { kind: 'threshold', value: 'sum(campaigns.missing-days, now)', above: missingFrom },
      by: 'campaign',
      steps: [
        ['Xem bảng theo đơn vị: nơi nào thiếu ngày', 'See in the table by unit who lacks a day'],
        [
          'Yêu cầu đơn vị gửi bù; nơi đã kết thúc gửi báo cáo cuối',
          'Have it sent; where it has ended, the final report',
        ],
      ],
    },
    'figures-late': {
      title: ['Chưa nơi nào gửi số liệu chiến dịch', 'No figures of campaigns at all'],
      severity: 'information',
      note: [
        'Cam kết của chỉ số khám từ xa: số liệu ngày có đúng hạn (cài đặt của gói).',
        'Promise of the indicator of telehealth: figures of a day are there in time (setting of the pack).',
      ],
      condition: { kind: 'late', indicator: 'campaigns.sessions' },
      steps: [['Kiểm tra nguồn số liệu chiến dịch', 'Check the source of the campaigns']],
    },
    'source-silent': silentSource(['campaigns.missing-day', 'campaigns.figures-late']),
  });
