import type { CalendarStep, Formula, Measure, Window } from '#libs/contracts';
import { AGGREGATES, ARGUMENT_LISTS } from './formula-text.js';

const SIGNS = { add: ' + ', sub: ' - ', mul: ' * ', div: ' / ' } as const;
const AGG_NAMES = new Map([...AGGREGATES].map(([name, agg]) => [agg, name]));

/** A formula as text that `formula` reads back; `folded`: what stands in a fold, whose periods are its windows. */
export function formulaText(formula: Formula, folded = false): string {
  return print(formula, folded);
}

function print(formula: Formula, folded: boolean): string {
  if ('constant' in formula) return String(formula.constant);
  if ('indicator' in formula) return `[${formula.indicator}]`;
  if ('measure' in formula) return printMeasure(formula.measure, folded);
  if ('before' in formula)
    return `before(${print(formula.before, folded)}, ${periodsText(formula.back, formula.step)})`;
  if ('ears' in formula) return `ears${formula.ears}(${print(formula.of, true)})`;
  if ('fold' in formula) {
    const skip = formula.skip > 0 ? `, skip ${formula.skip}` : '';
    const every = formula.every === undefined ? '' : `, every ${formula.every}`;
    return `${formula.fold}(${print(formula.of, true)}, ${periodsText(formula.count, formula.step)}${skip}${every})`;
  }
  const { op, args } = formula;
  if (isList(op)) return `${op}(${args.map((arg) => print(arg, folded)).join(', ')})`;
  return args
    .map((arg, index) => (needsBrackets(op, arg, index) ? `(${print(arg, folded)})` : print(arg, folded)))
    .join(SIGNS[op]);
}

type Operation = Extract<Formula, { op: string }>['op'];
const isList = (op: Operation): op is (typeof ARGUMENT_LISTS)[number] => ARGUMENT_LISTS.some((one) => one === op);

function needsBrackets(op: 'add' | 'sub' | 'mul' | 'div', arg: Formula, index: number): boolean {
  if ('constant' in arg) return arg.constant < 0;
  if (!('op' in arg) || isList(arg.op)) return false;
  if (op === 'add' || op === 'sub') return index > 0 ? arg.op === 'add' || arg.op === 'sub' : arg.op === op;
  return arg.op === 'add' || arg.op === 'sub' || index > 0 || arg.op === op;
}

function printMeasure({ metric, agg, over, where }: Measure, folded: boolean): string {
  const window = folded && over === 'today' ? [] : [windowText(over)];
  const conditions = Object.entries(where ?? {}).map(
    ([dim, values]) => `${dim}: ${values.map((value) => quoted(value)).join(' | ')}`,
  );
  return `${AGG_NAMES.get(agg) ?? agg}(${[metric, ...window, ...conditions].join(', ')})`;
}

function windowText(over: Window): string {
  if (typeof over === 'string') return over;
  if ('hours' in over) return `${over.hours}h`;
  if ('months' in over) return `${over.months}mo`;
  return 'days' in over ? `${over.days}d` : `${over.minutes}m`;
}

const periodsText = (count: number, step: CalendarStep): string => `${count} ${step}${count === 1 ? '' : 's'}`;

const quoted = (value: string): string =>
  /^[\p{L}\d_]+([.-][\p{L}\d_]+)*$/u.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;
