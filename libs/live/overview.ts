import type { Text } from '#libs/contracts';
import type { Catalogue, SectorPack, Tile } from '#libs/sector-kit';
import type { Board } from './board-context.js';

export const OVERVIEW = 'overview';

const COLUMNS = 24;
const TEXT: Record<'title' | 'headline' | 'map' | 'ticker' | 'sources', Text> = {
  title: { vi: 'Tổng quan', en: 'Overview' },
  headline: { vi: 'Lúc này', en: 'Now' },
  map: { vi: 'Bản đồ', en: 'Map' },
  ticker: { vi: 'Sự kiện mới', en: 'Latest events' },
  sources: { vi: 'Nguồn dữ liệu', en: 'Data sources' },
};

/** Every board of an installation: the overview and each pack's own. */
export function allBoards(catalogue: Catalogue): Board[] {
  return [overviewBoard(catalogue), ...catalogue.packs.map((pack): Board => ({ ...pack.board, packs: [pack] }))];
}

/**
 * The overview, laid out from what the packs declare (24 columns × 12 rows): the headline; two large numbers of each
 * pack; below, the packs' own first charts beside the map; at the right edge the ticker and the sources.
 */
export function overviewBoard(catalogue: Catalogue): Board {
  const packs = catalogue.packs;
  const numbers = numberTiles(packs);
  const top = 1 + Math.ceil(numbers.length / PER_ROW) * NUMBER_ROWS;
  const layers = packs.flatMap((pack) => (pack.overviewMap ? [pack.overviewMap] : []));
  const charts = chartsOf(packs, layers.length > 0 ? 9 : 18, top);
  const tiles: Tile[] = [
    { id: 'headline', kind: 'headline', title: TEXT.headline, area: { col: 0, row: 0, width: COLUMNS, height: 1 } },
    ...numbers,
    ...charts,
  ];
  const [layer] = layers;
  if (layer) {
    const format = catalogue.metric(layer.measure.metric)?.format ?? { unit: { vi: '', en: '' }, digits: 0 };
    const col = charts.length > 0 ? 9 : 0;
    const area = { col, row: top, width: 18 - col, height: 12 - top };
    const extent = extentOf(packs, catalogue);
    tiles.push({ id: 'map', kind: 'map', title: TEXT.map, area, layers, format, ...(extent ? { extent } : {}) });
  }
  const half = Math.ceil((12 - top) / 2);
  tiles.push(
    { id: 'ticker', kind: 'ticker', title: TEXT.ticker, area: { col: 18, row: top, width: 6, height: half } },
    {
      id: 'sources',
      kind: 'sources',
      title: TEXT.sources,
      area: { col: 18, row: top + half, width: 6, height: 12 - top - half },
    },
  );
  return { id: OVERVIEW, title: TEXT.title, distance: 5, tiles, packs };
}

/** Degrees that a map shows at least, and how much longer one side may be than the other. */
const LEAST_DEGREES = 0.4;
const LONGEST_SIDE = 1.8;

type Extent = [west: number, south: number, east: number, north: number];

/** What the overview's map shows: every layer close up; the whole country where one may lie anywhere. */
function extentOf(packs: readonly SectorPack[], catalogue: Catalogue): Extent | undefined {
  const boxes: Extent[] = [];
  for (const pack of packs) {
    if (!pack.overviewMap) continue;
    const box = boxOfPlaces(pack.overviewMap.by, catalogue) ?? boxOfBoard(pack);
    if (!box) return undefined;
    boxes.push(box);
  }
  if (boxes.length === 0) return undefined;
  const edge = (side: 0 | 1 | 2 | 3, outer: typeof Math.min): number => outer(...boxes.map((box) => box[side]));
  return [edge(0, Math.min), edge(1, Math.min), edge(2, Math.max), edge(3, Math.max)];
}

/** Around the places of a dimension with a margin; undefined where the coordinates of any are not known. */
function boxOfPlaces(by: string, catalogue: Catalogue): Extent | undefined {
  const lons: number[] = [];
  const lats: number[] = [];
  for (const { lon, lat } of catalogue.places(by).values()) {
    if (lon === undefined || lat === undefined) return undefined;
    lons.push(lon);
    lats.push(lat);
  }
  if (lons.length === 0) return undefined;
  const [west, east] = [Math.min(...lons), Math.max(...lons)];
  const [south, north] = [Math.min(...lats), Math.max(...lats)];
  const width = Math.max((east - west) * 1.2, (north - south) / LONGEST_SIDE, LEAST_DEGREES);
  const height = Math.max((north - south) * 1.2, width / LONGEST_SIDE, LEAST_DEGREES);
  const degrees = (value: number): number => Number(value.toFixed(3));
  const [lon, lat] = [(west + east) / 2, (south + north) / 2];
  return [degrees(lon - width / 2), degrees(lat - height / 2), degrees(lon + width / 2), degrees(lat + height / 2)];
}

/** What the pack's own map shows, for places that lie where their communes do. */
function boxOfBoard(pack: SectorPack): Extent | undefined {
  for (const tile of pack.board.tiles) {
    if (tile.kind === 'map' && tile.layers.some((layer) => layer.by === pack.overviewMap?.by)) return tile.extent;
  }
  return undefined;
}

const PER_ROW = 8;
const NUMBER_ROWS = 3;

/** Two numbers a pack, one when there are many packs, at most two rows of them. */
function numberTiles(packs: readonly SectorPack[]): Tile[] {
  const each = packs.length * 2 <= PER_ROW ? 2 : 1;
  const codes = packs
    .flatMap((pack) => pack.overview.slice(0, each).map((code) => ({ pack, code })))
    .slice(0, 2 * PER_ROW);
  const rows = Math.ceil(codes.length / PER_ROW);
  const perRow = Math.ceil(codes.length / Math.max(1, rows));
  return codes.flatMap(({ pack, code }, index): Tile[] => {
    const indicator = pack.indicators.find((one) => one.code === code);
    if (!indicator) return [];
    const line = Math.floor(index / perRow);
    const inLine = Math.min(perRow, codes.length - line * perRow);
    const edge = (place: number): number => Math.round((place * COLUMNS) / inLine);
    const col = edge(index % perRow);
    const width = edge((index % perRow) + 1) - col;
    const row = 1 + line * NUMBER_ROWS;
    return [
      {
        id: `number-${code}`,
        kind: 'number',
        title: indicator.title,
        indicator: code,
        area: { col, row, width, height: NUMBER_ROWS },
      },
    ];
  });
}

/** The first chart of each pack's own board, one below the other; as many as stay readable. */
function chartsOf(packs: readonly SectorPack[], width: number, top: number): Tile[] {
  const charts = packs.flatMap((pack) => {
    const first =
      pack.board.tiles.find((tile) => tile.kind === 'lines') ?? pack.board.tiles.find((tile) => tile.kind === 'bars');
    return first ? [{ pack, first }] : [];
  });
  const room = 12 - top;
  const count = Math.min(charts.length, Math.floor(room / 4));
  const height = count > 0 ? Math.floor(room / count) : 0;
  return charts.slice(0, count).map(({ pack, first }, index): Tile => ({
    ...first,
    id: `${pack.id}-${first.id}`,
    area: { col: 0, row: top + index * height, width, height: index === count - 1 ? room - index * height : height },
  }));
}
