import type { UnitDirectory } from '#libs/access';
import type { AlertLine, Matcher } from '#libs/contracts';

/** Whether an alert is one of those that a matcher is about: all of what is given must match. */
export function matches(matcher: Matcher, line: AlertLine, units: Pick<UnitDirectory, 'isNamed'>): boolean {
  const among = (list: readonly string[] | undefined, value: string | null): boolean =>
    list === undefined || list.length === 0 || (value !== null && list.includes(value));
  const { unit } = line;
  const inUnits =
    !matcher.units?.length || (unit !== null && matcher.units.some((above) => units.isNamed(unit, above)));
  return (
    inUnits &&
    among(matcher.rules, line.rule) &&
    among(matcher.sectors, line.sector) &&
    among(matcher.keys, line.key) &&
    among(matcher.severities, line.severity)
  );
}
