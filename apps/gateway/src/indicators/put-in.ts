import { keepTop, type MeasureRead, type Only, type OnSeries } from '#libs/live';
import type { EvidenceReader, NarrowedBy } from '#libs/persistence';
import { enteredDims, type Catalogue } from '#libs/sector-kit';

/** An entered value that was put in. */
interface Entered {
  start: number;
  /** When it was published, epoch ms; null: not known. */
  at: number | null;
}

/** When something changed a metric, epoch ms. */
export interface MomentOf {
  metric: string;
  at: number;
}

/** More units than these narrow nothing. */
const MOST_UNITS = 50;
/** More series than these are not few. */
const MOST_TOLD = 500;
const MOST_MOMENTS = 10;

/**
 * The numbers that an explanation puts in: of each measure and window its series, of an entered metric each value with its
 * period. One that is put in twice counts once.
 */
export class PutIn {
  /** Readings that found anything: behind the others is no event. */
  readonly reads: MeasureRead[] = [];
  private readonly series = new Map<string, Set<readonly string[]>>();
  private readonly entered = new Map<string, Map<string, Entered>>();
  private told = 0;
  private readonly toldUnits = new Set<string | null>();
  /** When the series last changed that changed last, newest first. */
  readonly moments: MomentOf[] = [];
  /** Units of the series, and whether any has none. */
  readonly units = new Set<string>();

  constructor(private readonly catalogue: Catalogue) {}

  /** To be told of each reading of a measure. */
  onRead(read: MeasureRead): OnSeries {
    let found = false;
    const { measure, span, sight } = read;
    const metric = this.catalogue.metric(measure.metric);
    const unitAt = metric?.dims.indexOf('unit') ?? -1;
    const window = span.kind === 'level' ? String(span.at) : `${span.from} ${span.to}`;
    const series = got(this.series, `${measure.metric} ${window}`, () => new Set<readonly string[]>());
    const values = got(this.entered, measure.metric, () => new Map<string, Entered>());
    return ({ dims, at }, entered) => {
      if (!found) this.reads.push(read);
      found = true;
      const unit = unitAt >= 0 ? (dims[unitAt] ?? '') : null;
      if (sight.only && unit !== null) this.units.add(unit);
      if (++this.told <= MOST_TOLD) this.toldUnits.add(unit);
      if (at !== null) keepNewest(this.moments, { metric: measure.metric, at });
      if (entered === null) series.add(dims);
      else for (const one of entered) values.set(nameOf(dims, one.start), one);
    };
  }

  /** What narrows the search for the events behind it; null: nothing does. `only`: the value that it is of. */
  narrowed(only: Only | undefined): NarrowedBy | null {
    if (this.told === 0 || this.told > MOST_TOLD) return null;
    const units = [...this.toldUnits].filter((unit) => unit !== null);
    const areFew = units.length <= MOST_UNITS && !this.toldUnits.has(null);
    const text = only && only.by !== 'unit' ? only.key : null;
    return areFew || text !== null ? { units: areFew ? units : null, text } : null;
  }

  /** How many numbers, and how many of them are what somebody entered here by `until` (epoch ms). */
  async byHand(reader: EvidenceReader, until: number): Promise<{ values: number; of: number }> {
    let of = 0;
    for (const series of this.series.values()) of += series.size;
    for (const values of this.entered.values()) of += values.size;
    const metrics = [...this.entered].filter(([, values]) => values.size > 0).map(([metric]) => metric);
    if (metrics.length === 0) return { values: 0, of };
    const [from, to] = this.reach();
    let values = 0;
    for (const one of await reader.enteredNumbers(metrics, { from, to, until })) {
      const dims = enteredDims(this.catalogue.metric(one.metric), one.unit, one.dims);
      const put = this.entered.get(one.metric)?.get(nameOf(dims, one.start));
      // A system may have told a later version of the same number: then it isn't what was entered.
      if (put && (put.at === null || put.at === one.publishedAt)) values++;
    }
    return { values, of };
  }

  private reach(): [number, number] {
    let [from, to] = [Infinity, -Infinity];
    for (const values of this.entered.values())
      for (const { start } of values.values()) [from, to] = [Math.min(from, start), Math.max(to, start)];
    return [from, to];
  }
}

const nameOf = (dims: readonly string[], start: number): string => `${start} ${dims.join('|')}`;

function got<V>(map: Map<string, V>, key: string, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

/** Puts it among the newest, each moment of a metric once: one event changes many series. */
function keepNewest(moments: MomentOf[], one: MomentOf): void {
  if (moments.some(({ metric, at }) => at === one.at && metric === one.metric)) return;
  keepTop(moments, one, MOST_MOMENTS, ({ at }) => at);
}
