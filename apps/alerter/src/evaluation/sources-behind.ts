import type { Behind } from '#libs/alerting';
import { type PreparedRule, type SourceInfo, sourcesOfPack, type UnitLookup } from '#libs/live';
import type { Catalogue } from '#libs/sector-kit';

const ALL = '*';

/**
 * The sources on which an alert hangs: of those in service that may write for the packs of its metrics and for its unit,
 * those of the smallest area around it. Which source sent which reading is not kept, so it goes by what each may write:
 * one that is registered for units is taken as the gateway of what lies in them; one registered for a unit that was merged
 * away, of what lies in the unit of today. An alert without a unit may come from any.
 */
export function sourcesBehind(
  prepared: PreparedRule,
  unit: string | null,
  { catalogue, sources, units }: { catalogue: Catalogue; sources: readonly SourceInfo[]; units: UnitLookup },
): Behind {
  const packs = new Set(prepared.metrics.map((metric) => catalogue.packOfMetric(metric)));
  const writing = new Set([...packs].flatMap((pack) => (pack ? sourcesOfPack(sources, pack) : [])));
  if (unit === null) return [...writing].map(({ id }) => id);
  const around = [...writing].flatMap(({ id, units: written }) => {
    const today = written.map((one) => units.today?.(one) ?? one);
    const area = smallestAround(unit, today, units);
    return area === null ? [] : [{ id, area }];
  });
  const areas = new Set(around.map(({ area }) => area));
  const isWider = (area: string): boolean =>
    [...areas].some((other) => other !== area && (area === ALL || units.within(other, area)));
  return around.filter(({ area }) => !isWider(area)).map(({ id }) => id);
}

/** The smallest of the units that a source writes for in which this unit lies; null: it does not write for it. */
function smallestAround(unit: string, written: readonly string[], units: UnitLookup): string | null {
  let area: string | null = written.includes(ALL) ? ALL : null;
  for (const one of written)
    if (one !== ALL && units.within(unit, one) && (area === null || area === ALL || units.within(one, area)))
      area = one;
  return area;
}
