import type { Rule } from '#libs/contracts';
import { justOver, packRules, silentSource } from '#libs/sector-kit';
import { epidemicLimit, FOLLOWED, weeklyLimit } from './indicators.js';
import type { HealthSettings } from './settings.js';

type Rules = Parameters<typeof packRules>[1];

/** What people are told of diseases, beds and reports. */
export function alertRulesOf(settings: HealthSettings): Rule[] {
  return packRules('health', {
    ...Object.assign({}, ...FOLLOWED.map((disease) => followed(disease, settings))),
    ...outbreaks(settings),
    ...reporting,
    ...beds(settings),
    'source-silent': silentSource(),
  });
}

const INVESTIGATE = [
  ['Xác minh ca bệnh với cơ sở báo cáo', 'Verify the cases with the reporting facility'],
  ['Điều tra dịch tễ, khoanh vùng', 'Investigate and contain'],
  ['Báo cáo Sở Y tế và UBND xã', 'Report to the department of health and the commune'],
] as const;

function followed({ stem, icd, vi, en }: (typeof FOLLOWED)[number], settings: HealthSettings): Rules {
  const { baselineWeeks } = settings;
  const ears = [3, 3, 2] as const;
  return {
    [`${stem}-weekly`]: {
      title: [`${vi}: vượt ngưỡng cảnh báo tuần ở xã`, `${en}: above the weekly limit in a commune`],
      severity: 'warning',
      note: [
        `Ca tuần này của xã vượt trung bình + 1 ĐLC của ${baselineWeeks} tuần trước (số tuần là giả định); ít nhất 5 ca (giả định).`,
        `Cases of this week in a commune above mean + 1 SD of the ${baselineWeeks} weeks before (how many is assumed); at least 5 (assumed).`,
      ],
      condition: {
        kind: 'threshold',
        value: `sum(health.cases, week, disease: ${icd})`,
        above: `greatest(5, ${justOver(weeklyLimit(icd, settings))})`,
      },
      by: 'unit',
      steps: INVESTIGATE,
    },
    [`${stem}-epidemic`]: {
      title: [`${vi}: vượt ngưỡng dịch ở xã`, `${en}: above the epidemic limit in a commune`],
      severity: 'serious',
      note: [
        'Ca cộng dồn trong tháng của xã vượt trung bình + 2 ĐLC của cùng tháng 5 năm trước; xã sáp nhập: tổng các xã cũ.',
        'Cases of the month in a commune above mean + 2 SD of the same month of five years; merged communes: the sum of the old ones.',
      ],
      condition: {
        kind: 'threshold',
        value: `sum(health.cases, month, disease: ${icd})`,
        above: `greatest(1, ${justOver(epidemicLimit(icd))})`,
      },
      by: 'unit',
      inhibits: [{ rules: [`health.${stem}-weekly`], same: 'key' }],
      steps: INVESTIGATE,
    },
    ...Object.fromEntries(
      ears.map((alarm, i) => [
        `${stem}-ears${i + 1}`,
        {
          title: [`${vi}: EARS C${i + 1} báo động`, `${en}: EARS C${i + 1}`],
          severity: 'information',
          note: [
            `EARS C${i + 1} của ngày trọn gần nhất trên ${alarm} (CDC).`,
            `EARS C${i + 1} of the last complete day above ${alarm} (CDC).`,
          ],
          condition: { kind: 'threshold', value: `[health.${stem}-ears${i + 1}]`, above: justOver(alarm) },
          steps: [['Xem ca theo xã và ngày chẩn đoán', 'Look at the cases by commune and day']],
        } satisfies Rules[string],
      ]),
    ),
  };
}

const outbreaks = ({ linkedWarning, linkedEpidemic, linkedDays }: HealthSettings): Rules => {
  const value = 'sum(health.linked, now)';
  const note = [
    `Ca có liên quan dịch tễ (cùng mã ổ dịch) của bệnh không lưu hành: ${linkedWarning} ca cảnh báo, từ ${linkedEpidemic} ca là dịch; tính trong ${linkedDays} ngày từ chẩn đoán (giả định), danh mục bệnh là giả định.`,
    `Linked cases (one code of an outbreak) of a disease that is not endemic: ${linkedWarning} warn, ${linkedEpidemic} and more are an epidemic; counted for ${linkedDays} days from diagnosis (assumed), which diseases is assumed.`,
  ] as const;
  return {
    'linked-warning': {
      title: ['Ca liên quan của bệnh không lưu hành', 'Linked cases of a disease not endemic here'],
      severity: 'warning',
      note,
      condition: { kind: 'threshold', value, above: linkedWarning },
      by: 'cluster',
      steps: INVESTIGATE,
    },
    'linked-epidemic': {
      title: ['Dịch của bệnh không lưu hành', 'Epidemic of a disease not endemic here'],
      severity: 'serious',
      note,
      condition: { kind: 'threshold', value, above: linkedEpidemic },
      by: 'cluster',
      inhibits: [{ rules: ['health.linked-warning'], same: 'key' }],
      steps: INVESTIGATE,
    },
  };
};

const reporting: Rules = {
  'group-a': {
    title: ['Có ca bệnh nhóm A', 'A case of group A'],
    severity: 'critical',
    note: [
      'Một ca bệnh nhóm A là đủ, kể từ khi được báo cáo. Danh mục: Luật 03/2007/QH12, Điều 3, hiệu lực đến 30/6/2026; danh mục theo Luật 114/2025/QH15 cần đối chiếu (cài đặt groupA).',
      'One case of group A is enough, from its report on. The list: Law 03/2007/QH12, Article 3, in force until 30/6/2026; that under Law 114/2025/QH15 is to be checked (setting groupA).',
    ],
    condition: { kind: 'threshold', value: 'sum(health.group-a, 2d)', above: 1 },
    by: 'unit',
    steps: INVESTIGATE,
  },
  'report-late': {
    title: ['Ca bệnh báo cáo quá hạn', 'Cases reported late'],
    severity: 'warning',
    note: [
      'Từ 2 ca của xã hôm nay (giả định) báo cáo sau 24 giờ, 48 giờ hoặc thứ Tư tuần sau tuỳ bệnh; TT 15/2026/TT-BYT.',
      'From 2 cases of a commune today (assumed) reported after 24 h, 48 h or the next Wednesday, by disease; Circular 15/2026/TT-BYT.',
    ],
    condition: { kind: 'threshold', value: 'sum(health.late-reports, today)', above: 2 },
    by: 'unit',
    steps: [['Nhắc cơ sở về thời hạn báo cáo', 'Remind the facility of the term']],
  },
  'death-report-late': {
    title: ['Báo cáo tử vong quá 24 giờ', 'Death reported after 24 h'],
    severity: 'serious',
    note: [
      'Ca tử vong phải báo cáo trong 24 giờ; TT 15/2026/TT-BYT.',
      'A death must be reported within 24 hours; Circular 15/2026/TT-BYT.',
    ],
    condition: { kind: 'threshold', value: 'sum(health.late-deaths, today)', above: 1 },
    by: 'unit',
    steps: [['Yêu cầu cơ sở giải trình', 'Have the facility explain']],
  },
};

const beds = ({ occupancyHigh, occupancyFull }: HealthSettings): Rules => {
  const value = 'last(health.occupancy, 6h)';
  const note = [
    `Ngưỡng ${occupancyHigh}% và ${occupancyFull}% là giả định.`,
    `The limits of ${occupancyHigh}% and ${occupancyFull}% are assumed.`,
  ] as const;
  return {
    'beds-full': {
      title: ['Cơ sở hết giường', 'Facility is full'],
      severity: 'serious',
      note,
      condition: { kind: 'threshold', value, above: occupancyFull },
      by: 'facility',
      for: 900,
      inhibits: [{ rules: ['health.beds-high'], same: 'key' }],
      steps: [['Điều phối chuyển người bệnh, mở giường tăng cường', 'Transfer patients, open extra beds']],
    },
    'beds-high': {
      title: [`Công suất giường từ ${occupancyHigh}%`, `Beds occupied from ${occupancyHigh}%`],
      severity: 'warning',
      note,
      condition: { kind: 'threshold', value, above: occupancyHigh },
      by: 'facility',
      for: 900,
      recover: occupancyHigh - 2,
      steps: [['Kiểm tra khả năng tiếp nhận của cơ sở lân cận', 'See what facilities nearby can take']],
    },
  };
};
