import type { Catalogue } from '#libs/sector-kit';
import { measuresOf } from '../formula.js';
import { needFormula, needMeasure, needOwed, type Needs } from '../needs.js';
import { newestSpan } from '../newest.js';
import type { Moment } from '../span.js';
import { formulasOfRule, type PreparedRule } from './prepared-rule.js';
import { momentsWithin } from './readings.js';

/** What judging these rules reads at a moment, added to `needs`. What they read of moments before is loaded for those. */
export function needsOfRules(
  rules: readonly PreparedRule[],
  catalogue: Catalogue,
  moment: Moment,
  needs: Needs = new Map(),
): Needs {
  for (const prepared of rules) {
    const { condition } = prepared.rule;
    for (const formula of formulasOfRule(prepared)) {
      needFormula(needs, formula, catalogue, moment);
      if (condition.kind !== 'change') continue;
      for (const then of momentsWithin(moment.at, condition.minutes)) needFormula(needs, formula, catalogue, then);
    }
    const promised = condition.kind === 'late' ? catalogue.indicator(condition.indicator)?.indicator : undefined;
    if (promised) needOwed(needs, promised, catalogue, moment);
    for (const metric of remembered(prepared, catalogue))
      needMeasure(needs, { metric, agg: 'sum' }, newestSpan(moment.at), catalogue);
  }
  return needs;
}

/** Metrics of which the newest observation of every series counts, however long ago. */
function remembered({ rule, value, silentToo }: PreparedRule, catalogue: Catalogue): string[] {
  if (rule.condition.kind === 'absent') return [rule.condition.metric];
  if (value === null || (rule.condition.kind !== 'late' && !silentToo)) return [];
  return measuresOf(value, catalogue).map(({ metric }) => metric);
}
