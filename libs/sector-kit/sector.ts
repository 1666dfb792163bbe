import type { Freshness } from './freshness.js';
import type { Sketch } from './sketch.js';
import type {
  Area,
  CalendarStep,
  Formula,
  HubEvent,
  LevelLimit,
  Measure,
  NumberFormat,
  Rule,
  Sharing,
  Text,
  TileView,
} from '#libs/contracts';

/** A class whose decorators (class-validator, and `@Personal` of this kit) describe an event's `data`. */
export type DtoClass<D extends object = object> = new () => D;

/** An event of one type with its data typed. */
export type TypedEvent<D> = Omit<HubEvent, 'data'> & { data: D };

/** One number for one metric; `dims` in the order of the metric's `dims`. */
export interface Observation {
  metric: string;
  dims: string[];
  value: number;
}

export interface EventType<D extends object = object> {
  /** `vn.ioc.<sector>.<noun>.<past>.v1` */
  type: string;
  title: Text;
  dto: DtoClass<D>;
  /**
   * Metrics, without the sector, that its events may add to, by `observe` or through projections: so that a number is
   * explained by what is behind it. Absent: any metric of the pack that is not entered.
   */
  adds?: readonly string[];
  /**
   * What no field alone can tell, e.g. `present` of more than there are; null: nothing is wrong. Such an event is refused.
   * `labels`: the pack's, with the names that other packs give to agencies.
   */
  fault?: (event: TypedEvent<D>, labels: SectorPack['labels']) => DataFault | null;
  /** What a new event of this type adds to flows and readings. Pure; counted at the event's own time. */
  observe?: (event: TypedEvent<D>) => Observation[];
  /** One line for the ticker; null leaves it out. Must not carry personal data. */
  line?: (event: TypedEvent<D>) => Text | null;
}

/** A field of an event's data, and what it must be: `must not be more than dossiers`. Without any value of the event. */
export interface DataFault {
  field: string;
  demand: string;
}

/** Declares an event type with its data typed by the DTO. */
export function eventType<D extends object>(definition: EventType<D>): EventType {
  return definition as unknown as EventType;
}

/**
 * - `flow`: things that happen (visits); buckets of 1 min, 1 h, 1 d by event time, from `observe`;
 * - `reading`: measured values (salinity), likewise; no reading is "no data", not 0;
 * - `stock`: how many are in a state, from projections: a level now (no `at` in the share), or counted at the time
 *   `at` that the projection gives (dossiers received on that day), in buckets of 1 h and 1 d.
 */
export interface Metric {
  code: string;
  title: Text;
  kind: 'flow' | 'reading' | 'stock';
  /** Names of its dimensions; `unit` is an administrative unit code and is what scopes are checked against. */
  dims: readonly string[];
  format: NumberFormat;
  /**
   * On shared views (walls, what is public) counts below this, zeros too, are hidden, with as many more that they cannot
   * be worked out; absent or 0: none.
   */
  hideBelow?: number;
  /** It is about a time to come, and marked so. */
  forecast?: boolean;
  /** It counts the bins of a sketch, for quantiles; see `sketch.ts`. */
  sketch?: Sketch;
  /** Its values are entered, one for each period of this step; see `enteredMetrics`. */
  entered?: CalendarStep;
  /**
   * Of what is entered: a unit and units inside it each tell what is their own, so that all add up. Absent: the value of a
   * unit stands for all inside it, and is not added to values of its parts.
   */
  partsAdd?: boolean;
  /** Of what is entered: the least (absent: 0) and the most that may be. */
  least?: number;
  most?: number;
  /** Of what is entered: it counts people or things, of which there are no fractions. */
  whole?: boolean;
  /** Of what is entered: what a dimension may say, by its name; absent: one of its labels, or anything where it has none. */
  values?: Readonly<Record<string, DimensionValues>>;
}

/** What a dimension may say, and in words what would. */
export interface DimensionValues {
  fits: (value: string) => boolean;
  hint: string;
}

/** What one projected thing adds to one stock metric. Several shares of the same place add up. */
export interface Share {
  metric: string;
  dims: string[];
  value: number;
  /** Epoch ms: counts in the hour and day of that time; absent: counts in the level now. */
  at?: number;
}

/**
 * Current state folded from events. `fold` must not depend on the order of events and must be idempotent; a property
 * test of the kit (`checkProjection`) holds every pack to it. State must be plain JSON and bounded.
 */
export interface Projection<S extends object = object, D extends object = object> {
  name: string;
  types: readonly string[];
  /** Which thing an event is about; null: none. */
  key: (event: TypedEvent<D>) => string | null;
  fold: (state: S | null, event: TypedEvent<D>) => S;
  /** What the thing adds to stock metrics at `now`, and until when that holds if nothing arrives (null: for ever). */
  shares: (state: S, now: number) => { shares: Share[]; until: number | null };
}

export function projection<S extends object, D extends object>(definition: Projection<S, D>): Projection {
  return definition as unknown as Projection;
}

export interface Indicator {
  code: string;
  title: Text;
  formula: Formula;
  format: NumberFormat;
  /** How it is made, in one sentence, with the decree or source behind it. */
  note: Text;
  /** What is aimed at: one value, or one from each date on (`2026-01-01`), oldest first. */
  target?: number | readonly { from: string; value: number }[];
  /** Who answers for it; absent: the owner of the pack. */
  owner?: Text;
  /** How often a new value is expected; absent: live. */
  frequency?: CalendarStep;
  /** What its owner promises; absent: what the sources of the pack promise. */
  freshness?: Freshness;
  /** Absent: `internal`. */
  sharing?: Sharing;
  /** First and last day on which it is in force, e.g. as a decree is. */
  validFrom?: string;
  validTo?: string;
  /**
   * Thresholds, worst last; `above`: level holds from this value up, `over`: above it only, `below`: from this value down,
   * `under`: below it only, e.g. where the value itself is the target.
   */
  levels?: readonly LevelLimit[];
  /** What the number is compared with: the same moment of the day or week before. */
  compare?: 'day' | 'week';
  /** A count of what is past its time, or of what falls due within a working day; the morning brief tells it above 0. */
  tells?: 'late' | 'due';
  /**
   * Its spark line shows the number as it stood at the end of each step, over its own window, and not the step alone: for
   * numbers whose parts are counted at different times (received, and late later on).
   */
  sparkRuns?: boolean;
}

/** A place of a pack: a station, a trap, a hospital. `unit` is the commune it lies in. */
export interface Place {
  code: string;
  name: string;
  unit: string;
  lon?: number;
  lat?: number;
}

interface TileBase {
  id: string;
  title: Text;
  area: Area;
  note?: Text;
}

/** Tiles as a pack declares them; the gateway turns them into `TileView` and `TileState`. */
export type Tile =
  | (TileBase & { kind: 'number'; indicator: string })
  | (TileBase & {
      kind: 'lines';
      /** One line for each value of `by` (at most 8, the largest first), or one line for each measure given. */
      series: readonly { label?: Text; measure: Omit<Measure, 'over'>; by?: string }[];
      /** `{hours}` steps of an hour, `{days}` of a day, `{minutes}` of a minute. */
      over: { hours: number } | { days: number } | { minutes: number };
      format: NumberFormat;
      thresholds?: TileView['thresholds'];
    })
  | (TileBase & {
      kind: 'bars';
      /** One group of bars a measure. */
      series: readonly { label: Text; measure: Measure }[];
      /** Categories: the values of this dimension, largest first, at most `top`. */
      by: string;
      top: number;
      stacked?: boolean;
      format: NumberFormat;
    })
  | (TileBase & {
      kind: 'table';
      by: string;
      top: number;
      /** Rows are ordered by the first column, descending. */
      columns: readonly { key: string; label: Text; formula: Formula; format: NumberFormat }[];
      levels?: Indicator['levels'];
    })
  | (TileBase & {
      kind: 'map';
      /** Dimension `unit` draws communes, any other draws the pack's places of that dimension. */
      layers: readonly { by: string; measure: Measure; levels?: Indicator['levels'] }[];
      format: NumberFormat;
      extent?: [number, number, number, number];
    })
  | (TileBase & { kind: 'ticker' })
  | (TileBase & { kind: 'sources' })
  | (TileBase & { kind: 'headline' });

export interface BoardDefinition {
  id: string;
  title: Text;
  distance: number;
  tiles: readonly Tile[];
}

/** A demo stream: what the simulator sends under a key of its own, through the public door. */
export interface Simulation {
  /** Sources the simulator registers with the hub. */
  sources: readonly { id: string; name: string; types: readonly string[]; units: readonly string[]; every: number }[];
  /**
   * Events whose time lies in [from, to), by source; the same arguments give the same events (seeded), whatever the
   * cut of time into calls. `pace` multiplies the volume.
   */
  events: (span: { from: number; to: number; seed: number; pace: number }) => Iterable<HubEvent>;
  /** Named disturbances for drills; each gives the extra events of its span, or mutes a source. */
  scenarios: readonly Scenario[];
}

export interface Scenario {
  name: string;
  title: Text;
  /** Default length in seconds of simulated time. */
  seconds: number;
  events?: (span: { from: number; to: number; start: number; seed: number }) => Iterable<HubEvent>;
  /** Sources that say nothing while it runs. */
  mutes?: readonly string[];
  /** Sources whose events are withheld and sent in one go at the end: this many seconds of backlog. */
  backlog?: { sources: readonly string[]; seconds: number };
}

export interface SectorPack {
  /** Name of its folder. */
  id: string;
  title: Text;
  /** Who answers for its indicators, e.g. the department. */
  owner?: Text;
  events: readonly EventType[];
  metrics: readonly Metric[];
  projections: readonly Projection[];
  indicators: readonly Indicator[];
  /** What people are told of; ids `<sector>.<name>`. Tested by a file `rules.test.yaml` beside the pack's index. */
  rules?: readonly Rule[];
  board: BoardDefinition;
  /** Indicators for the overview: the first two are its large numbers there. */
  overview: readonly string[];
  /** Layer of the overview's map, if the pack has one. */
  overviewMap?: { by: string; measure: Measure; levels?: Indicator['levels'] };
  /** Names of its dimensions; `unit` and `agency` need none. */
  dimensions?: Record<string, Text>;
  /** Labels of dimension values: dimension → value → label. `unit` needs none. */
  labels: Record<string, Record<string, Text>>;
  /** Places by dimension name. */
  places?: Record<string, readonly Place[]>;
  simulation?: Simulation;
  /**
   * What its counting depends on; another one at a start has everything that the pack projects counted anew. A pack
   * writes it down to raise it when its rules change; the kit adds its settings.
   */
  revision?: string;
  /**
   * What its counting of flows and readings (`observe`) depends on; raised by hand when that changes. Another one at a start has
   * those of its metrics counted anew from the raw events that are kept.
   */
  flows?: string;
}
