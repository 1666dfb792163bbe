/** Event types of this pack. */
export const TYPES = {
  salinity: 'vn.ioc.agriculture.salinity.measured.v1',
  waterLevel: 'vn.ioc.agriculture.waterlevel.measured.v1',
  weather: 'vn.ioc.agriculture.weather.measured.v1',
  soil: 'vn.ioc.agriculture.soil.measured.v1',
  pond: 'vn.ioc.agriculture.pond.measured.v1',
  trap: 'vn.ioc.agriculture.lighttrap.counted.v1',
} as const;
