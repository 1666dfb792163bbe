import type { Fault, Rule } from '#libs/contracts';
import { type Catalogue, inhibitionLoop, ruleFaults } from '#libs/sector-kit';

export interface RuleSetting {
  /** Whether there is such a unit, today or before a merger. */
  hasUnit: (code: string) => boolean;
  /** All other rules that are in use. */
  rules: readonly Rule[];
}

/**
 * Everything wrong with a rule before it is saved: its shape, formulas, limits and hours, units that are not there, rules
 * that it would mute and that are not there, and circles of rules that mute each other. Takes whatever was sent.
 */
export function faultsOf(rule: unknown, catalogue: Catalogue, { hasUnit, rules }: RuleSetting): Fault[] {
  const faults = ruleFaults(rule, catalogue);
  const { id, units, inhibits } = (rule ?? {}) as Partial<Rule>;
  if (Array.isArray(units))
    units.forEach((unit: unknown, index) => {
      if (typeof unit === 'string' && !hasUnit(unit))
        faults.push({ path: `/units/${index}`, message: `there is no unit ${unit}` });
    });
  // What the others name is judged only where the rule itself can be read.
  if (!Array.isArray(inhibits) || faults.some(({ path }) => path.startsWith('/inhibits') || path === '/id'))
    return faults;
  const own = rule as Rule;
  const known = new Set([...rules.map((other) => other.id), id]);
  (own.inhibits ?? []).forEach(({ rules: named }, index) => {
    const unknown = named.find((one) => !known.has(one));
    if (unknown !== undefined)
      faults.push({ path: `/inhibits/${index}/rules`, message: `there is no rule ${unknown}` });
  });
  const loop = inhibitionLoop([own, ...rules.filter((other) => other.id !== own.id)]);
  if (loop) faults.push({ path: '/inhibits', message: `${loop.join(' → ')} mute each other in a circle` });
  return faults;
}
