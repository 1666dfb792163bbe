import type { Rule } from '#libs/contracts';
import { packRules, silentSource } from '#libs/sector-kit';
import type { ExchangeSettings } from './settings.js';

/** What people are told of the data-sharing platform. */
export const alertRulesOf = ({ errorsFrom, slowFrom, spikeFrom }: ExchangeSettings): Rule[] =>
  packRules('exchange', {
    silence: {
      title: ['Dịch vụ chia sẻ dữ liệu im lặng', 'Service of data sharing silent'],
      severity: 'serious',
      note: [
        'Không có giao dịch nào trong 60 phút, giờ hành chính (giả định).',
        'Not one request within 60 minutes, in office hours (assumed).',
      ],
      condition: { kind: 'absent', metric: 'exchange.requests', minutes: 60 },
      by: 'service',
      hours: { days: [1, 2, 3, 4, 5], from: '08:30', to: '16:30' },
      steps: [
        ['Kiểm tra trục liên thông và chứng thư số', 'Check the exchange and its certificates'],
        ['Gọi đơn vị vận hành dịch vụ', 'Call whoever runs the service'],
      ],
    },
    spike: {
      title: ['Giao dịch đột biến', 'Spike of requests'],
      severity: 'warning',
      note: [
        `Hôm nay từ ${spikeFrom} lần trung vị ngày của 14 ngày (giả định).`,
        `Today ${spikeFrom} times the median day of 14 days (assumed).`,
      ],
      condition: {
        kind: 'threshold',
        value: 'sum(exchange.requests, today)',
        above: `${spikeFrom} * median(sum(exchange.requests), 14 days)`,
      },
      by: 'service',
      steps: [['Xem cơ quan nào gọi nhiều bất thường', 'See which agency asks so much']],
    },
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
    slow: {
      title: ['Đáp ứng chậm', 'Slow answers'],
      severity: 'warning',
      note: [`p95 trong 60 phút từ ${slowFrom} ms (giả định).`, `p95 of 60 minutes from ${slowFrom} ms (assumed).`],
      condition: { kind: 'threshold', value: 'p95(exchange.latency, 60m)', above: slowFrom },
      by: 'service',
      for: 900,
      steps: [['Kiểm tra tải máy chủ của dịch vụ', 'Check the load of its servers']],
    },
    'source-silent': silentSource(['exchange.silence']),
  });
