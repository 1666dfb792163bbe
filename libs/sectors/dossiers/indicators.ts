import { packIndicator, type Indicator } from '#libs/sector-kit';
import { COUNT, PERCENT } from './metrics.js';

const one = packIndicator('dossiers');

/** Nothing is promised of the hour: systems synchronise at least every night. */
const nightly = { freshness: { every: 26 * 60 } } as const;

const levels = [
  { level: 'attention', under: 90 },
  { level: 'serious', under: 80 },
  { level: 'critical', under: 70 },
] as const;

export const indicators: readonly Indicator[] = [
  one(
    'received-today',
    ['Tiếp nhận hôm nay', 'Received today'],
    'sum(dossiers.received, today)',
    COUNT,
    [
      'Số hồ sơ có ngày tiếp nhận trong hôm nay (NgayTiepNhan), NĐ 118/2025/NĐ-CP.',
      'Dossiers whose date of receipt (NgayTiepNhan) is today, Decree 118/2025/NĐ-CP.',
    ],
    { compare: 'day', sharing: 'public' },
  ),
  one(
    'in-process',
    ['Đang xử lý', 'In process'],
    'sum(dossiers.in-process, now)',
    COUNT,
    [
      'Hồ sơ ở trạng thái 2 hoặc 4 của Cổng Dịch vụ công quốc gia tại thời điểm này.',
      'Dossiers now in status 2 or 4 of the national public service portal.',
    ],
    { compare: 'day', ...nightly },
  ),
  one(
    'overdue',
    ['Quá hạn đang xử lý', 'Open and overdue'],
    'sum(dossiers.overdue, now)',
    COUNT,
    [
      'Hồ sơ đang xử lý đã qua ngày hẹn trả (NgayHenTra, cộng thời gian chờ bổ sung); hồ sơ tạm dừng không tính.',
      'Dossiers in process past their due time (NgayHenTra plus waits for supplements); paused ones are not counted.',
    ],
    { compare: 'day', tells: 'late', ...nightly },
  ),
  ...([8, 24, 40] as const).map((hours) =>
    one(
      hours === 8 ? 'due-soon' : `due-${hours}`,
      [hours === 8 ? 'Sắp đến hạn' : `Đến hạn trong ${hours} giờ làm việc`, `Due within ${hours} working hours`],
      `sum(dossiers.due, now, within: ${[8, 24, 40].filter((each) => each <= hours).join(' | ')})`,
      COUNT,
      [
        `Dự báo: hồ sơ đang xử lý sẽ quá hạn nếu không xong trong ${hours} giờ làm việc tới (lịch làm việc, ngày nghỉ, Tết).`,
        `Forecast: dossiers in process that will be overdue unless finished within ${hours} working hours (calendar, holidays, Tết).`,
      ],
      hours === 8 ? { tells: 'due', ...nightly } : nightly,
    ),
  ),
  one(
    'on-time-766-month',
    ['Đúng hạn theo QĐ 766', 'On time by Decision 766'],
    '100 * (sum(dossiers.received, month) - sum(dossiers.late, month)) / sum(dossiers.received, month)',
    PERCENT,
    [
      'Công thức 2.1 QĐ 766/QĐ-TTg, đủ 5 điểm: đúng hạn / tiếp nhận trong tháng; hồ sơ chưa xong tính đến cuối kỳ (tháng đang chạy: hiện tại), yêu cầu bổ sung quá một lần là quá hạn.',
      'Formula 2.1 of Decision 766/QĐ-TTg, all five clauses: on time / received this month; open ones end with the period (of the running month: now), asked for papers twice is overdue.',
    ],
    { target: 95, levels, sharing: 'public', sparkRuns: true },
  ),
  one(
    'on-time-month',
    ['Đúng hạn khi kết thúc', 'Finished on time'],
    '100 * sum(dossiers.on-time, month) / sum(dossiers.finished, month)',
    PERCENT,
    [
      'Cách các địa phương thường báo cáo: kết thúc trước hẹn trả / đã kết thúc trong tháng; không tính hồ sơ đang mở.',
      'As provinces usually report: finished by the due time / finished this month; open dossiers are left out.',
    ],
    { target: 95, levels },
  ),
  one(
    'online-month',
    ['Nộp trực tuyến', 'Filed online'],
    '100 * sum(dossiers.received, month, channel: 2) / sum(dossiers.received, month)',
    PERCENT,
    [
      'Hồ sơ tiếp nhận qua kênh trực tuyến / tổng tiếp nhận trong tháng (KenhThucHien = 2).',
      'Dossiers received online / all received this month (KenhThucHien = 2).',
    ],
    { sharing: 'public' },
  ),
  one(
    'paid-online-month',
    ['Thanh toán trực tuyến', 'Paid online'],
    '100 * sum(dossiers.received, month, fee: online) / sum(dossiers.received, month, fee: online | desk)',
    PERCENT,
    [
      'Hồ sơ thanh toán trực tuyến / hồ sơ có phí trong tháng; nhóm thanh toán trực tuyến, QĐ 766/QĐ-TTg.',
      'Dossiers paid online / with a fee this month; online payment group, Decision 766/QĐ-TTg.',
    ],
    { target: 80, levels: [{ level: 'attention', under: 80 }], sharing: 'public' },
  ),
  one(
    'paused',
    ['Tạm dừng, chờ bổ sung', 'Paused, waiting'],
    'sum(dossiers.paused, now)',
    COUNT,
    [
      'Hồ sơ chờ bổ sung giấy tờ, chờ nghĩa vụ tài chính hoặc dừng xử lý (trạng thái 5, 6, 8).',
      'Dossiers waiting for papers or payment, or stopped (statuses 5, 6, 8).',
    ],
    nightly,
  ),
];
