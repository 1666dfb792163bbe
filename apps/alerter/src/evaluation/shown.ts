import type { NumberFormat, Simulated, Text } from '#libs/contracts';
import {
  measuresOf,
  type PreparedRule,
  type RuleSight,
  smallestAbove,
  sourcesFor,
  sourcesOfMetrics,
  unitOfKey,
} from '#libs/live';

/** What an alert shows besides its rule: where, how its value is written, whether it comes from simulated sources. */
export interface Shown {
  unit: string | null;
  place: Text | null;
  lon: number | null;
  lat: number | null;
  format: NumberFormat | null;
  simulated: Simulated;
}

const MINUTES: NumberFormat = { unit: { vi: 'phút', en: 'min' }, digits: 0 };

/** What an alert of this rule and key shows, from the catalogue, the units and the sources in service. */
export function shownOf(prepared: PreparedRule, key: string, sight: RuleSight): Shown {
  const format = formatOf(prepared, sight);
  if (prepared.rule.condition.kind === 'silent-source') {
    const source = sight.sources.find(({ id }) => id === key);
    const unit = source && !source.units.includes('*') ? smallestAbove(source.units, sight.units) : null;
    const name = source?.name ?? key;
    return { ...pointOf(unit, sight), unit, place: same(name), format, simulated: source?.simulated ?? false };
  }
  const place = placeOf(prepared, key, sight);
  return { ...place, format, simulated: simulatedOf(prepared, place.unit, sight) };
}

/**
 * By the sources that may have written what the rule reads about the unit of the alert, whatever area they are registered
 * for: a gateway of a commune does not turn what is simulated for the whole province into something real. Nobody has
 * written who was never heard; where nobody was, all count.
 */
function simulatedOf({ rule, metrics }: PreparedRule, unit: string | null, sight: RuleSight): Simulated {
  const writing = sourcesOfMetrics(metrics, rule.sector, sight);
  // A storm asks this for thousands of alerts; where nothing is simulated, where they lie makes no difference.
  if (!writing.some(({ simulated }) => simulated)) return false;
  const all = sourcesFor(writing, unit, sight.units);
  const heard = all.filter(({ lastSeen }) => lastSeen !== null);
  const behind = heard.length > 0 ? heard : all;
  if (!behind.some(({ simulated }) => simulated)) return false;
  return behind.every(({ simulated }) => simulated) || 'partly';
}

const same = (text: string): Text => ({ vi: text, en: text });

function placeOf(prepared: PreparedRule, key: string, sight: RuleSight): Pick<Shown, 'unit' | 'place' | 'lon' | 'lat'> {
  const { by, sector, units } = prepared.rule;
  const only = units?.length === 1 ? (units[0] ?? null) : null;
  if (by === undefined) return { unit: only, place: nameOf(only, sight), ...pointOf(only, sight) };
  if (by === 'unit') return { unit: key, place: nameOf(key, sight) ?? same(key), ...pointOf(key, sight) };
  const place = sight.catalogue.placeOf(by, key, sector);
  if (place) {
    const around = pointOf(place.unit, sight);
    const point = { lon: place.lon ?? around.lon, lat: place.lat ?? around.lat };
    return { unit: place.unit, place: same(place.name), ...point };
  }
  const label = sight.catalogue.packs.find(({ id }) => id === sector)?.labels[by]?.[key];
  const unit = unitOfKey(prepared, key, sight) ?? only;
  return { unit, place: label ?? same(key), ...pointOf(unit, sight) };
}

const nameOf = (unit: string | null, { units }: RuleSight): Text | null => {
  const name = unit === null ? undefined : units.find(unit)?.name;
  return name === undefined ? null : same(name);
};

function pointOf(unit: string | null, { units }: RuleSight): { lon: number | null; lat: number | null } {
  const found = unit === null ? undefined : units.find(unit);
  return { lon: found?.lon ?? null, lat: found?.lat ?? null };
}

/** Of one indicator its format; of one measured metric that metric's; of conditions about time minutes. */
function formatOf({ rule: { condition }, value }: PreparedRule, { catalogue }: RuleSight): NumberFormat | null {
  if (condition.kind === 'absent' || condition.kind === 'late' || condition.kind === 'silent-source') return MINUTES;
  if ('indicator' in condition) return catalogue.indicator(condition.indicator)?.indicator.format ?? null;
  if (value === null) return null;
  if ('indicator' in value) return catalogue.indicator(value.indicator)?.indicator.format ?? null;
  const metrics = new Set(measuresOf(value, catalogue).map(({ metric }) => metric));
  const [only] = metrics;
  return metrics.size === 1 && only !== undefined ? (catalogue.metric(only)?.format ?? null) : null;
}
