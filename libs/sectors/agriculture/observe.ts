import type { Observation, TypedEvent } from '#libs/sector-kit';
import type { LightTrapDto, PondDto, SalinityDto, SoilDto, WaterLevelDto, WeatherDto } from './agriculture.dto.js';
import { unitOf } from './places.js';
import type { AgricultureSettings } from './settings.js';

/** The settings that every reading is held against, read once. */
export interface Rules {
  irrigationLimit: number;
  intrusion: number;
  /** Minutes that a reading stands for when it does not say so. */
  readingMinutes: number;
  /** Station → levels 1 to 3 in metres; null where one is not known. */
  alarms: ReadonlyMap<string, readonly (number | null)[]>;
  /** `shrimp oxygen` → lowest and highest allowed. */
  limits: ReadonlyMap<string, readonly [number, number]>;
}

export function rulesOf(settings: AgricultureSettings): Rules {
  const { irrigationLimit, intrusion, readingMinutes, alarmLevels, pondLimits } = settings;
  const alarms = alarmLevels.map((text): [string, (number | null)[]] => {
    const [station = '', ...levels] = text.split(' ');
    return [station, levels.map((level) => (level === '-' ? null : Number(level)))];
  });
  const limits = pondLimits.map((text): [string, [number, number]] => {
    const [species = '', parameter = '', range = ''] = text.split(' ');
    const [low = '', high = ''] = range.split('..');
    return [`${species} ${parameter}`, [low === '' ? -Infinity : Number(low), high === '' ? Infinity : Number(high)]];
  });
  return { irrigationLimit, intrusion, readingMinutes, alarms: new Map(alarms), limits: new Map(limits) };
}

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
  const { station, salinity } = event.data;
  return [one('salinity', [unitOf(event, station), station], salinity)];
}

/** The highest alarm level reached at a station, 0 below all; null where none is known. */
export function alarmOf(station: string, level: number, { alarms }: Rules): number | null {
  const levels = alarms.get(station);
  if (!levels) return null;
  return levels.reduce<number>((highest, from, i) => (from !== null && level >= from ? i + 1 : highest), 0);
}

export function observeWaterLevel(event: TypedEvent<WaterLevelDto>, rules: Rules): Observation[] {
  const { station, level } = event.data;
  const dims = [unitOf(event, station), station];
  return [one('water-level', dims, level), ...given('water-alarm', dims, alarmOf(station, level, rules))];
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

export const POND_PARAMETERS = ['oxygen', 'ph', 'temperature', 'salinity'] as const;
export type PondParameter = (typeof POND_PARAMETERS)[number];

/** Whether a value is out of the limits of what lives in the pond. */
export function isOut({ limits }: Rules, kind: string, parameter: PondParameter, value: number): boolean {
  const [low, high] = limits.get(`${kind} ${parameter}`) ?? [-Infinity, Infinity];
  return value < low || value > high;
}

export function observePond(event: TypedEvent<PondDto>, rules: Rules): Observation[] {
  const { pond, kind, ...values } = event.data;
  const dims = [unitOf(event, pond), pond];
  const out: Observation[] = [];
  for (const parameter of POND_PARAMETERS) {
    const value = values[parameter];
    if (value === null || value === undefined) continue;
    out.push(one(`pond-${parameter}`, dims, value));
    if (isOut(rules, kind, parameter, value)) out.push(one('pond-breaches', [...dims, parameter], 1));
  }
  return out;
}

export function observeTrap(event: TypedEvent<LightTrapDto>): Observation[] {
  const { trap, counts } = event.data;
  const caught = counts ?? [];
  const unit = unitOf(event, trap);
  return caught.map(({ species, count }) => one('trap-count', [unit, trap, species], count));
}
