import { IsIn, IsInt, Matches, Max, Min } from 'class-validator';
import { DAY_MS, HOUR_MS, type NumberFormat } from '#libs/contracts';
import {
  beatSimulation,
  enteredMetrics,
  eventType,
  packIndicator,
  pick,
  standardBoard,
  type Indicator,
  type Metric,
  type SectorPack,
} from '#libs/sector-kit';
import { alertRules } from './rules.js';

export const TYPES = {
  arrivals: 'vn.ioc.tourism.arrivals.counted.v1',
  rooms: 'vn.ioc.tourism.rooms.counted.v1',
} as const;

const ORIGINS = ['domestic', 'international'] as const;

/** Guests that came to a site or a house over some time: counts, no names. */
class ArrivalsDto {
  @Matches(/^[a-z0-9-]{1,40}$/)
  site!: string;

  @IsIn(ORIGINS)
  origin!: (typeof ORIGINS)[number];

  @IsInt()
  @Min(1)
  @Max(1_000_000)
  guests!: number;
}

/** Rooms of a house at the time of the event. */
class RoomsDto {
  @Matches(/^[A-Za-z0-9._-]{1,40}$/)
  house!: string;

  @IsInt()
  @Min(1)
  @Max(100_000)
  rooms!: number;

  @IsInt()
  @Min(0)
  @Max(100_000)
  occupied!: number;
}

const title = { vi: 'Du lịch', en: 'Tourism' };
const GUESTS: NumberFormat = { unit: { vi: 'lượt khách', en: 'guests' }, digits: 0 };
const ROOMS: NumberFormat = { unit: { vi: 'phòng', en: 'rooms' }, digits: 0 };
const BILLIONS: NumberFormat = { unit: { vi: 'tỷ đồng', en: 'bn VND' }, digits: 0 };
const PERCENT: NumberFormat = { unit: { vi: '%', en: '%' }, digits: 1 };

const entered = enteredMetrics('tourism', [
  {
    code: 'revenue',
    title: { vi: 'Doanh thu du lịch', en: 'Revenue of tourism' },
    dims: ['unit'],
    step: 'month',
    format: BILLIONS,
  },
]);
const metrics: Metric[] = [
  {
    code: 'tourism.guests',
    title: { vi: 'Lượt khách', en: 'Guests' },
    kind: 'flow',
    dims: ['unit', 'site', 'origin'],
    format: GUESTS,
  },
  {
    code: 'tourism.rooms',
    title: { vi: 'Phòng', en: 'Rooms' },
    kind: 'reading',
    dims: ['unit', 'house'],
    format: ROOMS,
  },
  {
    code: 'tourism.occupied',
    title: { vi: 'Phòng có khách', en: 'Rooms occupied' },
    kind: 'reading',
    dims: ['unit', 'house'],
    format: ROOMS,
  },
  ...entered.metrics,
];

const one = packIndicator('tourism');
const indicators: Indicator[] = [
  one(
    'today',
    ['Khách hôm nay', 'Guests today'],
    'sum(tourism.guests, today)',
    GUESTS,
    ['Lượt khách từ 0 giờ.', 'Guests since midnight.'],
    { compare: 'week', sharing: 'public' },
  ),
  one(
    'international',
    ['Khách quốc tế', 'International'],
    '100 * sum(tourism.guests, 30d, origin: international) / sum(tourism.guests, 30d)',
    PERCENT,
    ['Khách quốc tế / tổng 30 ngày qua.', 'International guests / all of the last 30 days.'],
    { sharing: 'public' },
  ),
  one(
    'occupancy',
    ['Công suất phòng', 'Room occupancy'],
    '100 * last(tourism.occupied, 24h) / last(tourism.rooms, 24h)',
    PERCENT,
    ['Phòng có khách / phòng, báo cáo mới nhất trong 24 giờ.', 'Rooms occupied / rooms, newest report of 24 hours.'],
    { compare: 'week' },
  ),
  one(
    'revenue-year',
    ['Doanh thu từ đầu năm', 'Revenue this year'],
    'sum(tourism.revenue, year)',
    BILLIONS,
    ['Cộng các tháng đã công bố.', 'Months published so far.'],
    { frequency: 'month', freshness: { step: 'month', plusDays: 10, at: '24:00' }, sharing: 'public' },
  ),
];

const SITES = ['ben-ninh-kieu', 'cho-noi-cai-rang', 'chua-doi', 'con-son'];
const simulation = beatSimulation(
  { id: 'demo-tourism', name: 'Cổng du lịch (mô phỏng)', types: ['vn.ioc.tourism.*'], units: ['92'], every: 7_200 },
  {
    guests: {
      every: HOUR_MS,
      events: (time, random, pace) => {
        const open = [7, 8, 9, 10, 14, 15, 16, 17, 18, 19].includes(new Date(time + 7 * HOUR_MS).getUTCHours());
        return SITES.flatMap((site) =>
          ORIGINS.map((origin) => ({
            type: TYPES.arrivals,
            unit: '92',
            data: {
              site,
              origin,
              guests: 1 + Math.floor((open ? 1 : 0.05) * (origin === 'domestic' ? 300 : 40) * pace * random()),
            },
          })),
        );
      },
    },
    rooms: {
      every: DAY_MS / 4,
      events: (_time, random) =>
        Array.from({ length: 25 }, (_, i) => {
          const rooms = 20 + 5 * i;
          return {
            type: TYPES.rooms,
            unit: '92',
            data: { house: `ks-${i + 1}`, rooms, occupied: Math.floor(rooms * pick(random, [0.4, 0.6, 0.8])) },
          };
        }),
    },
  },
);

/** Tourism: guests by site and origin, rooms, revenue as published. */
export const pack: SectorPack = {
  id: 'tourism',
  title,
  owner: { vi: 'Sở Văn hoá, Thể thao và Du lịch', en: 'Department of Culture, Sports and Tourism' },
  events: [
    eventType<ArrivalsDto>({
      type: TYPES.arrivals,
      title: { vi: 'Lượt khách', en: 'Arrivals counted' },
      dto: ArrivalsDto,
      adds: ['guests'],
      observe: ({ unit = '', data: { site, origin, guests } }) => [
        { metric: 'tourism.guests', dims: [unit, site, origin], value: guests },
      ],
    }),
    eventType<RoomsDto>({
      type: TYPES.rooms,
      title: { vi: 'Phòng lưu trú', en: 'Rooms counted' },
      dto: RoomsDto,
      adds: ['rooms', 'occupied'],
      observe: ({ unit = '', data: { house, rooms, occupied } }) => [
        { metric: 'tourism.rooms', dims: [unit, house], value: rooms },
        { metric: 'tourism.occupied', dims: [unit, house], value: Math.min(occupied, rooms) },
      ],
    }),
    entered.event,
  ],
  metrics,
  projections: [entered.projection],
  indicators,
  rules: alertRules,
  board: standardBoard({ id: 'tourism', title }, indicators, {
    numbers: ['today', 'international', 'occupancy', 'revenue-year'],
    below: [
      {
        id: 'days',
        kind: 'lines',
        title: { vi: 'Khách theo ngày', en: 'Guests by day' },
        series: [{ measure: { metric: 'tourism.guests', agg: 'sum' }, by: 'origin' }],
        over: { days: 14 },
        format: GUESTS,
      },
      {
        id: 'sites',
        kind: 'bars',
        title: { vi: 'Khách hôm nay theo điểm', en: 'Guests today by site' },
        series: [
          { label: { vi: 'Khách', en: 'Guests' }, measure: { metric: 'tourism.guests', agg: 'sum', over: 'today' } },
        ],
        by: 'site',
        top: 6,
        format: GUESTS,
      },
    ],
  }),
  overview: ['tourism.today', 'tourism.occupancy'],
  dimensions: {
    site: { vi: 'Điểm du lịch', en: 'Site' },
    origin: { vi: 'Nguồn khách', en: 'Origin' },
    house: { vi: 'Cơ sở lưu trú', en: 'House' },
  },
  labels: {
    origin: { domestic: { vi: 'Trong nước', en: 'Domestic' }, international: { vi: 'Quốc tế', en: 'International' } },
    site: {
      'ben-ninh-kieu': { vi: 'Bến Ninh Kiều', en: 'Ninh Kiều wharf' },
      'cho-noi-cai-rang': { vi: 'Chợ nổi Cái Răng', en: 'Cái Răng floating market' },
      'chua-doi': { vi: 'Chùa Dơi', en: 'Bat pagoda' },
      'con-son': { vi: 'Cồn Sơn', en: 'Cồn Sơn isle' },
    },
  },
  simulation,
};
