import { formula, numberTiles, type BoardDefinition } from '#libs/sector-kit';
import { epidemicLimit, fiveYearMean, indicatorsOf } from './indicators.js';
import { CASES, PERCENT } from './metrics.js';
import type { HealthSettings } from './settings.js';

/** Left: numbers above and below the map of cases and the course of the two epidemics; right edge: events, communes, sources. */
export function boardOf(settings: HealthSettings): BoardDefinition {
  const number = numberTiles('health', indicatorsOf(settings));
  return {
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
      number('dengue-week', { col: 0, row: 1, width: 4, height: 3 }),
      number('hfm-week', { col: 4, row: 1, width: 5, height: 3 }),
      number('dengue-epidemic', { col: 9, row: 1, width: 5, height: 3 }),
      number('late-month', { col: 14, row: 1, width: 4, height: 3 }),
      number('calls-today', { col: 0, row: 9, width: 4, height: 3 }),
      number('dengue-warning', { col: 4, row: 9, width: 5, height: 3 }),
      number('occupancy', { col: 9, row: 9, width: 5, height: 3 }),
      number('visits-today', { col: 14, row: 9, width: 4, height: 3 }),
      {
        id: 'map',
        kind: 'map',
        title: { vi: 'Ca bệnh theo xã trong tháng', en: 'Cases by commune this month' },
        area: { col: 0, row: 4, width: 9, height: 5 },
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
        area: { col: 18, row: 1, width: 6, height: 3 },
      },
      {
        id: 'communes',
        kind: 'table',
        title: { vi: 'Sốt xuất huyết: xã so ngưỡng dịch tháng', en: 'Dengue: communes against the limit' },
        note: {
          vi: 'Ca tháng này / (trung bình + 2 ĐLC của cùng tháng 5 năm); xã sáp nhập: tổng các xã cũ',
          en: 'Cases of this month / (mean + 2 SD of the same month of 5 years); merged communes: sum of the old ones',
        },
        area: { col: 18, row: 4, width: 6, height: 6 },
        by: 'unit',
        top: 6,
        columns: [
          {
            key: 'share',
            label: { vi: '% ngưỡng', en: '% of limit' },
            formula: formula(`100 * sum(health.cases, month, disease: A97) / ${epidemicLimit('A97')}`),
            format: { ...PERCENT, digits: 0 },
          },
          {
            key: 'cases',
            label: { vi: 'Ca', en: 'Cases' },
            formula: formula('sum(health.cases, month, disease: A97)'),
            format: CASES,
          },
          {
            key: 'mean',
            label: { vi: 'TB 5 năm', en: '5-yr mean' },
            formula: formula(fiveYearMean('A97')),
            format: { ...CASES, digits: 1 },
          },
        ],
        levels: [{ level: 'serious', over: 100 }],
      },
      {
        id: 'sources',
        kind: 'sources',
        title: { vi: 'Nguồn dữ liệu', en: 'Sources' },
        area: { col: 18, row: 10, width: 6, height: 2 },
      },
    ],
  };
}
