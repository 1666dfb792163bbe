import { partsOf, type Explained, type Formula, type Measure } from '#libs/contracts';
import { formulaText } from '#libs/sector-kit';
import { labelOf } from './board-context.js';
import { inCommon } from './common-units.js';
import { contributor, type Contribution, type OnSeries } from './contributions.js';
import { EARS_DAYS, evaluator, foldSpans, measuresOf, periodSpan, tallyOf, type Reading } from './formula.js';
import { keepTop } from './keep-top.js';
import { lookBack } from './look-back.js';
import { limitOfMetric } from './shared-sums.js';
import { isHidden, readsSmallCounts } from './shared-view.js';
import { type Span, spanOf } from './span.js';
import type { Sight } from './sight.js';
import { isObserved } from './tally.js';
import { twiceTold } from './told-twice.js';

const MOST_SERIES = 20;
/** Of each period of a fold, which has many. */
const MOST_SERIES_OF_PERIOD = 5;
const MOST_PERIODS = 31;

type PeriodSpan = Span & { kind: 'buckets' };

/** One reading of a measure on the way to a number. */
export interface MeasureRead {
  measure: Measure;
  span: Span;
  /** Where it was read: now, or at the moment that the formula looks back to. */
  sight: Sight;
}

/** Told of every measure that was put in and gives what wants to be told of its series; of those not listed, too. */
export type OnRead = (read: MeasureRead) => OnSeries;

interface Way {
  onRead: OnRead;
  /** Series of a measure at a sight are chosen once, however many periods are read. */
  readers: Map<Sight, Map<Measure, ReturnType<typeof contributor>>>;
  /** Every part is evaluated with all that it stands in. */
  evaluate: ReturnType<typeof evaluator>;
}

/** How a formula comes to its number: every part with its own. Pure. */
export function explainFormula(sight: Sight, formula: Formula, onRead: OnRead = () => () => undefined): Explained {
  return explain(sight, formula, null, { onRead, readers: new Map(), evaluate: evaluator() });
}

/** `period`: of the fold that the formula stands in. */
function explain(sight: Sight, formula: Formula, period: PeriodSpan | null, way: Way): Explained {
  const explained: Explained = { text: formulaText(formula, period !== null), ...shownOf(sight, formula, period, way) };
  if ('measure' in formula) return { ...explained, ...measureOf(sight, formula.measure, period, way) };
  if ('indicator' in formula) {
    const named = sight.catalogue.indicator(formula.indicator)?.indicator;
    return named
      ? { ...explained, title: named.title, parts: [explain(sight, named.formula, period, way)] }
      : explained;
  }
  if ('before' in formula) {
    // Periods are given inside a fold: there is no moment to go back from.
    const measures = measuresOf(formula.before, sight.catalogue);
    const earlier = period || hides(sight, formula) ? null : lookBack(sight, formula, measures);
    if (!earlier) return explained;
    const then: Sight = sight.only ? { ...earlier, only: sight.only } : earlier;
    return { ...explained, parts: [explain(then, formula.before, null, way)] };
  }
  if ('of' in formula) return { ...explained, ...periodsOf(sight, formula, way) };
  const common = 'op' in formula && formula.op === 'div' ? inCommonOf(sight, formula.args, period) : sight;
  const parts = partsOf(formula).filter((part) => !('constant' in part));
  if (parts.length === 0) return explained;
  const used = 'op' in formula && formula.op === 'either' ? usedOf(sight, parts, period, way) : null;
  const silent: Way = { ...way, onRead: () => () => undefined };
  return {
    ...explained,
    parts: parts.map((part) => explain(common, part, period, used === null || part === used ? way : silent)),
  };
}

const inCommonOf = (sight: Sight, sides: readonly Formula[], period: PeriodSpan | null): Sight =>
  inCommon(sight, sides, (measure) => tallyOf(sight, measure, spanIn(sight, measure, period)));

const spanIn = (sight: Sight, measure: Measure, period: PeriodSpan | null): Span =>
  period ? periodSpan(measure, period, sight.moment.at) : spanOf(measure.over, sight.moment);

/** When the newest of hidden counts was observed is hidden with them. */
function shownOf(sight: Sight, formula: Formula, period: PeriodSpan | null, { evaluate }: Way): Reading {
  if (sight.scope.shared && isHidden(formula, sight)) return { value: null, at: null };
  return evaluate(sight, formula, period);
}

/** Small counts at other times are not among those that are held against each other: their parts are not told. */
const hides = (sight: Sight, formula: Formula): boolean =>
  sight.scope.shared === true && readsSmallCounts(formula, sight.catalogue);

/** The argument of `either` that has data: the others were not put in. Null: none has. */
function usedOf(sight: Sight, parts: readonly Formula[], period: PeriodSpan | null, { evaluate }: Way): Formula | null {
  return parts.find((part) => evaluate(sight, part, period).value !== null) ?? null;
}

function periodsOf(
  sight: Sight,
  formula: Formula & { of: Formula },
  way: Way,
): Pick<Explained, 'parts' | 'partsTotal'> {
  if (hides(sight, formula)) return {};
  const spans = foldSpans('fold' in formula ? formula : EARS_DAYS, sight.moment.at);
  const parts = spans.map((span) => {
    return { ...explain(sight, formula.of, span, way), period: { from: span.from, to: span.to } };
  });
  if (parts.length <= MOST_PERIODS) return { parts };
  return { parts: parts.slice(-MOST_PERIODS), partsTotal: parts.length };
}

function measureOf(
  sight: Sight,
  measure: Measure,
  period: PeriodSpan | null,
  way: Way,
): Pick<Explained, 'title' | 'series' | 'seriesTotal' | 'twice'> {
  const metric = sight.catalogue.metric(measure.metric);
  if (!metric) return {};
  const span = spanIn(sight, measure, period);
  const most = period ? MOST_SERIES_OF_PERIOD : MOST_SERIES;
  const largest: Contribution[] = [];
  let total = 0;
  const watch = twiceTold(sight, measure);
  const onSeries = way.onRead({ measure, span, sight });
  if (!period || isObserved(sight, measure.metric, span))
    readerOf(
      sight,
      measure,
      way,
    )(span, (one, entered) => {
      total++;
      watch?.see(one);
      keepTop(largest, one, most, ({ value }) => Math.abs(value));
      onSeries(one, entered);
    });
  // Small counts of single units would stand in the list, and how many units have any is one.
  if (sight.scope.shared && limitOfMetric(sight.catalogue, measure.metric) !== null) return { title: metric.title };
  const twice = watch?.twice() ?? [];
  return {
    title: metric.title,
    series: largest.map((one) => seriesView(sight, measure.metric, one)),
    seriesTotal: total,
    ...(twice.length > 0 ? { twice } : {}),
  };
}

function readerOf(sight: Sight, measure: Measure, { readers }: Way): ReturnType<typeof contributor> {
  let own = readers.get(sight);
  if (!own) readers.set(sight, (own = new Map()));
  let read = own.get(measure);
  if (!read) own.set(measure, (read = contributor(sight, measure)));
  return read;
}

function seriesView(
  sight: Sight,
  code: string,
  { dims, value, at }: Contribution,
): NonNullable<Explained['series']>[0] {
  const pack = sight.catalogue.packOfMetric(code);
  const named = (sight.catalogue.metric(code)?.dims ?? []).map((name, i) => {
    const own = dims[i] ?? '';
    return [name, { value: own, label: labelOf(sight, pack, name, own) }] as const;
  });
  return { dims: Object.fromEntries(named), value, at };
}
