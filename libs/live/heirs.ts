import { calendarShift } from '#libs/contracts';
import type { Metric } from '#libs/sector-kit';
import { SEPARATOR, type Series } from './bucket-set.js';
import type { Sight } from './sight.js';
import { type Newest, type Tally, without } from './tally-groups.js';

export const NONE: ReadonlySet<Series> = new Set();

/**
 * Series that former units told and whose heir has told the same since it took over: what stands for its whole area must not
 * be added to what parts of it were. Of what is entered the heir's period must end after the merger, of readings its
 * observation must be later.
 */
export function superseded(sight: Sight, metric: Metric, newest: ReadonlyMap<Series, Newest>): ReadonlySet<Series> {
  return formerOf(sight, metric, newest, (heir, since) => {
    const its = newest.get(heir);
    return its !== undefined && (metric.entered ? calendarShift(metric.entered, its.start, 1) : its.at) > since;
  });
}

/** Of these series those whose heir is among them, whenever either was heard: nobody waits for them any more. */
export const withHeirs = (sight: Sight, metric: Metric, known: ReadonlySet<Series>): ReadonlySet<Series> =>
  formerOf(sight, metric, known, () => true);

/** Series of former units of which the same of the unit that took over is there and fits. A stock counts each thing where it is now. */
function formerOf(
  { units }: Sight,
  metric: Metric,
  told: Pick<ReadonlyMap<Series, unknown>, 'size' | 'keys'>,
  fits: (heir: Series, since: number) => boolean,
): ReadonlySet<Series> {
  const position = metric.dims.indexOf('unit');
  if (told.size < 2 || position < 0 || !units.heir || (metric.kind === 'stock' && !metric.entered)) return NONE;
  const gone = new Set<Series>();
  let named: Map<string, Series> | undefined;
  for (const series of told.keys()) {
    const heir = units.heir(series.dims[position] ?? '');
    if (!heir) continue;
    named ??= new Map([...told.keys()].map((one) => [one.dims.join(SEPARATOR), one]));
    const its = named.get(series.dims.with(position, heir.code).join(SEPARATOR));
    if (its && fits(its, heir.since)) gone.add(series);
  }
  return gone;
}

/** A tally without what was superseded. */
export function ofToday(sight: Sight, metric: Metric, tally: Tally): Tally {
  if (!tally.newest) return tally;
  const gone = superseded(sight, metric, tally.newest);
  return without(tally, gone) ?? tally;
}
