import type { Measure } from '#libs/contracts';
import { measuresOf } from '../formula.js';
import { withUnits } from '../narrow.js';
import { Query } from '../query.js';
import type { UnitLookup } from '../scope.js';
import type { PreparedRule } from './prepared-rule.js';
import type { RuleSight } from './readings.js';

/** Series of a key that are asked for their unit; a key of more lies in many units anyway. */
const MOST_SERIES = 2_000;
const MOST_LEVELS = 8;

/**
 * The unit in which lies what a rule reads of one of its keys, by the series themselves: their one unit, else the smallest
 * that all of them lie in. Null: the rule has no keys, its metrics have no units, or nothing is above all of them.
 */
export function unitOfKey(prepared: PreparedRule, key: string, sight: RuleSight): string | null {
  const { by, units } = prepared.rule;
  if (by === undefined) return null;
  const scoped = units ? withUnits(sight, units) : sight;
  const found = new Set<string>();
  for (const measure of measuresOfRule(prepared, sight))
    for (const unit of unitsOf(measure, by, key, scoped)) found.add(unit);
  return smallestAbove(found, sight.units);
}

function measuresOfRule({ rule: { condition }, value }: PreparedRule, { catalogue }: RuleSight): Measure[] {
  if (condition.kind === 'absent') {
    const { metric, where } = condition;
    return [{ metric, agg: 'sum', over: 'now', ...(where ? { where } : {}) }];
  }
  return value === null ? [] : measuresOf(value, catalogue);
}

function* unitsOf({ over: _over, ...measure }: Measure, by: string, key: string, sight: RuleSight): Iterable<string> {
  const { buckets, catalogue, units } = sight;
  const metric = catalogue.metric(measure.metric);
  const [place, position] = [metric?.dims.indexOf('unit') ?? -1, metric?.dims.indexOf(by) ?? -1];
  if (!metric || place < 0 || position < 0) return;
  const query = new Query(sight, metric, measure, by);
  for (const series of buckets.seriesWith(metric.code, position, key).slice(0, MOST_SERIES)) {
    const unit = series.dims[place];
    if (unit && query.groupOf(series) === key) yield units.today?.(unit) ?? unit;
  }
}

/** The smallest unit that all of these are or lie below; null: none is known. */
export function smallestAbove(units: Iterable<string>, lookup: UnitLookup): string | null {
  let above: string | null = null;
  for (const unit of units) {
    above ??= unit;
    for (let level = 0; !lookup.within(unit, above); level++) {
      const parent: string | null = (level < MOST_LEVELS && lookup.find(above)?.parent) || null;
      if (parent === null) return null;
      above = parent;
    }
  }
  return above;
}
