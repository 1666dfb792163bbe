import { numberTiles, type BoardDefinition } from '#libs/sector-kit';
import { indicators, percent, sumOf } from './indicators.js';
import { COUNT, PERCENT } from './metrics.js';

const number = numberTiles('dossiers', indicators);

/** Left: eight numbers over two charts; right edge: what happens and who is heard. */
export const board: BoardDefinition = {
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
    number('on-time-month', { col: 0, row: 4, width: 5, height: 3 }),
    number('online-month', { col: 5, row: 4, width: 4, height: 3 }),
    number('paid-online-month', { col: 9, row: 4, width: 4, height: 3 }),
    number('paused', { col: 13, row: 4, width: 5, height: 3 }),
    {
      id: 'flow',
      kind: 'lines',
      title: { vi: 'Tiếp nhận và kết thúc theo giờ', en: 'Received and finished by hour' },
      area: { col: 0, row: 7, width: 9, height: 5 },
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
      title: { vi: 'Quá hạn nhiều nhất', en: 'Most overdue' },
      area: { col: 9, row: 7, width: 9, height: 5 },
      by: 'agency',
      top: 7,
      columns: [
        { key: 'overdue', label: { vi: 'Quá hạn', en: 'Overdue' }, formula: sumOf('overdue', 'now'), format: COUNT },
        {
          key: 'on-time',
          label: { vi: 'Đúng hạn', en: 'On time' },
          formula: percent(sumOf('on-time', 'month'), sumOf('finished', 'month')),
          format: PERCENT,
        },
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
