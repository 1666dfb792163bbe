import type { Metric } from '#libs/sector-kit';
import type { BucketSet } from './bucket-set.js';
import type { MeasureBody } from './query.js';
import type { UnitLookup } from './scope.js';
import type { Sight } from './sight.js';

/** What is told for more units than these is told unit by unit. */
const MOST_UNITS = 500;

/** Units for which a metric is told as a whole; of how many series and units that was found. Neither becomes fewer. */
interface Found {
  series: number;
  told: number;
  units: readonly string[];
}

const kept = new WeakMap<BucketSet, Map<string, Found>>();

/**
 * Whether what is asked for is a part of a unit for which the metric is only told as a whole: of the part nobody knows, which
 * is not 0. `key`: the unit that is asked for, where it is one.
 */
export function isToldForWhole(sight: Sight, metric: Metric, { where }: MeasureBody, key: string | undefined): boolean {
  const asked = key === undefined ? (where?.unit ?? sight.scope.units) : [key];
  if (asked === '*' || asked.length === 0) return false;
  const { units } = sight;
  return wholes(sight, metric).some((whole) => asked.some((unit) => unit !== whole && units.within(unit, whole)));
}

function wholes({ buckets, units }: Sight, metric: Metric): readonly string[] {
  const position = metric.dims.indexOf('unit');
  if (position < 0) return [];
  const ofSet = kept.get(buckets) ?? new Map<string, Found>();
  kept.set(buckets, ofSet);
  const series = buckets.seriesCount(metric.code);
  const known = ofSet.get(metric.code);
  if (known?.series === series) return known.units;
  const told = new Set<string>();
  for (const { dims } of buckets.seriesOfMetric(metric.code)) told.add(dims[position] ?? '');
  told.delete('');
  const found = known?.told === told.size ? known.units : withoutParts([...told], units);
  ofSet.set(metric.code, { series, told: told.size, units: found });
  return found;
}

function withoutParts(told: readonly string[], units: UnitLookup): string[] {
  if (told.length > MOST_UNITS) return [];
  return told.filter((unit) => !told.some((other) => other !== unit && units.within(other, unit)));
}
