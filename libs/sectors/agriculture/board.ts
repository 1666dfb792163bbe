import { formula, numberTiles, type BoardDefinition } from '#libs/sector-kit';
import { flightRatio, indicatorsOf, saltLevels } from './indicators.js';
import { DATE, HOURS, INSECTS, SALT, TIME, TIMES } from './metrics.js';
import type { AgricultureSettings } from './settings.js';

/** Left: the map over the stations; middle: how salinity got here; right edge: events, traps and sources. */
export function boardOf(settings: AgricultureSettings): BoardDefinition {
  const number = numberTiles('agriculture', indicatorsOf(settings));
  const { irrigationLimit, intrusion } = settings;
  return {
    id: 'agriculture',
    title: { vi: 'Nông nghiệp và nguồn nước', en: 'Agriculture and water' },
    distance: 5,
    tiles: [
      {
        id: 'headline',
        kind: 'headline',
        title: { vi: 'Tình hình', en: 'Situation' },
        area: { col: 0, row: 0, width: 24, height: 1 },
      },
      number('salinity-now', { col: 0, row: 1, width: 4, height: 3 }),
      number('salinity-peak', { col: 4, row: 1, width: 5, height: 3 }),
      number('water-alarm', { col: 9, row: 1, width: 5, height: 3 }),
      number('silent-sensors', { col: 14, row: 1, width: 4, height: 3 }),
      number('oxygen-lowest', { col: 9, row: 9, width: 5, height: 3 }),
      number('planthoppers', { col: 14, row: 9, width: 4, height: 3 }),
      {
        id: 'map',
        kind: 'map',
        title: { vi: 'Độ mặn tại các trạm', en: 'Salinity at the stations' },
        area: { col: 0, row: 4, width: 9, height: 4 },
        layers: [
          {
            by: 'station',
            measure: { metric: 'agriculture.salinity', agg: 'last', over: { hours: 2 } },
            levels: saltLevels(settings),
          },
        ],
        format: SALT,
        extent: [105.2, 9.2, 106.4, 10.4],
      },
      {
        id: 'stations',
        kind: 'table',
        title: { vi: 'Độ mặn hôm nay và kỳ triều tới', en: 'Salinity today and at the next tide' },
        area: { col: 0, row: 8, width: 9, height: 4 },
        note: {
          vi: 'Đỉnh tới là dự báo: khớp điều hoà số đo 3 ngày của từng trạm',
          en: 'The next peak is a forecast: a harmonic fit of three days of each station',
        },
        by: 'station',
        top: 5,
        columns: [
          {
            key: 'max',
            label: { vi: 'Cao nhất', en: 'Max' },
            formula: formula('max(agriculture.salinity, today)'),
            format: SALT,
          },
          {
            key: 'min',
            label: { vi: 'Thấp nhất', en: 'Min' },
            formula: formula('min(agriculture.salinity, today)'),
            format: SALT,
          },
          {
            key: 'hours',
            label: { vi: `Từ ${intrusion}‰`, en: `From ${intrusion}‰` },
            formula: formula('sum(agriculture.salinity-hours-4, today)'),
            format: HOURS,
          },
          {
            key: 'peak',
            label: { vi: 'Đỉnh tới*', en: 'Next peak*' },
            formula: formula('last(agriculture.salinity-peak, now)'),
            format: SALT,
          },
          {
            key: 'peak-at',
            label: { vi: 'Lúc*', en: 'At*' },
            formula: formula('last(agriculture.salinity-peak-at, now)'),
            format: TIME,
          },
        ],
        levels: saltLevels(settings),
      },
      {
        id: 'salinity',
        kind: 'lines',
        title: { vi: 'Độ mặn 24 giờ', en: 'Salinity, 24 hours' },
        area: { col: 9, row: 4, width: 9, height: 5 },
        series: [{ measure: { metric: 'agriculture.salinity', agg: 'mean' }, by: 'station' }],
        over: { hours: 24 },
        format: SALT,
        thresholds: [
          {
            value: irrigationLimit,
            label: { vi: `Tưới ${irrigationLimit}‰`, en: `Irrigation ${irrigationLimit}‰` },
            level: 'attention',
          },
          {
            value: intrusion,
            label: { vi: `Xâm nhập ${intrusion}‰`, en: `Intrusion ${intrusion}‰` },
            level: 'serious',
          },
        ],
      },
      {
        id: 'ticker',
        kind: 'ticker',
        title: { vi: 'Vừa diễn ra', en: 'Just now' },
        area: { col: 18, row: 1, width: 6, height: 4 },
      },
      {
        id: 'traps',
        kind: 'table',
        title: { vi: 'Rầy nâu theo bẫy', en: 'Planthoppers by trap' },
        note: {
          vi: `So với trung vị ${settings.baselineNights} đêm trước; nên xuống giống ngay sau đêm đỉnh`,
          en: `Against the median of the ${settings.baselineNights} nights before; sow right after the peak night`,
        },
        area: { col: 18, row: 5, width: 6, height: 4 },
        by: 'trap',
        top: 4,
        columns: [
          {
            key: 'night',
            label: { vi: 'Đêm qua', en: 'Last night' },
            formula: formula('total(mean(agriculture.trap-night), 1 day)'),
            format: INSECTS,
          },
          { key: 'ratio', label: { vi: 'So TV', en: 'Ratio' }, formula: formula(flightRatio(settings)), format: TIMES },
          {
            key: 'sow',
            label: { vi: 'Gieo đến', en: 'Sow by' },
            formula: formula('last(agriculture.sow-until, now)'),
            format: DATE,
          },
        ],
      },
      {
        id: 'sources',
        kind: 'sources',
        title: { vi: 'Nguồn dữ liệu', en: 'Sources' },
        area: { col: 18, row: 9, width: 6, height: 3 },
      },
    ],
  };
}
