import { periodStart, DAY_MS, HOUR_MS, type BoardState } from '#libs/contracts';
import {
  boardView,
  BucketSet,
  evaluateFormula,
  evaluateTile,
  needsOfBoards,
  needsOfIndicators,
  visibleTiles,
  type Board,
  type BoardContext,
  type Scope,
  type UnitLookup,
} from '#libs/live';
import type { BucketReader } from '#libs/persistence';
import type { Catalogue, Indicator } from '#libs/sector-kit';
import { loadBuckets, loadRecent } from './board-loader.js';

export interface PastPorts {
  catalogue: Catalogue;
  reader: BucketReader;
  units: UnitLookup;
}

type Before = (indicator: Indicator, scope: Scope) => number | null;

/** The moment that a question for `at` is answered for: its minute, or its hour where minutes are gone. */
export function answeredMoment(at: number, now: number, minuteDays: number): number {
  const resolution = now - at > minuteDays * DAY_MS - HOUR_MS ? 'h' : 'm';
  return periodStart(resolution, at);
}

/** The state of a board at a past moment, read from the database; the same numbers that were live then. */
export async function pastState(ports: PastPorts, board: Board, scope: Scope, at: number): Promise<BoardState> {
  const { catalogue, reader, units } = ports;
  const moment = { at, live: false };
  const buckets = new BucketSet();
  await loadBuckets(reader, buckets, needsOfBoards([board], catalogue, moment), { live: false, until: at });
  const tiles = visibleTiles(board, catalogue, scope);
  const compared = tiles.flatMap((tile) =>
    tile.kind === 'number' ? [catalogue.indicator(tile.indicator)?.indicator] : [],
  );
  const before = await loadBefore(
    ports,
    compared.filter((one) => one !== undefined),
    at,
  );
  const context: BoardContext = {
    catalogue,
    buckets,
    units,
    scope,
    moment,
    packs: board.packs,
    sources: await reader.sourcesAt(at),
    recent: await loadRecent(reader, catalogue, at, 200),
    before: (indicator) => before(indicator, scope),
  };
  return {
    board: boardView(board, catalogue, scope),
    tiles: Object.fromEntries(tiles.map((tile) => [tile.id, evaluateTile(tile, context)])),
  };
}

/** What indicators were one day or week before `at`, for any scope. */
export async function loadBefore(ports: PastPorts, indicators: readonly Indicator[], at: number): Promise<Before> {
  const { catalogue, reader, units } = ports;
  const sets = new Map<'day' | 'week', { buckets: BucketSet; at: number }>();
  for (const [compare, back] of [
    ['day', DAY_MS],
    ['week', 7 * DAY_MS],
  ] as const) {
    const own = indicators.filter((indicator) => indicator.compare === compare);
    if (own.length === 0) continue;
    const moment = { at: periodStart('m', at) - back, live: false };
    const buckets = new BucketSet();
    await loadBuckets(reader, buckets, needsOfIndicators(own, catalogue, moment), { live: false, until: moment.at });
    sets.set(compare, { buckets, at: moment.at });
  }
  return (indicator, scope) => {
    const set = indicator.compare && sets.get(indicator.compare);
    if (!set) return null;
    const sight = { catalogue, units, scope, buckets: set.buckets, moment: { at: set.at, live: false } };
    const { value, at: observedAt } = evaluateFormula(sight, indicator.formula);
    // Before the hub had data there was no 0, there was nothing.
    return observedAt === null ? null : value;
  };
}
