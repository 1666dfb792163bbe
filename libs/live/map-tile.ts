import type { Level, MapState } from '#libs/contracts';
import type { Tile } from '#libs/sector-kit';
import { type BoardContext, labelOf, visiblePlaces } from './board-context.js';
import { evaluateBy, type Reading } from './formula.js';
import { levelOf } from './level.js';
import { marksOf } from './marks.js';
import { higher } from './tally-groups.js';

type MapTile = Extract<Tile, { kind: 'map' }>;
type Point = MapState['points'][number];

/** The two archipelagos that every map of the country names. */
const ARCHIPELAGOS: readonly { key: string; vi: string; en: string; lon: number; lat: number }[] = [
  { key: 'hoang-sa', vi: 'Quần đảo Hoàng Sa (Việt Nam)', en: 'Hoàng Sa Archipelago (Việt Nam)', lon: 112.0, lat: 16.5 },
  {
    key: 'truong-sa',
    vi: 'Quần đảo Trường Sa (Việt Nam)',
    en: 'Trường Sa Archipelago (Việt Nam)',
    lon: 111.92,
    lat: 8.645,
  },
];

export function evaluateMap(context: BoardContext, tile: MapTile): MapState {
  const points: Point[] = [];
  let at: number | null = null;
  for (const { by, measure, levels } of tile.layers) {
    const places = visiblePlaces(context, by);
    const readings = evaluateBy(
      context,
      { measure },
      by,
      places.map((place) => place.code),
    );
    for (const [key, reading] of readings) {
      at = higher(at, reading.at);
      const position = positionOf(context, by, key);
      if (position)
        points.push(
          pointOf(
            context,
            { by, key, reading, level: levelOf(reading.value, levels, context.moment.at), ...position },
            measure.metric,
          ),
        );
    }
  }
  points.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  for (const { key, vi, en, lon, lat } of ARCHIPELAGOS) {
    if (!holds(tile.extent, lon, lat)) continue;
    points.push({ key, label: { vi, en }, lon, lat, value: null, level: 'ok', shape: 'label', at: null });
  }
  return {
    kind: 'map',
    points,
    ...marksOf(
      context,
      tile.layers.map((layer) => layer.measure.metric),
      at,
    ),
  };
}

interface Found {
  by: string;
  key: string;
  reading: Reading;
  level: Level;
  lon: number;
  lat: number;
}

function pointOf(context: BoardContext, { by, key, reading, level, lon, lat }: Found, metric: string): Point {
  return {
    key: `${by}:${key}`,
    label: labelOf(context, context.catalogue.packOfMetric(metric), by, key),
    lon,
    lat,
    value: reading.value,
    level,
    shape: by === 'unit' ? 'unit' : 'station',
    at: reading.at,
  };
}

/** Where a unit or place lies; a place without coordinates of its own lies where its commune does. */
function positionOf(context: BoardContext, by: string, key: string): { lon: number; lat: number } | null {
  const place = context.catalogue.places(by).get(key);
  if (place?.lon !== undefined && place.lat !== undefined) return { lon: place.lon, lat: place.lat };
  const unit = context.units.find(place?.unit ?? key);
  return unit && unit.lon !== null && unit.lat !== null ? { lon: unit.lon, lat: unit.lat } : null;
}

function holds(extent: MapTile['extent'], lon: number, lat: number): boolean {
  if (!extent) return true;
  const [west, south, east, north] = extent;
  return lon >= west && lon <= east && lat >= south && lat <= north;
}
