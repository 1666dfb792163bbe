import type { Formula, Level, Measure } from '#libs/contracts';
import type { Indicator } from '#libs/sector-kit';
import { spanOf, type Span } from './span.js';
import { clean, higher, tallies, valueOf, WHOLE, type Sight, type Tally } from './tally.js';

/** A number and the time of the newest observation behind it; null: no data. */
export interface Reading {
  value: number | null;
  at: number | null;
}

/** How a measure's window becomes periods; a spark line sets its own. */
export type SpanOf = (measure: Measure) => Span;

/** The measures of a formula, in the order in which they stand. */
export function measuresOf(formula: Formula): Measure[] {
  if ('measure' in formula) return [formula.measure];
  if ('constant' in formula) return [];
  return formula.args.flatMap(measuresOf);
}

/** The formula's number over everything in sight. */
export function evaluateFormula(sight: Sight, formula: Formula, span?: SpanOf): Reading {
  const choose = span ?? ((measure: Measure) => spanOf(measure.over, sight.moment));
  return combine(formula, (measure) => {
    const tally = tallies(sight, measure, choose(measure)).get(WHOLE);
    return { value: valueOf(sight, measure, tally), at: tally?.at ?? null };
  });
}

/**
 * The formula's number for each value of a dimension. `extra` names values to report even without any observation;
 * a measure whose metric lacks the dimension is "no data".
 */
export function evaluateBy(
  sight: Sight,
  formula: Formula,
  by: string,
  extra: Iterable<string> = [],
): Map<string, Reading> {
  const results = new Map<Measure, Map<string, Tally>>();
  const keys = new Set<string>(extra);
  for (const measure of measuresOf(formula)) {
    const groups = tallies(sight, measure, spanOf(measure.over, sight.moment), by);
    results.set(measure, groups);
    for (const key of groups.keys()) keys.add(key);
  }
  const readings = new Map<string, Reading>();
  for (const key of keys) {
    readings.set(
      key,
      combine(formula, (measure) => {
        if (!sight.catalogue.metric(measure.metric)?.dims.includes(by)) return { value: null, at: null };
        const tally = results.get(measure)?.get(key);
        return { value: valueOf(sight, measure, tally, [by, key]), at: tally?.at ?? null };
      }),
    );
  }
  return readings;
}

function combine(formula: Formula, read: (measure: Measure) => Reading): Reading {
  if ('measure' in formula) return read(formula.measure);
  if ('constant' in formula) return { value: formula.constant, at: null };
  const args = formula.args.map((arg) => combine(arg, read));
  const at = args.reduce<number | null>((newest, arg) => higher(newest, arg.at), null);
  const values: number[] = [];
  for (const { value } of args) {
    if (value === null) return { value: null, at };
    values.push(value);
  }
  return { value: clean(calculate(formula.op, values)), at };
}

function calculate(op: 'add' | 'sub' | 'mul' | 'div', values: readonly number[]): number | null {
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
  }
}

/** The worst level whose threshold is reached; thresholds stand worst last. */
export function levelOf(value: number | null, levels: Indicator['levels']): Level {
  if (value === null) return 'unknown';
  let reached: Level = 'ok';
  for (const { level, above, below } of levels ?? []) {
    if ((above !== undefined && value >= above) || (below !== undefined && value <= below)) reached = level;
  }
  return reached;
}

const ORDER: readonly Level[] = ['ok', 'unknown', 'attention', 'serious', 'critical'];
export const worse = (a: Level, b: Level): Level => (ORDER.indexOf(b) > ORDER.indexOf(a) ? b : a);
