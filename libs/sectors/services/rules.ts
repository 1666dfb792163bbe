import type { Rule } from '#libs/contracts';
import { packRules, silentSource } from '#libs/sector-kit';

/** What people are told of online services. */
export const alertRules: readonly Rule[] = packRules('services', {
  'missing-day': {
    title: ['Hệ thống thiếu số đếm ngày', 'System without the counters of a day'],
    severity: 'warning',
    note: [
      'Số đếm của một ngày phải có trước hết ngày hôm sau; đếm trong hai tuần.',
      'The counters of a day must be there by the end of the next; two weeks are looked at.',
    ],
    condition: { kind: 'threshold', value: 'sum(services.missing-days, now)', above: 1 },
    by: 'system',
    steps: [
      ['Kiểm tra kết nối EMC của hệ thống', "Check the system's connection with EMC"],
      ['Yêu cầu gửi bù số liệu', 'Have what is missing sent'],
    ],
  },
  'online-off-track': {
    title: ['Nộp trực tuyến lệch mục tiêu', 'Filed online: off its target'],
    severity: 'information',
    note: [
      'Tỷ lệ 30 ngày thấp hơn mục tiêu đang hiệu lực quá 10% (mục tiêu và mức lệch là giả định).',
      'Share of 30 days more than 10% below the target in force (target and gap are assumed).',
    ],
    condition: { kind: 'off-track', indicator: 'services.online-share', percent: 10, wants: 'above' },
    for: 86_400,
    steps: [['Xem hệ thống có tỷ lệ thấp nhất', 'Look at the systems with the lowest share']],
  },
  'counters-late': {
    title: ['Số đếm ngày đến trễ', 'Counters of the day late'],
    severity: 'information',
    note: [
      'Cam kết của chỉ số: số liệu ngày có trước hết ngày hôm sau; trong một ngày không hệ thống nào gửi thì hết ngày đó là trễ.',
      'Promise of the indicator: the figures of a day are there by the end of the next; a day on which no system sends any is late when it ends.',
    ],
    condition: { kind: 'late', indicator: 'services.online-share' },
    steps: [['Kiểm tra nguồn EMC', 'Check the source EMC']],
  },
  'source-silent': silentSource(['services.counters-late']),
});
