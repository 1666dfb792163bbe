import type { Behind } from '#libs/alerting';
import { type PreparedRule, type SourceInfo, sourcesAround, sourcesOfPack, type UnitLookup } from '#libs/live';
import type { Catalogue } from '#libs/sector-kit';

/**
 * The sources on which an alert hangs: of those in service that may write for the packs of its metrics and for its unit,
 * those of the smallest area around it. An alert without a unit may come from any.
 */
export function sourcesBehind(
  prepared: PreparedRule,
  unit: string | null,
  { catalogue, sources, units }: { catalogue: Catalogue; sources: readonly SourceInfo[]; units: UnitLookup },
): Behind {
  const packs = new Set(prepared.metrics.map((metric) => catalogue.packOfMetric(metric)));
  const writing = new Set([...packs].flatMap((pack) => (pack ? sourcesOfPack(sources, pack) : [])));
  return sourcesAround([...writing], unit, units).map(({ id }) => id);
}
