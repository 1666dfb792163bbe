import { dayName, HOUR_MS, MINUTE_MS, periodStart } from '#libs/contracts';
import { latest, type Latest, projection, type Projection, type Share } from '#libs/sector-kit';
import type { SalinityDto } from './agriculture.dto.js';
import type { Rules } from './observe.js';
import { unitOf } from './places.js';
import { TYPES } from './types.js';

/** One reading is kept of each slot, so that a day is bounded however often a station reads. */
const SLOT_MS = 5 * MINUTE_MS;

type Reading = [time: number, salinity: number, minutes: number | null];

interface DayState {
  station: string;
  unit: Latest<string>;
  /** Of each slot the newest reading: its time, ‰, and the minutes that it stands for where it says so. */
  slots: Record<string, Reading>;
}

/** The later; of one moment the saltier, then that which stands for longer: order and repetition do not matter. */
function isNewer([time, salinity, minutes]: Reading, known: Reading): boolean {
  if (time !== known[0]) return time > known[0];
  if (salinity !== known[1]) return salinity > known[1];
  return (minutes ?? 0) > (known[2] ?? 0);
}

/**
 * A day of a station: how long its water was above both limits. A reading stands until the next, at most for the minutes
 * that it says or that the settings assume, so that stations that read more often are not above the limit for longer.
 */
export const saltHours = ({ irrigationLimit, intrusion, readingMinutes }: Rules): Projection =>
  projection<DayState, SalinityDto>({
    name: 'salt-hours',
    types: [TYPES.salinity],
    key: ({ data, time }) => `${data.station}|${dayName(time)}`,
    fold: (before, event) => {
      const { data, time } = event;
      const slot = String(Math.floor((time - periodStart('d', time)) / SLOT_MS));
      const known = before?.slots[slot];
      const told: Reading = [time, data.salinity, data.minutes ?? null];
      const newer = !known || isNewer(told, known);
      return {
        station: data.station,
        unit: latest(before?.unit, time, unitOf(event, data.station)),
        slots: newer ? { ...before?.slots, [slot]: told } : (before?.slots ?? {}),
      };
    },
    shares: ({ station, unit, slots }) => {
      const readings = Object.values(slots).sort((a, b) => a[0] - b[0]);
      const hours = new Map<string, Share>();
      const add = (metric: string, at: number, value: number): void => {
        const known = hours.get(`${metric} ${at}`);
        if (known) known.value += value;
        else hours.set(`${metric} ${at}`, { metric: `agriculture.${metric}`, dims: [unit[1], station], value, at });
      };
      readings.forEach(([time, salinity, minutes], i) => {
        const next = readings[i + 1]?.[0] ?? Infinity;
        const stands = Math.min((minutes ?? readingMinutes) * MINUTE_MS, next - time) / HOUR_MS;
        if (salinity >= irrigationLimit) add('salinity-hours-1', periodStart('h', time), stands);
        if (salinity >= intrusion) add('salinity-hours-4', periodStart('h', time), stands);
      });
      return { shares: [...hours.values()], until: null };
    },
  });
