import { DAY_MS, HOUR_MS, MINUTE_MS, VN_OFFSET_MS } from '#libs/contracts';
import { latest, type Latest, projection, type Projection, type Share, type TypedEvent } from '#libs/sector-kit';
import { unitOf } from './places.js';
import type { AgricultureSettings } from './settings.js';
import { fitTide, nextPeak, type Point } from './tide-fit.js';
import { TYPES } from './types.js';

/** Lowest and highest value of an hour or a day. */
type Range = [number, number];

/** What is remembered of one parameter of one sensor; all of it is cut by its own newest reading. */
interface Course {
  /** Epoch ms. */
  newest: number;
  hours: Record<string, Range>;
  days: Record<string, Range>;
  /** Of tides: the newest reading of each half hour. */
  halves?: Record<string, Latest<number>>;
}

interface SensorState {
  sensor: string;
  unit?: Latest<string>;
  courses: Record<string, Course>;
}

type Data = Record<string, unknown>;
/** Which field names the sensor, and which fields are watched under which name. */
const WATCHED: Readonly<Record<string, { sensor: string; fields: Readonly<Record<string, string>> }>> = {
  [TYPES.salinity]: { sensor: 'station', fields: { salinity: 'salinity' } },
  [TYPES.waterLevel]: { sensor: 'station', fields: { level: 'water-level' } },
  [TYPES.weather]: { sensor: 'station', fields: { temperature: 'air-temperature' } },
  [TYPES.soil]: { sensor: 'plot', fields: { moisture: 'soil-moisture' } },
  [TYPES.pond]: {
    sensor: 'pond',
    fields: { oxygen: 'pond-oxygen', ph: 'pond-ph', temperature: 'pond-temperature', salinity: 'pond-salinity' },
  },
};

/** Fresh water tells the same value for days: below this, ‰, a salinity sensor is not stuck. */
const FRESH = 0.5;
const HALF_HOUR_MS = 30 * MINUTE_MS;
const TIDE_DAYS_MS = 3 * DAY_MS;

const dayOf = (time: number): number => Math.floor((time + VN_OFFSET_MS) / DAY_MS);
const hourOf = (time: number): number => Math.floor(time / HOUR_MS);

/** One sensor: whether it works, is silent, stuck or suspected to drift, and of salinity the next tide's peak. */
export const sensor = (settings: AgricultureSettings): Projection =>
  projection<SensorState, Data>({
    name: 'sensor',
    types: Object.keys(WATCHED),
    key: (event) => `${event.type.split('.')[3] ?? ''}/${nameOf(event)}`,
    fold: (before, event) => {
      const state: SensorState = { sensor: nameOf(event), courses: {}, ...before };
      const unit = latest(state.unit, event.time, unitOf(event, state.sensor));
      if (unit) state.unit = unit;
      for (const [field, parameter] of Object.entries(WATCHED[event.type]?.fields ?? {})) {
        const value = event.data[field];
        if (typeof value !== 'number') continue;
        const course = courseWith(state.courses[parameter], event.time, value, parameter === 'salinity', settings);
        state.courses = { ...state.courses, [parameter]: course };
      }
      return state;
    },
    shares: (state, now) => {
      const shares: Share[] = [];
      const turns: number[] = [];
      for (const [parameter, course] of Object.entries(state.courses)) {
        const { condition, until } = conditionOf(parameter, course, now, settings);
        if (condition === null) continue;
        const place = [state.unit?.[1] ?? '', state.sensor];
        const dims = [place[0] ?? '', parameter, state.sensor, condition];
        shares.push({ metric: 'agriculture.sensors', dims, value: 1 });
        turns.push(until);
        const peak = condition === 'working' ? peakOf(course, now) : null;
        if (!peak) continue;
        shares.push(
          { metric: 'agriculture.salinity-peak', dims: place, value: Math.max(0, Math.round(peak.value * 100) / 100) },
          { metric: 'agriculture.salinity-peak-at', dims: place, value: peak.at },
        );
        turns.push(peak.at);
      }
      return { shares, until: turns.length === 0 ? null : Math.min(...turns) };
    },
  });

function nameOf({ type, data }: TypedEvent<Data>): string {
  const name = data[WATCHED[type]?.sensor ?? ''];
  return typeof name === 'string' ? name : '';
}

function courseWith(
  before: Course | undefined,
  time: number,
  value: number,
  tidal: boolean,
  { stuckHours, driftDays }: AgricultureSettings,
): Course {
  const newest = Math.max(before?.newest ?? time, time);
  const widened = (ranges: Record<string, Range> | undefined, at: number, oldest: number): Record<string, Range> => {
    const [low, high] = ranges?.[at] ?? [value, value];
    return cut({ ...ranges, [at]: [Math.min(low, value), Math.max(high, value)] }, oldest);
  };
  const course: Course = {
    newest,
    hours: widened(before?.hours, hourOf(time), hourOf(newest) - stuckHours),
    days: widened(before?.days, dayOf(time), dayOf(newest) - driftDays),
  };
  if (!tidal) return course;
  const half = Math.floor(time / HALF_HOUR_MS);
  const known = latest(before?.halves?.[half], time, value);
  const oldest = Math.floor((newest - TIDE_DAYS_MS) / HALF_HOUR_MS);
  return { ...course, halves: cut({ ...before?.halves, ...(known ? { [half]: known } : {}) }, oldest) };
}

/** Without what lies before `oldest`. */
function cut<T>(parts: Record<string, T>, oldest: number): Record<string, T> {
  return Object.fromEntries(Object.entries(parts).filter(([at]) => Number(at) >= oldest));
}

/** How a sensor does, and when that may change without a reading; null: nobody counts it any more. */
function conditionOf(
  parameter: string,
  course: Course,
  now: number,
  settings: AgricultureSettings,
): { condition: 'working' | 'silent' | 'stuck' | 'drifting' | null; until: number } {
  const silentFrom = course.newest + settings.silentMinutes * MINUTE_MS;
  const removedFrom = course.newest + settings.removedDays * DAY_MS;
  if (now >= Math.max(silentFrom, removedFrom)) return { condition: null, until: Infinity };
  if (now >= silentFrom) return { condition: 'silent', until: removedFrom };
  if (isStuck(parameter, course, settings)) return { condition: 'stuck', until: silentFrom };
  return { condition: isDrifting(course, settings) ? 'drifting' : 'working', until: silentFrom };
}

/** The same value in each of the last hours. */
function isStuck(parameter: string, { hours, newest }: Course, { stuckHours }: AgricultureSettings): boolean {
  const last = hourOf(newest);
  const ranges = Array.from({ length: stuckHours + 1 }, (_, i) => hours[last - i]);
  const [value = null] = ranges[0] ?? [];
  if (value === null || (parameter === 'salinity' && value < FRESH)) return false;
  return ranges.every((range) => range !== undefined && range[0] === value && range[1] === value);
}

/** The middle of each day's range went one way only, and far. */
function isDrifting({ days, newest }: Course, { driftDays, driftPercent }: AgricultureSettings): boolean {
  const today = dayOf(newest);
  const middles: number[] = [];
  for (let day = today - driftDays; day < today; day++) {
    const range = days[day];
    if (!range) return false;
    middles.push((range[0] + range[1]) / 2);
  }
  const [first = 0] = middles;
  const change = (middles.at(-1) ?? 0) - first;
  const oneWay = middles.every((middle, i) => i === 0 || (middle - (middles[i - 1] ?? 0)) * Math.sign(change) > 0);
  return oneWay && 100 * Math.abs(change) >= driftPercent * Math.abs(first);
}

/** The next tide's peak after now, by the fit of the last three days. */
function peakOf({ halves }: Course, now: number): { at: number; value: number } | null {
  if (!halves) return null;
  const points: Point[] = Object.values(halves).sort(([a], [b]) => a - b);
  const fit = fitTide(points);
  return fit && nextPeak(fit, now);
}
