import type { Level, NumberFormat } from './board.js';
import type { CalendarStep } from './measure.js';
import type { Text } from './text.js';

/**
 * Who may have an indicator's value: everybody (`public`), everybody who may look at its sector (`internal`), or persons
 * who are signed in and see every unit (`restricted`).
 */
export type Sharing = 'public' | 'internal' | 'restricted';

/**
 * A threshold: the level holds from `above` up, above `over`, from `below` down, below `under`. Of several that hold the last
 * counts.
 */
export interface LevelLimit {
  level: Level;
  above?: number;
  over?: number;
  below?: number;
  under?: number;
  /** First and last day on which it counts, `2026-01-01`; absent: for ever. */
  validFrom?: string;
  validTo?: string;
}

/** What an indicator is, whatever its value. */
export interface IndicatorView {
  code: string;
  sector: string;
  title: Text;
  format: NumberFormat;
  /** As text of the formula language. */
  formula: string;
  note: Text;
  /** Its thresholds, worst last; empty: its numbers are neither good nor bad. */
  levels: LevelLimit[];
  owner: Text | null;
  frequency: CalendarStep | 'live';
  /** The owner's promise in words; null: the promises of its sources. */
  freshness: Text | null;
  sharing: Sharing;
  validFrom: string | null;
  validTo: string | null;
}

/** An indicator with its value at a moment. */
export interface IndicatorValue extends IndicatorView {
  /** Null: no data. */
  value: number | null;
  /** Where the number is a month, a day or a moment (`format.digits` below 0): `2028-05`, `2026-11-24`, `2026-11-24T14:30:00+07:00`. */
  written?: string;
  level: Level;
  target: number | null;
  /** Newest observation behind it, ISO 8601. */
  observedAt: string | null;
  /** The owner's promise is broken. */
  late: boolean;
  /** A source that is marked as simulated may feed it. */
  simulated: boolean;
  /** Figures entered by hand are among what it is made of. */
  entered: boolean;
  /** It is about a time to come. */
  forecast: boolean;
}

/** Answer of `GET /v1/indicators`. */
export interface IndicatorValues {
  /** The moment of the values, ISO 8601. */
  at: string;
  /** False while live values may be behind; past ones are always true. */
  fresh: boolean;
  indicators: IndicatorValue[];
}

/** One part of a formula with the number that was put in for it, down to the series behind a measure. */
export interface Explained {
  /** The part as text of the formula language. */
  text: string;
  value: number | null;
  /** Newest observation behind it, epoch ms. */
  at: number | null;
  /** Of `[code]`: the indicator's name. Of a measure: the metric's. */
  title?: Text;
  /** Of a part of a fold (average, deviation, median, total, EARS): the period that it is of, [from, to) in epoch ms. */
  period?: { from: number; to: number };
  /** Of a fold: one for each of its periods, oldest first, the newest of them where they are very many. */
  parts?: Explained[];
  /** How many parts there are, where not all are listed. */
  partsTotal?: number;
  /** Of a measure: the series with the largest values (fewer in each period of a fold), and how many there are. */
  series?: { dims: Record<string, { value: string; label: Text }>; value: number; at: number | null }[];
  seriesTotal?: number;
  /** Of a measure: things (stations, ponds) whose newest values were put in once for each of several units of today; the first of them. */
  twice?: { thing: { value: string; label: Text }; units: { value: string; label: Text }[] }[];
}

/** Answer of `GET /v1/indicators/{code}/explain`. */
export interface Explanation {
  at: string;
  fresh: boolean;
  indicator: IndicatorValue;
  /** The formula part by part, each with the number put in for it, down to the series. */
  explained: Explained;
  /** How many of the numbers put in somebody entered by hand here, of how many in all. */
  byHand: { values: number; of: number };
  /** The dimensions by which it can be taken apart (`GET /v1/indicators/{code}/by/{dimension}`). */
  dimensions: string[];
  /** What its sector calls them; `unit` and `agency` are not among them. */
  dimensionNames: Record<string, Text>;
  /** It is of one value of a dimension only, e.g. of one agency. */
  only?: { by: string; key: string; label: Text };
  /** The newest events of the types behind it, without their data. */
  events: { source: string; id: string; type: string; time: string; unit: string | null; subject: string | null }[];
  /** Why `events` is empty although numbers were put in; null where it isn't, or where none were. */
  eventsNote: Text | null;
  /** Sources that may write those types, and how fresh each is. `every`: promised seconds between events. */
  sources: { id: string; name: string; every: number; simulated: boolean; lastSeen: string | null; level: Level }[];
}

/** Answer of `GET /v1/indicators/{code}/by/{dimension}`: an indicator for each value of a dimension. */
export interface Breakdown {
  at: string;
  fresh: boolean;
  indicator: IndicatorView;
  by: string;
  /** The indicators that its formula names, e.g. the groups of a score; their values stand in each row. */
  parts: { code: string; title: Text; format: NumberFormat }[];
  /** Highest value first, without data last; the first 2,000. */
  rows: {
    key: string;
    label: Text;
    /** It is of a unit with all the units in it: other rows may be parts of it, and rows are not to be added. */
    whole?: true;
    /** Null: no data. */
    value: number | null;
    level: Level;
    /** In the order of `parts`. */
    parts: (number | null)[];
    observedAt: string | null;
  }[];
  /** Rows in all. */
  total: number;
}

/** A metric as the catalogue shows it. */
export interface MetricView {
  code: string;
  sector: string;
  title: Text;
  kind: 'flow' | 'reading' | 'stock';
  dims: string[];
  /** What its sector calls these; `unit` and `agency` are not among them. */
  dimensionNames: Record<string, Text>;
  unit: Text;
  /** Who answers for its sector's data. */
  owner: Text | null;
  /** Longest interval between events that its sources promise, in seconds; null: nobody promises one. */
  every: number | null;
  /** Its values are entered, one for each such period. */
  entered: CalendarStep | null;
  /** Of an entered metric, what may be said of its dimensions, where that is known. */
  labels?: Record<string, Record<string, Text>>;
  /** Newest observation, ISO 8601; null where none is in memory or the viewer does not see every unit. */
  newestAt: string | null;
}
