import { HOUR_MS, DAY_MS, MINUTE_MS, periodStart } from '#libs/contracts';
import type {
  BarsState,
  BoardState,
  HeadlineState,
  Level,
  MapState,
  NumberState,
  Text,
  TileState,
  TileView,
} from '#libs/contracts';
import { PLACES } from './preview-places.js';
import { manyNumbers } from './preview-many.js';

/**
 * Boards for looking at the pages without a hub: every kind of tile, long names, every level and every mark, gaps and
 * missing values. Values follow a seeded generator, so that two runs draw the same.
 */
const text = (vi: string, en: string): Text => ({ vi, en });
const area = (col: number, row: number, width: number, height: number) => ({ col, row, width, height });

export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const DOSSIER = { unit: text('hồ sơ', 'files'), digits: 0 };
const PERCENT = { unit: text('%', '%'), digits: 1 };
const PER_MILLE = { unit: text('‰', '‰'), digits: 1 };
const CASES = { unit: text('ca', 'cases'), digits: 0 };
const SALT = text('Độ mặn cao nhất theo trạm, 24 giờ qua', 'Highest salinity by station, last 24 hours');

const overviewTiles: TileView[] = [
  { id: 'headline', kind: 'headline', title: text('Lúc này', 'Right now'), area: area(0, 0, 24, 1) },
  {
    id: 'received',
    kind: 'number',
    title: text('Hồ sơ tiếp nhận hôm nay', 'Files received today'),
    area: area(0, 1, 4, 3),
    format: DOSSIER,
  },
  {
    id: 'on-time',
    kind: 'number',
    title: text('Giải quyết đúng hạn trong tháng', 'Solved on time this month'),
    area: area(4, 1, 4, 3),
    format: PERCENT,
  },
  {
    id: 'overdue',
    kind: 'number',
    title: text('Hồ sơ quá hạn đang xử lý', 'Overdue files in process'),
    area: area(8, 1, 4, 3),
    format: DOSSIER,
  },
  {
    id: 'beds',
    kind: 'number',
    title: text('Công suất giường bệnh hồi sức tích cực', 'Intensive-care bed occupancy'),
    area: area(12, 1, 4, 3),
    format: PERCENT,
  },
  {
    id: 'dengue',
    kind: 'number',
    title: text('Ca sốt xuất huyết Dengue 7 ngày', 'Dengue cases, 7 days'),
    area: area(16, 1, 4, 3),
    format: CASES,
  },
  {
    id: 'salinity',
    kind: 'number',
    title: text('Độ mặn cao nhất hiện tại', 'Highest salinity now'),
    area: area(20, 1, 4, 3),
    format: PER_MILLE,
  },
  {
    id: 'salt-lines',
    kind: 'lines',
    title: SALT,
    area: area(0, 4, 9, 4),
    format: PER_MILLE,
    thresholds: [
      { value: 4, label: text('Ngưỡng lúa', 'Rice limit'), level: 'attention' },
      { value: 10, label: text('Khẩn cấp', 'Critical'), level: 'critical' },
    ],
  },
  {
    id: 'by-field',
    kind: 'bars',
    title: text('Hồ sơ theo lĩnh vực', 'Files by field'),
    area: area(0, 8, 9, 4),
    format: DOSSIER,
    stacked: true,
  },
  {
    id: 'map',
    kind: 'map',
    title: text('Độ mặn theo trạm và ca bệnh theo xã, phường', 'Salinity by station, cases by commune'),
    area: area(9, 4, 8, 8),
    format: CASES,
  },
  { id: 'sources', kind: 'sources', title: text('Nguồn dữ liệu', 'Sources'), area: area(17, 4, 7, 4) },
  { id: 'ticker', kind: 'ticker', title: text('Sự kiện mới', 'New events'), area: area(17, 8, 7, 4) },
];

const countryTiles: TileView[] = [
  { id: 'headline', kind: 'headline', title: text('Lúc này', 'Right now'), area: area(0, 0, 24, 1) },
  {
    id: 'map',
    kind: 'map',
    title: text('Trạm đo trên cả nước', 'Stations of the country'),
    area: area(0, 1, 8, 11),
    format: PER_MILLE,
    extent: [102, 8, 110, 23.5],
  },
  { id: 'table', kind: 'table', title: text('Trạm đo mặn', 'Salinity stations'), area: area(8, 1, 8, 6) },
  {
    id: 'never',
    kind: 'number',
    title: text('Mực nước triều dự báo', 'Forecast tide level'),
    area: area(16, 1, 4, 3),
    format: { unit: text('m', 'm'), digits: 2 },
  },
  {
    id: 'rate',
    kind: 'number',
    title: text('Tỷ suất mắc mới trên 100.000 dân', 'New cases per 100,000'),
    area: area(20, 1, 4, 3),
    format: { unit: text('ca/100.000 dân', 'per 100,000'), digits: 1 },
  },
  {
    id: 'visits',
    kind: 'lines',
    title: text('Lượt khám theo ngày', 'Visits by day'),
    area: area(16, 4, 8, 4),
    format: { unit: text('lượt', 'visits'), digits: 0 },
  },
  {
    id: 'agencies',
    kind: 'bars',
    title: text('Hồ sơ quá hạn theo cơ quan', 'Overdue files by agency'),
    area: area(8, 7, 8, 5),
    format: DOSSIER,
  },
  { id: 'ticker', kind: 'ticker', title: text('Sự kiện mới', 'New events'), area: area(16, 8, 8, 4) },
];

const NUMBERS: readonly [id: string, title: Text, col: number, row: number, width: number][] = [
  ['n1', text('Tiếp nhận hôm nay', 'Received today'), 0, 1, 5],
  ['n2', text('Đang giải quyết', 'In process'), 5, 1, 4],
  ['n3', text('Quá hạn', 'Overdue'), 9, 1, 4],
  ['n4', text('Sắp đến hạn trong ba ngày làm việc', 'Due within three working days'), 13, 1, 5],
  ['n5', text('Đúng hạn trong tháng', 'On time this month'), 0, 4, 5],
  ['n6', text('Nộp trực tuyến', 'Online'), 5, 4, 4],
  ['n7', text('Thanh toán trực tuyến toàn trình', 'Paid online'), 9, 4, 4],
  ['n8', text('Tạm dừng chờ bổ sung hồ sơ', 'Paused for completion'), 13, 4, 5],
];
const denseTiles: TileView[] = [
  { id: 'headline', kind: 'headline', title: text('Tình hình', 'Situation'), area: area(0, 0, 24, 1) },
  ...NUMBERS.map(([id, title, col, row, width]): TileView => ({
    id,
    kind: 'number',
    title,
    area: area(col, row, width, 3),
    format: DOSSIER,
  })),
  {
    id: 'flow',
    kind: 'lines',
    title: text('Tiếp nhận theo giờ', 'Received by hour'),
    area: area(0, 7, 9, 5),
    format: DOSSIER,
  },
  { id: 'table', kind: 'table', title: text('Quá hạn nhiều nhất', 'Most overdue'), area: area(9, 7, 9, 5) },
  { id: 'ticker', kind: 'ticker', title: text('Vừa diễn ra', 'Just now'), area: area(18, 1, 6, 7) },
  { id: 'sources', kind: 'sources', title: text('Nguồn dữ liệu', 'Sources'), area: area(18, 8, 6, 4) },
];

const AGENCIES = [
  text('Sở Nông nghiệp và Môi trường', 'Department of Agriculture and Environment'),
  text('Sở Văn hóa, Thể thao và Du lịch', 'Department of Culture, Sports and Tourism'),
  text('Trung tâm Phục vụ hành chính công thành phố', 'City public service centre'),
  text('Sở Xây dựng', 'Department of Construction'),
  text('Ban Quản lý các khu chế xuất và công nghiệp', 'Industrial zones authority'),
  text('Sở Y tế', 'Department of Health'),
  text('Sở Tư pháp', 'Department of Justice'),
];
const STATIONS = [
  ['tran-de', text('Trần Đề', 'Trần Đề'), 106.2, 9.52, 14.2, 'critical'],
  ['dai-ngai', text('Đại Ngãi', 'Đại Ngãi'), 106.07, 9.73, 6.8, 'serious'],
  ['long-phu', text('Long Phú', 'Long Phú'), 106.12, 9.61, 4.4, 'attention'],
  ['an-lac-tay', text('An Lạc Tây', 'An Lạc Tây'), 105.95, 9.83, 1.2, 'ok'],
  ['soc-trang', text('Thành phố Sóc Trăng', 'Sóc Trăng city'), 105.97, 9.6, 2.1, 'ok'],
  ['thanh-phu', text('Cống Thạnh Phú — Mỹ Xuyên', 'Thạnh Phú sluice, Mỹ Xuyên'), 105.87, 9.48, null, 'unknown'],
] as const satisfies readonly (readonly [string, Text, number, number, number | null, Level])[];

const number = (now: number, value: number | null, more: Partial<NumberState> = {}): NumberState => ({
  kind: 'number',
  value,
  level: 'ok',
  before: value === null ? null : value * 0.93,
  beforeLabel: text('hôm qua cùng giờ', 'yesterday, same time'),
  spark: [],
  at: now - 3_000,
  simulated: true,
  ...more,
});

function wave(random: () => number, length: number, from: number, swing: number, gaps = false): (number | null)[] {
  return Array.from({ length }, (_, i) =>
    gaps && i % 17 > 13 ? null : Math.max(0, from + swing * Math.sin(i / 4) + swing * 0.5 * (random() - 0.5)),
  );
}

function lines(now: number, random: () => number): TileState {
  const start = periodStart('h', now) - 23 * HOUR_MS;
  return {
    kind: 'lines',
    at: now - 40_000,
    simulated: true,
    steps: Array.from({ length: 24 }, (_, i) => start + i * HOUR_MS),
    lines: [
      { key: 'tran-de', label: text('Trần Đề', 'Trần Đề'), values: wave(random, 24, 10, 4) },
      { key: 'dai-ngai', label: text('Đại Ngãi', 'Đại Ngãi'), values: wave(random, 24, 5.5, 2, true) },
      { key: 'long-phu', label: text('Long Phú', 'Long Phú'), values: wave(random, 24, 4.6, 2) },
      { key: 'soc-trang', label: text('Thành phố Sóc Trăng', 'Sóc Trăng city'), values: wave(random, 24, 1.6, 0.6) },
    ],
  };
}

function bars(now: number, random: () => number, groups: readonly [string, Text][]): BarsState {
  return {
    kind: 'bars',
    at: now - 8 * MINUTE_MS,
    simulated: true,
    categories: AGENCIES.map((label, i) => ({ key: `a${i}`, label })),
    groups: groups.map(([key, label]) => ({
      key,
      label,
      values: AGENCIES.map((_, i) =>
        i === 6 ? null : Math.round((AGENCIES.length - i) * 60 * (0.6 + random() * 0.4)),
      ),
    })),
  };
}

function map(now: number, random: () => number): MapState {
  const stations = STATIONS.map(([key, label, lon, lat, value, level]) => ({
    key,
    label,
    lon,
    lat,
    value,
    level,
    shape: 'station' as const,
    at: value === null ? null : now - 60_000,
  }));
  const units = PLACES.map(([code, name, lon, lat], i) => ({
    key: code,
    label: text(name, name),
    lon,
    lat,
    value: Math.floor(random() ** 3 * 40),
    level: (i === 5 ? 'serious' : i === 17 ? 'attention' : 'ok') as Level,
    shape: 'unit' as const,
    at: now,
  }));
  return { kind: 'map', at: now - 60_000, simulated: true, points: [...units, ...stations] };
}

const TEXTS: readonly [Text, Text][] = [
  [text('Nông nghiệp', 'Agriculture'), text('Trạm Trần Đề đo độ mặn 14,2‰', 'Station Trần Đề reads 14.2‰')],
  [
    text('Hồ sơ', 'Dossiers'),
    text(
      'Tiếp nhận hồ sơ cấp giấy phép xây dựng nhà ở riêng lẻ tại Trung tâm Phục vụ hành chính công',
      'House building permit application received at the public service centre',
    ),
  ],
  [text('Y tế', 'Health'), text('Báo cáo ca sốt xuất huyết Dengue (A97)', 'Dengue case reported (A97)')],
];

export function tickerItem(now: number, n: number) {
  const pair = TEXTS[n % TEXTS.length] ?? TEXTS[0];
  if (pair === undefined) throw new Error('no texts');
  return {
    key: `e${n}`,
    at: now,
    sector: pair[0],
    unit: PLACES[n % PLACES.length]?.[1] ?? null,
    text: pair[1],
    simulated: true,
  };
}

function sources(now: number): TileState {
  const source = (id: string, name: string, ago: number | null, every: number, level: Level) => ({
    id,
    name,
    lastEvent: ago === null ? null : now - ago,
    lastSeen: ago === null ? null : now - ago,
    every,
    level,
    simulated: true,
  });
  return {
    kind: 'sources',
    at: now,
    sources: [
      source('igate', 'Hệ thống thông tin giải quyết thủ tục hành chính Cần Thơ', 3_000, 60, 'ok'),
      source('salt', 'Mạng quan trắc mặn Sóc Trăng', 20_000, 300, 'ok'),
      source('his', 'HIS Bệnh viện Đa khoa Trung ương', 41 * MINUTE_MS, 600, 'serious'),
      source('cdc', 'CDC Cần Thơ — bệnh truyền nhiễm', 12 * MINUTE_MS, 600, 'attention'),
      source('light', 'Bẫy đèn thông minh', null, 3_600, 'unknown'),
    ],
  };
}

function table(now: number): TileState {
  return {
    kind: 'table',
    at: now - MINUTE_MS,
    simulated: true,
    columns: [
      { key: 'now', label: text('Hiện tại', 'Now'), format: PER_MILLE },
      { key: 'max', label: text('Cao nhất hôm nay', 'Highest today'), format: PER_MILLE },
      {
        key: 'hours',
        label: text('Giờ trên ngưỡng', 'Hours above limit'),
        format: { unit: text('giờ', 'h'), digits: 0 },
      },
    ],
    rows: [...STATIONS, ...STATIONS].map(([key, label, , , value, level], i) => ({
      key: `${key}${i}`,
      label,
      level,
      cells: [value, value === null ? null : value + 1.3, value === null ? null : Math.round(value)],
      at: level === 'unknown' ? now - 5 * HOUR_MS : now,
    })),
  };
}

const HEADLINE: HeadlineState = {
  kind: 'headline',
  at: null,
  level: 'critical',
  text: text(
    '2 cảnh báo nghiêm trọng · 1 nguồn im lặng từ 13:51 · Trần Đề vượt ngưỡng mặn 10‰ từ 12:40',
    '2 serious alerts · 1 source silent since 13:51 · Trần Đề above 10‰ since 12:40',
  ),
};

export function previewBoards(now: number): Record<string, BoardState> {
  const random = generator(92);
  const ticker: TileState = {
    kind: 'ticker',
    at: now,
    items: Array.from({ length: 30 }, (_, i) => tickerItem(now - i * 7_000, 30 - i)),
  };
  const spark = (from: number, swing: number) => wave(random, 24, from, swing, from === 61);
  const overview: Record<string, TileState> = {
    headline: HEADLINE,
    received: number(now, 12_345, { spark: spark(400, 200) }),
    'on-time': number(now, 94.2, {
      spark: spark(94, 1),
      target: 98,
      level: 'attention',
      before: 95.1,
      beforeLabel: text('tháng trước', 'last month'),
    }),
    overdue: number(now, 287, { spark: spark(260, 30), level: 'serious', at: now - 6 * MINUTE_MS, late: true }),
    beds: number(now, 61.5, { spark: spark(61, 9), estimated: true }),
    dengue: number(now, 1_204, {
      ...{ spark: spark(900, 200), before: 1_204, beforeLabel: text('tuần trước', 'last week') },
      ...{ entered: true, simulated: true },
    }),
    salinity: number(now, 14.2, { spark: spark(10, 4), level: 'critical' }),
    'salt-lines': lines(now, random),
    'by-field': bars(now, random, [
      ['on-time', text('Trong hạn', 'On time')],
      ['soon', text('Sắp đến hạn', 'Due soon')],
      ['late', text('Quá hạn', 'Overdue')],
    ]),
    map: map(now, random),
    sources: sources(now),
    ticker,
  };
  const country: Record<string, TileState> = {
    headline: {
      ...HEADLINE,
      level: 'ok',
      text: text('Không có cảnh báo · mọi nguồn đang gửi', 'No alerts · every source is sending'),
    },
    map: map(now, random),
    table: table(now),
    never: number(now, null, { at: null, before: null, level: 'unknown' }),
    rate: number(now, 18.4, { spark: spark(15, 3), beforeLabel: text('cùng kỳ năm trước', 'same period last year') }),
    visits: {
      kind: 'lines',
      at: now,
      steps: Array.from({ length: 30 }, (_, i) => periodStart('d', now) - (29 - i) * DAY_MS),
      lines: [{ key: 'all', label: text('Lượt khám', 'Visits'), values: wave(random, 30, 8_200, 500, true) }],
    },
    agencies: bars(now, random, [['overdue', text('Quá hạn', 'Overdue')]]),
    ticker,
  };
  const levels: Level[] = ['ok', 'ok', 'critical', 'attention', 'ok', 'unknown', 'serious', 'ok'];
  const dense: Record<string, TileState> = {
    headline: HEADLINE,
    flow: { ...lines(now, random), simulated: false },
    table: table(now),
    ticker,
    sources: sources(now),
  };
  NUMBERS.forEach(([id], i) => {
    const value = Math.round(10 ** (i % 6) * 1.9);
    dense[id] = number(now - i * MINUTE_MS, value, { spark: spark(50, 9), level: levels[i] ?? 'ok', late: i === 2 });
  });
  return {
    many: manyNumbers(now, { headline: HEADLINE, chart: lines(now, random) }),
    dense: {
      board: {
        id: 'dense',
        title: text('Hồ sơ thủ tục hành chính', 'Administrative files'),
        distance: 5,
        tiles: denseTiles,
      },
      tiles: dense,
    },
    overview: {
      board: {
        id: 'overview',
        title: text('Tổng quan thành phố Cần Thơ', 'Cần Thơ overview'),
        distance: 5,
        tiles: overviewTiles,
      },
      tiles: overview,
    },
    country: {
      board: { id: 'country', title: text('Theo dõi cả nước', 'The country'), distance: 5, tiles: countryTiles },
      tiles: country,
    },
  };
}
