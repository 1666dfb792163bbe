import type { Observation, TypedEvent } from '#libs/sector-kit';
import type { LightTrapDto, PondDto, SalinityDto, SoilDto, WaterLevelDto, WeatherDto } from './agriculture.dto.js';
import { ALARMS, unitOf } from './places.js';

/** Minutes that a reading stands for when it does not say so (assumed period of water stations). */
const PERIOD_MINUTES = 15;
/** Limit for irrigation (assumed) and start of intrusion (QĐ 18/2021/QĐ-TTg), ‰. */
export const IRRIGATION_LIMIT = 1;
export const INTRUSION = 4;

/**
 * Limits of pond water. Shrimp: 26–32 °C, 7–25‰, pH 7.5–8.5, oxygen from 5 mg/L; catfish: oxygen from 2 mg/L, the same
 * temperature and pH.
 */
const LIMITS: Readonly<Record<PondDto['kind'], Readonly<Record<string, readonly [number, number]>>>> = {
  shrimp: { oxygen: [5, Infinity], ph: [7.5, 8.5], temperature: [26, 32], salinity: [7, 25] },
  catfish: { oxygen: [2, Infinity], ph: [7.5, 8.5], temperature: [26, 32] },
};

const one = (metric: string, dims: string[], value: number): Observation => ({
  metric: `agriculture.${metric}`,
  dims,
  value,
});

/** A value that senders may leave out or give as null. */
function given(metric: string, dims: string[], value: number | null | undefined): Observation[] {
  return value === null || value === undefined ? [] : [one(metric, dims, value)];
}

export function observeSalinity(event: TypedEvent<SalinityDto>): Observation[] {
  const { station, salinity, minutes } = event.data;
  const dims = [unitOf(event, station), station];
  const hours = (minutes ?? PERIOD_MINUTES) / 60;
  const out = [one('salinity', dims, salinity)];
  if (salinity >= IRRIGATION_LIMIT) out.push(one('salinity-hours-1', dims, hours));
  if (salinity >= INTRUSION) out.push(one('salinity-hours-4', dims, hours));
  return out;
}

/** The highest alarm level reached at a station, 0 below all; null where none is known. */
export function alarmOf(station: string, level: number): number | null {
  const alarms = ALARMS[station];
  if (!alarms) return null;
  return alarms.reduce((highest, alarm) => (level >= alarm.from ? Math.max(highest, alarm.level) : highest), 0);
}

export function observeWaterLevel(event: TypedEvent<WaterLevelDto>): Observation[] {
  const { station, level } = event.data;
  const dims = [unitOf(event, station), station];
  return [one('water-level', dims, level), ...given('water-alarm', dims, alarmOf(station, level))];
}

export function observeWeather(event: TypedEvent<WeatherDto>): Observation[] {
  const { station, temperature, humidity, rain, wind } = event.data;
  const dims = [unitOf(event, station), station];
  return [
    one('air-temperature', dims, temperature),
    ...given('humidity', dims, humidity),
    ...given('rain', dims, rain),
    ...given('wind', dims, wind),
  ];
}

export function observeSoil(event: TypedEvent<SoilDto>): Observation[] {
  const { plot, moisture, ph } = event.data;
  const dims = [unitOf(event, plot), plot];
  return [one('soil-moisture', dims, moisture), ...given('soil-ph', dims, ph)];
}

export function observePond(event: TypedEvent<PondDto>): Observation[] {
  const { pond, kind, ...values } = event.data;
  const dims = [unitOf(event, pond), pond];
  const out: Observation[] = [];
  let breaches = 0;
  for (const parameter of ['oxygen', 'ph', 'temperature', 'salinity'] as const) {
    const value = values[parameter];
    if (value === null || value === undefined) continue;
    out.push(one(`pond-${parameter}`, dims, value));
    const limits = LIMITS[kind][parameter];
    if (limits && (value < limits[0] || value > limits[1])) {
      out.push(one('pond-breaches', [...dims, parameter], 1));
      breaches++;
    }
  }
  if (out.length > 0) out.push(one('pond-out', dims, breaches > 0 ? 1 : 0));
  return out;
}

export function observeTrap(event: TypedEvent<LightTrapDto>): Observation[] {
  const { trap, counts } = event.data;
  const unit = unitOf(event, trap);
  return counts.map(({ species, count }) => one('trap-count', [unit, trap, species], count));
}
