import { calendarShift, type Formula, type Measure } from '#libs/contracts';
import type { Sight } from './sight.js';
import { spanOf } from './span.js';
import { tallies } from './tally.js';

type Before = Extract<Formula, { before: Formula }>;

const kept = new WeakMap<Sight, Map<Formula, { name: string; sight: Sight }>>();

/**
 * What a formula looks back to; null where it was not loaded. The newest of what is entered is held against that of the same
 * period before it, not of the same moment: a rank of 2025 is published in 2026, and a year before that moment is still in
 * 2025. `measures`: those of what is looked back to.
 */
export function lookBack(sight: Sight, formula: Before, measures: readonly Measure[]): Sight | null {
  const earlier = sight.earlier?.(formula);
  if (!earlier) return null;
  const upTo = new Map<Measure, number>();
  for (const measure of measures) {
    const newest = newestPeriod(sight, measure);
    if (newest !== null) upTo.set(measure, calendarShift(formula.step, newest, -formula.back));
  }
  if (upTo.size === 0) return earlier;
  // One object for one answer: what is read by groups is kept by the sight that it is read from.
  const name = [...upTo.values()].join();
  const byFormula = kept.get(earlier) ?? new Map<Formula, { name: string; sight: Sight }>();
  kept.set(earlier, byFormula);
  const known = byFormula.get(formula);
  if (known?.name === name) return known.sight;
  const bounded = { ...earlier, upTo };
  byFormula.set(formula, { name, sight: bounded });
  return bounded;
}

/** Start of the newest period that is in sight of an entered metric's newest values; null: it is none, or has none. */
function newestPeriod(sight: Sight, measure: Measure): number | null {
  if (!sight.catalogue.metric(measure.metric)?.entered || measure.over === 'now') return null;
  let newest: number | null = null;
  for (const tally of tallies(sight, measure, spanOf(measure.over, sight.moment)).values())
    for (const { start } of tally.newest?.values() ?? []) newest = Math.max(newest ?? start, start);
  return newest;
}
