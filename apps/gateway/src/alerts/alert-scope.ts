import { type AlertLine, type Condition, LIMIT_SIDES } from '#libs/contracts';
import { measuresOf, seesSector, seesUnit, type Scope, type UnitLookup } from '#libs/live';
import { formula, type Catalogue } from '#libs/sector-kit';

/**
 * Whether a viewer sees an alert: of a sector and a unit of his scope. What names no sector (a manual alert, a CAP
 * message) is for those who see every sector, what has no unit for those who see every unit.
 */
export function seesAlert(
  scope: Scope,
  { sector, unit }: Pick<AlertLine, 'sector' | 'unit'>,
  units: UnitLookup,
): boolean {
  const sees = sector === null ? scope.sectors === '*' : seesSector(scope, sector);
  return sees && seesUnit(scope, unit, units);
}

/** Whether a condition is about counts that may not be shared while they are small. One that cannot be read: yes. */
export function isAboutSmallCounts(condition: Condition, catalogue: Catalogue): boolean {
  const hides = (metric: string): boolean => catalogue.metric(metric)?.hideBelow !== undefined;
  const reads = (text: string): boolean => measuresOf(formula(text), catalogue).some(({ metric }) => hides(metric));
  switch (condition.kind) {
    case 'threshold':
    case 'change':
      try {
        const limits = LIMIT_SIDES.map((side) => condition[side]);
        const texts = [condition.value, ...limits].filter((part) => typeof part === 'string');
        return texts.some(reads);
      } catch {
        return true;
      }
    case 'absent':
      return hides(condition.metric);
    case 'late':
    case 'off-track': {
      const found = catalogue.indicator(condition.indicator)?.indicator;
      return found ? measuresOf(found.formula, catalogue).some(({ metric }) => hides(metric)) : false;
    }
    case 'silent-source':
      return false;
  }
}

/** An alert as it is shown to a scope: where everybody looks, nothing that tells a small count. */
export function shownTo(scope: Scope, line: AlertLine, smallCounts: boolean): AlertLine {
  return scope.shared && smallCounts ? { ...line, value: null, latest: null, limit: null } : line;
}
