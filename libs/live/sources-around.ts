import type { Catalogue } from '#libs/sector-kit';
import { type SourceInfo, sourcesOfMetric, sourcesOfPack } from './board-context.js';
import type { UnitLookup } from './scope.js';

const ALL = '*';

/** The sources in service that may write one of these metrics; where there is none, those that may write for the sector. */
export function sourcesOfMetrics(
  metrics: readonly string[],
  sector: string | null,
  { catalogue, sources }: { catalogue: Catalogue; sources: readonly SourceInfo[] },
): SourceInfo[] {
  const writing = new Set<SourceInfo>();
  for (const code of metrics) {
    const metric = catalogue.metric(code);
    if (metric) for (const source of sourcesOfMetric(sources, catalogue, metric)) writing.add(source);
  }
  const pack = metrics.length > 0 ? undefined : catalogue.packs.find(({ id }) => id === sector);
  if (pack) for (const source of sourcesOfPack(sources, pack)) writing.add(source);
  return sources.filter((source) => writing.has(source));
}

/**
 * Of these sources those of the smallest area around a unit. Which source sent which reading is not kept, so it goes by what
 * each may write: one that is registered for units is taken as the gateway of what lies in them; one registered for a unit
 * that was merged away, of what lies in the unit of today. Without a unit: all.
 */
export function sourcesAround(sources: readonly SourceInfo[], unit: string | null, units: UnitLookup): SourceInfo[] {
  if (unit === null) return [...sources];
  const around = sources.flatMap((source) => {
    const area = smallestAround(unit, todays(source, units), units);
    return area === null ? [] : [{ source, area }];
  });
  const areas = new Set(around.map(({ area }) => area));
  const isWider = (area: string): boolean =>
    [...areas].some((other) => other !== area && (area === ALL || units.within(other, area)));
  return around.filter(({ area }) => !isWider(area)).map(({ source }) => source);
}

/** Of these sources all that may have written what a unit, or something within it, shows. Without a unit: all. */
export function sourcesFor(sources: readonly SourceInfo[], unit: string | null, units: UnitLookup): SourceInfo[] {
  if (unit === null) return [...sources];
  return sources.filter((source) =>
    todays(source, units).some((one) => one === ALL || units.within(unit, one) || units.within(one, unit)),
  );
}

const todays = (source: SourceInfo, units: UnitLookup): string[] =>
  source.units.map((one) => units.today?.(one) ?? one);

/** The smallest of the units that a source writes for in which this unit lies; null: it does not write for it. */
function smallestAround(unit: string, written: readonly string[], units: UnitLookup): string | null {
  let area: string | null = written.includes(ALL) ? ALL : null;
  for (const one of written)
    if (one !== ALL && units.within(unit, one) && (area === null || area === ALL || units.within(one, area)))
      area = one;
  return area;
}
