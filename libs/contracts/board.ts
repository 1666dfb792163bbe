import type { Text } from './text.js';

/** State of a value, worst last. Shown by shape and colour. */
export type Level = 'ok' | 'attention' | 'serious' | 'critical' | 'unknown';

/** Where a tile lies on the grid of 24 columns × 12 rows; 0-based, in cells. */
export interface Area {
  col: number;
  row: number;
  width: number;
  height: number;
}

/** `digits` of a number that is a month: counted from January of the year 0, written `2027-03`. */
export const MONTH = -1;
/** `digits` of a number that is a time of day: epoch ms, written `14:30` in Vietnamese time. */
export const CLOCK = -2;
/** `digits` of a number that is a day: epoch ms, written `24/11` in Vietnamese time. */
export const DAY = -3;

/** How a number is written: `unit` after it ("hồ sơ", "‰", "%"), `digits` after the comma; see `MONTH`, `CLOCK` and `DAY`. */
export interface NumberFormat {
  unit: Text;
  digits: number;
}

/**
 * The unit as it is written after a number: Vietnamese has one form, English says `1 task` and `2 tasks`. Symbols (`ms`, `%`)
 * stay as they are.
 */
export function unitWord({ unit }: Pick<NumberFormat, 'unit'>, value: number | null, language: 'vi' | 'en'): string {
  if (language === 'vi' || value !== 1) return unit[language];
  return unit.en.replace(/([a-z]{2})ies$/, '$1y').replace(/([a-z]{2}[^s])s$/, '$1');
}

/** What a wall needs to draw a tile, without knowing any sector. */
export interface TileView {
  id: string;
  kind: 'number' | 'lines' | 'bars' | 'table' | 'map' | 'ticker' | 'sources' | 'headline';
  title: Text;
  area: Area;
  /** One line that says how the number is made; shown small or on demand. */
  note?: Text;
  format?: NumberFormat;
  /** Bars: stacked or side by side. */
  stacked?: boolean;
  /** Lines: labelled thresholds. */
  thresholds?: { value: number; label: Text; level: Level }[];
  /** Map: outer box to show [west, south, east, north]; the whole country when absent. */
  extent?: [number, number, number, number];
}

export interface BoardView {
  id: string;
  title: Text;
  /** Metres from which it must be readable. */
  distance: number;
  tiles: TileView[];
}

/** Marks of a value that a viewer must see. */
export interface Marks {
  simulated?: boolean;
  estimated?: boolean;
  /** It is about a time to come. */
  forecast?: boolean;
  /** Figures that somebody entered and approved are part of it. */
  entered?: boolean;
  late?: boolean;
  /** Counts below this, zeros too, are hidden (null), others with them so that they cannot be worked out. */
  hiddenBelow?: number;
  /** Newest observation behind it, epoch ms; null when there never was one. */
  at: number | null;
}

export interface NumberState extends Marks {
  kind: 'number';
  value: number | null;
  level: Level;
  /** The same measure at the same moment of the period before; null when unknown. */
  before: number | null;
  /** What `before` is compared with, e.g. "hôm qua cùng giờ". */
  beforeLabel: Text | null;
  /** Up to 48 points, oldest first; null is a gap. */
  spark: (number | null)[];
  target?: number;
}

export interface LinesState extends Marks {
  kind: 'lines';
  /** Start of each step, epoch ms. */
  steps: number[];
  lines: { key: string; label: Text; values: (number | null)[] }[];
}

export interface BarsState extends Marks {
  kind: 'bars';
  /** `key` of a category, or a step's start as ISO text when the axis is time. */
  categories: { key: string; label: Text }[];
  groups: { key: string; label: Text; values: (number | null)[] }[];
}

export interface TableState extends Marks {
  kind: 'table';
  columns: { key: string; label: Text; format?: NumberFormat }[];
  /** `late`: the row's newest observation is older than its sources promise. */
  rows: { key: string; label: Text; level: Level; cells: (number | null)[]; at: number | null; late?: boolean }[];
}

export interface MapState extends Marks {
  kind: 'map';
  points: {
    key: string;
    label: Text;
    lon: number;
    lat: number;
    value: number | null;
    level: Level;
    /** A station is drawn as its own mark, a unit as a dot sized by value. */
    shape: 'station' | 'unit' | 'label';
    at: number | null;
  }[];
}

export interface TickerState extends Marks {
  kind: 'ticker';
  /** Newest first, at most 30. */
  items: { key: string; at: number; sector: Text; unit: string | null; text: Text; simulated: boolean }[];
}

export interface SourcesState extends Marks {
  kind: 'sources';
  sources: {
    id: string;
    name: string;
    /** Newest event time and newest arrival, epoch ms. */
    lastEvent: number | null;
    lastSeen: number | null;
    /** Promised interval between events, seconds. */
    every: number;
    level: Level;
    simulated: boolean;
  }[];
}

export interface HeadlineState extends Marks {
  kind: 'headline';
  text: Text;
  level: Level;
}

export type TileState =
  NumberState | LinesState | BarsState | TableState | MapState | TickerState | SourcesState | HeadlineState;

/** The whole state of a board at one moment. */
export interface BoardState {
  board: BoardView;
  tiles: Record<string, TileState>;
}
