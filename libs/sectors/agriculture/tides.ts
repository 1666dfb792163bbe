import { DAY_MS, HOUR_MS, periodStart, VN_OFFSET_MS } from '#libs/contracts';
import { normal, randomOf } from '#libs/sector-kit';

/** Principal lunar tide and the beat of spring and neap tides. */
const TIDE_MS = 12.42 * HOUR_MS;
const SPRING_NEAP_MS = 14.77 * DAY_MS;
/** A new moon, near which spring tides fall: 28/2/2025 00:45 UTC. */
const NEW_MOON = Date.UTC(2025, 1, 28, 0, 45);

const FIRST = Date.parse('2025-02-23T00:00:00+07:00');
const SECOND = Date.parse('2025-04-05T00:00:00+07:00');
const LOOP_DAYS = (SECOND - FIRST) / DAY_MS + 1;

/** Published highest and lowest of a day, ‰: 23/2/2025, then 5/4/2025. */
export const PUBLISHED: Readonly<Record<string, readonly [readonly [number, number], readonly [number, number]]>> = {
  'tran-de': [
    [15.6, 11.0],
    [16.1, 8.2],
  ],
  'long-phu': [
    [11.7, 7.0],
    [12.9, 4.7],
  ],
  'dai-ngai': [
    [4.6, 2.4],
    [2.9, 0.9],
  ],
  'du-tho': [
    [1.8, 0.5],
    [10.3, 3.0],
  ],
  'thanh-phu': [
    [0.6, 0.2],
    [1.4, 0.3],
  ],
  'soc-trang': [
    [1.5, 0.8],
    [2.3, 1.2],
  ],
  'nga-nam': [
    [0.3, 0.3],
    [0.8, 0],
  ],
};

/** −1 at neap, 1 at spring tide. */
export function springNeap(time: number): number {
  return Math.cos((2 * Math.PI * (time - NEW_MOON)) / SPRING_NEAP_MS);
}

/** −1 at low, 1 at high water; `delay` is how long the tide takes from the sea. */
export function tide(time: number, delay: number): number {
  return Math.cos((2 * Math.PI * (time - NEW_MOON - delay)) / TIDE_MS);
}

/** Share of the dry season's height on a day of the year: highest about 5 April, little in the rains. */
function season(day: number): number {
  const local = new Date(day + VN_OFFSET_MS);
  const ofYear =
    (Date.UTC(local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()) -
      Date.UTC(local.getUTCFullYear(), 0, 1)) /
    DAY_MS;
  return 0.04 + Math.exp(-(((ofYear - 94) / 50) ** 2));
}

/**
 * The day whose salinity is shown: January to June a day of its own season; in the rains, when rivers carry hardly any
 * salt, the published weeks 23/2–5/4/2025 again and again, so that the demo always shows something.
 */
function shownDay(day: number): number {
  const month = new Date(day + VN_OFFSET_MS).getUTCMonth();
  if (month < 6) return day;
  const n = Math.round((day - FIRST) / DAY_MS) % LOOP_DAYS;
  return FIRST + n * DAY_MS;
}

/** Published values carried to another day by season and spring tide: between the two days evenly from one to the other. */
function carried(first: number, second: number, day: number): number {
  const shape = (at: number): number => season(at) * (1 + 0.08 * springNeap(at + DAY_MS / 2));
  const year = new Date(day + VN_OFFSET_MS).getUTCFullYear();
  const since = (day - Date.parse(`${year}-02-23T00:00:00+07:00`)) / DAY_MS;
  const along = Math.min(1, Math.max(0, since / (LOOP_DAYS - 1)));
  const between = (a: number, b: number): number => (1 - along) * a + along * b;
  return (between(first, second) * shape(day)) / between(shape(FIRST), shape(SECOND));
}

/**
 * Simulated salinity at a station, ‰: the day's highest and lowest, and between them the tide. On 23/2/2025 and 5/4/2025
 * they are the published ones. Null for a station without published figures.
 */
export function salinityAt(station: string, time: number, seed: number): number | null {
  const figures = PUBLISHED[station];
  if (!figures) return null;
  const day = shownDay(periodStart('d', time));
  const [[max1, min1], [max2, min2]] = figures;
  const high = carried(max1, max2, day);
  const low = Math.min(high, carried(min1, min2, day));
  const order = Object.keys(PUBLISHED).indexOf(station);
  const noise = 0.01 * Math.max(-2, Math.min(2, normal(randomOf(seed, station, time))));
  const value = (high + low) / 2 + ((high - low) / 2) * tide(time, order * 0.6 * HOUR_MS) + noise;
  return Math.max(0, Math.round(value * 100) / 100);
}
