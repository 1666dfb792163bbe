import { formula, type Indicator, numberTiles, type BoardDefinition } from '#libs/sector-kit';
import { COUNT } from './metrics.js';
import { LIVE_POINTS } from './scorecard.js';

const POINTS = { unit: { vi: 'đ', en: 'pts' }, digits: 1 };

/** Left: numbers over two tables and a chart; right edge: what happens and who is heard. */
export function board(indicators: readonly Indicator[]): BoardDefinition {
  const number = numberTiles('dossiers', indicators);
  return {
    id: 'dossiers',
    title: { vi: 'Hồ sơ thủ tục hành chính', en: 'Administrative dossiers' },
    distance: 5,
    tiles: [
      {
        id: 'headline',
        kind: 'headline',
        title: { vi: 'Tình hình', en: 'Situation' },
        area: { col: 0, row: 0, width: 24, height: 1 },
      },
      number('received-today', { col: 0, row: 1, width: 5, height: 3 }),
      number('in-process', { col: 5, row: 1, width: 4, height: 3 }),
      number('overdue', { col: 9, row: 1, width: 4, height: 3 }),
      number('due-soon', { col: 13, row: 1, width: 5, height: 3 }),
      number('on-time-766-month', { col: 0, row: 4, width: 5, height: 3 }),
      number('on-time-month', { col: 5, row: 4, width: 4, height: 3 }),
      number('paid-online-month', { col: 9, row: 4, width: 4, height: 3 }),
      number('due-40', { col: 13, row: 4, width: 5, height: 3 }),
      {
        id: 'flow',
        kind: 'lines',
        title: { vi: 'Tiếp nhận và kết thúc theo giờ', en: 'Received and finished by hour' },
        area: { col: 0, row: 7, width: 6, height: 5 },
        series: [
          { label: { vi: 'Tiếp nhận', en: 'Received' }, measure: { metric: 'dossiers.received', agg: 'sum' } },
          { label: { vi: 'Kết thúc', en: 'Finished' }, measure: { metric: 'dossiers.finished', agg: 'sum' } },
        ],
        over: { hours: 24 },
        format: COUNT,
      },
      {
        id: 'agencies',
        kind: 'table',
        title: { vi: 'Quá hạn nhiều nhất, theo cơ quan', en: 'Most overdue, by agency' },
        note: {
          vi: 'Điểm 766 tính trực tiếp trong tháng: tiến độ (20 điểm), thanh toán trực tuyến (6)',
          en: 'Live points of 766 this month: progress (20 points), paid online (6)',
        },
        area: { col: 6, row: 7, width: 6, height: 5 },
        by: 'agency',
        top: 7,
        columns: [
          column('overdue', 'Quá hạn', 'Overdue', 'sum(dossiers.overdue, now)', COUNT),
          column('progress', 'Tiến độ', 'Progress', LIVE_POINTS.progress, POINTS),
          column('paid', 'T.toán', 'Paid', LIVE_POINTS.paid, POINTS),
        ],
      },
      {
        id: 'score',
        kind: 'table',
        title: { vi: 'Điểm 766 tính trực tiếp, theo xã', en: 'Live points of 766, by commune' },
        note: {
          vi: 'Tiến độ (20 điểm), thanh toán trực tuyến (6), nhiều hồ sơ trễ trước; đủ sáu nhóm ở trang chỉ tiêu',
          en: 'Progress (20 points), paid online (6), most late dossiers first; all six groups on the page of the score',
        },
        area: { col: 12, row: 7, width: 6, height: 5 },
        by: 'unit',
        top: 7,
        columns: [
          column('late', 'Trễ', 'Late', 'sum(dossiers.late, month)', COUNT),
          column('progress', 'Tiến độ', 'Progress', LIVE_POINTS.progress, POINTS),
          column('paid', 'T.toán', 'Paid', LIVE_POINTS.paid, POINTS),
        ],
      },
      {
        id: 'ticker',
        kind: 'ticker',
        title: { vi: 'Vừa diễn ra', en: 'Just now' },
        area: { col: 18, row: 1, width: 6, height: 7 },
      },
      {
        id: 'sources',
        kind: 'sources',
        title: { vi: 'Nguồn dữ liệu', en: 'Sources' },
        area: { col: 18, row: 8, width: 6, height: 4 },
      },
    ],
  };
}

const column = (key: string, vi: string, en: string, text: string, format: typeof COUNT) => ({
  key,
  label: { vi, en },
  formula: formula(text),
  format,
});
