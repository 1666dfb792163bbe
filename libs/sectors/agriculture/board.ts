import { numberTiles, type BoardDefinition } from '#libs/sector-kit';
import { indicators, SALT_LEVELS } from './indicators.js';
import { INSECTS, SALT } from './metrics.js';

const number = numberTiles('agriculture', indicators);

/** Left: the map under four numbers; middle: how salinity and planthoppers got here; right edge: events and sources. */
export const board: BoardDefinition = {
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
    number('salinity-now', { col: 0, row: 1, width: 5, height: 3 }),
    number('salinity-hours-today', { col: 5, row: 1, width: 5, height: 3 }),
    number('water-alarm', { col: 10, row: 1, width: 4, height: 3 }),
    number('silent-sensors', { col: 14, row: 1, width: 4, height: 3 }),
    number('oxygen-lowest', { col: 9, row: 9, width: 5, height: 3 }),
    number('planthoppers', { col: 14, row: 9, width: 4, height: 3 }),
    {
      id: 'map',
      kind: 'map',
      title: { vi: 'Độ mặn tại các trạm', en: 'Salinity at the stations' },
      area: { col: 0, row: 4, width: 9, height: 8 },
      layers: [
        {
          by: 'station',
          measure: { metric: 'agriculture.salinity', agg: 'last', over: { hours: 2 } },
          levels: SALT_LEVELS,
        },
      ],
      format: SALT,
      extent: [105.2, 9.2, 106.4, 10.4],
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
        { value: 1, label: { vi: 'Tưới 1‰', en: 'Irrigation 1‰' }, level: 'attention' },
        { value: 4, label: { vi: 'Xâm nhập 4‰', en: 'Intrusion 4‰' }, level: 'serious' },
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
      kind: 'bars',
      title: { vi: 'Rầy nâu theo bẫy, 24 giờ', en: 'Planthoppers by trap, 24 hours' },
      area: { col: 18, row: 5, width: 6, height: 3 },
      series: [
        {
          label: { vi: 'Rầy nâu', en: 'Planthoppers' },
          measure: {
            metric: 'agriculture.trap-count',
            agg: 'sum',
            over: { hours: 24 },
            where: { species: ['ray-nau'] },
          },
        },
      ],
      by: 'trap',
      top: 4,
      format: INSECTS,
    },
    {
      id: 'sources',
      kind: 'sources',
      title: { vi: 'Nguồn dữ liệu', en: 'Sources' },
      area: { col: 18, row: 8, width: 6, height: 4 },
    },
  ],
};
