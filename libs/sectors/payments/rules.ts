import type { Rule } from '#libs/contracts';
import { packRules, silentSource } from '#libs/sector-kit';

/** What people are told of payments. */
export const alertRules: readonly Rule[] = packRules('payments', {
  'cashless-off-track': {
    title: ['Thanh toán không tiền mặt lệch mục tiêu', 'Cashless payment off its target'],
    severity: 'information',
    note: [
      'Tỷ lệ trong ngày thấp hơn mục tiêu quá 25%, xét từ 17:00 (giả định).',
      'Share of the day more than 25% below the target, looked at from 17:00 (assumed).',
    ],
    condition: { kind: 'off-track', indicator: 'payments.cashless-today', percent: 25, wants: 'above' },
    hours: { days: [1, 2, 3, 4, 5, 6], from: '17:00', to: '23:59' },
    steps: [['Xem mục đích còn thu tiền mặt nhiều', 'See what is still paid in cash']],
  },
  'portal-silent': {
    title: ['Cổng thanh toán không có giao dịch', 'Portal without payments'],
    severity: 'serious',
    note: [
      'Không có giao dịch qua cổng DVC trong 120 phút, giờ hành chính (giả định).',
      'No payment through the service portal within 120 minutes, in office hours (assumed).',
    ],
    condition: { kind: 'absent', metric: 'payments.count', where: { channel: ['portal'] }, minutes: 120 },
    hours: { days: [1, 2, 3, 4, 5], from: '09:30', to: '16:30' },
    steps: [['Thử một giao dịch, gọi đơn vị cung cấp cổng', 'Try a payment, call whoever runs the portal']],
  },
  'source-silent': silentSource(['payments.portal-silent']),
});
