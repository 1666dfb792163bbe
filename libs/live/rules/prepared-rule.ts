import type { Formula, Limit, Rule, RuleLimits } from '#libs/contracts';
import { type Catalogue, formula } from '#libs/sector-kit';
import { measuresOf } from '../formula.js';

/** A rule with its formulas read and what it looks at named, so that judging it costs no reading of text. */
export interface PreparedRule {
  readonly rule: Rule;
  /** What is measured; null for conditions about time alone. */
  readonly value: Formula | null;
  readonly above?: Formula;
  readonly over?: Formula;
  readonly below?: Formula;
  readonly under?: Formula;
  readonly recover?: Formula;
  /** Metrics behind it; a change of one of them may change it. */
  readonly metrics: readonly string[];
  /** What else changes it: nothing (`data`), windows that move with the minute, or time itself. */
  readonly turns: 'data' | 'minute' | 'second';
  /** Whether series count that say nothing in the window: where too little is what is wrong, or earlier periods count. */
  readonly silentToo: boolean;
}

/** Reads a rule. Throws `FormulaError` where a formula cannot be read; `faultsOf` finds that before. */
export function prepareRule(rule: Rule, catalogue: Catalogue): PreparedRule {
  const { condition } = rule;
  const value = valueFormula(rule, catalogue);
  const limits = {
    ...(condition.kind === 'threshold' || condition.kind === 'change' ? limitsOf(condition) : {}),
    ...limit('recover', rule.recover),
  };
  const formulas = [value, ...Object.values(limits)].filter((one) => one !== null && one !== undefined);
  const measures = formulas.flatMap((one) => measuresOf(one, catalogue));
  const metrics = new Set(measures.map(({ metric }) => metric));
  if (condition.kind === 'absent') metrics.add(condition.metric);
  const aboutTime = ['absent', 'late', 'silent-source'].includes(condition.kind);
  const moves = condition.kind === 'change' || formulas.some((one) => isMoving(one, catalogue));
  return {
    rule,
    value,
    ...limits,
    metrics: [...metrics],
    turns: aboutTime ? 'second' : moves ? 'minute' : 'data',
    silentToo:
      (limits.below ?? limits.under) !== undefined ||
      rule.noData === 'fire' ||
      (value !== null && looksBack(value, catalogue)),
  };
}

/** All formulas of a rule, for what they look back to. */
export const formulasOfRule = ({ value, above, over, below, under, recover }: PreparedRule): Formula[] =>
  [value, above, over, below, under, recover].filter((one) => one !== null && one !== undefined);

function valueFormula({ condition }: Rule, catalogue: Catalogue): Formula | null {
  switch (condition.kind) {
    case 'threshold':
    case 'change':
      return formula(condition.value);
    case 'late':
    case 'off-track':
      return catalogue.indicator(condition.indicator)?.indicator.formula ?? null;
    case 'absent':
    case 'silent-source':
      return null;
  }
}

const limitsOf = ({ above, over, below, under }: RuleLimits): Partial<Record<keyof RuleLimits, Formula>> => ({
  ...limit('above', above),
  ...limit('over', over),
  ...limit('below', below),
  ...limit('under', under),
});

function limit<K extends string>(name: K, given: Limit | undefined): Partial<Record<K, Formula>> {
  if (given === undefined) return {};
  return { [name]: typeof given === 'number' ? { constant: given } : formula(given) } as Partial<Record<K, Formula>>;
}

/** Whether it reads earlier periods: then its keys are not those of its windows. */
const looksBack = (one: Formula, catalogue: Catalogue): boolean =>
  /"(before|fold|ears)":/.test(JSON.stringify(catalogue.expand(one)));

/** Whether time alone may change a formula's number: all but the level of a stock now. */
function isMoving(one: Formula, catalogue: Catalogue): boolean {
  return looksBack(one, catalogue) || measuresOf(one, catalogue).some(({ over }) => over !== 'now');
}
