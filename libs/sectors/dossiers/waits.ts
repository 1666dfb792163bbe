/** A report that a dossier was in a status: time (epoch ms) and status. */
export type Step = readonly [time: number, status: string];

/** A wait for the citizen: from the request to the return; `to` is null while it lasts. */
export interface Wait {
  from: number;
  to: number | null;
}

/** More steps than this are not kept: the earliest stay, whatever the order of arrival. */
const MOST_STEPS = 30;

/** The steps with one more. A union cut to its smallest: order and repetition do not matter. */
export function withStep(steps: readonly Step[] | undefined, time: number, status: string): Step[] {
  const all = [...(steps ?? [])];
  if (all.some(([at, of]) => at === time && of === status)) return all;
  all.push([time, status]);
  all.sort((a, b) => a[0] - b[0] || Number(a[1]) - Number(b[1]));
  return all.slice(0, MOST_STEPS);
}

/**
 * Waits in the order of time. A wait begins with the first report of a waiting status and ends with the next report of
 * another one; where none follows, it ended with the last report of waiting if the dossier is elsewhere now.
 */
export function waitsOf(steps: readonly Step[], waiting: ReadonlySet<string>, stillWaiting: boolean): Wait[] {
  const waits: Wait[] = [];
  let open = null as { from: number; last: number } | null;
  for (const [time, status] of steps) {
    if (waiting.has(status)) open = { from: open?.from ?? time, last: time };
    else if (open) {
      waits.push({ from: open.from, to: time });
      open = null;
    }
  }
  if (open) waits.push({ from: open.from, to: stillWaiting ? null : open.last });
  return waits;
}
