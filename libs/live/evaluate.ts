import type { BoardView, TileState, TileView } from '#libs/contracts';
import type { Catalogue, Tile } from '#libs/sector-kit';
import type { Board, BoardContext } from './board-context.js';
import { measuresOf } from './formula.js';
import { evaluateMap } from './map-tile.js';
import { evaluateNumber } from './number-tile.js';
import { type Scope, seesSector } from './scope.js';
import { heldForAMinute } from './shared-sums.js';
import { limitOfTile, withoutSmallCounts } from './shared-view.js';
import { evaluateBars, evaluateLines, evaluateTable } from './series-tiles.js';
import { evaluateHeadline, evaluateSources, evaluateTicker } from './status-tiles.js';

/** The state of one tile at the context's moment. Pure: the same buckets, sources and moment give the same state. */
export function evaluateTile(tile: Tile, context: BoardContext): TileState {
  if (!context.scope.shared || limitOfTile(tile, context.catalogue) === null) return stateOf(tile, context);
  return heldForAMinute(context, tile, () => withoutSmallCounts(tile, stateOf(tile, context), context));
}

function stateOf(tile: Tile, context: BoardContext): TileState {
  switch (tile.kind) {
    case 'number': {
      const found = context.catalogue.indicator(tile.indicator);
      if (!found) throw new Error(`tile ${tile.id} shows the unknown indicator ${tile.indicator}`);
      return evaluateNumber(context, found.indicator);
    }
    case 'lines':
      return evaluateLines(context, tile);
    case 'bars':
      return evaluateBars(context, tile);
    case 'table':
      return evaluateTable(context, tile);
    case 'map':
      return evaluateMap(context, tile);
    case 'ticker':
      return evaluateTicker(context);
    case 'sources':
      return evaluateSources(context);
    case 'headline':
      return evaluateHeadline(context);
  }
}

/** Metrics that a tile is made from. */
export function metricsOfTile(tile: Tile, catalogue: Catalogue, board: Board): string[] {
  switch (tile.kind) {
    case 'number': {
      const found = catalogue.indicator(tile.indicator);
      return found ? measuresOf(found.indicator.formula, catalogue).map((measure) => measure.metric) : [];
    }
    case 'lines':
    case 'bars':
      return tile.series.map((series) => series.measure.metric);
    case 'table':
      return tile.columns.flatMap((column) => measuresOf(column.formula, catalogue).map((measure) => measure.metric));
    case 'map':
      return tile.layers.map((layer) => layer.measure.metric);
    case 'headline':
      return board.packs.flatMap((pack) =>
        pack.indicators.flatMap((indicator) =>
          indicator.levels ? measuresOf(indicator.formula, catalogue).map((measure) => measure.metric) : [],
        ),
      );
    case 'ticker':
    case 'sources':
      return [];
  }
}

/** Tiles of a board that a viewer may see: those whose metrics all belong to sectors of the scope. */
export function visibleTiles(board: Board, catalogue: Catalogue, scope: Scope): Tile[] {
  return board.tiles.filter(
    (tile) =>
      tile.kind === 'headline' ||
      metricsOfTile(tile, catalogue, board).every((code) => {
        const pack = catalogue.packOfMetric(code);
        return pack !== undefined && seesSector(scope, pack.id);
      }),
  );
}

/** A board as a screen sees it. */
export function boardView(board: Board, catalogue: Catalogue, scope: Scope): BoardView {
  return {
    id: board.id,
    title: board.title,
    distance: board.distance,
    tiles: visibleTiles(board, catalogue, scope).map((tile) => tileView(tile, catalogue)),
  };
}

function tileView(tile: Tile, catalogue: Catalogue): TileView {
  const view: TileView = { id: tile.id, kind: tile.kind, title: tile.title, area: tile.area };
  if (tile.note) view.note = tile.note;
  if (tile.kind === 'number') {
    const indicator = catalogue.indicator(tile.indicator)?.indicator;
    if (indicator) {
      view.format = indicator.format;
      view.note ??= indicator.note;
    }
  }
  if (tile.kind === 'lines' || tile.kind === 'bars' || tile.kind === 'map') view.format = tile.format;
  if (tile.kind === 'lines' && tile.thresholds) view.thresholds = tile.thresholds;
  if (tile.kind === 'bars' && tile.stacked !== undefined) view.stacked = tile.stacked;
  if (tile.kind === 'map' && tile.extent) view.extent = tile.extent;
  return view;
}
