import type { Rule } from '#libs/contracts';
import { packRules, silentSource } from '#libs/sector-kit';

/** What people are told of information security. `lapsingDays`: as in the settings. */
export const alertRulesOf = (lapsingDays: number): Rule[] =>
  packRules('security', {
    critical: {
      title: ['Cảnh báo an toàn nghiêm trọng', 'Critical security alert'],
      severity: 'critical',
      note: [
        'Một cảnh báo mức nghiêm trọng chưa đóng là đủ (giả định).',
        'One critical alert that is not closed is enough (assumed).',
      ],
      condition: { kind: 'threshold', value: 'sum(security.open, now, severity: critical)', above: 1 },
      steps: [
        ['Cô lập hệ thống bị ảnh hưởng', 'Isolate the system concerned'],
        ['Báo đội ứng cứu sự cố và Công an tỉnh', 'Tell the incident team and the provincial police'],
        ['Lưu chứng cứ trước khi khắc phục', 'Keep evidence before mending'],
      ],
    },
    'high-untriaged': {
      title: ['Cảnh báo mức cao chưa phân loại', 'High alerts not triaged'],
      severity: 'serious',
      note: [
        'Cảnh báo mức cao chưa ai phân loại sau 30 phút (giả định).',
        'High alerts that nobody triaged within 30 minutes (assumed).',
      ],
      condition: { kind: 'threshold', value: 'sum(security.open, now, severity: high, step: raised)', above: 1 },
      for: 1_800,
      steps: [['Phân công người trực SOC', 'Assign whoever is on duty']],
    },
    untriaged: {
      title: ['Cảnh báo tồn chưa phân loại', 'Alerts not triaged pile up'],
      severity: 'warning',
      note: ['Từ 20 cảnh báo chưa ai phân loại (giả định).', 'From 20 alerts that nobody triaged (assumed).'],
      condition: { kind: 'threshold', value: 'sum(security.open, now, step: raised)', above: 20 },
      recover: 10,
      for: 600,
      steps: [['Tăng người trực', 'Put more people on duty']],
    },
    lapsed: {
      title: ['Phê duyệt cấp độ hết hiệu lực', 'Approval of a system lapsed'],
      severity: 'warning',
      note: [
        `Hệ thống có phê duyệt cấp độ đã hết hiệu lực; sắp hết từ ${lapsingDays} ngày trước hạn.`,
        `Systems whose approval has lapsed; lapsing from ${lapsingDays} days before.`,
      ],
      condition: { kind: 'threshold', value: 'sum(security.systems, now, approval: lapsed)', above: 1 },
      by: 'agency',
      steps: [['Lập lại hồ sơ đề xuất cấp độ', 'File the approval anew']],
    },
    'source-silent': silentSource(),
  });
