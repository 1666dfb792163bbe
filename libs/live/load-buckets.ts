import type { Formula } from '#libs/contracts';
import type { BucketReader, StoredSeries } from '#libs/persistence';
import type { Catalogue } from '#libs/sector-kit';
import { asPublished } from './as-published.js';
import { BucketSet } from './bucket-set.js';
import { type Shift, shifted, shiftsOf } from './formula.js';
import { type Needs, needsBefore } from './needs.js';
import type { Scope, UnitLookup } from './scope.js';
import type { Sight } from './sight.js';

/** What reading from the database needs. */
export interface LoadPorts {
  catalogue: Catalogue;
  reader: BucketReader;
  units: UnitLookup;
}

/**
 * Reads from the database what `needs` names into `buckets`. `until` (epoch ms) bounds periods and levels; `live`
 * also reads the levels as they are now. Which metrics were ever observed (of a past moment: by then) is read of all of
 * them: whether a number is 0 or not known depends on its whole sector. `since`: only what may have changed after that
 * mark of the reader; the rest is there already.
 */
export async function loadBuckets(
  reader: BucketReader,
  buckets: BucketSet,
  needs: Needs,
  options: { until?: number; live: boolean; ahead?: number; since?: string | null },
): Promise<void> {
  const { since = null } = options;
  const observed = await reader.observedMetrics(options.live ? undefined : options.until);
  buckets.observe(observed);
  const series = await reader.series([...needs.keys()]);
  const byMetric = new Map<string, StoredSeries[]>();
  for (const one of series) {
    buckets.know(one.metric, one.dims);
    const list = byMetric.get(one.metric);
    if (list) list.push(one);
    else byMetric.set(one.metric, [one]);
  }
  for (const [metric, { ranges, levelsFrom }] of needs) {
    const own = byMetric.get(metric) ?? [];
    for (const resolution of ['m', 'h', 'd'] as const) {
      const range = ranges[resolution];
      if (!range) continue;
      const to = options.live ? Math.max(range.to, options.ahead ?? 0) : range.to;
      buckets.apply(await reader.buckets(own, resolution, range.from, to, since));
    }
    if (levelsFrom === null) continue;
    if (options.live) buckets.apply(await reader.buckets(own, 'now', 0, 1, since));
    buckets.addLevels(await reader.levels(own, levelsFrom, options.until ?? Date.now(), since));
  }
  // Series are known here of which nothing had been observed then.
  if (!options.live && options.until !== undefined) buckets.observeOnly(observed);
}

/**
 * The same for a past moment `at`; of entered values what was published by `known`, which is later than `at` where a
 * formula looks back from a moment: a year's figure is published after that year.
 */
export async function loadPast(
  { catalogue, reader }: LoadPorts,
  buckets: BucketSet,
  needs: Needs,
  { at, known }: { at: number; known: number | null },
): Promise<void> {
  await loadBuckets(reader, buckets, needs, { live: false, until: at });
  if (known !== null) await asPublished({ catalogue, reader }, buckets, needs.keys(), known);
}

/** Everything at a moment before, for a scope; null where no formula looks back so far. */
export type Earlier = (shift: Shift, scope: Scope) => Sight | null;

/** Loads the moments that these formulas look back to from `at`. `known`: see `loadPast`; null: all that is known by now. */
export async function loadEarlier(
  ports: LoadPorts,
  formulas: readonly Formula[],
  at: number,
  known: number | null = null,
): Promise<Earlier> {
  const { catalogue, units } = ports;
  const sights = new Map<string, Omit<Sight, 'scope'>>();
  for (const shift of formulas.flatMap((formula) => shiftsOf(formula, catalogue))) {
    if (sights.has(nameOf(shift))) continue;
    const moment = shifted(shift, { at, live: false });
    const buckets = new BucketSet();
    const needs = needsBefore(formulas, catalogue, shift, moment);
    await loadPast(ports, buckets, needs, { at: moment.at, known });
    sights.set(nameOf(shift), { catalogue, units, buckets, moment });
  }
  return (shift, scope) => {
    const sight = sights.get(nameOf(shift));
    return sight ? { ...sight, scope } : null;
  };
}

const nameOf = ({ step, back }: Shift): string => `${back} ${step}`;
