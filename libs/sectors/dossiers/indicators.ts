import type { Formula, Measure, Window } from '#libs/contracts';
import type { Indicator } from '#libs/sector-kit';
import { COUNT, PERCENT } from './metrics.js';

/** The measure of a stock of this pack over a window. */
export function sumOf(name: string, over: Window, where?: Measure['where']): Formula {
  return { measure: { metric: `dossiers.${name}`, agg: 'sum', over, ...(where ? { where } : {}) } };
}

/** 100 × a / b. */
export function percent(a: Formula, b: Formula): Formula {
  return { op: 'mul', args: [{ constant: 100 }, { op: 'div', args: [a, b] }] };
}

export const indicators: readonly Indicator[] = [
  {
    code: 'dossiers.received-today',
    title: { vi: 'Tiếp nhận hôm nay', en: 'Received today' },
    formula: sumOf('received', 'today'),
    format: COUNT,
    note: {
      vi: 'Số hồ sơ có ngày tiếp nhận trong hôm nay (NgayTiepNhan), NĐ 118/2025/NĐ-CP.',
      en: 'Dossiers whose date of receipt (NgayTiepNhan) is today, Decree 118/2025/NĐ-CP.',
    },
    compare: 'day',
  },
  {
    code: 'dossiers.in-process',
    title: { vi: 'Đang xử lý', en: 'In process' },
    formula: sumOf('in-process', 'now'),
    format: COUNT,
    note: {
      vi: 'Hồ sơ ở trạng thái 2 hoặc 4 của Cổng Dịch vụ công quốc gia tại thời điểm này.',
      en: 'Dossiers now in status 2 or 4 of the national public service portal.',
    },
    compare: 'day',
  },
  {
    code: 'dossiers.overdue',
    title: { vi: 'Quá hạn đang xử lý', en: 'Open and overdue' },
    formula: sumOf('overdue', 'now'),
    format: COUNT,
    note: {
      vi: 'Hồ sơ đang xử lý đã qua ngày hẹn trả (NgayHenTra); hồ sơ tạm dừng không tính.',
      en: 'Dossiers in process past their due time (NgayHenTra); paused ones are not counted.',
    },
    compare: 'day',
  },
  {
    code: 'dossiers.due-soon',
    title: { vi: 'Sắp đến hạn', en: 'Due soon' },
    formula: sumOf('due-soon', 'now'),
    format: COUNT,
    note: {
      vi: 'Hồ sơ đang xử lý đến hạn trong 24 giờ tới (giả định tương đương 8 giờ làm việc).',
      en: 'Dossiers in process that are due within 24 hours (taken as eight working hours).',
    },
  },
  {
    code: 'dossiers.on-time-month',
    title: { vi: 'Đúng hạn trong tháng', en: 'On time this month' },
    formula: percent(sumOf('on-time', 'month'), sumOf('finished', 'month')),
    format: PERCENT,
    note: {
      vi: 'Kết thúc đúng hạn / đã kết thúc; công thức 2.1, điểm 1, QĐ 766/QĐ-TTg; chưa trừ thời gian chờ bổ sung.',
      en: 'Finished on time / finished; formula 2.1, clause 1, Decision 766/QĐ-TTg; waits for supplements not taken off.',
    },
    target: 95,
    levels: [
      { level: 'attention', below: 90 },
      { level: 'serious', below: 80 },
      { level: 'critical', below: 70 },
    ],
  },
  {
    code: 'dossiers.online-month',
    title: { vi: 'Nộp trực tuyến', en: 'Filed online' },
    formula: percent(sumOf('received', 'month', { channel: ['2'] }), sumOf('received', 'month')),
    format: PERCENT,
    note: {
      vi: 'Hồ sơ tiếp nhận qua kênh trực tuyến / tổng tiếp nhận trong tháng (KenhThucHien = 2).',
      en: 'Dossiers received online / all received this month (KenhThucHien = 2).',
    },
  },
  {
    code: 'dossiers.paid-online-month',
    title: { vi: 'Thanh toán trực tuyến', en: 'Paid online' },
    formula: percent(sumOf('paid-online', 'month'), sumOf('with-fee', 'month')),
    format: PERCENT,
    note: {
      vi: 'Hồ sơ thanh toán trực tuyến / hồ sơ có phí trong tháng; nhóm thanh toán trực tuyến, QĐ 766/QĐ-TTg.',
      en: 'Dossiers paid online / with a fee this month; online payment group, Decision 766/QĐ-TTg.',
    },
    target: 80,
    levels: [{ level: 'attention', below: 80 }],
  },
  {
    code: 'dossiers.paused',
    title: { vi: 'Tạm dừng, chờ bổ sung', en: 'Paused, waiting' },
    formula: sumOf('paused', 'now'),
    format: COUNT,
    note: {
      vi: 'Hồ sơ chờ bổ sung giấy tờ, chờ nghĩa vụ tài chính hoặc dừng xử lý (trạng thái 5, 6, 8).',
      en: 'Dossiers waiting for papers or payment, or stopped (statuses 5, 6, 8).',
    },
  },
];
