import type { Explained, Measure } from '#libs/contracts';
import { labelOf } from './board-context.js';
import { SEPARATOR } from './bucket-set.js';
import type { Contribution } from './contributions.js';
import type { Sight } from './sight.js';

/** Things that are named of one measure; one mistake in a source's units is as many as it has stations. */
const MOST_TOLD = 10;
const NEWEST: readonly Measure['agg'][] = ['last', 'lastMax', 'lastMin', 'series'];

type Twice = NonNullable<Explained['twice']>;

/**
 * Looks for things that were put in more than once: one place of a pack (a station, a pond, a hospital) whose newest readings
 * were told under several units of today. Null where nothing can be: only readings are of a thing, and only where a
 * dimension names places. It is told, not mended: nothing says which of the two is right, nor that a pack
 * never means two numbers by it.
 */
export function twiceTold(
  sight: Sight,
  { metric: code, agg }: Measure,
): { see: (one: Contribution) => void; twice: () => Twice } | null {
  const metric = sight.catalogue.metric(code);
  const unitAt = metric?.dims.indexOf('unit') ?? -1;
  const placeAt = metric?.dims.findIndex((name) => name !== 'unit' && sight.catalogue.places(name).size > 0) ?? -1;
  if (!metric || metric.kind !== 'reading' || unitAt < 0 || placeAt < 0 || !NEWEST.includes(agg)) return null;
  const seen = new Map<string, { place: string; units: Set<string> }>();
  const see = ({ dims }: Contribution): void => {
    const unit = dims[unitAt] ?? '';
    const thing = dims.with(unitAt, '').join(SEPARATOR);
    const found = seen.get(thing) ?? { place: dims[placeAt] ?? '', units: new Set<string>() };
    seen.set(thing, found);
    // Both names of a unit that was merged are one unit.
    found.units.add(sight.units.today?.(unit) ?? unit);
  };
  const twice = (): Twice => {
    const pack = sight.catalogue.packOfMetric(code);
    const dimension = metric.dims[placeAt] ?? '';
    return [...seen.values()]
      .filter(({ units }) => units.size > 1)
      .slice(0, MOST_TOLD)
      .map(({ place, units }) => ({
        thing: { value: place, label: labelOf(sight, pack, dimension, place) },
        units: [...units].sort().map((unit) => ({ value: unit, label: labelOf(sight, pack, 'unit', unit) })),
      }));
  };
  return { see, twice };
}
