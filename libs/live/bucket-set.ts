import type { BucketRow, Resolution } from '#libs/contracts';
import { insertSample, lastAtOrBefore, type LevelLine } from './level-line.js';

/** One set of dimensions of a metric; one object for ever, so that it can be a key. */
export interface Series {
  readonly metric: string;
  readonly dims: readonly string[];
  /** Newest observation that any row told of, epoch ms; null: none did. */
  newestAt: number | null;
}

/** A bucket as held in memory; see `BucketRow`. */
export interface Cell {
  count: number;
  sum: number;
  min: number | null;
  max: number | null;
  last: number | null;
  lastAt: number | null;
  version: number;
}

/** One cell before and after a change. */
export interface CellChange {
  series: Series;
  before: Cell | undefined;
  after: Cell;
}

/** Changes of a period that are remembered, so that a result can be brought up to date without reading all cells. */
const MAX_CHANGES = 2_000;

/** All buckets of one metric in one period. `revision` grows by one with each change, so that results can be kept. */
export class Period {
  /** `start`: of the period, epoch ms. */
  constructor(readonly start: number) {}

  revision = 0;
  readonly cells = new Map<Series, Cell>();
  /** Results computed from this period, by query; whoever computes them keeps them here (bounded there). */
  readonly memo = new Map<string, { revision: number; result: unknown; patches: number }>();
  private changes: CellChange[] = [];

  set(series: Series, after: Cell): void {
    if (this.changes.length >= MAX_CHANGES) this.changes = this.changes.slice(MAX_CHANGES / 2);
    this.changes.push({ series, before: this.cells.get(series), after });
    this.cells.set(series, after);
    this.revision++;
  }

  /** What changed since a revision, oldest first; null when that is too long ago to tell. */
  changesSince(revision: number): readonly CellChange[] | null {
    const count = this.revision - revision;
    return count > this.changes.length ? null : this.changes.slice(this.changes.length - count);
  }

  /** Every kept result is void. */
  touch(): void {
    this.changes = [];
    this.revision++;
  }
}

interface MetricBuckets {
  revision: number;
  /** Newest observation ever seen, epoch ms. */
  newestAt: number | null;
  series: Map<string, Series>;
  /** Series by the value at a position of their dimensions; made when first asked for. */
  index: Map<number, Map<string, Series[]>>;
  periods: Record<Resolution, Map<number, Period>>;
  levels: Map<Series, LevelLine>;
  /** Start of the oldest day ever seen with an observation, epoch ms. */
  daysSince: number | null;
  /** Oldest sample ever seen of any series, epoch ms; before it the level is not known. */
  levelsSince: number | null;
}

export interface LevelSample {
  metric: string;
  dims: string[];
  /** Epoch ms. */
  at: number;
  value: number;
}

export interface BucketSetOptions {
  /** What is worth keeping; all when absent. */
  keep?: (metric: string, resolution: Resolution, start: number) => boolean;
  /** Cells held at most. Beyond it new cells are refused and `overflowed` says so. */
  maxCells?: number;
}

/** Between the values of a series' dimensions, where these make a name. */
export const SEPARATOR = '\u001f';

/**
 * Buckets in memory: metric → resolution → period → series. Rows may come in any order and more than once: of two
 * rows of one bucket the one with the higher version stays.
 */
export class BucketSet {
  /** True once a row was refused for want of room: what is shown may then be too low. */
  overflowed = false;
  private cells = 0;
  private readonly metrics = new Map<string, MetricBuckets>();
  /** Metrics of which anything was ever observed, also those whose buckets are not kept here. */
  private observed = new Set<string>();
  /** Lists of metrics of which one is known to be observed; what was observed stays so. */
  private observedLists = new WeakSet<readonly { code: string }[]>();
  /** Of a past moment: metrics whose level had been sampled by then; null: not asked. */
  private sampled: ReadonlySet<string> | null = null;
  private readonly maxCells: number;

  constructor(private readonly options: BucketSetOptions = {}) {
    this.maxCells = options.maxCells ?? 3_000_000;
  }

  get size(): number {
    return this.cells;
  }

  /** Applies rows that are kept and newer; returns how many changed something. `at` (epoch ms) dates a level. */
  apply(rows: readonly BucketRow[], at?: number): number {
    let changed = 0;
    for (const row of rows) if (this.applyRow(row, at)) changed++;
    return changed;
  }

  /** Makes series known, with or without buckets. */
  know(metric: string, dims: readonly string[]): Series {
    return this.seriesOf(this.metricOf(metric), metric, dims);
  }

  /** Something was observed of these metrics at some time, whether or not their buckets are here. */
  observe(metrics: Iterable<string>): void {
    for (const metric of metrics) this.observed.add(metric);
  }

  /** Of a past moment: these were observed by then and no others, whatever is known of them now. */
  observeOnly(metrics: Iterable<string>): void {
    this.observed = new Set(metrics);
    this.observedLists = new WeakSet();
  }

  /** Whether anything was ever observed of any of these metrics. The list is remembered: give the same one again. */
  isAnyObserved(metrics: readonly { code: string }[]): boolean {
    if (this.observedLists.has(metrics)) return true;
    const any = metrics.some(({ code }) => this.observed.has(code));
    if (any) this.observedLists.add(metrics);
    return any;
  }

  /** Of a past moment: the levels of these metrics, and of no others asked for, had been sampled by then. */
  sampledOnly(metrics: Iterable<string>): void {
    this.sampled = new Set(metrics);
  }

  /** Whether the level of any of these was sampled by the past moment that this holds; always where that was not asked. */
  isAnySampled(metrics: readonly { code: string }[]): boolean {
    return this.sampled === null || metrics.some(({ code }) => this.sampled?.has(code));
  }

  /** Adds samples of levels; they may overlap what is there. */
  addLevels(samples: readonly LevelSample[]): void {
    for (const sample of samples) {
      const metric = this.metricOf(sample.metric);
      metric.revision++;
      insertLevel(metric, this.seriesOf(metric, sample.metric, sample.dims), sample.at, sample.value);
    }
  }

  /**
   * Grows whenever something of the metric changes, and when any other is observed for the first time: that may turn
   * "no data" into 0.
   */
  revision(metric: string): number {
    return (this.metrics.get(metric)?.revision ?? 0) + this.observed.size;
  }

  newestAt(metric: string): number | null {
    return this.metrics.get(metric)?.newestAt ?? null;
  }

  seriesOfMetric(metric: string): Iterable<Series> {
    return this.metrics.get(metric)?.series.values() ?? [];
  }

  seriesCount(metric: string): number {
    return this.metrics.get(metric)?.series.size ?? 0;
  }

  /** Series whose dimension at this position has this value. */
  seriesWith(metric: string, position: number, value: string): readonly Series[] {
    const own = this.metrics.get(metric);
    if (!own) return [];
    let index = own.index.get(position);
    if (!index) {
      own.index.set(position, (index = new Map()));
      for (const series of own.series.values()) file(index, position, series);
    }
    return index.get(value) ?? [];
  }

  period(metric: string, resolution: Resolution, start: number): Period | undefined {
    return this.metrics.get(metric)?.periods[resolution].get(start);
  }

  /** Whether the metric has any bucket of this resolution. */
  has(metric: string, resolution: Resolution): boolean {
    return (this.metrics.get(metric)?.periods[resolution].size ?? 0) > 0;
  }

  /** The level of each series at a moment, by the last sample at or before it. */
  *levelsAt(metric: string, at: number): Iterable<[Series, number, number]> {
    for (const [series, line] of this.metrics.get(metric)?.levels ?? []) {
      const index = lastAtOrBefore(line.at, at);
      if (index >= 0) yield [series, line.value[index] as number, line.at[index] as number];
    }
  }

  /** Start of the oldest day in reach with an observation of the metric, epoch ms; null without any. */
  daysSince(metric: string): number | null {
    return this.metrics.get(metric)?.daysSince ?? null;
  }

  /** Since when the level of the metric is known at all, epoch ms; null without any sample. */
  levelsSince(metric: string): number | null {
    return this.metrics.get(metric)?.levelsSince ?? null;
  }

  /** What groups depend on besides buckets was changed (the units): every kept result is void. */
  touch(): void {
    for (const metric of this.metrics.values()) {
      metric.revision++;
      for (const periods of Object.values(metric.periods)) for (const period of periods.values()) period.touch();
    }
  }

  /** Cells of the metric were put back to what they were: when it was observed last is read off them anew. */
  lookBack(code: string): void {
    const metric = this.metrics.get(code);
    if (!metric) return;
    metric.newestAt = null;
    for (const series of metric.series.values()) series.newestAt = null;
    for (const periods of Object.values(metric.periods))
      for (const { cells } of periods.values()) for (const [series, { lastAt }] of cells) note(metric, series, lastAt);
  }

  /** Drops periods that end before what is needed. */
  evict(neededFrom: (metric: string, resolution: 'm' | 'h' | 'd') => number): void {
    for (const [code, metric] of this.metrics) {
      for (const resolution of ['m', 'h', 'd'] as const) {
        const from = neededFrom(code, resolution);
        for (const [start, period] of metric.periods[resolution]) {
          if (start >= from) continue;
          this.cells -= period.cells.size;
          metric.periods[resolution].delete(start);
        }
      }
    }
  }

  private applyRow(row: BucketRow, at: number | undefined): boolean {
    this.observed.add(row.metric);
    if (this.options.keep && !this.options.keep(row.metric, row.resolution, row.start)) return false;
    const metric = this.metricOf(row.metric);
    const series = this.seriesOf(metric, row.metric, row.dims);
    const periods = metric.periods[row.resolution];
    let period = periods.get(row.start);
    const old = period?.cells.get(series);
    if (old && old.version >= row.version) return false;
    if (!old) {
      if (this.cells >= this.maxCells) {
        this.overflowed = true;
        return false;
      }
      this.cells++;
    }
    if (!period) periods.set(row.start, (period = new Period(row.start)));
    const { count, sum, min, max, last, lastAt, version } = row;
    period.set(series, { count, sum, min, max, last, lastAt, version });
    metric.revision++;
    note(metric, series, lastAt);
    if (row.resolution === 'd' && count > 0) metric.daysSince = Math.min(metric.daysSince ?? row.start, row.start);
    if (row.resolution === 'now' && at !== undefined) insertLevel(metric, series, at, sum);
    return true;
  }

  private metricOf(code: string): MetricBuckets {
    let metric = this.metrics.get(code);
    if (!metric) {
      this.observed.add(code);
      metric = {
        revision: 0,
        newestAt: null,
        series: new Map(),
        index: new Map(),
        periods: { m: new Map(), h: new Map(), d: new Map(), now: new Map() },
        levels: new Map(),
        daysSince: null,
        levelsSince: null,
      };
      this.metrics.set(code, metric);
    }
    return metric;
  }

  private seriesOf(metric: MetricBuckets, code: string, dims: readonly string[]): Series {
    const key = dims.join(SEPARATOR);
    let series = metric.series.get(key);
    if (!series) {
      metric.series.set(key, (series = { metric: code, dims: [...dims], newestAt: null }));
      for (const [position, index] of metric.index) file(index, position, series);
    }
    return series;
  }
}

function note(metric: MetricBuckets, series: Series, lastAt: number | null): void {
  if (lastAt === null) return;
  if (lastAt > (metric.newestAt ?? -Infinity)) metric.newestAt = lastAt;
  if (lastAt > (series.newestAt ?? -Infinity)) series.newestAt = lastAt;
}

function file(index: Map<string, Series[]>, position: number, series: Series): void {
  const value = series.dims[position];
  if (value === undefined) return;
  const list = index.get(value);
  if (list) list.push(series);
  else index.set(value, [series]);
}

function insertLevel(metric: MetricBuckets, series: Series, at: number, value: number): void {
  metric.levelsSince = Math.min(metric.levelsSince ?? at, at);
  let line = metric.levels.get(series);
  if (!line) metric.levels.set(series, (line = { at: [], value: [] }));
  insertSample(line, at, value);
}
