import { type Fault, type Formula, LIMIT_SIDES, type Measure, partsOf, type Rule } from '#libs/contracts';
import { formula, FormulaError } from './formula-text.js';
import type { Indicator, Metric } from './sector.js';

/** What is known of the installation when a rule is judged; a catalogue is one. */
export interface RuleWorld {
  packs: readonly { id: string }[];
  metric: (code: string) => Metric | undefined;
  indicator: (code: string) => { indicator: Indicator } | undefined;
  /** What is wrong with a formula; null: nothing. */
  faultOf: (formula: Formula) => string | null;
}

type Fields = Readonly<Record<string, unknown>>;
type Tell = (path: string, message: string, at?: number) => void;

const KINDS: Record<Rule['condition']['kind'], readonly string[]> = {
  threshold: ['value', ...LIMIT_SIDES],
  change: ['value', 'minutes', ...LIMIT_SIDES],
  absent: ['metric', 'where', 'minutes'],
  late: ['indicator'],
  'silent-source': ['times'],
  'off-track': ['indicator', 'percent', 'wants'],
};
const MOST_MINUTES = 120;
/** A series that has said nothing for 30 days is taken as removed. */
const LONGEST_ABSENCE = 30 * 24 * 60;

/** What is wrong with a rule's condition, its limits and its dimension. */
export function conditionFaults(rule: Fields, world: RuleWorld): Fault[] {
  const faults: Fault[] = [];
  const tell: Tell = (path, message, at) => void faults.push({ path, message, ...(at === undefined ? {} : { at }) });
  const condition = rule['condition'];
  if (typeof condition !== 'object' || condition === null || Array.isArray(condition)) {
    tell('/condition', 'must be an object with a kind');
    return faults;
  }
  const fields = condition as Fields;
  const kind = Object.keys(KINDS).find((one) => one === fields['kind']) as Rule['condition']['kind'] | undefined;
  if (!kind) {
    tell('/condition/kind', `must be one of ${Object.keys(KINDS).join(', ')}`);
    return faults;
  }
  for (const name of Object.keys(fields))
    if (name !== 'kind' && !KINDS[kind].includes(name))
      tell(`/condition/${name}`, `a condition of kind ${kind} has no such field; it has ${KINDS[kind].join(', ')}`);
  const measured = measuredBy(kind, fields, world, tell);
  checkBy(rule, kind, measured, tell);
  if (kind === 'threshold' || kind === 'change') checkLimits(rule, fields, world, tell);
  else if (rule['recover'] !== undefined)
    tell('/recover', `a condition of kind ${kind} has no limit to come back from`);
  return faults;
}

/** Checks the fields of the kind and returns the metrics that it looks at; null where they are not known. */
function measuredBy(kind: Rule['condition']['kind'], fields: Fields, world: RuleWorld, tell: Tell): Metric[] | null {
  switch (kind) {
    case 'threshold':
    case 'change': {
      if (kind === 'change') whole(fields['minutes'], 1, MOST_MINUTES, '/condition/minutes', tell);
      const read = readFormula(fields['value'], '/condition/value', world, tell);
      if (!read) return null;
      const metrics = metricsBehind(read, world);
      if (metrics.length === 0)
        tell('/condition/value', 'measures nothing: it names neither a metric nor an indicator');
      return metrics.length === 0 ? null : metrics;
    }
    case 'absent':
      whole(fields['minutes'], 1, LONGEST_ABSENCE, '/condition/minutes', tell);
      return absentMetric(fields, world, tell);
    case 'late':
    case 'off-track': {
      if (kind === 'off-track') checkTrack(fields, tell);
      const code = fields['indicator'];
      const found = typeof code === 'string' ? world.indicator(code)?.indicator : undefined;
      if (!found) {
        tell('/condition/indicator', `there is no indicator ${String(code)}`);
        return null;
      }
      if (kind === 'off-track' && found.target === undefined)
        tell('/condition/indicator', `the indicator ${found.code} has no target`);
      return metricsBehind(found.formula, world);
    }
    case 'silent-source':
      number(fields['times'], 1, 1_000, '/condition/times', tell);
      return [];
  }
}

function checkTrack(fields: Fields, tell: Tell): void {
  number(fields['percent'], 0, 1_000, '/condition/percent', tell);
  if (fields['wants'] !== 'above' && fields['wants'] !== 'below') tell('/condition/wants', 'must be above or below');
}

function absentMetric(fields: Fields, world: RuleWorld, tell: Tell): Metric[] | null {
  const { metric: code, where = {} } = fields as { metric?: unknown; where?: unknown };
  const metric = typeof code === 'string' ? world.metric(code) : undefined;
  if (!metric) {
    tell('/condition/metric', `there is no metric ${String(code)}`);
    return null;
  }
  if (typeof where !== 'object' || where === null || Array.isArray(where)) {
    tell('/condition/where', 'must be an object of dimensions, each with a list of values');
    return [metric];
  }
  for (const [dim, values] of Object.entries(where as Fields)) {
    if (!metric.dims.includes(dim)) tell(`/condition/where/${dim}`, `${metric.code} has no such dimension`);
    if (!Array.isArray(values) || values.length === 0 || !values.every((value) => typeof value === 'string'))
      tell(`/condition/where/${dim}`, 'must be a list of values');
  }
  return [metric];
}

function checkBy(rule: Fields, kind: string, metrics: readonly Metric[] | null, tell: Tell): void {
  const { by, units } = rule as { by?: unknown; units?: unknown };
  if (by !== undefined && kind === 'silent-source') tell('/by', 'there is one alert for each source already');
  else if (by !== undefined && typeof by !== 'string') tell('/by', 'must be the name of a dimension');
  else if (by !== undefined && metrics) {
    const without = metrics.find(({ dims }) => !dims.includes(by));
    if (without) tell('/by', `${without.code} has no dimension ${by}; it has ${without.dims.join(', ') || 'none'}`);
  }
  if (units === undefined || kind === 'silent-source' || !metrics) return;
  const without = metrics.find(({ dims }) => !dims.includes('unit'));
  if (without) tell('/units', `${without.code} is not counted by unit, so it cannot be looked at for some units only`);
}

function checkLimits(rule: Fields, fields: Fields, world: RuleWorld, tell: Tell): void {
  const limit = (value: unknown, path: string): Formula | null => {
    if (value === undefined) return null;
    if (typeof value === 'string') return readFormula(value, path, world, tell);
    if (typeof value === 'number' && Number.isFinite(value)) return { constant: value };
    tell(path, 'must be a number or a formula');
    return null;
  };
  const highs = fields['over'] === undefined ? 'above' : 'over';
  const lows = fields['under'] === undefined ? 'below' : 'under';
  if (highs === 'over' && fields['above'] !== undefined) tell('/condition/over', ONE_A_SIDE);
  if (lows === 'under' && fields['below'] !== undefined) tell('/condition/under', ONE_A_SIDE);
  const above = limit(fields[highs], `/condition/${highs}`);
  const below = limit(fields[lows], `/condition/${lows}`);
  const recover = limit(rule['recover'], '/recover');
  if (fields[highs] === undefined && fields[lows] === undefined)
    tell('/condition', 'needs above, below or both: without a limit it never holds');
  const [high, low, back] = [above, below, recover].map((one) => (one ? constantOf(one) : null));
  const sides: Sides = { above: high ?? null, below: low ?? null, highs, lows };
  const meet = high === low && (highs === 'above' || lows === 'below');
  if (typeof high === 'number' && typeof low === 'number' && (high < low || meet))
    tell(`/condition/${highs}`, `must lie over ${lows} (${low}): like this it always holds`);
  if (fields['kind'] === 'change') checkChange(sides, tell);
  if (recover && above && below) tell('/recover', 'is not possible with two limits: write two rules');
  else if (typeof back === 'number' && typeof high === 'number' && back > high)
    tell('/recover', `lies on the wrong side: it must not lie over ${highs} (${high})`);
  else if (typeof back === 'number' && typeof low === 'number' && back < low)
    tell('/recover', `lies on the wrong side: it must not lie under ${lows} (${low})`);
  const text = fields['value'];
  const value = typeof text === 'string' ? tryRead(text) : null;
  if (value && fields['kind'] === 'threshold') checkReach(boundsOf(value), sides, tell);
}

const ONE_A_SIDE = 'is the second limit on its side: keep one of the two';

/** Limits as numbers, where they are, and which of its names each side has. */
interface Sides {
  above: number | null;
  below: number | null;
  highs: 'above' | 'over';
  lows: 'below' | 'under';
}

/** What does not change has changed by 0: no limit may take that for a change. */
function checkChange({ above, below, highs, lows }: Sides, tell: Tell): void {
  if (above !== null && (above < 0 || (above === 0 && highs === 'above')))
    tell(`/condition/${highs}`, 'must lie over 0: a value that does not change would hold');
  if (below !== null && (below > 0 || (below === 0 && lows === 'below')))
    tell(`/condition/${lows}`, 'must lie under 0: a value that does not change would hold');
}

/** Limits that no value of the formula can reach, or that every value reaches. */
function checkReach([least, most]: Bounds, { above, below, highs, lows }: Sides, tell: Tell): void {
  const [high, low] = [`/condition/${highs}`, `/condition/${lows}`];
  const [from, to] = [highs === 'above', lows === 'below'];
  if (above !== null && (above > most || (above === most && !from)))
    tell(high, `never holds: the value is at most ${most}`);
  if (below !== null && (below < least || (below === least && !to)))
    tell(low, `never holds: the value is at least ${least}`);
  if (above !== null && (above < least || (above === least && from)))
    tell(high, `always holds: the value is at least ${least}`);
  if (below !== null && (below > most || (below === most && to)))
    tell(low, `always holds: the value is at most ${most}`);
}

const tryRead = (text: string): Formula | null => {
  try {
    return formula(text);
  } catch {
    return null;
  }
};

function readFormula(text: unknown, path: string, world: RuleWorld, tell: Tell): Formula | null {
  if (typeof text !== 'string' || text.trim() === '') {
    tell(path, 'must be a formula');
    return null;
  }
  let read: Formula;
  try {
    read = formula(text);
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    tell(path, error.reason, error.position);
    return null;
  }
  const unknown = leavesOf(read).find((leaf) => world.faultOf(leaf) !== null);
  if (unknown) {
    const code = 'measure' in unknown ? unknown.measure.metric : 'indicator' in unknown ? unknown.indicator : '';
    const at = text.indexOf(code);
    tell(path, world.faultOf(unknown) ?? '', at < 0 ? undefined : at);
    return null;
  }
  if (dividesByZero(read)) {
    const at = text.search(/\/\s*[(\d-]/);
    tell(path, 'divides by zero', at < 0 ? undefined : at);
    return null;
  }
  return read;
}

const leavesOf = (one: Formula): Formula[] =>
  'measure' in one || 'indicator' in one ? [one] : partsOf(one).flatMap(leavesOf);

function dividesByZero(one: Formula): boolean {
  if ('op' in one && one.op === 'div' && one.args.slice(1).some((arg) => constantOf(arg) === 0)) return true;
  return partsOf(one).some(dividesByZero);
}

/** The number of a formula of constants; null of any other. */
function constantOf(one: Formula): number | null {
  const [least, most] = boundsOf(one);
  return least === most ? least : null;
}

type Bounds = readonly [least: number, most: number];
const ANY: Bounds = [-Infinity, Infinity];
const COUNTS: readonly Measure['agg'][] = ['count', 'series', 'silent'];

/** Between which numbers a formula lies, as far as its text says. */
function boundsOf(one: Formula): Bounds {
  if ('constant' in one) return [one.constant, one.constant];
  if ('measure' in one) return COUNTS.includes(one.measure.agg) ? [0, Infinity] : ANY;
  if (!('op' in one)) return ANY;
  const [first = ANY, ...rest] = one.args.map(boundsOf);
  return rest.reduce((a, b) => joined(one.op, a, b), first);
}

function joined(op: Extract<Formula, { op: string }>['op'], a: Bounds, b: Bounds): Bounds {
  const corners = (of: (x: number, y: number) => number): Bounds => {
    const all = a.flatMap((x) => b.map((y) => of(x, y)));
    return all.some(Number.isNaN) ? ANY : [Math.min(...all), Math.max(...all)];
  };
  switch (op) {
    case 'add':
      return corners((x, y) => x + y);
    case 'sub':
      return corners((x, y) => x - y);
    case 'mul':
      return corners((x, y) => (x === 0 || y === 0 ? 0 : x * y));
    case 'div':
      return b[0] === b[1] && b[0] !== 0 ? corners((x, y) => x / y) : ANY;
    case 'least':
      return corners(Math.min);
    case 'greatest':
      return corners(Math.max);
    case 'either':
    case 'middle':
      return [Math.min(a[0], b[0]), Math.max(a[1], b[1])];
  }
}

function metricsBehind(one: Formula, world: RuleWorld): Metric[] {
  if ('measure' in one) return [world.metric(one.measure.metric)].filter((metric) => metric !== undefined);
  if ('indicator' in one) {
    const named = world.indicator(one.indicator)?.indicator;
    return named ? metricsBehind(named.formula, world) : [];
  }
  return partsOf(one).flatMap((part) => metricsBehind(part, world));
}

function number(value: unknown, least: number, most: number, path: string, tell: Tell): void {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < least || value > most)
    tell(path, `must be a number from ${least} to ${most}`);
}

function whole(value: unknown, least: number, most: number, path: string, tell: Tell): void {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
    tell(path, `must be a whole number from ${least} to ${most}`);
}
