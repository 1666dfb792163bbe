import { DAY_MS, HOUR_MS, VN_OFFSET_MS, periodStart } from '#libs/contracts';

/**
 * Tools for simulations. Randomness is derived from names (seed, stream, day, index), never from a running generator:
 * so the same moment gives the same events however time is cut, and a re-send is a true duplicate.
 */
export type Random = () => number;

/** A generator of numbers in [0, 1) that depends only on `keys`. */
export function randomOf(...keys: readonly (string | number)[]): Random {
  let state = hash(keys.join('|'));
  return () => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** FNV-1a with a final mix, 32 bits. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** A standard normal number. */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** How many of something happen when `mean` are expected. */
export function poisson(random: Random, mean: number): number {
  if (mean <= 0) return 0;
  if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const limit = Math.exp(-mean);
  let product = random();
  let count = 0;
  while (product > limit) {
    product *= random();
    count++;
  }
  return count;
}

/** One of `items`, with chances in proportion to `weight`. */
export function pick<T>(random: Random, items: readonly T[], weight: (item: T) => number = () => 1): T {
  let left = random() * items.reduce((sum, item) => sum + weight(item), 0);
  for (const item of items) {
    left -= weight(item);
    if (left < 0) return item;
  }
  return items[items.length - 1] as T;
}

/** A moment of the Vietnamese day that starts at `day`, distributed after 24 hourly weights. */
export function momentOf(random: Random, day: number, hours: readonly number[]): number {
  let total = 0;
  for (const weight of hours) total += weight;
  let left = random() * total;
  let hour = 0;
  while (hour < hours.length - 1 && (left -= hours[hour] ?? 0) >= 0) hour++;
  return Math.floor(day + (hour + random()) * HOUR_MS);
}

/** Starts of the Vietnamese days that touch [from, to). */
export function* daysOf(from: number, to: number): Generator<number> {
  for (let day = periodStart('d', from); day < to; day += DAY_MS) yield day;
}

/** Multiples of `step` in [from, to), from local midnight: the beats of a sensor. */
export function* beats(from: number, to: number, step: number, offset = 0): Generator<number> {
  const first = Math.ceil((from + VN_OFFSET_MS - offset) / step) * step - VN_OFFSET_MS + offset;
  for (let time = first; time < to; time += step) yield time;
}

/** Vietnamese local time as text: `2026-11-22T14:32:05+07:00`. */
export function localTime(time: number): string {
  return `${new Date(time + VN_OFFSET_MS).toISOString().slice(0, 19)}+07:00`;
}

/** Reads a date as sector systems write it; without an offset it is Vietnamese time. Null when it is no date of 2000–2100. */
export function readTime(text: string | undefined): number | null {
  if (text === undefined) return null;
  const day = text.length === 10;
  const zoned = /(Z|[+-]\d{2}:?\d{2})$/i.test(text) && !day;
  const time = Date.parse(zoned ? text : `${text}${day ? 'T00:00:00' : ''}+07:00`);
  return time >= Date.UTC(2000, 0, 1) && time < Date.UTC(2100, 0, 1) ? time : null;
}

/** Reads a deadline: a day without a time is kept until it ends. Else as `readTime`. */
export function readDeadline(text: string | undefined): number | null {
  return readTime(text?.length === 10 ? `${text}T23:59:59` : text);
}

/** 0 = Sunday … 6 = Saturday, in Vietnam. */
export function weekdayOf(time: number): number {
  return new Date(time + VN_OFFSET_MS).getUTCDay();
}
