import type { Latest, WorkingClock } from '#libs/sector-kit';
import type { Months } from './months.js';
import type { Case } from './on-time.js';
import { type Step, waitsOf } from './waits.js';

/** What the law and the operator's settings say; see `settings.ts`. */
export interface Rules {
  clock: WorkingClock;
  waiting: ReadonlySet<string>;
  dueMovesWithWait: boolean;
}

/**
 * What is known of a dossier. Of each field the latest report by event time; of each status the earliest and the latest
 * time at which it was reported, of an end also those between. All are joins of a semilattice, so order and repetition do
 * not matter.
 */
export interface DossierState {
  code: string;
  unit?: Latest<string>;
  agency?: Latest<string>;
  field?: Latest<string>;
  channel?: Latest<string>;
  /** '1' paid online, '0' paid otherwise. */
  paid?: Latest<string>;
  /** '1' its papers were digitised, '0' not; absent: it has none that could be. */
  digitised?: Latest<string>;
  /** Epoch ms. */
  received?: Latest<number>;
  due?: Latest<number>;
  ended?: Latest<number>;
  /** Status code → [earliest, latest], epoch ms. */
  statuses: Record<string, [number, number]>;
  /** Of an end that was reported at more than two times: those between the earliest and the latest, epoch ms. */
  between?: Record<string, number[]>;
  /** Steps by their own time, for the waits between them. */
  steps?: Step[];
  /** What stood at the end of each month; absent while all that was told is of one. */
  months?: Months;
}

/** The status reported last; of two of the same time the further one. So a reopened dossier is open again. */
export function statusOf(state: DossierState): number {
  let current = 0;
  let since = -Infinity;
  for (const [code, [, last]] of Object.entries(state.statuses)) {
    if (last > since || (last === since && Number(code) > current)) {
      current = Number(code);
      since = last;
    }
  }
  return current;
}

const RECEIVED = new Set([2, 4, 5, 6, 7, 8, 9, 10]);

/** Order in which an end is taken (formula 2.1, clause 1, of QĐ 766/QĐ-TTg). */
const ENDS = [9, 10, 3, 8, 7];

/** More times of one end are not kept: the earliest stay, whatever the order of arrival. */
const MOST_BETWEEN = 30;

/** Marks a status as reported at a time. */
export function report(state: DossierState, status: string, time: number): void {
  const known = state.statuses[status];
  const [first, last] = known ?? [time, time];
  const range: [number, number] = [Math.min(first, time), Math.max(last, time)];
  state.statuses[status] = range;
  if (!known || !ENDS.includes(Number(status))) return;
  const times = new Set([...(state.between?.[status] ?? []), first, last, time]);
  const inner = [...times].filter((one) => one > range[0] && one < range[1]).sort((a, b) => a - b);
  if (inner.length > 0) state.between = { ...state.between, [status]: inner.slice(0, MOST_BETWEEN) };
}

/**
 * When the dossier ended by formula 2.1, clause 1; null while it is open. One that was reopened ended when it was told so
 * the next time: an end in time that was taken back does not hide a late one.
 */
export function endOf(state: DossierState): number | null {
  if (!ENDS.includes(statusOf(state))) return null;
  const opened = lastOpen(state);
  // The system's own record of the end is exact where it is given; a status may be reported only the night after.
  if (state.ended && state.ended[0] >= opened) return state.ended[1];
  for (const code of ENDS) {
    const seen = state.statuses[String(code)];
    if (!seen || seen[1] < opened) continue;
    return [seen[0], ...(state.between?.[String(code)] ?? [])].find((time) => time >= opened) ?? seen[1];
  }
  return null;
}

/**
 * When it was open for the last time; an end before that was taken back. Where steps tell of an end they tell of its reopening
 * as well, and a whole report of the night after may be stale; where none does, whole reports are all there is.
 */
function lastOpen({ statuses, steps = [] }: DossierState): number {
  const isEnd = (status: string): boolean => ENDS.includes(Number(status));
  const times = steps.some(([, status]) => isEnd(status))
    ? steps.flatMap(([time, status]) => (isEnd(status) ? [] : [time]))
    : Object.entries(statuses).flatMap(([status, [, last]]) => (isEnd(status) ? [] : [last]));
  return Math.max(...times);
}

/** When it was received: the date in the dossier, else the earliest status that implies it; null before that. */
export function receivedOf(state: DossierState): number | null {
  const times = Object.entries(state.statuses)
    .filter(([code]) => RECEIVED.has(Number(code)))
    .map(([, [first]]) => first);
  if (times.length === 0) return null;
  return state.received?.[1] ?? Math.min(...times);
}

/** A request for supplements, which clauses 3 and 4 of formula 2.1 speak of. */
const SUPPLEMENTS: ReadonlySet<string> = new Set(['5']);

/** What formula 2.1 looks at in a dossier. */
export function caseOf(state: DossierState, { waiting }: Rules): Case {
  const status = String(statusOf(state));
  const steps = state.steps ?? [];
  return {
    due: state.due?.[1] ?? null,
    end: endOf(state),
    waits: waitsOf(steps, waiting, waiting.has(status)),
    requests: waitsOf(steps, SUPPLEMENTS, SUPPLEMENTS.has(status)),
  };
}
