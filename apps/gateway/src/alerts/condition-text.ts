import { type Condition, LIMIT_SIDES, LIMIT_SIGNS, type RuleLimits } from '#libs/contracts';
import { formula, formulaText, FormulaError } from '#libs/sector-kit';

/** A condition in the words of the formula language, with its limits. */
export function conditionText(condition: Condition): string {
  switch (condition.kind) {
    case 'threshold':
      return compared(printed(condition.value), condition);
    case 'change':
      return compared(`change(${printed(condition.value)}, ${condition.minutes}m)`, condition);
    case 'absent': {
      const where = Object.entries(condition.where ?? {}).map(([dim, values]) => `, ${dim}: ${values.join(' | ')}`);
      return `absent(${condition.metric}${where.join('')}) ≥ ${condition.minutes}m`;
    }
    case 'late':
      return `late([${condition.indicator}])`;
    case 'silent-source':
      return `silent(source) > ${condition.times} × every`;
    case 'off-track':
      return condition.wants === 'above'
        ? `[${condition.indicator}] < target − ${condition.percent} %`
        : `[${condition.indicator}] > target + ${condition.percent} %`;
  }
}

function compared(value: string, limits: RuleLimits): string {
  return LIMIT_SIDES.flatMap((side) => {
    const one = limits[side];
    if (one === undefined) return [];
    return [`${value} ${LIMIT_SIGNS[side]} ${typeof one === 'number' ? one : printed(one)}`];
  }).join(' | ');
}

/** As formulas are printed everywhere; one that cannot be read any more as it was written. */
function printed(text: string): string {
  try {
    return formulaText(formula(text));
  } catch (error) {
    if (error instanceof FormulaError) return text;
    throw error;
  }
}
