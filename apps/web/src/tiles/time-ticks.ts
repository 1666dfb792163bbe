import { DAY_MS, HOUR_MS, MINUTE_MS, VN_OFFSET_MS } from '#libs/contracts';

const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE_MS),
  ...[1, 2, 3, 4, 6, 12].map((n) => n * HOUR_MS),
  ...[1, 2, 5, 7, 10, 15, 30, 60, 90, 180, 365].map((n) => n * DAY_MS),
];

/** At most `most` moments between two, at round local times; days count back from the last one. */
export function timeTicks(from: number, to: number, most: number): number[] {
  const step = STEPS.find((s) => (to - from) / s < most) ?? 730 * DAY_MS;
  const ticks: number[] = [];
  if (step >= DAY_MS) {
    const last = Math.floor((to + VN_OFFSET_MS) / DAY_MS) * DAY_MS - VN_OFFSET_MS;
    for (let at = last; at >= from; at -= step) ticks.unshift(at);
    return ticks;
  }
  const first = Math.ceil((from + VN_OFFSET_MS) / step) * step - VN_OFFSET_MS;
  for (let at = first; at <= to; at += step) ticks.push(at);
  return ticks;
}
