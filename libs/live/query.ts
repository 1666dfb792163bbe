import type { Measure } from '#libs/contracts';
import type { Metric } from '#libs/sector-kit';
import type { Series } from './bucket-set.js';
import { mayHaveParts } from './parts.js';
import { scopeKey, seesSector, seesSeries } from './scope.js';
import type { Sight } from './sight.js';
import { WHOLE, type Keeps } from './tally-groups.js';

/** A measure without its window. */
export type MeasureBody = Omit<Measure, 'over'>;

/** Where a question can only be about so many series they are looked up one by one, and of the newest period nothing is kept. */
const FEW_SERIES = 10;

/** The quantile of an aggregation that is one. */
export const QUANTILES: Partial<Record<Measure['agg'], number>> = { p50: 0.5, p95: 0.95, p99: 0.99 };

const conditionTexts = new WeakMap<object, string>();

/** The conditions as text; a formula's measure is asked again and again. */
function conditionsOf({ where }: MeasureBody): string {
  if (!where) return '';
  let text = conditionTexts.get(where);
  if (text === undefined) conditionTexts.set(where, (text = JSON.stringify(where)));
  return text;
}

/** A measure's question to a series: does it belong, and to which group? */
export class Query {
  readonly key: string;
  readonly keeps: Keeps;
  /**
   * What people enter is dated by its publication, and an older figure may be published after a newer one: there the
   * period decides which is the newest.
   */
  readonly inTurn: boolean;
  /** Some of its series may be parts of others, which are not added to them. */
  readonly hasParts: boolean;
  /** Where the bin of a sketch stands in the dimensions. */
  private readonly binPosition: number;
  private readonly byPosition: number | null;
  private readonly byUnit: boolean;
  private readonly conditions: { position: number; allowed: readonly string[]; unit: boolean }[];
  private readonly visible: boolean;
  private lookedUp: readonly Series[] | null | undefined;

  constructor(
    private readonly sight: Sight,
    readonly metric: Metric,
    measure: MeasureBody,
    by: string | undefined,
  ) {
    const newest = ['last', 'lastMax', 'lastMin', 'series', 'silent'].includes(measure.agg);
    this.keeps = newest ? 'newest' : QUANTILES[measure.agg] === undefined ? 'sums' : 'bins';
    this.binPosition = metric.sketch ? metric.dims.indexOf(metric.sketch.dim) : -1;
    this.inTurn = metric.entered !== undefined;
    this.hasParts = mayHaveParts(sight, metric);
    this.byPosition = by === undefined ? null : metric.dims.indexOf(by);
    this.byUnit = by === 'unit';
    this.conditions = Object.entries(measure.where ?? {}).map(([name, allowed]) => ({
      position: metric.dims.indexOf(name),
      allowed,
      unit: name === 'unit',
    }));
    const pack = sight.catalogue.packOfMetric(metric.code);
    this.visible = pack !== undefined && seesSector(sight.scope, pack.id);
    this.key = `${scopeKey(sight.scope)} ${by ?? ''} ${this.keeps} ${conditionsOf(measure)}`;
  }

  /** The series that it can be about, where these are few; null: many. */
  get few(): readonly Series[] | null {
    const { candidates } = this;
    return candidates && candidates.length <= FEW_SERIES ? candidates : null;
  }

  /** Series among which are all that it is about; null: any of the metric may be. Looked up when first asked for. */
  get candidates(): readonly Series[] | null {
    if (this.lookedUp === undefined) this.lookedUp = this.lookUp();
    return this.lookedUp;
  }

  /** By the condition that leaves the fewest. */
  private lookUp(): readonly Series[] | null {
    const { buckets } = this.sight;
    let best: (readonly Series[])[] | null = null;
    let least = Infinity;
    for (const { position, allowed, unit } of this.conditions) {
      // What lies below a unit is not known by its code.
      if (unit || position < 0 || allowed.length > FEW_SERIES) continue;
      const lists = [...new Set(allowed)].map((value) => buckets.seriesWith(this.metric.code, position, value));
      const total = lists.reduce((sum, { length }) => sum + length, 0);
      if (total < least) [best, least] = [lists, total];
    }
    return best && (best.length === 1 ? (best[0] ?? []) : best.flat());
  }

  /** The bin that a series counts. */
  binOf(series: Series): number {
    return this.binPosition < 0 ? 0 : Number(series.dims[this.binPosition] ?? 0);
  }

  /** Group of the series, or null when it is left out (a condition on a dimension that is not there holds never). */
  groupOf(series: Series): string | null {
    if (!this.visible || this.byPosition === -1) return null;
    for (const { position, allowed, unit } of this.conditions) {
      const value = series.dims[position];
      if (value === undefined) return null;
      if (allowed.includes(value)) continue;
      if (!unit || !allowed.some((above) => this.sight.units.within(value, above))) return null;
    }
    if (!seesSeries(this.sight.scope, this.metric, series.dims, this.sight.units)) return null;
    if (this.byPosition === null) return WHOLE;
    const value = series.dims[this.byPosition];
    if (value === undefined) return null;
    // What was counted for a unit that was merged away belongs to the one that took it over.
    return this.byUnit ? (this.sight.units.today?.(value) ?? value) : value;
  }
}
