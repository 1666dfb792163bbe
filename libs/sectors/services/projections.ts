import { calendarShift, calendarStart, DAY_MS, dayStart, periodStart } from '#libs/contracts';
import { dayHasBegun, latest, type Latest, missingDays, projection, type ToldDays, withDay } from '#libs/sector-kit';
import type { DayCountedDto, EssentialDto } from './services.dto.js';

export const TYPES = {
  day: 'vn.ioc.services.day.counted.v1',
  essential: 'vn.ioc.services.essential.updated.v1',
} as const;

interface DayState {
  system: string;
  unit?: Latest<string>;
  /** dossiers, online, visits of the newest report, as one. */
  counts?: Latest<string>;
  day: string;
}

/** The counters of a system for a day. */
export const day = projection<DayState, DayCountedDto>({
  name: 'day',
  types: [TYPES.day],
  key: (event) => (dayHasBegun(event) ? `${event.data.system}|${event.data.day}` : null),
  fold: (before, { data, time, unit }) => {
    const place = latest(before?.unit, time, unit);
    const online = Math.min(data.online, data.dossiers);
    const counts = latest(before?.counts, time, JSON.stringify([data.dossiers, online, data.visits ?? 0]));
    return { system: data.system, day: data.day, ...(place ? { unit: place } : {}), ...(counts ? { counts } : {}) };
  },
  shares: ({ system, unit, day: name, counts }) => {
    const [dossiers, online, visits] = JSON.parse(counts?.[1] ?? '[0,0,0]') as [number, number, number];
    const at = dayStart(name);
    const dims = (kind: string): string[] => [unit?.[1] ?? '', system, kind];
    return {
      shares: [
        { metric: 'services.counted', dims: dims('online'), value: online, at },
        { metric: 'services.counted', dims: dims('desk'), value: dossiers - online, at },
        { metric: 'services.counted', dims: dims('visit'), value: visits, at },
      ],
      until: null,
    };
  },
});

/** Days back that must be there; the day before yesterday is the newest that must. */
const OWED = { dueDays: 1, lookBackDays: 14 };

interface SystemState extends ToldDays {
  system: string;
  unit?: Latest<string>;
}

/** A system: which days of the last two weeks it has not told. A day must be there by the end of the next. */
export const system = projection<SystemState, DayCountedDto>({
  name: 'system',
  types: [TYPES.day],
  key: (event) => (dayHasBegun(event) ? event.data.system : null),
  fold: (before, { data, time, unit }) => {
    const place = latest(before?.unit, time, unit);
    return { system: data.system, ...withDay(before, data.day), ...(place ? { unit: place } : {}) };
  },
  shares: ({ system: name, unit, ...told }, now) => {
    const missing = missingDays(told, now, OWED).length;
    const dims = [unit?.[1] ?? '', name];
    return {
      shares: [
        { metric: 'services.missing-days', dims, value: missing },
        { metric: 'services.systems', dims: [...dims, missing > 0 ? 'gaps' : 'whole'], value: 1 },
      ],
      until: periodStart('d', now) + DAY_MS,
    };
  },
});

interface EssentialState {
  group: Latest<string>;
  state: Latest<string>;
  used?: Latest<number>;
}

/** A service of the list by its code. */
export const essential = projection<EssentialState, EssentialDto>({
  name: 'essential',
  types: [TYPES.essential],
  key: ({ data }) => data.service,
  fold: (before, { data, time }) => {
    const used = latest(before?.used, time, data.used);
    return {
      group: latest(before?.group, time, data.group),
      state: latest(before?.state, time, data.state),
      ...(used ? { used } : {}),
    };
  },
  shares: ({ group, state, used }, now) => ({
    shares: [
      { metric: 'services.essential', dims: [group[1], state[1]], value: 1 },
      ...(used && used[0] >= calendarStart('year', now)
        ? [{ metric: 'services.essential-used', dims: [group[1]], value: used[1] }]
        : []),
    ],
    until: used ? calendarShift('year', calendarStart('year', now), 1) : null,
  }),
});
