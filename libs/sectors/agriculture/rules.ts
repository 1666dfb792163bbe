import type { Rule } from '#libs/contracts';
import { packRules, silentSource } from '#libs/sector-kit';
import { flightRatio } from './indicators.js';
import type { AgricultureSettings } from './settings.js';

const SALT = 'last(agriculture.salinity, 2h)';
const ALARM = 'last(agriculture.water-alarm, 2h)';
/** Part of a limit to which salinity must fall before the alert ends (assumed), so that a tide does not ring twice. */
const BACK = 0.9;

/** What people are told of water, ponds, insects and sensors. */
export function alertRulesOf(settings: AgricultureSettings): Rule[] {
  return packRules('agriculture', {
    ...salinity(settings),
    ...floods(),
    ...fields(settings),
    ...sensors(settings),
    'source-silent': silentSource(['agriculture.sensor-silent']),
  });
}

const salinity = ({ irrigationLimit, intrusion }: AgricultureSettings): Parameters<typeof packRules>[1] => ({
  'salinity-intrusion': {
    title: [`Xâm nhập mặn: từ ${intrusion}‰`, `Salinity intrusion: from ${intrusion}‰`],
    severity: 'serious',
    // The level itself depends on how far inland and how long; the lowest that a reading alone can tell.
    disaster: 1,
    note: [
      `Độ mặn ${intrusion}‰ là ranh giới xâm nhập mặn, QĐ 18/2021/QĐ-TTg; cấp rủi ro do Đài khí tượng thuỷ văn công bố.`,
      `${intrusion}‰ is the border of intrusion, Decision 18/2021/QĐ-TTg; the level of risk is announced by the weather service.`,
    ],
    condition: { kind: 'threshold', value: SALT, above: intrusion },
    by: 'station',
    for: 900,
    recover: intrusion * BACK,
    inhibits: [{ rules: ['agriculture.salinity-irrigation'], same: 'key' }],
    steps: [
      ['Báo đơn vị thuỷ nông đóng cống lấy nước', 'Have the irrigation company close the intakes'],
      ['Nhắn tin cho xã và hộ vùng ảnh hưởng: ngừng bơm', 'Tell communes and farmers concerned: stop pumping'],
      ['Xem dự báo đỉnh mặn kỳ triều tới', 'Look at the forecast of the next tide'],
    ],
  },
  'salinity-irrigation': {
    title: [`Mặn từ ${irrigationLimit}‰: không lấy nước tưới`, `From ${irrigationLimit}‰: do not irrigate`],
    severity: 'warning',
    note: [
      `Ngưỡng ${irrigationLimit}‰ của nước tưới lúa, cây ăn trái là giả định.`,
      `The limit of ${irrigationLimit}‰ for irrigating rice and fruit is assumed.`,
    ],
    condition: { kind: 'threshold', value: SALT, above: irrigationLimit },
    by: 'station',
    for: 900,
    recover: irrigationLimit * BACK,
    steps: [
      ['Báo tổ vận hành cống theo dõi con nước', 'Have the sluice keepers watch the tide'],
      ['Khuyến cáo trữ nước ngọt khi mặn xuống thấp', 'Advise to store fresh water when salinity falls'],
    ],
  },
});

const floods = (): Parameters<typeof packRules>[1] => {
  const level = (n: 1 | 2 | 3, severity: Rule['severity']): Parameters<typeof packRules>[1] => ({
    [`flood-${n}`]: {
      title: [`Mực nước đạt báo động ${n}`, `Water level at flood alarm ${n}`],
      severity,
      note: [
        `Mức báo động ${n} của trạm theo cài đặt; BĐ1, BĐ2 tại Cần Thơ là giả định.`,
        `Alarm level ${n} of the station as set; levels 1 and 2 of Cần Thơ are assumed.`,
      ],
      condition: { kind: 'threshold', value: ALARM, above: n },
      by: 'station',
      for: 600,
      ...(n > 1
        ? {
            inhibits: [
              { rules: Array.from({ length: n - 1 }, (_, i) => `agriculture.flood-${i + 1}`), same: 'key' as const },
            ],
          }
        : {}),
      steps: [
        ['Báo Ban Chỉ huy phòng thủ dân sự các xã ven sông', 'Tell the civil-defence boards of riverside communes'],
        ['Kiểm tra đê bao, cống, trạm bơm', 'Check dykes, sluices and pumping stations'],
        ...(n === 3
          ? ([
              ['Chuẩn bị sơ tán nơi ngập sâu, sạt lở', 'Prepare to evacuate where floods or landslides threaten'],
            ] as const)
          : []),
      ],
    },
  });
  return { ...level(1, 'warning'), ...level(2, 'serious'), ...level(3, 'critical'), ...rising };
};

const rising: Parameters<typeof packRules>[1] = {
  'water-rising': {
    title: ['Mực nước lên nhanh', 'Water rises fast'],
    severity: 'warning',
    // A spring tide of 3.5 m at the river mouths rises by up to 0.9 m an hour, twice a day.
    note: [
      'Lên từ 1 m so với mức thấp nhất trong 60 phút (giả định), nhanh hơn triều cường ở cửa sông.',
      'A rise of 1 m over the lowest of 60 minutes (assumed), faster than a spring tide at the river mouths.',
    ],
    condition: { kind: 'change', value: 'last(agriculture.water-level, 30m)', minutes: 60, above: 1 },
    by: 'station',
    steps: [['So với trạm lân cận và lịch triều', 'Compare with stations nearby and the tide table']],
  },
};

const fields = (settings: AgricultureSettings): Parameters<typeof packRules>[1] => ({
  'pond-out': {
    title: ['Ao nuôi vượt ngưỡng', 'Pond out of limits'],
    severity: 'serious',
    note: [
      'Nhiệt độ, độ mặn, pH hoặc oxy ngoài ngưỡng của loài nuôi theo cài đặt của gói; giữ 30 phút (giả định).',
      'Temperature, salinity, pH or oxygen out of the limits of the species as set in the pack; for 30 minutes (assumed).',
    ],
    condition: { kind: 'threshold', value: 'last(agriculture.pond-out, now)', above: 1 },
    by: 'pond',
    for: 1_800,
    steps: [
      ['Gọi chủ ao: mở quạt nước, ngừng cho ăn', 'Call the owner: aerate, stop feeding'],
      ['Đo lại bằng máy cầm tay', 'Measure again by hand'],
    ],
  },
  'planthopper-flight': {
    title: ['Đợt rầy nâu vào đèn', 'Flight of planthoppers'],
    severity: 'warning',
    note: [
      `Đêm qua từ ${settings.flightRatio} lần trung vị 14 đêm trước, ít nhất ${settings.flightFloor} con một bẫy (giả định).`,
      `Last night ${settings.flightRatio} times the median of 14 nights, at least ${settings.flightFloor} in a trap (assumed).`,
    ],
    condition: { kind: 'threshold', value: flightRatio(settings), above: settings.flightRatio },
    by: 'trap',
    steps: [
      ['Theo dõi đến khi qua đỉnh', 'Follow it until the peak is over'],
      [
        `Thông báo lịch xuống giống né rầy: trong ${settings.sowingDays} ngày sau đêm đỉnh`,
        `Announce when to sow: within ${settings.sowingDays} days after the peak night`,
      ],
    ],
  },
});

const sensors = ({ silentMinutes, stuckHours }: AgricultureSettings): Parameters<typeof packRules>[1] => ({
  'sensor-silent': {
    title: ['Cảm biến im lặng', 'Sensor silent'],
    severity: 'information',
    note: [`Không có số liệu ${silentMinutes} phút (giả định).`, `No reading for ${silentMinutes} minutes (assumed).`],
    condition: { kind: 'threshold', value: 'sum(agriculture.sensors, now, state: silent)', above: 1 },
    by: 'sensor',
    flapping: { times: 4, minutes: 360 },
    steps: [['Kiểm tra nguồn điện, sóng của trạm', 'Check power and signal of the station']],
  },
  'sensor-stuck': {
    title: ['Cảm biến kẹt giá trị', 'Sensor stuck'],
    severity: 'information',
    note: [
      `Đúng một giá trị trong ${stuckHours} giờ (giả định).`,
      `One and the same value for ${stuckHours} hours (assumed).`,
    ],
    condition: { kind: 'threshold', value: 'sum(agriculture.sensors, now, state: stuck)', above: 1 },
    by: 'sensor',
    steps: [['Vệ sinh, kiểm chuẩn đầu đo', 'Clean and calibrate the probe']],
  },
});
