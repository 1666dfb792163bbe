import { partsOf, type Explained, type Formula } from '#libs/contracts';
import { formulaText } from '#libs/sector-kit';
import { labelOf } from './board-context.js';
import { evaluateFormula } from './formula.js';
import { limitOfMetric } from './shared-sums.js';
import { isHidden } from './shared-view.js';
import { spanOf } from './span.js';
import type { Sight } from './sight.js';
import { contributions } from './tally.js';

const MOST_SERIES = 20;

/** Told of every series that a measure reads. */
type OnSeries = (metric: string, dims: readonly string[]) => void;

/** How a formula comes to its number: every part with its own. Pure. `onSeries`: of all series, also those not listed. */
export function explainFormula(sight: Sight, formula: Formula, onSeries: OnSeries = () => undefined): Explained {
  const { value: read, at } = evaluateFormula(sight, formula);
  const value = sight.scope.shared && isHidden(formula, sight) ? null : read;
  const explained: Explained = { text: formulaText(formula), value, at };
  if ('measure' in formula) {
    const { measure } = formula;
    const read = contributions(sight, measure, spanOf(measure.over, sight.moment));
    for (const { dims } of read) onSeries(measure.metric, dims);
    return { ...explained, ...seriesOf(sight, measure.metric, read) };
  }
  if ('indicator' in formula) {
    const named = sight.catalogue.indicator(formula.indicator)?.indicator;
    return named
      ? { ...explained, title: named.title, parts: [explainFormula(sight, named.formula, onSeries)] }
      : explained;
  }
  if ('before' in formula) {
    const earlier = sight.earlier?.(formula);
    if (!earlier) return explained;
    const then: Sight = sight.only ? { ...earlier, only: sight.only } : earlier;
    return { ...explained, parts: [explainFormula(then, formula.before, onSeries)] };
  }
  // The periods of a fold have no moment of their own to explain.
  if ('of' in formula) return explained;
  const parts = partsOf(formula).filter((part) => !('constant' in part));
  return parts.length > 0
    ? { ...explained, parts: parts.map((part) => explainFormula(sight, part, onSeries)) }
    : explained;
}

function seriesOf(
  sight: Sight,
  code: string,
  all: ReturnType<typeof contributions>,
): Pick<Explained, 'title' | 'series' | 'seriesTotal'> {
  const metric = sight.catalogue.metric(code);
  if (!metric) return {};
  // Small counts of single units would stand in the list, and how many units have any is one.
  if (sight.scope.shared && limitOfMetric(sight.catalogue, code) !== null) return { title: metric.title };
  const pack = sight.catalogue.packOfMetric(code);
  const series = all.slice(0, MOST_SERIES).map(({ dims, value, at }) => ({
    dims: Object.fromEntries(
      metric.dims.map((name, i) => [name, { value: dims[i] ?? '', label: labelOf(sight, pack, name, dims[i] ?? '') }]),
    ),
    value,
    at,
  }));
  return { title: metric.title, series, seriesTotal: all.length };
}
