import type { Measure, NumberState, Text } from '#libs/contracts';
import type { Indicator } from '#libs/sector-kit';
import type { BoardContext } from './board-context.js';
import { evaluateFormula, levelOf, measuresOf } from './formula.js';
import { marksOf } from './marks.js';
import { type Span, type Step, stepsOf } from './span.js';
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
 * The spark line of an indicator: its own formula at each step instead of over its window. Minutes for windows of
 * minutes, 48 hours for hours, a day or the level now, 30 days for weeks and months.
 */
export function sparkOf(indicator: Indicator): SparkShape {
  let step: Step = 'd';
  for (const { over } of measuresOf(indicator.formula)) {
    if (typeof over === 'object' && 'minutes' in over) return { step: 'm', count: 48 };
    if (over === 'now' || over === 'today' || (typeof over === 'object' && 'hours' in over)) step = 'h';
  }
  return step === 'h' ? { step, count: 48 } : { step, count: 30 };
}

/** What a measure reads at one step of a spark line: the level at its end, or what was observed in it. */
export function sparkSpan(measure: Measure, step: Span & { kind: 'buckets' }, at: number): Span {
  return measure.over === 'now' ? { kind: 'level', at: Math.min(step.to, at) } : step;
}

export function evaluateNumber(context: BoardContext, indicator: Indicator): NumberState {
  const { value, at } = evaluateFormula(context, indicator.formula);
  const metrics = measuresOf(indicator.formula).map((measure) => measure.metric);
  const state: NumberState = {
    kind: 'number',
    value,
    level: levelOf(value, indicator.levels),
    before: indicator.compare ? context.before(indicator) : null,
    beforeLabel: indicator.compare ? BEFORE[indicator.compare] : null,
    spark: spark(context, indicator),
    ...marksOf(context, metrics, at),
  };
  if (indicator.target !== undefined) state.target = indicator.target;
  return state;
}

function spark(context: BoardContext, indicator: Indicator): (number | null)[] {
  const { step, count } = sparkOf(indicator);
  return stepsOf(step, count, context.moment).map(({ span }) => {
    if (span.kind !== 'buckets') return null;
    const own = (measure: Measure): Span => sparkSpan(measure, span, context.moment.at);
    if (!measuresOf(indicator.formula).every((measure) => isKnown(context, measure.metric, own(measure)))) return null;
    return evaluateFormula(context, indicator.formula, own).value;
  });
}
