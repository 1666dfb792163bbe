import { type Formula, type Measure, partsOf } from '#libs/contracts';
import type { Catalogue } from '#libs/sector-kit';
import { withUnits } from './narrow.js';
import type { Sight } from './sight.js';
import type { Tally } from './tally-groups.js';

/** The measures of a formula but for those of periods gone by, which it is held against. */
export function measuresNow(formula: Formula, catalogue: Catalogue): Measure[] {
  if ('measure' in formula) return [formula.measure];
  if ('before' in formula || 'of' in formula) return [];
  const named = 'indicator' in formula ? catalogue.indicator(formula.indicator)?.indicator : undefined;
  return (named ? [named.formula] : partsOf(formula)).flatMap((part) => measuresNow(part, catalogue));
}

/**
 * Where a ratio of newest entered figures is read: units of which only one side tells a figure are left out, since people of
 * two provinces over adults of one are no share. Any other ratio: where it is. `tallyOf`: what a measure reads.
 */
export function inCommon(
  sight: Sight,
  sides: readonly Formula[],
  tallyOf: (measure: Measure) => Tally | undefined,
): Sight {
  const measures = enteredByUnit(sides, sight.catalogue);
  if (!measures) return sight;
  const told = measures.map((measure) => unitsOf(sight, measure, tallyOf(measure)));
  if (told.some(({ size }) => size === 0)) return sight;
  const today = told.map((codes) => new Set([...codes].map((code) => todayOf(sight, code))));
  const isCommon = (code: string): boolean => today.every((units) => units.has(todayOf(sight, code)));
  const all = told.flatMap((codes) => [...codes]);
  // The codes as told: to look at the unit of today instead might show a viewer more.
  return all.every(isCommon) ? sight : withUnits(sight, [...new Set(all.filter(isCommon))]);
}

/** Ratios of which there is nothing to compare, by far the most, are asked for all the time: what they read is kept by their sides. */
const known = new WeakMap<readonly Formula[], Measure[] | null>();

/** The measures of both sides, where all are newest entered figures by unit. */
function enteredByUnit(sides: readonly Formula[], catalogue: Catalogue): Measure[] | null {
  let all = known.get(sides);
  if (all === undefined) {
    const measures = sides.map((side) => measuresNow(side, catalogue)).filter(({ length }) => length > 0);
    const fits = measures.length > 1 && measures.flat().every((measure) => isByUnit(catalogue, measure));
    known.set(sides, (all = fits ? measures.flat() : null));
  }
  return all;
}

function isByUnit(catalogue: Catalogue, { metric: code, agg }: Measure): boolean {
  const metric = catalogue.metric(code);
  return agg === 'last' && metric?.entered !== undefined && metric.dims.includes('unit');
}

function unitsOf({ catalogue }: Sight, { metric }: Measure, tally: Tally | undefined): Set<string> {
  const position = catalogue.metric(metric)?.dims.indexOf('unit') ?? -1;
  return new Set([...(tally?.newest?.keys() ?? [])].map(({ dims }) => dims[position] ?? ''));
}

const todayOf = ({ units }: Sight, code: string): string => units.today?.(code) ?? code;
