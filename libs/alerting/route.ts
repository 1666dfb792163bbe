import { FALLBACK, type AlertSettings, type Policy, type Route, type Rule, type Severity } from '#libs/contracts';
import { isWithin } from './day-hours.js';

/** What of an alert decides who is told. */
export interface AlertFacts {
  severity: Severity;
  sector: string | null;
  unit: string | null;
  rule: string | null;
  /** Code of the agency that has to act. */
  agency: string | null;
}

/** The agency that has to act on a rule's alert: the rule's own, else the one that the alert is about. */
export const agencyOf = ({ agency, by }: Pick<Rule, 'agency' | 'by'>, key: string): string | null =>
  agency ?? (by === 'agency' && key !== '' ? key : null);

/** Whether a unit is another or lies below it; of a route or a silence `above` may be one that was merged away. */
export type IsUnitWithin = (unit: string, above: string) => boolean;

/** Id of the policy whom an alert is told by: of the first route that matches, else `FALLBACK`. */
export function routeOf(
  alert: AlertFacts,
  settings: Pick<AlertSettings, 'routes'>,
  within: IsUnitWithin,
  at: number,
): { policy: string; route: number | null } {
  const route = settings.routes.findIndex((each) => matches(each, alert, within, at));
  return { policy: settings.routes[route]?.policy ?? FALLBACK, route: route < 0 ? null : route };
}

/** The policy of an id; where it is gone, or no route matched, one that tells the fallback. */
export function policyOf(
  id: string,
  policies: readonly Policy[],
  { fallback }: Pick<AlertSettings, 'fallback'>,
): Policy {
  return (
    policies.find((policy) => policy.id === id) ?? {
      id: FALLBACK,
      name: FALLBACK,
      steps: [{ after: 0, to: fallback }],
      remind: 600,
    }
  );
}

function matches(route: Route, alert: AlertFacts, within: IsUnitWithin, at: number): boolean {
  const among = (list: readonly string[] | undefined, value: string | null): boolean =>
    list === undefined || (value !== null && list.includes(value));
  const { unit } = alert;
  const unitMatches = route.units === undefined || (unit !== null && route.units.some((above) => within(unit, above)));
  return (
    among(route.severities, alert.severity) &&
    among(route.sectors, alert.sector) &&
    among(route.rules, alert.rule) &&
    (route.agencies === undefined || route.agencies.some((each) => isOfAgency(alert.agency, each))) &&
    unitMatches &&
    (route.hours === undefined || isWithin(route.hours, at))
  );
}

/** Whether an agency is another or one of its bodies: `H13.25.1` is of `H13.25`. */
const isOfAgency = (agency: string | null, above: string): boolean =>
  agency !== null && (agency === above || agency.startsWith(`${above}.`));

/**
 * Whether every alert that `later` matches is matched by `earlier` too, so that `later` behind it is never reached.
 * Hours count as narrower only when they are the same.
 */
export function hides(earlier: Route, later: Route, within: IsUnitWithin): boolean {
  const wider = (one: readonly string[] | undefined, other: readonly string[] | undefined): boolean =>
    one === undefined || (other !== undefined && other.every((value) => one.includes(value)));
  const { agencies, units } = earlier;
  return (
    wider(earlier.severities, later.severities) &&
    wider(earlier.sectors, later.sectors) &&
    wider(earlier.rules, later.rules) &&
    (agencies === undefined ||
      (later.agencies !== undefined &&
        later.agencies.every((one) => agencies.some((each) => isOfAgency(one, each))))) &&
    (units === undefined ||
      (later.units !== undefined && later.units.every((unit) => units.some((above) => within(unit, above))))) &&
    (earlier.hours === undefined || JSON.stringify(earlier.hours) === JSON.stringify(later.hours))
  );
}
