import { enteredMetrics, formula, type Indicator, type SectorPack } from '#libs/sector-kit';

const people = { unit: { vi: 'lượt', en: 'visits' }, digits: 0 };
const entered = enteredMetrics('museums', [
  {
    code: 'visits',
    title: { vi: 'Lượt khách', en: 'Visits' },
    dims: ['unit', 'kind'],
    step: 'month',
    format: people,
  },
]);
const made = (code: string, text: string, sharing: Indicator['sharing']): Indicator => ({
  code: `museums.${code}`,
  title: { vi: code, en: code },
  formula: formula(text),
  format: people,
  note: { vi: 'để kiểm thử', en: 'for tests' },
  ...(sharing === undefined ? {} : { sharing }),
});

/** A sector whose figures are entered by hand, for tests of entry and publication. */
export const pack: SectorPack = {
  id: 'museums',
  title: { vi: 'Bảo tàng', en: 'Museums' },
  events: [entered.event],
  metrics: entered.metrics,
  projections: [entered.projection],
  indicators: [
    made('visits', 'last(museums.visits, 800d)', 'public'),
    made('visits-double', '2 * [museums.visits]', 'internal'),
    made('visits-secret', '3 * [museums.visits]', 'restricted'),
  ],
  board: {
    id: 'museums',
    title: { vi: 'Bảo tàng', en: 'Museums' },
    distance: 5,
    tiles: [
      {
        id: 'visits',
        kind: 'number',
        title: { vi: 'Lượt khách', en: 'Visits' },
        area: { col: 0, row: 0, width: 12, height: 6 },
        indicator: 'museums.visits',
      },
    ],
  },
  overview: ['museums.visits'],
  labels: {},
};
