import { DAY_MS, HOUR_MS, MINUTE_MS, periodStart } from '#libs/contracts';
import { latest, type Latest, median, projection, type Projection, type TypedEvent } from '#libs/sector-kit';
import type { LightTrapDto } from './agriculture.dto.js';
import { unitOf } from './places.js';
import type { AgricultureSettings } from './settings.js';
import { TYPES } from './types.js';

/** The insect whose flights decide on sowing. */
const PLANTHOPPER = 'ray-nau';
/** Nights that are remembered: those of the median, at most fourteen, and a flight. */
const NIGHTS = 21;
/** Reports of one night that are remembered. */
const MOST_REPORTS = 120;
/** The lamps are off and the last report of the night is there at 06:00, twelve hours after they went on at 18:00. */
const EVENING_MS = 18 * HOUR_MS;
const NIGHT_MS = 12 * HOUR_MS;

/** The evening's local midnight: what is counted until noon belongs to the night before. */
const nightOf = (time: number): number => periodStart('d', time - DAY_MS / 2);

/** Counts of a night by the minute of the report, so that a report that comes twice counts once. */
type Reports = Record<string, number>;

function withReport(before: Reports | undefined, event: TypedEvent<LightTrapDto>, count: number): Reports {
  const minute = Math.floor(event.time / MINUTE_MS);
  const all: Reports = { ...before, [minute]: Math.max(before?.[minute] ?? 0, count) };
  const kept = Object.entries(all).sort(([a], [b]) => Number(b) - Number(a));
  return Object.fromEntries(kept.slice(0, MOST_REPORTS));
}

/**
 * What a report says of the planthoppers of its night: none where it leaves them out, since a trap tells only what it
 * caught. Null: nothing, where it says nothing of them by day, before the lamps go on.
 */
function planthoppers({ data, time }: TypedEvent<LightTrapDto>): number | null {
  const count = data.counts?.find(({ species }) => species === PLANTHOPPER)?.count;
  const hour = time - periodStart('d', time);
  return count ?? (hour >= DAY_MS / 2 && hour < EVENING_MS ? null : 0);
}
const total = (reports: Reports): number => Object.values(reports).reduce((sum, count) => sum + count, 0);

interface NightState {
  trap: string;
  night: number;
  unit?: Latest<string>;
  reports: Reports;
}

/** Planthoppers of one trap in one night, counted on the day of its evening. */
export const trapNight = projection<NightState, LightTrapDto>({
  name: 'trap-night',
  types: [TYPES.trap],
  key: (event) => (planthoppers(event) === null ? null : `${event.data.trap}/${nightOf(event.time) / DAY_MS}`),
  fold: (before, event) => {
    const state: NightState = {
      trap: event.data.trap,
      night: nightOf(event.time),
      reports: withReport(before?.reports, event, planthoppers(event) ?? 0),
    };
    const unit = latest(before?.unit, event.time, unitOf(event, event.data.trap));
    return unit ? { ...state, unit } : state;
  },
  shares: ({ trap, night, unit, reports }) => ({
    shares: [
      {
        metric: 'agriculture.trap-night',
        dims: [unit?.[1] ?? '', trap],
        value: total(reports),
        at: night + EVENING_MS,
      },
    ],
    until: null,
  }),
});

interface TrapState {
  trap: string;
  unit?: Latest<string>;
  /** By the evening's local midnight. */
  nights: Record<string, Reports>;
}

/** A trap: whether a flight rises, and after its peak until when sowing is advised. */
export const flight = (settings: AgricultureSettings): Projection =>
  projection<TrapState, LightTrapDto>({
    name: 'flight',
    types: [TYPES.trap],
    key: (event) => (planthoppers(event) === null ? null : event.data.trap),
    fold: (before, event) => {
      const night = nightOf(event.time);
      const nights = { ...before?.nights };
      nights[night] = withReport(nights[night], event, planthoppers(event) ?? 0);
      const newest = Math.max(...Object.keys(nights).map(Number));
      for (const at of Object.keys(nights)) if (Number(at) <= newest - NIGHTS * DAY_MS) delete nights[at];
      const state: TrapState = { trap: event.data.trap, nights };
      const unit = latest(before?.unit, event.time, unitOf(event, event.data.trap));
      return unit ? { ...state, unit } : state;
    },
    shares: ({ trap, unit, nights }, now) => {
      const counts = new Map(Object.entries(nights).map(([night, reports]) => [Number(night), total(reports)]));
      const newest = Math.max(...counts.keys());
      const { stage, peak } = flightOf(counts, now, settings);
      const place = [unit?.[1] ?? '', trap];
      const shares = [{ metric: 'agriculture.flights', dims: [...place, stage], value: 1 }];
      if (peak !== null && stage === 'sowing') {
        const sowUntil = peak + settings.sowingDays * DAY_MS;
        shares.push(
          { metric: 'agriculture.flight-peak', dims: place, value: peak },
          { metric: 'agriculture.sow-until', dims: place, value: sowUntil },
        );
      }
      // Each morning a night is over; a trap that fell silent comes to rest.
      const morning = periodStart('d', now) + EVENING_MS + NIGHT_MS - DAY_MS;
      const next = morning > now ? morning : morning + DAY_MS;
      return { shares, until: newest < now - NIGHTS * DAY_MS ? null : next };
    },
  });

/**
 * The newest flight: nights in a row that each count `flightRatio` times the median of the `baselineNights` before, of
 * which at least half are known, and the floor. Its peak is its highest night, known once a lower night after it is over. Sowing is advised from then on.
 */
export function flightOf(
  counts: ReadonlyMap<number, number>,
  now: number,
  { baselineNights, flightRatio, flightFloor, sowingDays }: AgricultureSettings,
): { stage: 'quiet' | 'rising' | 'sowing'; peak: number | null } {
  const isOver = (night: number): boolean => now >= night + EVENING_MS + NIGHT_MS;
  const flies = (night: number): boolean => {
    const before = Array.from({ length: baselineNights }, (_, i) => counts.get(night - (i + 1) * DAY_MS));
    const known = before.filter((count) => count !== undefined);
    const middle = 2 * known.length < baselineNights ? null : median(known);
    return middle !== null && (counts.get(night) ?? 0) >= Math.max(flightFloor, flightRatio * middle);
  };
  const nights = [...counts.keys()].filter((night) => night <= now).sort((a, b) => b - a);
  const last = nights.find(flies);
  if (last === undefined) return { stage: 'quiet', peak: null };
  let peak = last;
  for (let night = last; flies(night); night -= DAY_MS)
    if ((counts.get(night) ?? 0) > (counts.get(peak) ?? 0)) peak = night;
  const after = peak + DAY_MS;
  const passed = isOver(after) && (counts.get(after) ?? 0) < (counts.get(peak) ?? 0) && counts.has(after);
  if (!passed) return { stage: now < last + 3 * DAY_MS ? 'rising' : 'quiet', peak: null };
  return now < peak + (sowingDays + 1) * DAY_MS ? { stage: 'sowing', peak } : { stage: 'quiet', peak };
}
