import type { Metric } from '#libs/sector-kit';

/** What a viewer may see: sectors by pack id, units by code, each with all units below it. */
export interface Scope {
  sectors: readonly string[] | '*';
  units: readonly string[] | '*';
  /** More people look than those who answer for it: small counts are hidden. */
  shared?: boolean;
}

export const EVERYTHING: Scope = { sectors: '*', units: '*' };

/** What the evaluation asks about administrative units. */
export interface UnitLookup {
  /** True when `code` is `ancestor` or lies below it. */
  within(code: string, ancestor: string): boolean;
  /** Whether there is such a unit, today, before a merger, or as what is left of a former one (`former:94`). */
  has?(code: string): boolean;
  /** Whether other units lie in it. */
  holdsUnits?(code: string): boolean;
  /** The unit of today for a code that was merged away; any other code as it is. */
  today?(code: string): string;
  /** The unit that holds all of a former one, and since when (epoch ms); undefined for any other code. */
  heir?(code: string): { code: string; since: number } | undefined;
  /** The units that hold all of a unit, nearest first: in periods that end after `since` and by `until`, epoch ms. */
  holders?(code: string): readonly { code: string; since: number; until: number }[];
  find(code: string): { name: string; lon: number | null; lat: number | null; parent?: string | null } | undefined;
}

/** Equal scopes have equal keys, so that their viewers share one topic. */
export function scopeKey(scope: Scope): string {
  const part = (list: readonly string[] | '*'): string => (list === '*' ? '*' : [...new Set(list)].sort().join(','));
  return `${part(scope.sectors)}|${part(scope.units)}${scope.shared ? '|shared' : ''}`;
}

/** The scope of a link: everybody before its screen looks. A list that holds `*`, as stored, means everything. */
export function scopeOf(sectors: readonly string[], units: readonly string[]): Scope {
  return {
    sectors: sectors.includes('*') ? '*' : [...sectors],
    units: units.includes('*') ? '*' : [...units],
    shared: true,
  };
}

export function seesSector(scope: Scope, sector: string): boolean {
  return scope.sectors === '*' || scope.sectors.includes(sector);
}

/** Whether a viewer sees what happened in `unit`; what has no unit is only for those who see every unit. */
export function seesUnit(scope: Scope, unit: string | null, units: UnitLookup): boolean {
  if (scope.units === '*') return true;
  return unit !== null && scope.units.some((allowed) => units.within(unit, allowed));
}

/** Whether units that somebody writes for (`*`: all) and those that a viewer sees have any in common. */
export function sharesUnits(scope: Scope, written: readonly string[], units: UnitLookup): boolean {
  if (scope.units === '*' || written.includes('*')) return scope.units === '*' || scope.units.length > 0;
  const seen = scope.units;
  return written.some((unit) => seen.some((allowed) => units.within(unit, allowed) || units.within(allowed, unit)));
}

/** Whether a viewer sees a series. A metric without the dimension `unit` is only for those who see every unit. */
export function seesSeries(scope: Scope, metric: Metric, dims: readonly string[], units: UnitLookup): boolean {
  if (scope.units === '*') return true;
  const position = metric.dims.indexOf('unit');
  return position >= 0 && seesUnit(scope, dims[position] ?? null, units);
}
