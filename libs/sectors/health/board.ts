import { numberTiles, type BoardDefinition } from '#libs/sector-kit';
import { indicators } from './indicators.js';
import { CASES } from './metrics.js';

const number = numberTiles('health', indicators);

/** Left: numbers over the map of cases; middle: the course of the two epidemics; right edge: events and sources. */
export const board: BoardDefinition = {
  id: 'health',
  title: { vi: 'Y tế', en: 'Health' },
  distance: 5,
  tiles: [
    {
      id: 'headline',
      kind: 'headline',
      title: { vi: 'Tình hình', en: 'Situation' },
      area: { col: 0, row: 0, width: 24, height: 1 },
    },
    number('dengue-week', { col: 0, row: 1, width: 5, height: 3 }),
    number('hfm-week', { col: 5, row: 1, width: 5, height: 3 }),
    number('late-month', { col: 10, row: 1, width: 4, height: 3 }),
    number('visits-today', { col: 14, row: 1, width: 4, height: 3 }),
    number('occupancy', { col: 9, row: 9, width: 5, height: 3 }),
    number('calls-today', { col: 14, row: 9, width: 4, height: 3 }),
    {
      id: 'map',
      kind: 'map',
      title: { vi: 'Ca bệnh theo xã trong tháng', en: 'Cases by commune this month' },
      area: { col: 0, row: 4, width: 9, height: 8 },
      layers: [
        {
          by: 'unit',
          measure: { metric: 'health.cases', agg: 'sum', over: 'month', where: { disease: ['A97', 'B08.4'] } },
        },
      ],
      format: CASES,
      extent: [105.2, 9.2, 106.4, 10.4],
    },
    {
      id: 'course',
      kind: 'lines',
      title: { vi: 'Ca bệnh theo ngày, 14 ngày', en: 'Cases by day, 14 days' },
      area: { col: 9, row: 4, width: 9, height: 5 },
      series: [
        {
          label: { vi: 'Sốt xuất huyết', en: 'Dengue' },
          measure: { metric: 'health.cases', agg: 'sum', where: { disease: ['A97'] } },
        },
        {
          label: { vi: 'Tay chân miệng', en: 'Hand-foot-mouth' },
          measure: { metric: 'health.cases', agg: 'sum', where: { disease: ['B08.4'] } },
        },
      ],
      over: { days: 14 },
      format: CASES,
    },
    {
      id: 'ticker',
      kind: 'ticker',
      title: { vi: 'Vừa diễn ra', en: 'Just now' },
      area: { col: 18, row: 1, width: 6, height: 4 },
    },
    {
      id: 'diseases',
      kind: 'bars',
      title: { vi: 'Bệnh trong tháng', en: 'Diseases this month' },
      area: { col: 18, row: 5, width: 6, height: 4 },
      series: [
        { label: { vi: 'Ca bệnh', en: 'Cases' }, measure: { metric: 'health.cases', agg: 'sum', over: 'month' } },
      ],
      by: 'disease',
      top: 4,
      format: CASES,
    },
    {
      id: 'sources',
      kind: 'sources',
      title: { vi: 'Nguồn dữ liệu', en: 'Sources' },
      area: { col: 18, row: 9, width: 6, height: 3 },
    },
  ],
};
