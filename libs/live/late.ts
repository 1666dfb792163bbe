import { partsOf, type Formula, type Measure } from '#libs/contracts';
import { isLate, owedPeriod, type Catalogue, type Indicator } from '#libs/sector-kit';
import type { Sight } from './sight.js';
import { tallies } from './tally.js';
import { WHOLE } from './tally-groups.js';

/**
 * Whether an indicator is late by its own promise, where it was last observed at `observedAt` (epoch ms, null: never). Of
 * what is entered the period that a value is for counts: January's figure that is published today is none of October's.
 * It is there as soon as one of the entered figures is: others may be published in a rhythm of their own.
 */
export function isBehind(
  sight: Sight,
  { formula, freshness }: Pick<Indicator, 'formula' | 'freshness'>,
  observedAt: number | null,
  { by, key }: { by?: string | undefined; key: string } = sight.only ?? { key: WHOLE },
): boolean {
  if (!freshness) return false;
  const { at } = sight.moment;
  const entered = owedOf(formula, sight.catalogue).filter(({ metric }) => sight.catalogue.metric(metric)?.entered);
  if ('every' in freshness || observedAt === null || entered.length === 0) return isLate(freshness, observedAt, at);
  const owed = { kind: 'buckets', from: owedPeriod(freshness, at), to: at + 1, base: 'd' } as const;
  return !entered.some((measure) => tallies(sight, measure, owed, by).has(key));
}

/** The measures of a formula but for those of periods gone by, which it is held against: nobody owes these now. */
function owedOf(formula: Formula, catalogue: Catalogue): Measure[] {
  if ('measure' in formula) return [formula.measure];
  if ('before' in formula || 'of' in formula) return [];
  const named = 'indicator' in formula ? catalogue.indicator(formula.indicator)?.indicator : undefined;
  return (named ? [named.formula] : partsOf(formula)).flatMap((part) => owedOf(part, catalogue));
}
