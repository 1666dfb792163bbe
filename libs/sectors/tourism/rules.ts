import type { Rule } from '#libs/contracts';
import { packRules, silentSource } from '#libs/sector-kit';

/** What people are told of tourism. */
export const alertRules: readonly Rule[] = packRules('tourism', {
  crowd: {
    title: ['Điểm du lịch quá đông', 'Site overcrowded'],
    severity: 'warning',
    note: [
      'Khách trong 60 phút từ 3 lần trung bình giờ của 14 ngày (10 giờ mở cửa), ít nhất 500 (giả định).',
      'Guests of 60 minutes from 3 times the mean hour of 14 days (10 open hours), at least 500 (assumed).',
    ],
    condition: {
      kind: 'threshold',
      value: 'sum(tourism.guests, 60m)',
      above: 'greatest(500, 0.3 * average(sum(tourism.guests), 14 days))',
    },
    by: 'site',
    steps: [
      ['Phân luồng, tăng người trực tại điểm', 'Guide the flow, put more people there'],
      ['Báo Công an phường', 'Tell the ward police'],
    ],
  },
  'rooms-full': {
    title: ['Phòng lưu trú gần hết', 'Rooms nearly full'],
    severity: 'information',
    note: ['Từ 95% phòng có khách (giả định).', 'From 95% of rooms occupied (assumed).'],
    condition: { kind: 'threshold', value: '[tourism.occupancy]', above: 95 },
    recover: 90,
    for: 3_600,
    steps: [['Công khai cơ sở còn phòng, kiểm tra giá', 'Publish where rooms are left, check prices']],
  },
  'source-silent': silentSource(),
});
