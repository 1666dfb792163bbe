import type { Measure } from '#libs/contracts';
import { metricsOf } from './catalogue.js';
import type { SectorPack, Tile } from './sector.js';

const COLUMNS = 24;
const ROWS = 12;
/** More large numbers than this and none of them is seen. */
const MOST_NUMBERS = 8;

/**
 * Throws when a board cannot be drawn well: tiles that overlap, leave the grid or are too small to be read from five
 * metres, more than eight numbers, or a measure over a metric or dimension that the pack does not have.
 */
export function checkBoard(pack: SectorPack): void {
  const fail = (tile: Tile, what: string): never => {
    throw new Error(`board of ${pack.id}, tile ${tile.id}: ${what}`);
  };
  const { tiles } = pack.board;
  const cells = new Map<string, string>();
  for (const tile of tiles) {
    const { col, row, width, height } = tile.area;
    if (col < 0 || row < 0 || col + width > COLUMNS || row + height > ROWS) fail(tile, 'leaves the grid');
    if (tile.kind === 'number' && (width < 4 || height < 3)) fail(tile, 'is too small for a number');
    for (let x = col; x < col + width; x++) {
      for (let y = row; y < row + height; y++) {
        const taken = cells.get(`${x}/${y}`);
        if (taken !== undefined) fail(tile, `overlaps ${taken}`);
        cells.set(`${x}/${y}`, tile.id);
      }
    }
    for (const { metric, by } of uses(tile)) {
      const known = pack.metrics.find((candidate) => candidate.code === metric);
      if (!known) return fail(tile, `reads the unknown metric ${metric}`);
      if (by !== undefined && !known.dims.includes(by)) fail(tile, `${metric} has no dimension ${by}`);
    }
  }
  if (tiles.filter((tile) => tile.kind === 'number').length > MOST_NUMBERS) {
    throw new Error(`board of ${pack.id}: more than ${MOST_NUMBERS} numbers`);
  }
}

function uses(tile: Tile): { metric: string; by?: string | undefined }[] {
  const of = (measure: Omit<Measure, 'over'>, by?: string) => ({ metric: measure.metric, by });
  switch (tile.kind) {
    case 'lines':
      return tile.series.map((series) => of(series.measure, series.by));
    case 'bars':
      return tile.series.map((series) => of(series.measure, tile.by));
    case 'table':
      return tile.columns.flatMap((column) => metricsOf(column.formula).map((metric) => ({ metric, by: tile.by })));
    case 'map':
      return tile.layers.map((layer) => of(layer.measure, layer.by));
    default:
      return [];
  }
}
