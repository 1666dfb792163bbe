import { type Formula, type Measure, type NumberState, partsOf, type Text } from '#libs/contracts';
import type { Catalogue, Indicator } from '#libs/sector-kit';
import type { BoardContext } from './board-context.js';
import { evaluateFormula, measuresOf, periodSpan } from './formula.js';
import { levelOf } from './level.js';
import { targetAt } from './in-force.js';
import { isBehind } from './late.js';
import { marksOf } from './marks.js';
import { type Moment, type Span, type Step, stepsOf } from './span.js';
import { isKnown } from './tally.js';

const BEFORE: Record<'day' | 'week', Text> = {
  day: { vi: 'hôm qua cùng giờ', en: 'same time yesterday' },
  week: { vi: 'tuần trước cùng giờ', en: 'same time last week' },
};

/** Points of a spark line, and the step between two. */
export interface SparkShape {
  step: Step;
  count: number;
}

/**
 * The spark line of an indicator: its own formula at each step instead of over its window (unless it runs). Minutes for windows of
 * minutes, 48 hours for hours, a day or the level now, 30 days for weeks and months. A formula over earlier periods has
 * none: its steps would be something else.
 */
export function sparkOf(indicator: Indicator, catalogue: Catalogue): SparkShape {
  if (isFolded(catalogue.expand(indicator.formula))) return { step: 'd', count: 0 };
  let step: Step = 'd';
  for (const { over } of measuresOf(indicator.formula, catalogue)) {
    if (typeof over === 'object' && 'minutes' in over) return { step: 'm', count: 48 };
    if (over === 'now' || over === 'today' || (typeof over === 'object' && 'hours' in over)) step = 'h';
  }
  return step === 'h' ? { step, count: 48 } : { step, count: 30 };
}

/** The moments at whose ends a running spark line is read, oldest first; the last is the moment itself. */
export function momentsOfSpark({ step, count }: SparkShape, moment: Moment): Moment[] {
  return stepsOf(step, count, moment).map(({ span }, i) =>
    i === count - 1 || span.kind !== 'buckets' ? moment : { at: span.to - 1, live: false },
  );
}

const isFolded = (formula: Formula): boolean => 'of' in formula || partsOf(formula).some(isFolded);

/** What an indicator is compared with, as a formula; empty where it is compared with nothing. */
export function comparisonOf({ formula, compare }: Indicator): Formula[] {
  return compare ? [{ before: formula, step: compare, back: 1 }] : [];
}

export function evaluateNumber(context: BoardContext, indicator: Indicator): NumberState {
  const { value, at } = evaluateFormula(context, indicator.formula);
  const metrics = measuresOf(indicator.formula, context.catalogue).map((measure) => measure.metric);
  const state: NumberState = {
    kind: 'number',
    value,
    level: levelOf(value, indicator.levels, context.moment.at),
    before: comparisonOf(indicator).map((formula) => evaluateFormula(context, formula).value)[0] ?? null,
    beforeLabel: indicator.compare ? BEFORE[indicator.compare] : null,
    spark: spark(context, indicator),
    ...marksOf(context, metrics, at),
  };
  const target = targetAt(indicator, context.moment.at);
  if (target !== undefined) state.target = target;
  if (indicator.freshness) {
    delete state.late;
    if (isBehind(context, indicator, state.at)) state.late = true;
  }
  return state;
}

function spark(context: BoardContext, indicator: Indicator): (number | null)[] {
  const { step, count } = sparkOf(indicator, context.catalogue);
  if (indicator.sparkRuns)
    return momentsOfSpark({ step, count }, context.moment).map(
      (moment) => evaluateFormula({ ...context, moment }, indicator.formula).value,
    );
  const measures = measuresOf(indicator.formula, context.catalogue);
  return stepsOf(step, count, context.moment).map(({ span }) => {
    if (span.kind !== 'buckets') return null;
    const own = (measure: Measure): Span => periodSpan(measure, span, context.moment.at);
    if (!measures.every((measure) => isKnown(context, measure.metric, own(measure)))) return null;
    return evaluateFormula(context, indicator.formula, own).value;
  });
}
