import type { Rule } from '#libs/contracts';
import { packRules, silentSource } from '#libs/sector-kit';

/** What people are told of social security. */
export const alertRules: readonly Rule[] = packRules('social', {
  'account-off-track': {
    title: ['Chi trả qua tài khoản lệch mục tiêu', 'Paid to accounts: off its target'],
    severity: 'information',
    note: [
      'Tỷ lệ trong tháng thấp hơn mục tiêu quá 10% (mức lệch là giả định).',
      'Share of the month more than 10% below the target (the gap is assumed).',
    ],
    condition: { kind: 'off-track', indicator: 'social.account-month', percent: 10, wants: 'above' },
    for: 86_400,
    steps: [['Vận động mở tài khoản ở xã có tỷ lệ thấp', 'Help people open accounts where the share is low']],
  },
  'pension-unpaid': {
    title: ['Chưa chi lương hưu trong tháng', 'Pensions of the month not paid'],
    severity: 'serious',
    note: [
      'Xã không có lượt chi lương hưu nào trong 29 ngày (giả định).',
      'A commune without a payment of pensions for 29 days (assumed).',
    ],
    condition: { kind: 'absent', metric: 'social.paid', where: { benefit: ['pension'] }, minutes: 29 * 24 * 60 },
    by: 'unit',
    steps: [['Gọi Bảo hiểm xã hội cơ sở', 'Call the local social insurance']],
  },
  'source-silent': silentSource(),
});
