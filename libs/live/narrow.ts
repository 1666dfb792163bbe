import { type Scope, seesUnit } from './scope.js';
import type { Sight } from './sight.js';

/** The sight of these units only, each with all below; its earlier moments too. */
export function withUnits<S extends Sight>(sight: S, units: readonly string[]): S {
  const scope: Scope = { ...sight.scope, units };
  const earlier: Sight['earlier'] = (shift) => {
    const found = sight.earlier?.(shift) ?? null;
    return found && { ...found, scope };
  };
  return { ...sight, scope, earlier };
}

/**
 * All that a viewer sees of a unit and of what lies in it, as a link of that unit sees it; of a viewer of some of its units
 * these.
 */
export function withinUnit<S extends Sight>(sight: S, unit: string): S {
  const { scope, units } = sight;
  if (scope.units === '*' || seesUnit(scope, unit, units)) return withUnits(sight, [unit]);
  return withUnits(
    sight,
    scope.units.filter((seen) => units.within(seen, unit)),
  );
}
