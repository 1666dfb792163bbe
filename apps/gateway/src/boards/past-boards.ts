import { periodStart, DAY_MS, HOUR_MS, type BoardState, type Formula } from '#libs/contracts';
import {
  boardView,
  BucketSet,
  comparisonOf,
  evaluateTile,
  loadEarlier,
  loadPast,
  needsBefore,
  needsOfBoards,
  needsOfIndicators,
  needsOfShared,
  readsSmallCounts,
  shifted,
  shiftsOf,
  visibleTiles,
  type Board,
  type BoardContext,
  type LoadPorts,
  type Promised,
  type Scope,
  type Shift,
  type Sight,
} from '#libs/live';
import type { Catalogue } from '#libs/sector-kit';
import { loadRecent } from './recent-loader.js';

/**
 * The moment that a question for `at` is answered for: its minute, or its hour where minutes are gone, then or at a moment
 * that is looked back to: part of an hour is not compared with none of it.
 */
export function answeredMoment(at: number, now: number, minuteDays: number, back: readonly Shift[] = []): number {
  const oldest = back.reduce((from, shift) => Math.min(from, shifted(shift, { at, live: false }).at), at);
  const resolution = now - oldest > minuteDays * DAY_MS - HOUR_MS ? 'h' : 'm';
  return periodStart(resolution, at);
}

/** The looks back of these formulas from `at` that read minutes: of stocks there are none. */
export function minutesBack(formulas: readonly Formula[], catalogue: Catalogue, at: number): Shift[] {
  const shifts = formulas.flatMap((formula) => shiftsOf(formula, catalogue));
  return [...new Map(shifts.map((shift) => [`${shift.back} ${shift.step}`, shift])).values()].filter((shift) =>
    [...needsBefore(formulas, catalogue, shift, shifted(shift, { at, live: false })).values()].some(
      ({ ranges }) => ranges.m !== undefined,
    ),
  );
}

/** The state of a board at a past moment, read from the database; the same numbers that were live then. */
export async function pastState(ports: LoadPorts, board: Board, scope: Scope, at: number): Promise<BoardState> {
  const { catalogue, reader, units } = ports;
  const moment = { at, live: false };
  const buckets = new BucketSet();
  const needs = needsOfBoards([board], catalogue, moment);
  if (scope.shared) needsOfShared(needs, { catalogue, moment });
  await loadPast(ports, buckets, needs, { at, known: at });
  const tiles = visibleTiles(board, catalogue, scope);
  const earlier = await loadEarlier(ports, formulasOf(board, catalogue), at, at);
  const context: BoardContext = {
    catalogue,
    buckets,
    units,
    scope,
    moment,
    packs: board.packs,
    sources: await reader.sourcesAt(at),
    recent: await loadRecent(reader, catalogue, at, 200),
    earlier: (shift) => earlier(shift, scope),
  };
  return {
    board: boardView(board, catalogue, scope),
    tiles: Object.fromEntries(tiles.map((tile) => [tile.id, evaluateTile(tile, context)])),
  };
}

/** Everything that these formulas read at a past moment, and what tells whether they are late by their promise. */
export async function pastSight(
  ports: LoadPorts,
  indicators: readonly Promised[],
  scope: Scope,
  at: number,
): Promise<Sight> {
  const { catalogue, units } = ports;
  const moment = { at, live: false };
  const needs = needsOfIndicators(indicators, catalogue, moment);
  const formulas = indicators.map(({ formula }) => formula);
  if (scope.shared && formulas.some((formula) => readsSmallCounts(formula, catalogue)))
    needsOfShared(needs, { catalogue, moment });
  const buckets = new BucketSet();
  const [earlier] = await Promise.all([
    loadEarlier(ports, formulas, at, at),
    loadPast(ports, buckets, needs, { at, known: at }),
  ]);
  return { catalogue, buckets, units, scope, moment, earlier: (shift) => earlier(shift, scope) };
}

/** What boards evaluate that may look back: formulas of numbers, with what they are compared with, and of tables. */
export function formulasOf(board: Board, catalogue: Catalogue): Formula[] {
  const headline = board.tiles.some((tile) => tile.kind === 'headline')
    ? board.packs.flatMap((pack) => pack.indicators.filter((one) => one.levels).map((one) => one.formula))
    : [];
  const shown = board.tiles.flatMap((tile): Formula[] => {
    if (tile.kind === 'table') return tile.columns.map((column) => column.formula);
    const indicator = tile.kind === 'number' ? catalogue.indicator(tile.indicator)?.indicator : undefined;
    return indicator ? [indicator.formula, ...comparisonOf(indicator)] : [];
  });
  return [...headline, ...shown];
}
