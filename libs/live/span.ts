import {
  calendarShift,
  calendarStart,
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
  periodLength,
  periodStart,
  weekStart,
  type Window,
} from '#libs/contracts';

export type Step = 'm' | 'h' | 'd';

/** What a window means at a moment: a level, or the periods [from, to), summed in periods of at most `base`. */
export type Span = { kind: 'level'; at: number } | { kind: 'buckets'; from: number; to: number; base: Step };

/** A moment to evaluate at. Live uses the running periods whole; a past moment is cut at its minute; the last ms of a day is the whole day. */
export interface Moment {
  /** Epoch ms. */
  at: number;
  live: boolean;
}

/**
 * When something was observed, as a moment may tell it: a bucket that was counted anew since says a later time, and a
 * source's clock may go ahead of ours.
 */
export const notAfter = (at: number | null, moment: Moment): number | null =>
  at === null ? null : Math.min(at, moment.at);

/** The window at this moment, in Vietnamese time. */
export function spanOf(over: Window, moment: Moment): Span {
  const { at } = moment;
  if (over === 'now') return { kind: 'level', at };
  const [from, base] = startOf(over, at);
  return { kind: 'buckets', from, to: endOf(base, moment), base };
}

function startOf(over: Exclude<Window, 'now'>, at: number): [number, Step] {
  if (over === 'today') return [periodStart('d', at), 'd'];
  if (over === 'week') return [weekStart(at), 'd'];
  if (over === 'month' || over === 'quarter' || over === 'year') return [calendarStart(over, at), 'd'];
  if ('months' in over) return [calendarShift('month', calendarStart('month', at), 1 - over.months), 'd'];
  if ('days' in over) return [periodStart('d', at) - (over.days - 1) * DAY_MS, 'd'];
  if ('hours' in over) return [periodStart('h', at) - (over.hours - 1) * HOUR_MS, 'h'];
  return [periodStart('m', at) - (over.minutes - 1) * MINUTE_MS, 'm'];
}

function endOf(base: Step, { at, live }: Moment): number {
  return live ? periodStart(base, at) + periodLength(base) : periodStart('m', at + 1);
}

/** The same without what begins after the day `last` (its start, epoch ms). */
export function cutAfter(span: Span, last: number | undefined): Span {
  return span.kind === 'level' || last === undefined ? span : { ...span, to: Math.min(span.to, last + DAY_MS) };
}

/** The last `count` steps up to the moment, oldest first. */
export function stepsOf(step: Step, count: number, moment: Moment): { start: number; span: Span }[] {
  const length = periodLength(step);
  const running = periodStart(step, moment.at);
  const end = endOf(step, moment);
  return Array.from({ length: count }, (_, i) => {
    const start = running - (count - 1 - i) * length;
    return { start, span: { kind: 'buckets', from: start, to: Math.min(start + length, end), base: step } };
  });
}

/**
 * Cuts [from, to) into whole days, hours and minutes, none longer than `base`. Where nothing finer than `finest`
 * exists, the period that holds `to` counts whole.
 */
export function* cover(
  { from, to, base }: { from: number; to: number; base: Step },
  finest: Step = 'm',
): Iterable<[Step, number]> {
  let at = from;
  while (at < to) {
    if (base === 'd' && at === periodStart('d', at) && (at + DAY_MS <= to || finest === 'd')) {
      yield ['d', at];
      at += DAY_MS;
    } else if (base !== 'm' && at === periodStart('h', at) && (at + HOUR_MS <= to || finest !== 'm')) {
      yield ['h', at];
      at += HOUR_MS;
    } else {
      yield ['m', periodStart('m', at)];
      at = periodStart('m', at) + MINUTE_MS;
    }
  }
}
