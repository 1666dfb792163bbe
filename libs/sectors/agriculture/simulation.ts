import { DAY_MS, HOUR_MS, type HubEvent, MINUTE_MS, periodStart, VN_OFFSET_MS } from '#libs/contracts';
import { beats, normal, poisson, randomOf, type Scenario, type Simulation } from '#libs/sector-kit';
import { SPECIES } from './agriculture.dto.js';
import { plots, ponds, stations, traps, weatherStations } from './places.js';
import { salinityAt, springNeap, tide } from './tides.js';
import { TYPES } from './types.js';

const WATER = 'demo-quan-trac-man';
const WEATHER = 'demo-khi-tuong-dat';
const PONDS = 'demo-ao-nuoi';
const TRAPS = 'demo-bay-den';

const QUARTER = 15 * MINUTE_MS;
/** Sensors do not speak at once: each this much after the one before. */
const STAGGER = 20_000;

type Span = { from: number; to: number; seed: number };

/** Mean and half range of a gauge's tide in metres, about the values seen in November. */
const GAUGES: Readonly<Record<string, readonly [number, number]>> = {
  'can-tho': [1.15, 0.85],
  'dai-ngai': [0.95, 0.9],
  'tran-de': [0.75, 1.35],
  'phung-hiep': [1.0, 0.32],
  'vi-thanh': [0.62, 0.12],
};

function event(
  source: string,
  type: string,
  place: { code: string; unit: string },
  time: number,
  data: object,
): HubEvent {
  return {
    id: `${place.code}/${type.split('.')[3]}/${Math.floor(time / 1000)}`,
    source,
    type,
    time,
    subject: place.code,
    unit: place.unit,
    data: data as Record<string, unknown>,
  };
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));
const hourOf = (time: number): number => ((time + VN_OFFSET_MS) % DAY_MS) / HOUR_MS;
/** −1 in the coldest hour, about five; 1 about five in the afternoon. */
const warmth = (time: number): number => Math.cos((2 * Math.PI * (hourOf(time) - 15)) / 24);

function* water({ from, to, seed }: Span, step = QUARTER): Generator<HubEvent> {
  for (const [n, station] of stations.entries()) {
    for (const time of beats(from, to, step, (n * STAGGER) % step)) {
      const salinity = salinityAt(station.code, time, seed);
      const minutes = step / MINUTE_MS;
      if (salinity !== null) {
        yield event(WATER, TYPES.salinity, station, time, { station: station.code, salinity, minutes });
      }
      const gauge = GAUGES[station.code];
      if (!gauge) continue;
      const noise = 0.01 * normal(randomOf(seed, station.code, 'level', time));
      const level = gauge[0] + gauge[1] * (1 + 0.12 * springNeap(time)) * tide(time, n * 0.6 * HOUR_MS) + noise;
      yield event(WATER, TYPES.waterLevel, station, time, { station: station.code, level: round(level, 2), minutes });
    }
  }
}

function* weather({ from, to, seed }: Span): Generator<HubEvent> {
  const step = 10 * MINUTE_MS;
  for (const [n, station] of weatherStations.entries()) {
    for (const time of beats(from, to, step, n * STAGGER)) {
      const random = randomOf(seed, station.code, time);
      const warm = warmth(time);
      // Showers last an afternoon hour or two on some days.
      const wet =
        randomOf(seed, station.code, periodStart('d', time))() < 0.35 && hourOf(time) >= 14 && hourOf(time) < 16;
      yield event(WEATHER, TYPES.weather, station, time, {
        station: station.code,
        minutes: step / MINUTE_MS,
        temperature: round(28 + 4 * warm + 0.2 * normal(random), 1),
        humidity: Math.round(Math.min(100, 78 - 14 * warm + 2 * normal(random))),
        rain: wet ? round(3 * random() * random(), 1) : 0,
        wind: round(Math.max(0, 2.5 + warm + 0.6 * normal(random)), 1),
      });
    }
  }
  for (const [n, plot] of plots.entries()) {
    for (const time of beats(from, to, 30 * MINUTE_MS, n * STAGGER)) {
      const random = randomOf(seed, plot.code, time);
      yield event(WEATHER, TYPES.soil, plot, time, {
        plot: plot.code,
        moisture: round(34 + 4 * n - 2 * warmth(time) + 0.3 * normal(random), 1),
        ph: round(5.4 + 0.2 * n + 0.03 * normal(random), 2),
        temperature: round(27 + 1.5 * warmth(time) + 0.1 * normal(random), 1),
      });
    }
  }
}

/** Algae breathe at night: oxygen falls until dawn and rises until the afternoon, pH with it. */
function* pondWater({ from, to, seed }: Span): Generator<HubEvent> {
  for (const [n, pond] of ponds.entries()) {
    for (const time of beats(from, to, QUARTER, n * STAGGER)) {
      const random = randomOf(seed, pond.code, time);
      const warm = warmth(time);
      const shrimp = pond.kind === 'shrimp';
      // The second pond is stocked too densely: its nights bring the low oxygen seen in the field.
      const oxygen = (shrimp ? (n === 1 ? 4.2 : 6.4) : 3.8) + 1.1 * warm + 0.1 * normal(random);
      const reading: Record<string, unknown> = {
        pond: pond.code,
        kind: pond.kind,
        temperature: round(29 + 1.6 * warm + 0.1 * normal(random), 1),
        ph: round(8 + 0.25 * warm + 0.03 * normal(random), 2),
        oxygen: round(Math.max(0, oxygen), 1),
      };
      if (shrimp) reading['salinity'] = round(15 + n + 0.1 * normal(random), 1);
      yield event(PONDS, TYPES.pond, pond, time, reading);
    }
  }
}

/** A flight of brown planthoppers lasts six nights of each lunar month, with its peak in the third. */
const FLIGHT = [0.35, 0.7, 1, 0.75, 0.4, 0.2];
const MONTH_NIGHTS = 29;

function hoppers(night: number): number {
  const nights = Math.round((night + VN_OFFSET_MS) / DAY_MS);
  return 12 + 320 * (FLIGHT[nights % MONTH_NIGHTS] ?? 0);
}

/** Lamps burn from 18:00 to 05:00; each hour's count is told at its end, most in the first hours. */
function* lightTraps({ from, to, seed }: Span): Generator<HubEvent> {
  for (const [n, trap] of traps.entries()) {
    for (const time of beats(from, to, HOUR_MS, n * STAGGER)) {
      const hour = Math.floor(hourOf(time));
      if (hour > 5 && hour < 19) continue;
      const random = randomOf(seed, trap.code, time);
      const night = periodStart('d', time - 12 * HOUR_MS);
      const strength = Math.exp(-((hour + 24 - 19) % 24) / 3);
      const counts = SPECIES.map((species) => ({
        species,
        count: poisson(random, strength * (species === 'ray-nau' ? hoppers(night) * (0.5 + 0.2 * n) : 8)),
      }));
      yield event(TRAPS, TYPES.trap, trap, time, { trap: trap.code, counts });
    }
  }
}

/** `pace` changes nothing here: a sensor speaks at its own period, however busy the province is. */
function* events(span: Span & { pace: number }): Generator<HubEvent> {
  yield* water(span);
  yield* weather(span);
  yield* pondWater(span);
  yield* lightTraps(span);
}

/** Salt comes in fast: each minute, at every station, up to 8‰ more after ten minutes. */
const salinitySurge: Scenario = {
  name: 'salinity-surge',
  title: { vi: 'Mặn xâm nhập đột biến', en: 'Salinity surge' },
  seconds: 900,
  mutes: [WATER],
  *events({ from, to, start, seed }) {
    for (const event of water({ from, to, seed }, MINUTE_MS)) {
      const { salinity } = event.data;
      if (typeof salinity !== 'number') continue;
      const share = Math.min(1, (event.time - start) / (10 * MINUTE_MS));
      const data = { ...event.data, salinity: round(salinity + 8 * share, 2) };
      yield { ...event, id: `surge/${start}/${event.id}`, data };
    }
  },
};

/** The third night of a flight within minutes: three traps full of planthoppers. */
const planthopperPeak: Scenario = {
  name: 'planthopper-peak',
  title: { vi: 'Đỉnh rầy nâu vào đèn', en: 'Planthopper peak' },
  seconds: 300,
  *events({ from, to, start, seed }) {
    for (const [n, trap] of traps.slice(0, 3).entries()) {
      for (const time of beats(from, to, MINUTE_MS, n * STAGGER)) {
        const count = poisson(randomOf(seed, 'peak', trap.code, time), 2500);
        const peak = event(TRAPS, TYPES.trap, trap, time, { trap: trap.code, counts: [{ species: 'ray-nau', count }] });
        yield { ...peak, id: `peak/${start}/${peak.id}` };
      }
    }
  },
};

const silentSource: Scenario = {
  name: 'silent-source',
  title: { vi: 'Nguồn im lặng', en: 'A silent source' },
  seconds: 2700,
  mutes: [WATER],
};

/** A gateway was cut off; its loggers kept a reading a minute for six hours, and all of it comes in one go. */
const BACKLOG_SECONDS = 6 * 3600;
const reconnectFlood: Scenario = {
  name: 'reconnect-flood',
  title: { vi: 'Trạm kết nối lại, dồn sáu giờ số liệu', en: 'A gateway returns with six hours of backlog' },
  seconds: 120,
  backlog: { sources: [WATER], seconds: BACKLOG_SECONDS },
  *events({ from, to, start, seed }) {
    for (const event of water({ from, to, seed }, MINUTE_MS)) yield { ...event, id: `backlog/${start}/${event.id}` };
  },
};

export const simulation: Simulation = {
  sources: [
    {
      id: WATER,
      name: 'Quan trắc mặn và mực nước',
      types: [TYPES.salinity, TYPES.waterLevel],
      units: ['92'],
      every: 900,
    },
    {
      id: WEATHER,
      name: 'Khí tượng và đất',
      types: [TYPES.weather, TYPES.soil],
      units: ['92'],
      every: 600,
    },
    { id: PONDS, name: 'Ao nuôi thuỷ sản', types: [TYPES.pond], units: ['92'], every: 900 },
    // Off from five to six in the evening, so the longest promised pause is fourteen hours.
    { id: TRAPS, name: 'Bẫy đèn thông minh', types: [TYPES.trap], units: ['92'], every: 14 * 3600 },
  ],
  events,
  scenarios: [salinitySurge, planthopperPeak, silentSource, reconnectFlood],
};
