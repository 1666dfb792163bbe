import type { Latest } from '#libs/sector-kit';
import { caseOf, type DossierState, endOf, type Rules, statusOf } from './dossier-state.js';
import { monthAfter, type Months } from './months.js';
import { judge } from './on-time.js';

/** A period ends with its last second, as due times are told: due on the 31st is not late in that month. */
const SECOND_MS = 1_000;

/**
 * On time by formula 2.1 in the month of its receipt, which is the period that a dossier counts in: as things stood when
 * the month was over (clause 5), or while it runs as they stand now. What happens later is of no account there; what is told
 * later of a time in the month is. `lateAt`: since when it is late, in that month; `until`: as of `Projection.shares`.
 */
export function judgeInItsMonth(
  state: DossierState,
  received: number,
  now: number,
  rules: Rules,
): { lateAt: number | null; until: number | null } {
  const over = monthAfter(received);
  const then = stateAt(state, over);
  const last = over - SECOND_MS;
  const at = Math.min(now, last);
  const { lateSince, until } = judge(caseOf(then, rules), at, rules);
  const lateAt = lateSince === null ? null : Math.max(received, lateSince);
  return {
    lateAt: lateAt !== null && lateAt <= last ? lateAt : null,
    until: until !== null && until <= last ? until : null,
  };
}

/** The dossier as it stood when a month was over. */
function stateAt(state: DossierState, over: number): DossierState {
  const steps = (state.steps ?? []).filter(([time]) => time < over);
  const due = toldBefore(state, 'due', over) ?? inOrder(state.months, 'due')[0] ?? state.due;
  const then: DossierState = {
    code: state.code,
    statuses: statusesBefore(state, over),
    steps,
    between: betweenBefore(state, over),
    ...(due ? { due } : {}),
  };
  // That it had ended may be told the night after the month's last day.
  const { ended } = state;
  if (ended !== undefined && ended[0] >= over && ended[1] < over && endOf(state) !== null)
    return { ...then, statuses: { [statusOf(state)]: [ended[1], ended[1]] }, ended };
  const endedBefore = toldBefore(state, 'ended', over);
  return endedBefore ? { ...then, ended: endedBefore } : then;
}

function statusesBefore({ statuses, months = {} }: DossierState, over: number): DossierState['statuses'] {
  const told = Object.entries(months).flatMap(([month, facts]) => (Number(month) < over ? [facts.statuses] : []));
  const before: DossierState['statuses'] = {};
  for (const [code, [first, last]] of Object.entries(statuses)) {
    if (first >= over) continue;
    before[code] = [first, last < over ? last : Math.max(first, ...told.map((of) => of[code] ?? first))];
  }
  return before;
}

const betweenBefore = ({ between = {} }: DossierState, over: number): Record<string, number[]> =>
  Object.fromEntries(Object.entries(between).map(([code, times]) => [code, times.filter((time) => time < over)]));

/** What was told last before a month was over. */
function toldBefore(state: DossierState, name: 'due' | 'ended', over: number): Latest<number> | undefined {
  const newest = state[name];
  if (newest === undefined || newest[0] < over) return newest;
  return inOrder(state.months, name)
    .filter(([told]) => told < over)
    .at(-1);
}

/** Of each month what was told last, oldest first. */
const inOrder = (months: Months | undefined, name: 'due' | 'ended'): Latest<number>[] =>
  Object.values(months ?? {})
    .flatMap((facts) => (facts[name] ? [facts[name]] : []))
    .sort(([a], [b]) => a - b);
