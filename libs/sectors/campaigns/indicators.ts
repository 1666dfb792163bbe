import type { NumberFormat } from '#libs/contracts';
import { packIndicator, type Indicator, type Metric } from '#libs/sector-kit';
import type { CampaignsSettings } from './settings.js';

const unit = (vi: string, en: string): NumberFormat => ({ unit: { vi, en }, digits: 0 });
export const COUNT = unit('', '');
export const DAYS = unit('ngày', 'days');
export const SESSIONS = unit('lượt', 'sessions');
export const LEARNERS = unit('lượt học', 'learners');

const stock = (code: string, more: string[], vi: string, en: string, format: NumberFormat): Metric => ({
  code: `campaigns.${code}`,
  title: { vi, en },
  kind: 'stock',
  dims: ['unit', 'campaign', 'figure', ...more],
  format,
});
export const metrics: Metric[] = [
  stock('counted', [], 'Số đếm chiến dịch theo ngày', 'Campaigns by day', COUNT),
  stock('reach', [], 'Kết quả chiến dịch đến nay', 'Campaigns so far', COUNT),
  stock('missing-days', [], 'Ngày thiếu số liệu chiến dịch', 'Missing days of campaigns', DAYS),
  stock('series', ['state'], 'Số liệu phải gửi hằng ngày', 'Daily figures owed', unit('số liệu', 'figures')),
];

const one = packIndicator('campaigns');

const reached = (figure: string, title: [string, string], format: NumberFormat): Indicator =>
  one(
    figure,
    title,
    `sum(campaigns.reach, now, figure: ${figure})`,
    format,
    ['Báo cáo mới nhất của mỗi đơn vị, cộng lại.', 'Newest report of each unit, added up.'],
    { sharing: 'public' },
  );

export function indicatorsOf({ dueDays, lookBackDays }: CampaignsSettings): Indicator[] {
  const promise: Partial<Indicator> = {
    // Fresh is what was heard of: the figures of a day come on a later one, so the next must be heard a day sooner.
    freshness: { step: 'day', plusDays: Math.max(0, dueDays - 1), at: '24:00' },
    sharing: 'public',
  };
  return [
    reached(
      'households',
      ['Hộ nông dân bán hàng trực tuyến', 'Farm households selling online'],
      unit('hộ', 'households'),
    ),
    reached('shops', ['Gian hàng trên sàn', 'Shops on e-commerce floors'], unit('gian hàng', 'shops')),
    one(
      'learners',
      ['Học trực tuyến 7 ngày', 'Learning online, 7 days'],
      'sum(campaigns.counted, 7d, figure: learners)',
      LEARNERS,
      ['Người học mỗi ngày, cộng 7 ngày qua.', 'Learners of each day, over the last 7 days.'],
      promise,
    ),
    one(
      'sessions',
      ['Khám từ xa 7 ngày', 'Telehealth, 7 days'],
      'sum(campaigns.counted, 7d, figure: sessions)',
      SESSIONS,
      ['Lượt khám, tư vấn từ xa, cộng 7 ngày qua.', 'Sessions of telehealth over the last 7 days.'],
      promise,
    ),
    reached('teams', ['Tổ công nghệ số cộng đồng', 'Community digital teams'], unit('tổ', 'teams')),
    reached('members', ['Thành viên tổ công nghệ số', 'Members of digital teams'], unit('người', 'people')),
    one(
      'missing-days',
      ['Ngày thiếu số liệu chiến dịch', 'Days that campaigns lack'],
      'sum(campaigns.missing-days, now)',
      DAYS,
      [
        `Ngày chưa có số liệu trong ${lookBackDays} ngày, cộng đơn vị và số liệu; hạn hết ngày sau ${dueDays} ngày (giả định).`,
        `Days without figures of ${lookBackDays}, over units and figures; due by the end of the day ${dueDays} days on (assumed).`,
      ],
      { tells: 'late', levels: [{ level: 'attention', above: 1 }] },
    ),
    one(
      'whole',
      ['Số liệu chiến dịch gửi đủ', 'Campaign figures without gaps'],
      '100 * sum(campaigns.series, now, state: whole) / sum(campaigns.series, now)',
      { unit: { vi: '%', en: '%' }, digits: 1 },
      [
        'Số liệu không thiếu ngày nào / số liệu mà các đơn vị gửi hằng ngày.',
        'Figures without a missing day / figures that units send daily.',
      ],
      { target: 100 },
    ),
  ];
}
