import type { Text } from '#libs/contracts';
import { defineSector, eventType } from '#libs/sector-kit';
import { LightTrapDto, PondDto, SalinityDto, SoilDto, WaterLevelDto, WeatherDto } from './agriculture.dto.js';
import { boardOf } from './board.js';
import { flight, trapNight } from './flights.js';
import { indicatorsOf, saltLevels } from './indicators.js';
import { labels } from './labels.js';
import { metricsOf } from './metrics.js';
import {
  observePond,
  observeSalinity,
  observeSoil,
  observeTrap,
  observeWaterLevel,
  observeWeather,
  rulesOf,
} from './observe.js';
import { pondLimits } from './pond-limits.js';
import { plots, ponds, stations, traps, weatherStations } from './places.js';
import { saltHours } from './salt-hours.js';
import { sensor } from './sensors.js';
import { alertRulesOf } from './rules.js';
import { AgricultureSettings } from './settings.js';
import { simulation } from './simulation.js';
import { TYPES } from './types.js';

const names = new Map([...stations, ...traps, ...ponds].map(({ code, name }) => [code, name]));

/** `12,3` in Vietnamese, `12.3` in English. */
function say(place: string, what: Text, value: number, digits: number, unit: string): Text {
  const name = names.get(place) ?? place;
  const text = value.toFixed(digits);
  return { vi: `${name}: ${what.vi} ${text.replace('.', ',')} ${unit}`, en: `${name}: ${what.en} ${text} ${unit}` };
}

/** Sensors of fields, canals and ponds: their readings, what is wrong with them, and what the tide and the insects will do. */
export const pack = defineSector(AgricultureSettings, (settings) => {
  const rules = rulesOf(settings);
  return {
    id: 'agriculture',
    revision: '2',
    flows: '2',
    title: { vi: 'Nông nghiệp và nguồn nước', en: 'Agriculture and water' },
    owner: { vi: 'Sở Nông nghiệp và Môi trường', en: 'Department of Agriculture and Environment' },
    events: [
      eventType<SalinityDto>({
        type: TYPES.salinity,
        title: { vi: 'Đo độ mặn', en: 'Salinity measured' },
        dto: SalinityDto,
        adds: ['salinity', 'salinity-hours-1', 'salinity-hours-4', 'sensors', 'salinity-peak', 'salinity-peak-at'],
        observe: observeSalinity,
        line: ({ data }) =>
          data.salinity >= settings.intrusion
            ? say(data.station, { vi: 'mặn', en: 'salinity' }, data.salinity, 1, '‰')
            : null,
      }),
      eventType<WaterLevelDto>({
        type: TYPES.waterLevel,
        title: { vi: 'Đo mực nước', en: 'Water level measured' },
        dto: WaterLevelDto,
        adds: ['water-level', 'water-alarm', 'sensors'],
        observe: (event) => observeWaterLevel(event, rules),
        line: ({ data }) => say(data.station, { vi: 'mực nước', en: 'water level' }, data.level, 2, 'm'),
      }),
      eventType<WeatherDto>({
        type: TYPES.weather,
        title: { vi: 'Đo thời tiết', en: 'Weather measured' },
        dto: WeatherDto,
        adds: ['air-temperature', 'humidity', 'rain', 'wind', 'sensors'],
        observe: observeWeather,
      }),
      eventType<SoilDto>({
        type: TYPES.soil,
        title: { vi: 'Đo đất', en: 'Soil measured' },
        dto: SoilDto,
        adds: ['soil-moisture', 'soil-ph', 'sensors'],
        observe: observeSoil,
      }),
      eventType<PondDto>({
        type: TYPES.pond,
        title: { vi: 'Đo nước ao', en: 'Pond water measured' },
        dto: PondDto,
        adds: ['pond-oxygen', 'pond-ph', 'pond-temperature', 'pond-salinity', 'pond-out', 'pond-breaches', 'sensors'],
        observe: (event) => observePond(event, rules),
        line: ({ data }) =>
          typeof data.oxygen === 'number' && data.oxygen < (rules.limits.get(`${data.kind} oxygen`)?.[0] ?? 0)
            ? say(data.pond, { vi: 'oxy hoà tan', en: 'oxygen' }, data.oxygen, 1, 'mg/L')
            : null,
      }),
      eventType<LightTrapDto>({
        type: TYPES.trap,
        title: { vi: 'Bẫy đèn đếm côn trùng', en: 'Light trap counted' },
        dto: LightTrapDto,
        adds: ['trap-count', 'trap-night', 'flights', 'flight-peak', 'sow-until'],
        observe: observeTrap,
        line: ({ data }) => {
          const hoppers = data.counts?.find(({ species }) => species === 'ray-nau');
          return hoppers ? say(data.trap, { vi: 'rầy nâu', en: 'planthoppers' }, hoppers.count, 0, '') : null;
        },
      }),
    ],
    metrics: metricsOf(settings),
    projections: [sensor(settings), saltHours(rules), pondLimits(rules), trapNight, flight(settings)],
    indicators: indicatorsOf(settings),
    rules: alertRulesOf(settings),
    board: boardOf(settings),
    overview: [
      'agriculture.salinity-now',
      'agriculture.water-alarm',
      'agriculture.silent-sensors',
      'agriculture.planthoppers',
    ],
    overviewMap: {
      by: 'station',
      measure: { metric: 'agriculture.salinity', agg: 'last', over: { hours: 2 } },
      levels: saltLevels(settings),
    },
    dimensions: {
      station: { vi: 'Trạm đo mặn', en: 'Salinity station' },
      'weather-station': { vi: 'Trạm thời tiết', en: 'Weather station' },
      plot: { vi: 'Thửa ruộng', en: 'Plot' },
      pond: { vi: 'Ao nuôi', en: 'Pond' },
      parameter: { vi: 'Thông số', en: 'Parameter' },
      trap: { vi: 'Bẫy đèn', en: 'Light trap' },
      species: { vi: 'Loài', en: 'Species' },
      stage: { vi: 'Giai đoạn', en: 'Stage' },
      sensor: { vi: 'Cảm biến', en: 'Sensor' },
      state: { vi: 'Tình trạng', en: 'State' },
    },
    labels,
    places: { station: stations, 'weather-station': weatherStations, plot: plots, pond: ponds, trap: traps },
    simulation,
  };
});
