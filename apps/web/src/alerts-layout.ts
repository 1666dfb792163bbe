import type { AlertLine, Area, TileView } from '#libs/contracts';

/** Id of the wall's own tile of open alerts. */
export const ALERTS_TILE = 'open-alerts';

/** Rows of a ticker from which it gives its upper half away. */
const TALL = 6;
/** From this row down a board is made narrower; above it are its numbers, which need their room. */
const LOWER = 6;
/** Of 24 columns 18 stay. */
const KEPT = 18;
const COLUMNS = 24;
const ROWS = 12;

/**
 * Makes room for open alerts at the right edge, where the ticker is: of a tall ticker the upper half; beside a small one in
 * the lower half of a board everything from its row down is drawn narrower; elsewhere alerts take its place while there are
 * `any`. A board without a ticker keeps its tiles, and its headline tells of alerts. Pure. Returns where the alerts go, null where
 * nowhere.
 */
export function withAlerts(tiles: readonly TileView[], any: boolean): { tiles: TileView[]; alerts: Area | null } {
  const ticker = tiles.find(({ kind }) => kind === 'ticker');
  if (!ticker) return { tiles: [...tiles], alerts: null };
  const { area } = ticker;
  if (area.height >= TALL) {
    const height = Math.ceil(area.height / 2);
    const rest = { ...area, row: area.row + height, height: area.height - height };
    const laid = tiles.map((tile) => (tile === ticker ? { ...tile, area: rest } : tile));
    return { tiles: laid, alerts: { ...area, height } };
  }
  const below = (tile: TileView): boolean => tile.area.row >= area.row;
  const reachesOver = tiles.some((tile) => !below(tile) && tile.area.row + tile.area.height > area.row);
  if (area.row < LOWER || reachesOver) {
    return any ? { tiles: tiles.filter((tile) => tile !== ticker), alerts: area } : { tiles: [...tiles], alerts: null };
  }
  return {
    tiles: tiles.map((tile) => (below(tile) ? { ...tile, area: narrower(tile.area) } : tile)),
    alerts: { col: KEPT, row: area.row, width: COLUMNS - KEPT, height: ROWS - area.row },
  };
}

/** Edges move in proportion, so that what touched still does. Halves go left: lists at the right need the room. */
function narrower({ col, width, ...rest }: Area): Area {
  const edge = (at: number): number => Math.floor((at * KEPT) / COLUMNS + 0.49);
  return { ...rest, col: edge(col), width: Math.max(1, edge(col + width) - edge(col)) };
}

/** What is listed: mere information, of which there may be hundreds, takes no room from what somebody has to answer. Pure. */
export function worthListing(lines: readonly AlertLine[]): readonly AlertLine[] {
  const worse = lines.filter(({ severity }) => severity !== 'information');
  return worse.length > 0 ? worse : lines;
}
