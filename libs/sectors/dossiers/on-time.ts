import { HOUR_MS } from '#libs/contracts';
import type { WorkingClock } from '#libs/sector-kit';
import type { Wait } from './waits.js';

/** What formula 2.1 of QĐ 766/QĐ-TTg looks at. Times are epoch ms. */
export interface Case {
  /** NgayHenTra; null: none was given, and it cannot be late. */
  due: number | null;
  /** End by clause 1; null while it has none. */
  end: number | null;
  /** Waits that the settings take off (clause 2). */
  waits: readonly Wait[];
  /** Waits for supplements alone, which clauses 3 and 4 speak of, whatever the settings take off. */
  requests: readonly Wait[];
}

export interface Verdict {
  onTime: boolean;
  /** The due time with the waits added; null where there is none. */
  deadline: number | null;
  /** Of what is not on time: since when that was so, epoch ms; null of what is. */
  lateSince: number | null;
  /** The verdict holds until then if nothing arrives; null: for good. */
  until: number | null;
}

/**
 * On time by formula 2.1 of QĐ 766/QĐ-TTg:
 * 1. it ended by the due time;
 * 2. what it waited for supplements is taken off: the due time moves by the working time waited;
 * 3. asked for supplements once, and the citizen has not come back: it ended with the request;
 * 4. asked for supplements more than once: overdue, also where other waits (for payment) are taken off;
 * 5. no end: it ends with the period, `at`: its last moment when it is over, now while it runs.
 */
export function judge(
  { due, end, waits, requests }: Case,
  at: number,
  rules: { clock: WorkingClock; dueMovesWithWait: boolean },
): Verdict {
  const deadline = due === null ? null : moved(due, waits, rules);
  // A wait that lasts is taken off as a whole (clause 2), which is as if it had ended when the wait began.
  const ended = end ?? beginOfOpen(waits) ?? beginOfOpen(requests);
  const missed = deadline !== null && (ended ?? at) > deadline ? deadline + 1 : null;
  const twice = requests[1]?.from ?? null;
  const lateSince = missed === null || twice === null ? (missed ?? twice) : Math.min(missed, twice);
  if (lateSince !== null) return { onTime: false, deadline, lateSince, until: null };
  return { onTime: true, deadline, lateSince, until: deadline === null || ended !== null ? null : deadline + 1 };
}

function beginOfOpen(waits: readonly Wait[]): number | null {
  const last = waits.at(-1);
  return last?.to === null ? last.from : null;
}

function moved(
  due: number,
  waits: readonly Wait[],
  { clock, dueMovesWithWait }: { clock: WorkingClock; dueMovesWithWait: boolean },
): number {
  if (dueMovesWithWait) return due;
  // What was waited after the due time could not have made it late.
  const waited = waits.reduce(
    (sum, { from, to }) => sum + (to === null || from > due ? 0 : clock.between(from, to)),
    0,
  );
  return waited === 0 ? due : clock.add(due, waited / HOUR_MS, 'working-hours');
}
