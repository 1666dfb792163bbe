import type { CalendarStep, Fold, Formula, Measure, Window } from '#libs/contracts';

/** A formula's text is wrong; the message shows where. */
export class FormulaError extends Error {
  constructor(
    readonly text: string,
    /** Characters from the start. */
    readonly position: number,
    readonly reason: string,
  ) {
    super(`${reason}\n  ${text}\n  ${' '.repeat(position)}^`);
  }
}

type Agg = Measure['agg'];
/** Names of aggregates in text; `min` and `max` of a window, `lowest` and `highest` over the newest of each series. */
export const AGGREGATES: ReadonlyMap<string, Agg> = new Map<string, Agg>([
  ['sum', 'sum'],
  ['count', 'count'],
  ['min', 'min'],
  ['max', 'max'],
  ['mean', 'mean'],
  ['last', 'last'],
  ['last_max', 'lastMax'],
  ['last_min', 'lastMin'],
  ['series', 'series'],
  ['silent', 'silent'],
  ['p50', 'p50'],
  ['p95', 'p95'],
  ['p99', 'p99'],
]);
/** Functions of formulas that stand in a list. */
export const ARGUMENT_LISTS = ['least', 'greatest', 'either', 'middle'] as const;
const FOLDS: readonly Fold[] = ['average', 'deviation', 'median', 'lowest', 'highest', 'total'];
const STEPS: readonly CalendarStep[] = ['day', 'week', 'month', 'quarter', 'year'];
const NAMED: readonly string[] = ['now', 'today', 'week', 'month', 'quarter', 'year'];
const MOST_CHARACTERS = 4_000;
const MOST_DEPTH = 40;
const MOST_PERIODS = 400;

/**
 * Reads a formula:
 *
 *     100 * sum(dossiers.on-time, month) / sum(dossiers.finished, month)
 *     least(20, 20 * [dossiers.on-time-month] / 100)
 *     sum(dossiers.received, today, channel: 2 | 3) - before(sum(dossiers.received, today, channel: 2 | 3), 1 week)
 *     average(sum(health.cases), 4 weeks) + deviation(sum(health.cases), 4 weeks)
 *
 * - `sum|count|min|max|mean|last|last_max|last_min|series|silent|p50|p95|p99(metric, window, dim: value | value, …)`;
 *   windows `now today week month quarter year 24h 7d 30m`, `3mo` the running month and the two before (inside a fold the window is the period);
 * - `[indicator]`; numbers; `+ - * /`, parentheses; `least(a, b, …)` caps, `greatest(a, b, …)`;
 *   `either(a, b, …)`: the first that has data; `middle(a, b, …)`: the median of those that have data;
 * - `before(formula, 1 week)`; `average|deviation|median|lowest|highest|total(formula, 4 weeks, skip 1)`;
 *   `average(formula, 5 months, every 12)`: the same month of the five years before;
 * - `ears1|ears2|ears3(formula)`.
 *
 * A minus between names needs spaces, since names may contain one. A dimension's value stands in quotes where it is
 * more than letters, digits, `.`, `-` and `_`. Throws `FormulaError`.
 */
export function formula(text: string): Formula {
  return new Parser(text).read();
}

interface Token {
  kind: 'number' | 'name' | 'text' | 'sign' | 'end';
  text: string;
  at: number;
}

const TOKEN =
  /\s*(?:(\d+(?:\.\d+)?(?![\w.]))|(\d+[hdm]\b|[\p{L}\d_]+(?:[.-][\p{L}\d_]+)*)|"((?:[^"\\]|\\.)*)"|([-+*/(),:|[\]]))/uy;

function tokens(text: string): Token[] {
  if (text.length > MOST_CHARACTERS) throw new FormulaError(text.slice(0, 80), 0, 'the formula is too long');
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    const start = from + (/^\s*/.exec(text.slice(from))?.[0].length ?? 0);
    if (!match) throw new FormulaError(text, start, `"${text[start] ?? ''}" means nothing here`);
    const [, number, name, quoted, sign] = match;
    if (number !== undefined) found.push({ kind: 'number', text: number, at: start });
    else if (name !== undefined) found.push({ kind: 'name', text: name, at: start });
    else if (quoted !== undefined) found.push({ kind: 'text', text: quoted.replace(/\\(.)/gu, '$1'), at: start });
    else found.push({ kind: 'sign', text: sign ?? '', at: start });
  }
  found.push({ kind: 'end', text: '', at: text.length });
  return found;
}

class Parser {
  private readonly tokens: Token[];
  private next = 0;
  private depth = 0;
  /** Inside a fold the period is the window. */
  private folded = 0;

  constructor(private readonly text: string) {
    this.tokens = tokens(text);
  }

  read(): Formula {
    const formula = this.sum();
    if (this.peek.kind !== 'end') this.fail(`"${this.peek.text}" is too much here`);
    return formula;
  }

  private sum(): Formula {
    if (++this.depth > MOST_DEPTH) this.fail('the formula is nested too deep');
    let left = this.product();
    while (this.is('+') || this.is('-')) {
      const op = this.take().text === '+' ? 'add' : 'sub';
      left = join(op, left, this.product());
    }
    this.depth--;
    return left;
  }

  private product(): Formula {
    let left = this.factor();
    while (this.is('*') || this.is('/')) {
      const op = this.take().text === '*' ? 'mul' : 'div';
      left = join(op, left, this.factor());
    }
    return left;
  }

  private factor(): Formula {
    const token = this.take();
    if (token.kind === 'number') return { constant: Number(token.text) };
    if (token.text === '-' && token.kind === 'sign') {
      const negated = this.factor();
      return 'constant' in negated ? { constant: -negated.constant } : { op: 'mul', args: [{ constant: -1 }, negated] };
    }
    if (token.text === '(' && token.kind === 'sign') {
      const inner = this.sum();
      this.expect(')');
      return inner;
    }
    if (token.text === '[' && token.kind === 'sign') {
      const code = this.name('the code of an indicator');
      this.expect(']');
      return { indicator: code };
    }
    if (token.kind === 'name' && this.is('(')) return this.call(token);
    this.fail(
      token.kind === 'name'
        ? `${token.text} stands alone: write [${token.text}] for an indicator, or sum(${token.text}, today) for a metric`
        : 'a number, a function, [indicator] or "(" is expected',
      token,
    );
  }

  private call(name: Token): Formula {
    this.expect('(');
    const made = this.arguments(name);
    this.expect(')');
    return made;
  }

  private arguments(name: Token): Formula {
    const agg = AGGREGATES.get(name.text);
    if (agg) return { measure: this.measure(agg) };
    const op = ARGUMENT_LISTS.find((one) => one === name.text);
    if (op) {
      const args = [this.sum()];
      while (this.is(',')) {
        this.take();
        args.push(this.sum());
      }
      return { op, args };
    }
    if (name.text === 'before') {
      const before = this.sum();
      this.expect(',');
      const { count, step } = this.periods();
      return { before, step, back: count };
    }
    if (/^ears[123]$/.test(name.text)) return { ears: Number(name.text[4]) as 1 | 2 | 3, of: this.inPeriods() };
    const fold = FOLDS.find((one) => one === name.text);
    if (!fold) this.fail(`there is no function ${name.text}; there are ${FUNCTIONS.join(', ')}`, name);
    const of = this.inPeriods();
    this.expect(',');
    const { count, step } = this.periods();
    let skip = 0;
    let every: number | undefined;
    while (this.is(',')) {
      this.take();
      const name = this.name('skip or every');
      if (name === 'skip') skip = this.whole(0);
      else if (name === 'every') every = this.whole(2);
      else this.fail('"skip" or "every" and a number are expected', this.last);
    }
    return { fold, of, step, count, skip, ...(every === undefined ? {} : { every }) };
  }

  private inPeriods(): Formula {
    this.folded++;
    const of = this.sum();
    this.folded--;
    return of;
  }

  private measure(agg: Agg): Measure {
    const metric = this.name('the code of a metric');
    let over: Window | undefined;
    const where: Record<string, string[]> = {};
    while (this.is(',')) {
      this.take();
      const token = this.take();
      if (this.is(':')) {
        if (token.kind !== 'name') this.fail('the name of a dimension is expected', token);
        this.take();
        where[token.text] = this.values();
      } else if (over === undefined && Object.keys(where).length === 0) over = this.window(token);
      else this.fail('a condition like channel: 2 is expected', token);
    }
    if (over === undefined) {
      if (this.folded === 0) this.fail(`${metric} needs a window, e.g. ${metric}, today`, this.last);
      over = 'today';
    }
    return { metric, agg, over, ...(Object.keys(where).length > 0 ? { where } : {}) };
  }

  private window(token: Token): Window {
    if (NAMED.includes(token.text)) return token.text as Window;
    const [, count, unit] = /^(\d+)(h|d|m|mo)$/.exec(token.text) ?? [];
    const n = Number(count);
    const most = { m: 120, h: 744, d: 4_000, mo: 120 }[unit ?? ''] ?? 0;
    if (!unit || n < 1 || n > most)
      this.fail(
        `a window is expected: ${NAMED.join(', ')}, or like 24h (to 744h), 7d (to 4000d), 3mo (to 120mo), 30m (to 120m)`,
        token,
      );
    if (unit === 'mo') return { months: n };
    return unit === 'h' ? { hours: n } : unit === 'd' ? { days: n } : { minutes: n };
  }

  private values(): string[] {
    const found: string[] = [];
    do {
      if (found.length > 0) this.take();
      const token = this.take();
      if (token.kind === 'sign' || token.kind === 'end') this.fail('a value of the dimension is expected', token);
      found.push(token.text);
    } while (this.is('|'));
    return found;
  }

  private periods(): { count: number; step: CalendarStep } {
    const count = this.whole(1);
    const token = this.take();
    const step = STEPS.find((one) => token.text === one || token.text === `${one}s`);
    if (!step) this.fail(`a period is expected: ${STEPS.join(', ')}`, token);
    return { count, step };
  }

  private whole(least: number): number {
    const token = this.take();
    const n = Number(token.text);
    if (token.kind !== 'number' || !Number.isInteger(n) || n < least || n > MOST_PERIODS)
      this.fail(`a whole number from ${least} to ${MOST_PERIODS} is expected`, token);
    return n;
  }

  private name(what: string): string {
    const token = this.take();
    if (token.kind !== 'name') this.fail(`${what} is expected`, token);
    return token.text;
  }

  private expect(sign: string): void {
    const token = this.take();
    if (token.kind !== 'sign' || token.text !== sign) this.fail(`"${sign}" is expected`, token);
  }

  private is(sign: string): boolean {
    return this.peek.kind === 'sign' && this.peek.text === sign;
  }

  private get peek(): Token {
    return this.tokens[Math.min(this.next, this.tokens.length - 1)] as Token;
  }

  private get last(): Token {
    return this.tokens[this.next - 1] as Token;
  }

  private take(): Token {
    const token = this.peek;
    this.next++;
    return token;
  }

  private fail(reason: string, token: Token = this.peek): never {
    throw new FormulaError(this.text, token.at, reason);
  }
}

const FUNCTIONS = [...AGGREGATES.keys(), ...ARGUMENT_LISTS, 'before', ...FOLDS, 'ears1', 'ears2', 'ears3'];

/** `a + b + c` is one sum, `a * b * c` one product. */
function join(op: 'add' | 'sub' | 'mul' | 'div', left: Formula, right: Formula): Formula {
  if ('op' in left && left.op === op) return { op, args: [...left.args, right] };
  return { op, args: [left, right] };
}
