import { IsNumber, IsString } from 'class-validator';
import { Catalogue, eventType, type SectorPack } from '../../libs/sector-kit/index.js';

class ArrivedDto {
  @IsString()
  pier!: string;

  @IsNumber()
  tonnes!: number;
}

class GaugeDto {
  @IsString()
  gauge!: string;

  @IsNumber()
  level!: number;
}

const both = (text: string) => ({ vi: text, en: text });
const whole = { unit: both('tàu'), digits: 0 };

/** A sector that no installation has: ships that arrive (a flow), ships in port (a stock), water gauges (a reading). */
export const harbour: SectorPack = {
  id: 'harbour',
  title: { vi: 'Cảng', en: 'Harbour' },
  events: [
    eventType<ArrivedDto>({
      type: 'vn.ioc.harbour.ship.arrived.v1',
      title: both('ship arrived'),
      dto: ArrivedDto,
      line: ({ data }) => both(`${data.tonnes} t`),
      observe: ({ unit, data }) => [{ metric: 'harbour.arrivals', dims: [unit ?? '', data.pier], value: data.tonnes }],
    }),
    eventType<GaugeDto>({
      type: 'vn.ioc.harbour.gauge.read.v1',
      title: both('gauge read'),
      dto: GaugeDto,
      observe: ({ unit, data }) => [{ metric: 'harbour.water', dims: [unit ?? '', data.gauge], value: data.level }],
    }),
  ],
  metrics: [
    { code: 'harbour.arrivals', title: both('arrivals'), kind: 'flow', dims: ['unit', 'pier'], format: whole },
    { code: 'harbour.moored', title: both('moored'), kind: 'stock', dims: ['unit'], format: whole },
    { code: 'harbour.water', title: both('water'), kind: 'reading', dims: ['unit', 'gauge'], format: whole },
    { code: 'harbour.crew', title: both('crew'), kind: 'flow', dims: ['pier'], format: whole },
  ],
  projections: [],
  indicators: [
    {
      code: 'harbour.arrivals-today',
      title: both('arrivals today'),
      formula: { measure: { metric: 'harbour.arrivals', agg: 'count', over: 'today' } },
      format: whole,
      note: both('counted at the pier'),
      levels: [
        { level: 'attention', above: 5 },
        { level: 'serious', above: 10 },
      ],
      compare: 'day',
    },
    {
      code: 'harbour.water-high',
      title: both('highest water'),
      formula: { measure: { metric: 'harbour.water', agg: 'lastMax', over: { hours: 2 } } },
      format: whole,
      note: both('gauges'),
    },
    {
      code: 'harbour.moored-now',
      title: both('ships in port'),
      formula: { measure: { metric: 'harbour.moored', agg: 'sum', over: 'now' } },
      format: whole,
      note: both('ships'),
    },
    {
      code: 'harbour.tonnes-each',
      title: both('tonnes a ship'),
      formula: {
        op: 'div',
        args: [
          { measure: { metric: 'harbour.arrivals', agg: 'sum', over: 'today' } },
          { measure: { metric: 'harbour.arrivals', agg: 'count', over: 'today' } },
        ],
      },
      format: whole,
      note: both('mean'),
    },
  ],
  board: {
    id: 'harbour',
    title: { vi: 'Cảng', en: 'Harbour' },
    distance: 5,
    tiles: [
      { id: 'headline', kind: 'headline', title: both('now'), area: { col: 0, row: 0, width: 24, height: 1 } },
      {
        id: 'arrivals',
        kind: 'number',
        title: both('arrivals'),
        indicator: 'harbour.arrivals-today',
        area: { col: 0, row: 1, width: 6, height: 3 },
      },
      {
        id: 'by-pier',
        kind: 'lines',
        title: both('by pier'),
        series: [{ measure: { metric: 'harbour.arrivals', agg: 'count' }, by: 'pier' }],
        over: { hours: 3 },
        format: whole,
        area: { col: 0, row: 4, width: 12, height: 4 },
      },
      {
        id: 'by-unit',
        kind: 'bars',
        title: both('by unit'),
        series: [{ label: both('ships'), measure: { metric: 'harbour.arrivals', agg: 'count', over: { days: 7 } } }],
        by: 'unit',
        top: 3,
        format: whole,
        area: { col: 12, row: 4, width: 12, height: 4 },
      },
      {
        id: 'gauges',
        kind: 'table',
        title: both('gauges'),
        by: 'gauge',
        top: 5,
        columns: [
          {
            key: 'level',
            label: both('level'),
            formula: { measure: { metric: 'harbour.water', agg: 'last', over: { hours: 2 } } },
            format: whole,
          },
        ],
        levels: [{ level: 'critical', above: 4 }],
        area: { col: 0, row: 8, width: 8, height: 4 },
      },
      {
        id: 'map',
        kind: 'map',
        title: both('map'),
        layers: [{ by: 'gauge', measure: { metric: 'harbour.water', agg: 'last', over: { hours: 2 } } }],
        format: whole,
        area: { col: 8, row: 8, width: 8, height: 4 },
      },
      { id: 'ticker', kind: 'ticker', title: both('events'), area: { col: 16, row: 8, width: 4, height: 4 } },
      { id: 'sources', kind: 'sources', title: both('sources'), area: { col: 20, row: 8, width: 4, height: 4 } },
    ],
  },
  overview: ['harbour.arrivals-today', 'harbour.moored-now'],
  overviewMap: { by: 'gauge', measure: { metric: 'harbour.water', agg: 'last', over: { hours: 2 } } },
  labels: { pier: { n: { vi: 'Cầu bắc', en: 'North pier' } } },
  places: {
    gauge: [
      { code: 'g1', name: 'Gauge 1', unit: 'T101', lon: 106, lat: 10 },
      { code: 'g2', name: 'Gauge 2', unit: 'T201', lon: 107, lat: 11 },
    ],
  },
};

export const harbourCatalogue = (): Catalogue => new Catalogue([harbour]);
