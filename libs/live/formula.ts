import {
  calendarShift,
  calendarStart,
  partsOf,
  periodStart,
  type CalendarStep,
  type Fold,
  type Formula,
  type Measure,
} from '#libs/contracts';
import { ears, mean, median, sampleDeviation, type Catalogue } from '#libs/sector-kit';
import { inCommon } from './common-units.js';
import { lookBack } from './look-back.js';
import { notAfter, spanOf, type Moment, type Span } from './span.js';
import type { Sight } from './sight.js';
import { isLevelTold, isObserved, tallies, valueOf } from './tally.js';
import { clean, higher, type Tally, WHOLE } from './tally-groups.js';

/** A number and the time of the newest observation behind it; null: no data. */
export interface Reading {
  value: number | null;
  at: number | null;
}

const NOTHING: Reading = { value: null, at: null };

/** How a measure's window becomes periods; a spark line and a fold set their own. */
export type SpanOf = (measure: Measure) => Span;

/** The measures of a formula, of the indicators that it names too, in the order in which they stand. */
export function measuresOf(formula: Formula, catalogue: Catalogue): Measure[] {
  if ('measure' in formula) return [formula.measure];
  if ('indicator' in formula) {
    const named = catalogue.indicator(formula.indicator)?.indicator;
    return named ? measuresOf(named.formula, catalogue) : [];
  }
  return partsOf(formula).flatMap((part) => measuresOf(part, catalogue));
}

/** One past step that a formula looks at. */
export interface Shift {
  step: CalendarStep;
  back: number;
}

/** The shifts of a formula, and of the indicators that it names. */
export function shiftsOf(formula: Formula, catalogue: Catalogue): Shift[] {
  if ('indicator' in formula) {
    const named = catalogue.indicator(formula.indicator)?.indicator;
    return named ? shiftsOf(named.formula, catalogue) : [];
  }
  const inner = partsOf(formula).flatMap((part) => shiftsOf(part, catalogue));
  return 'before' in formula ? [{ step: formula.step, back: formula.back }, ...inner] : inner;
}

/** The complete periods that a fold looks at, oldest first. */
export function foldSpans(
  { step, count, skip, every = 1 }: { step: CalendarStep; count: number; skip: number; every?: number },
  at: number,
): (Span & { kind: 'buckets' })[] {
  const running = calendarStart(step, at);
  return Array.from({ length: count }, (_, i) => ({
    kind: 'buckets',
    from: calendarShift(step, running, (i - count) * every - skip),
    to: calendarShift(step, running, (i - count) * every - skip + 1),
    base: 'd',
  }));
}

/** Daily values that EARS looks at: the last complete day, its baseline of seven days and two days between. */
export const EARS_DAYS = { step: 'day', count: 12, skip: 0 } as const;

/** What a measure counts of a period: the level at its end, or what was observed in it. */
export function periodSpan(measure: Measure, period: Span & { kind: 'buckets' }, now: number): Span {
  return measure.over === 'now' ? { kind: 'level', at: Math.min(period.to, now) } : period;
}

/** The dimensions by which the formula's number can be taken apart: those that any of its measures has. */
export function dimensionsOf(formula: Formula, catalogue: Catalogue): string[] {
  const metrics = measuresOf(formula, catalogue).map(({ metric }) => catalogue.metric(metric));
  return [...new Set(metrics.flatMap((metric) => metric?.dims.filter((dim) => dim !== metric.sketch?.dim) ?? []))];
}

/** The formula's number over everything in sight. */
export const evaluateFormula = (sight: Sight, formula: Formula, span?: SpanOf): Reading =>
  combine(formula, readerOf(sight, span));

/**
 * Evaluates formulas that have measures in common, each of which is read once, and the formulas in periods of folds: there
 * what was not counted yet is no data. For one moment, then to be forgotten.
 */
export function evaluator(): (sight: Sight, formula: Formula, period: (Span & { kind: 'buckets' }) | null) => Reading {
  const readers = new Map<Sight, Reader>();
  return (sight, formula, period) => {
    const own = got(readers, sight, () => {
      const { read, ...reader } = readerOf(sight, undefined);
      return { ...reader, read: once(read) };
    });
    return combine(formula, period ? inPeriod(own, period) : own);
  };
}

/** What a measure is read as, over a span of a sight, kept for whoever asks for the same again. */
function once<R>(read: (measure: Measure, over: Span, within: Sight) => R): typeof read {
  const known = new Map<Sight, Map<Measure, Map<string, R>>>();
  return (measure, over, within) => {
    const measures = got(known, within, () => new Map<Measure, Map<string, R>>());
    const spans = got(measures, measure, () => new Map<string, R>());
    return got(spans, spanName(over), () => read(measure, over, within));
  };
}

/** What a measure reads, of the one value that is looked at. */
export const tallyOf = (sight: Sight, measure: Measure, over: Span, { only } = sight): Tally | undefined =>
  tallies(sight, measure, over, only?.by).get(only?.key ?? WHOLE);

function readerOf(sight: Sight, span: SpanOf | undefined): Reader {
  const { only } = sight;
  return {
    sight,
    span,
    tally: (measure, over, within) => tallyOf(within, measure, over, sight),
    read: (measure, over, within) => {
      if (only && !within.catalogue.metric(measure.metric)?.dims.includes(only.by)) return NOTHING;
      if (!isLevelTold(within, measure.metric, over)) return NOTHING;
      const tally = tallyOf(within, measure, over, sight);
      const value = valueOf(within, measure, tally, only && [only.by, only.key]);
      return { value, at: notAfter(tally?.at ?? null, within.moment) };
    },
  };
}

/** The values of a dimension for which the formula's measures observed anything in their windows. */
export function keysOf(sight: Sight, formula: Formula, by: string): Set<string> {
  const keys = new Set<string>();
  for (const measure of measuresOf(formula, sight.catalogue))
    for (const key of tallies(sight, measure, spanOf(measure.over, sight.moment), by).keys()) keys.add(key);
  return keys;
}

/**
 * The formula's number for each value of a dimension. `extra` names values to report even without any observation;
 * a measure whose metric lacks the dimension is "no data".
 */
export function evaluateBy(
  from: Sight,
  formula: Formula,
  by: string,
  extra: Iterable<string> = [],
): Map<string, Reading> {
  // One reading of a measure's groups does for all keys, also at the moments that it looks back to.
  const moments = new Map<string, Sight | null>();
  const sight: Sight = {
    ...from,
    earlier: (shift) => got(moments, `${shift.back} ${shift.step}`, () => from.earlier?.(shift) ?? null),
  };
  const groupsOf = once((measure, over, within) => tallies(within, measure, over, by));
  const keys = new Set<string>(extra);
  for (const measure of measuresOf(formula, sight.catalogue))
    for (const key of groupsOf(measure, spanOf(measure.over, sight.moment), sight).keys()) keys.add(key);
  const readings = new Map<string, Reading>();
  for (const key of keys) {
    const read: Reader['read'] = (measure, over, within) => {
      if (!within.catalogue.metric(measure.metric)?.dims.includes(by)) return NOTHING;
      if (!isLevelTold(within, measure.metric, over)) return NOTHING;
      const tally = groupsOf(measure, over, within).get(key);
      return { value: valueOf(within, measure, tally, [by, key]), at: notAfter(tally?.at ?? null, within.moment) };
    };
    const tally: Reader['tally'] = (measure, over, within) => groupsOf(measure, over, within).get(key);
    readings.set(key, combine(formula, { sight, span: undefined, read, tally }));
  }
  return readings;
}

const spanName = (span: Span): string =>
  span.kind === 'level' ? `at ${span.at}` : `${span.from} ${span.to} ${span.base}`;

function got<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

/** Where and how a formula's measures are read. */
interface Reader {
  sight: Sight;
  span: SpanOf | undefined;
  read: (measure: Measure, over: Span, within: Sight) => Reading;
  tally: (measure: Measure, over: Span, within: Sight) => Tally | undefined;
}

function combine(formula: Formula, reader: Reader): Reading {
  const { sight } = reader;
  if ('measure' in formula) {
    const { measure } = formula;
    return reader.read(measure, spanIn(reader, measure), sight);
  }
  if ('constant' in formula) return { value: formula.constant, at: null };
  if ('indicator' in formula) {
    const named = sight.catalogue.indicator(formula.indicator)?.indicator;
    return named ? combine(named.formula, reader) : NOTHING;
  }
  if ('before' in formula) {
    // In the steps of a spark line and in folds the periods are given: there is no moment to go back from.
    const earlier = reader.span ? null : lookBack(sight, formula, measuresOf(formula.before, sight.catalogue));
    if (!earlier) return NOTHING;
    const reading = combine(formula.before, { ...reader, sight: earlier });
    // Before the hub had data there was no 0, there was nothing.
    return reading.at === null ? NOTHING : reading;
  }
  if ('fold' in formula) return folded(formula.fold, periodValues(formula.of, formula, reader));
  if ('ears' in formula) {
    const { values, at } = periodValues(formula.of, EARS_DAYS, reader);
    return { value: clean(ears(formula.ears, values)), at };
  }
  const within = formula.op === 'div' ? readInCommon(reader, formula.args) : reader;
  return calculated(
    formula.op,
    formula.args.map((arg) => combine(arg, within)),
  );
}

const spanIn = ({ span, sight }: Reader, measure: Measure): Span =>
  span?.(measure) ?? spanOf(measure.over, sight.moment);

function readInCommon(reader: Reader, sides: readonly Formula[]): Reader {
  const { sight } = reader;
  const common = inCommon(sight, sides, (measure) => reader.tally(measure, spanIn(reader, measure), sight));
  return common === sight ? reader : { ...reader, sight: common };
}

type Operation = Extract<Formula, { op: string }>['op'];

function calculated(op: Operation, args: readonly Reading[]): Reading {
  const at = args.reduce<number | null>((newest, arg) => higher(newest, arg.at), null);
  if (op === 'either') return args.find(({ value }) => value !== null) ?? { value: null, at };
  if (op === 'middle') {
    const known = args.flatMap(({ value }) => (value === null ? [] : [value]));
    return { value: known.length * 2 < args.length ? null : clean(median(known)), at };
  }
  const values: number[] = [];
  for (const { value } of args) {
    if (value === null) return { value: null, at };
    values.push(value);
  }
  return { value: clean(calculate(op, values)), at };
}

function calculate(op: Exclude<Operation, 'either' | 'middle'>, values: readonly number[]): number | null {
  const [first, ...rest] = values;
  if (first === undefined) return null;
  switch (op) {
    case 'add':
      return rest.reduce((a, b) => a + b, first);
    case 'sub':
      return rest.reduce((a, b) => a - b, first);
    case 'mul':
      return rest.reduce((a, b) => a * b, first);
    case 'div':
      return rest.includes(0) ? null : rest.reduce((a, b) => a / b, first);
    case 'least':
      return Math.min(...values);
    case 'greatest':
      return Math.max(...values);
  }
}

/** The formula's value in each of these periods; null where nothing is known of it. */
function periodValues(
  of: Formula,
  periods: { step: CalendarStep; count: number; skip: number },
  reader: Reader,
): { values: (number | null)[]; at: number | null } {
  let at: number | null = null;
  const values = foldSpans(periods, reader.sight.moment.at).map((period) => {
    const reading = combine(of, inPeriod(reader, period));
    at = higher(at, reading.at);
    return reading.value;
  });
  return { values, at };
}

function inPeriod(reader: Reader, period: Span & { kind: 'buckets' }): Reader {
  const { sight } = reader;
  return {
    sight,
    tally: reader.tally,
    span: (measure) => periodSpan(measure, period, sight.moment.at),
    // What was not counted yet in a period is unknown there, not 0.
    read: (measure, over, within) =>
      isObserved(sight, measure.metric, over) ? reader.read(measure, over, within) : NOTHING,
  };
}

function folded(fold: Fold, { values, at }: { values: (number | null)[]; at: number | null }): Reading {
  const known = values.filter((value) => value !== null);
  if (known.length === 0 || known.length * 2 < values.length) return { value: null, at };
  return { value: clean(FOLDS[fold](known)), at };
}

const FOLDS: Record<Fold, (values: readonly number[]) => number | null> = {
  average: mean,
  deviation: sampleDeviation,
  median,
  lowest: (values) => Math.min(...values),
  highest: (values) => Math.max(...values),
  total: (values) => values.reduce((a, b) => a + b, 0),
};

/** The moment a shift goes back to: cut at its minute, as every past moment is; the whole day from a whole day. */
export function shifted({ step, back }: Shift, { at, live }: Moment): Moment {
  const isWholeDay = !live && periodStart('d', at + 1) === at + 1;
  return { at: calendarShift(step, isWholeDay ? at : periodStart('m', at), -back), live: false };
}
