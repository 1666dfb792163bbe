import { calendarShift } from '#libs/contracts';
import type { Metric } from '#libs/sector-kit';
import type { Series } from './bucket-set.js';
import type { Sight } from './sight.js';
import type { Newest, Tally } from './tally-groups.js';

export const NONE: ReadonlySet<Series> = new Set();
const SEPARATOR = '\u001f';

/**
 * Series that former units told and whose heir has told the same since it took over: what stands for its whole area must not
 * be added to what parts of it were. Of what is entered the heir's period must end after the merger, of readings its
 * observation must be later. A stock counts each thing where it is now, so nothing of it is superseded.
 */
export function superseded(
  { units }: Pick<Sight, 'units'>,
  metric: Metric,
  newest: ReadonlyMap<Series, Newest>,
): ReadonlySet<Series> {
  const position = metric.dims.indexOf('unit');
  if (position < 0 || !units.heir || (metric.kind === 'stock' && !metric.entered)) return NONE;
  const gone = new Set<Series>();
  let named: Map<string, Newest> | undefined;
  for (const series of newest.keys()) {
    const { dims } = series;
    const heir = units.heir(dims[position] ?? '');
    if (!heir) continue;
    named ??= new Map([...newest].map(([one, its]) => [one.dims.join(SEPARATOR), its]));
    const its = named.get(dims.with(position, heir.code).join(SEPARATOR));
    if (its && endOf(metric, its) > heir.since) gone.add(series);
  }
  return gone;
}

/** Of these series those whose heir is among them, whenever either was heard: nobody waits for them any more. */
export const withHeirs = (sight: Sight, metric: Metric, known: Iterable<Series>): ReadonlySet<Series> =>
  superseded(sight, metric, new Map([...known].map((series) => [series, { value: 0, at: Infinity, start: 0 }])));

/** A tally without what was superseded. */
export function ofToday(sight: Sight, metric: Metric, tally: Tally): Tally {
  if (!tally.newest) return tally;
  const gone = superseded(sight, metric, tally.newest);
  if (gone.size === 0) return tally;
  return { ...tally, newest: new Map([...tally.newest].filter(([series]) => !gone.has(series))) };
}

const endOf = ({ entered }: Metric, { at, start }: Newest): number => (entered ? calendarShift(entered, start, 1) : at);
