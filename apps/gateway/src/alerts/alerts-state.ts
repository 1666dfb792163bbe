import { stillHolds, type AlertLine, type AlertsState, type Severity } from '#libs/contracts';
import type { Scope, UnitLookup } from '#libs/live';
import { seesAlert, shownTo } from './alert-scope.js';

/** An open alert, and whether its numbers are small counts that may not be shared. */
export interface Held {
  line: AlertLine;
  smallCounts: boolean;
}

export interface StateContext {
  /** Epoch ms. */
  now: number;
  /** How long a critical alert holds a wall. */
  takeoverMs: number;
  channelsDown: AlertsState['channelsDown'];
  units: UnitLookup;
}

/** Alerts that a state lists, and of each sector at least, so that the storm of one hides no other; the counts are of all. */
const MOST_LISTED = 200;
const LISTED_OF_SECTOR = 20;

/** Alerts that take turns on a wall; more are only counted. */
const MOST_TAKING_OVER = 20;

const RANK: Record<Severity, number> = { critical: 3, serious: 2, warning: 1, information: 0 };

/** What people are told of first: before what is muted or was resolved and still holds, the worst, what nobody has answered, the newest. */
const inOrder = (a: AlertLine, b: AlertLine): number =>
  Number(a.muted !== null) - Number(b.muted !== null) ||
  Number(stillHolds(a)) - Number(stillHolds(b)) ||
  RANK[b.severity] - RANK[a.severity] ||
  Number(a.state !== 'firing') - Number(b.state !== 'firing') ||
  b.firedAt - a.firedAt ||
  b.number - a.number;

/** What a scope sees of the open alerts. Pure. */
export function alertsState(held: readonly Held[], scope: Scope, context: StateContext): AlertsState {
  const { now, takeoverMs, channelsDown, units } = context;
  const seen = held.filter(({ line }) => seesAlert(scope, line, units));
  const counts = none();
  const sectors: AlertsState['sectors'] = {};
  let unanswered = 0;
  let unansweredCritical = 0;
  const holding: Held[] = [];
  for (const one of seen) {
    const { line } = one;
    if (line.muted !== null || stillHolds(line)) continue;
    counts[line.severity]++;
    if (line.sector !== null) (sectors[line.sector] ??= none())[line.severity]++;
    if (line.state !== 'firing') continue;
    unanswered++;
    if (line.severity !== 'critical') continue;
    unansweredCritical++;
    if (line.askedAt + takeoverMs > now) holding.push(one);
  }
  const shown = ({ line, smallCounts }: Held): AlertLine => shownTo(scope, line, smallCounts);
  const listed = listedOf(seen).map(shown);
  // An old one that was opened again may be beyond those listed.
  const takeovers = holding
    .sort((a, b) => b.line.askedAt - a.line.askedAt || b.line.number - a.line.number)
    .slice(0, MOST_TAKING_OVER)
    .map((one) => ({ alert: shown(one), until: one.line.askedAt + takeoverMs }));
  return {
    ...{ at: now, open: listed, counts, sectors, unanswered, unansweredCritical },
    ...{ takeover: takeovers[0] ?? null, takeovers, channelsDown: [...channelsDown] },
  };
}

const none = (): Record<Severity, number> => ({ information: 0, warning: 0, serious: 0, critical: 0 });

function listedOf(seen: readonly Held[]): Held[] {
  const ofSector = new Map<string | null, number>();
  return seen
    .toSorted((a, b) => inOrder(a.line, b.line))
    .filter(({ line: { sector } }, index) => {
      const before = ofSector.get(sector) ?? 0;
      ofSector.set(sector, before + 1);
      return index < MOST_LISTED || (sector !== null && before < LISTED_OF_SECTOR);
    });
}
