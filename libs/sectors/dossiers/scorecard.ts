import { AGENCY_VALUES, enteredMetrics, formula, type Indicator } from '#libs/sector-kit';
import type { DossierSettings } from './settings.js';

/**
 * The scorecard of QĐ 766/QĐ-TTg of 23/6/2022: 100 points in six groups. What the hub counts itself is live; what only
 * people know (publication, satisfaction, …) is entered each month as a number of cases done of a number of cases, by unit
 * and agency, so that agencies, units and months add up: the score is one for all, for a commune and for an agency; this month and
 * the two before count. A part without data leaves its group and the total without a number.
 */
const COUNT = { unit: { vi: 'trường hợp', en: 'cases' }, digits: 0 };
const POINTS = { unit: { vi: 'điểm', en: 'points' }, digits: 2 };

/** Parts that are entered: `done` of `all`. */
export const SCORE_PARTS = {
  published: { vi: 'Công bố, công khai TTHC đúng hạn', en: 'Procedures published on time' },
  updated: { vi: 'Cập nhật TTHC đúng hạn', en: 'Procedures updated on time' },
  content: { vi: 'TTHC công khai đủ nội dung', en: 'Procedures with full content' },
  synchronised: { vi: 'Hồ sơ đồng bộ lên Cổng quốc gia', en: 'Dossiers synchronised to the national portal' },
  'online-procedures': { vi: 'TTHC cung cấp trực tuyến', en: 'Procedures offered online' },
  'payment-offered': { vi: 'TTHC có thanh toán trực tuyến', en: 'Procedures that offer online payment' },
  'payment-used': { vi: 'TTHC có giao dịch thanh toán trực tuyến', en: 'Procedures with online payments' },
  'electronic-result': { vi: 'Hồ sơ có kết quả điện tử', en: 'Dossiers with an electronic result' },
  'certified-copies': { vi: 'Chứng thực bản sao điện tử', en: 'Certified electronic copies' },
  reuse: { vi: 'Hồ sơ dùng lại dữ liệu số hoá', en: 'Dossiers that reuse digitised data' },
  'personal-store': { vi: 'Kết quả vào kho cá nhân', en: 'Results in the personal store' },
  'citizen-dossiers': { vi: 'Hồ sơ khai thác dữ liệu dân cư', en: 'Dossiers that use citizen data' },
  'citizen-procedures': { vi: 'TTHC khai thác dữ liệu dân cư', en: 'Procedures that use citizen data' },
  'satisfied-receiving': { vi: 'Hài lòng trong tiếp nhận, giải quyết', en: 'Satisfied with receiving' },
  'petitions-on-time': { vi: 'Phản ánh, kiến nghị xử lý đúng hạn', en: 'Petitions answered on time' },
  'petitions-satisfied': { vi: 'Hài lòng với xử lý phản ánh', en: 'Satisfied with the answer to a petition' },
} as const;
type Part = keyof typeof SCORE_PARTS;

export const entered = enteredMetrics('dossiers', [
  {
    code: 'score-done',
    title: { vi: 'Chấm điểm 766: số đạt', en: 'Scorecard 766: done' },
    dims: ['unit', 'part', 'agency'],
    values: { agency: AGENCY_VALUES },
    partsAdd: true,
    step: 'month',
    format: COUNT,
    whole: true,
  },
  {
    code: 'score-all',
    title: { vi: 'Chấm điểm 766: tổng số', en: 'Scorecard 766: all' },
    dims: ['unit', 'part', 'agency'],
    values: { agency: AGENCY_VALUES },
    partsAdd: true,
    step: 'month',
    format: COUNT,
    whole: true,
  },
]);

const ratio = (part: Part): string =>
  `sum(dossiers.score-done, 3mo, part: ${part}) / sum(dossiers.score-all, 3mo, part: ${part})`;
/** Points in proportion. */
const share = (points: number, part: Part): string => `${points} * least(1, ${ratio(part)})`;
/** All the points from a ratio of `full` on. */
const capped = (points: number, part: Part, full: number): string => `${points} * least(1, ${ratio(part)} / ${full})`;

/** Columns of a table by unit or agency: the points that the hub counts itself. */
export const LIVE_POINTS = {
  progress: '20 * (sum(dossiers.received, month) - sum(dossiers.late, month)) / sum(dossiers.received, month)',
  paid: '6 * sum(dossiers.received, month, fee: online) / sum(dossiers.received, month, fee: online | desk)',
  papers: '4 * sum(dossiers.papers, month, digitised: yes) / sum(dossiers.papers, month)',
} as const;

/** The score by group and in all. */
export function scorecard({ onlineProceduresPoints }: DossierSettings): Indicator[] {
  const online = 12 - onlineProceduresPoints;
  const filed = 'sum(dossiers.received, month, channel: 2) / sum(dossiers.received, month)';
  const groups: [code: string, points: number, vi: string, en: string, text: string][] = [
    [
      'openness',
      18,
      'Công khai, minh bạch',
      'Openness',
      [share(6, 'published'), share(4, 'updated'), share(2, 'content'), share(6, 'synchronised')].join(' + '),
    ],
    ['progress', 20, 'Tiến độ giải quyết', 'Progress', LIVE_POINTS.progress],
    [
      'online',
      12,
      'Cung cấp dịch vụ trực tuyến',
      'Online services',
      `${share(onlineProceduresPoints, 'online-procedures')} + ${online} * ${filed}`,
    ],
    [
      'payment',
      10,
      'Điểm thanh toán trực tuyến',
      'Online payment',
      [capped(2, 'payment-offered', 0.8), capped(2, 'payment-used', 0.8), LIVE_POINTS.paid].join(' + '),
    ],
    [
      'digital',
      22,
      'Số hoá hồ sơ',
      'Digitised dossiers',
      [
        share(6, 'electronic-result'),
        LIVE_POINTS.papers,
        share(2, 'certified-copies'),
        capped(2, 'reuse', 0.8),
        share(4, 'personal-store'),
        share(2, 'citizen-dossiers'),
        share(2, 'citizen-procedures'),
      ].join(' + '),
    ],
    [
      'satisfaction',
      18,
      'Mức độ hài lòng',
      'Satisfaction',
      [capped(6, 'satisfied-receiving', 0.9), share(6, 'petitions-on-time'), share(6, 'petitions-satisfied')].join(
        ' + ',
      ),
    ],
  ];
  const made = groups.map(([code, points, vi, en, text]): Indicator => ({
    code: `dossiers.score-${code}`,
    title: { vi, en },
    formula: formula(text),
    format: POINTS,
    note: {
      vi: `Nhóm ${points} điểm của QĐ 766/QĐ-TTg: hồ sơ trong tháng, phần nhập tay của tháng này và hai tháng trước; thiếu một phần thì chưa có điểm.`,
      en: `Group of ${points} points of Decision 766/QĐ-TTg: dossiers of this month, entered parts of it and the two months before; without one part there are no points.`,
    },
    target: points,
    sharing: 'public',
    sparkRuns: true,
  }));
  const total: Indicator = {
    code: 'dossiers.score',
    title: { vi: 'Điểm Bộ chỉ số 766', en: 'Score by Decision 766' },
    formula: formula(made.map(({ code }) => `[${code}]`).join(' + ')),
    format: POINTS,
    note: {
      vi: 'Tổng sáu nhóm, 100 điểm. Xuất sắc từ 90, Tốt từ 80, Khá từ 70, Trung bình từ 50, dưới 50 Yếu (xếp loại một phần là giả định).',
      en: 'Sum of six groups, 100 points. Excellent from 90, good from 80, fair from 70, average from 50, below 50 weak (ranks partly assumed).',
    },
    levels: [
      { level: 'attention', under: 80 },
      { level: 'serious', under: 70 },
      { level: 'critical', under: 50 },
    ],
    target: 100,
    sharing: 'public',
    sparkRuns: true,
  };
  return [...made, total];
}
