import type { Rule } from '#libs/contracts';
import { packRules, silentSource } from '#libs/sector-kit';
import type { ExchangeSettings } from './settings.js';

const TODAY = 'sum(exchange.requests, today)';
/**
 * What has usually come by this time of the day: the median of the same weekday of four weeks, of two at least, so that neither a
 * weekend nor one holiday is a spike, and a threefold morning is seen in the morning.
 */
export const USUAL = `middle(${[1, 2, 3, 4].map((weeks) => `before(${TODAY}, ${weeks} week${weeks > 1 ? 's' : ''})`).join(', ')})`;

const OFFICE = { days: [1, 2, 3, 4, 5], from: '08:30', to: '16:30' };

type Rules = Parameters<typeof packRules>[1];

/** What people are told of the data-sharing platform: of each service and of each agency. */
export const alertRulesOf = (settings: ExchangeSettings): Rule[] => {
  const { errorsFrom } = settings;
  return packRules('exchange', {
    ...silences(settings),
    ...spikes(settings),
    errors: {
      title: ['Lỗi chia sẻ dữ liệu', 'Errors of data exchange'],
      severity: 'serious',
      note: [
        `Giao dịch lỗi từ ${errorsFrom}% trong 60 phút, giữ 10 phút (giả định).`,
        `Failed requests from ${errorsFrom}% of 60 minutes, for 10 minutes (assumed).`,
      ],
      condition: {
        kind: 'threshold',
        value: '100 * sum(exchange.requests, 60m, outcome: error) / sum(exchange.requests, 60m)',
        above: errorsFrom,
      },
      by: 'service',
      for: 600,
      recover: errorsFrom / 2,
      steps: [['Xem mã lỗi, thử lại một giao dịch', 'Look at the errors, try one request']],
    },
    ...slowness(settings),
    'source-silent': silentSource(['exchange.silence', 'exchange.agency-silence']),
  });
};

const silences = ({ silentMinutes, agencySilentMinutes }: ExchangeSettings): Rules => ({
  silence: {
    title: ['Dịch vụ chia sẻ dữ liệu im lặng', 'Service of data sharing silent'],
    severity: 'serious',
    note: [
      `Không có giao dịch nào trong ${silentMinutes} phút, giờ hành chính (giả định).`,
      `Not one request within ${silentMinutes} minutes, in office hours (assumed).`,
    ],
    condition: { kind: 'absent', metric: 'exchange.requests', minutes: silentMinutes },
    by: 'service',
    hours: OFFICE,
    steps: [
      ['Kiểm tra trục liên thông và chứng thư số', 'Check the exchange and its certificates'],
      ['Gọi đơn vị vận hành dịch vụ', 'Call whoever runs the service'],
    ],
  },
  'agency-silence': {
    title: ['Cơ quan ngừng chia sẻ dữ liệu', 'Agency silent in data sharing'],
    severity: 'warning',
    note: [
      `Cơ quan không có giao dịch nào trong ${agencySilentMinutes} phút, giờ hành chính (giả định).`,
      `Not one request of the agency within ${agencySilentMinutes} minutes, in office hours (assumed).`,
    ],
    condition: { kind: 'absent', metric: 'exchange.requests', minutes: agencySilentMinutes },
    by: 'agency',
    hours: OFFICE,
    steps: [['Gọi đầu mối kỹ thuật của cơ quan', 'Call the technical contact of the agency']],
  },
});

function spikes({ spikeFrom, spikeLeast }: ExchangeSettings): Rules {
  const note = [
    `Hôm nay đến giờ từ ${spikeFrom} lần trung vị cùng phần ngày của 1 đến 4 tuần trước, ít nhất ${spikeLeast} giao dịch (giả định).`,
    `Today so far from ${spikeFrom} times the median of the same part of the day 1 to 4 weeks before, at least ${spikeLeast} requests (assumed).`,
  ] as const;
  const condition = {
    kind: 'threshold',
    value: TODAY,
    above: `greatest(${spikeLeast}, ${spikeFrom} * ${USUAL})`,
  } as const;
  return {
    spike: {
      title: ['Giao dịch đột biến', 'Spike of requests'],
      severity: 'warning',
      note,
      condition,
      by: 'service',
      steps: [['Xem cơ quan nào gọi nhiều bất thường', 'See which agency asks so much']],
    },
    'agency-spike': {
      title: ['Cơ quan gọi dữ liệu đột biến', 'Spike of requests of an agency'],
      severity: 'warning',
      note,
      condition,
      by: 'agency',
      steps: [['Xem cơ quan gọi dịch vụ nào, có được phép không', 'See which service it asks, and whether it may']],
    },
  };
}

function slowness({ slowFrom }: ExchangeSettings): Rules {
  const note = [
    `p95 trong 60 phút từ ${slowFrom} ms (giả định).`,
    `p95 of 60 minutes from ${slowFrom} ms (assumed).`,
  ] as const;
  const condition = { kind: 'threshold', value: 'p95(exchange.latency, 60m)', above: slowFrom } as const;
  return {
    slow: {
      title: ['Đáp ứng chậm', 'Slow answers'],
      severity: 'warning',
      note,
      condition,
      by: 'service',
      for: 900,
      steps: [['Kiểm tra tải máy chủ của dịch vụ', 'Check the load of its servers']],
    },
    'agency-slow': {
      title: ['Cơ quan nhận đáp ứng chậm', 'Slow answers to an agency'],
      severity: 'information',
      note,
      condition,
      by: 'agency',
      for: 900,
      steps: [['Kiểm tra đường truyền của cơ quan', 'Check the line of the agency']],
    },
  };
}
