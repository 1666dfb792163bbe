/** Outer box in degrees: west, south, east, north. */
export type Extent = [number, number, number, number];

/** The whole country with Hoàng Sa and Trường Sa at their true place. */
export const COUNTRY: Extent = [101.9, 7.2, 115.6, 23.6];

/** The two archipelagos of Đà Nẵng and Khánh Hòa; always on a map of the country. */
export const ARCHIPELAGOS = [
  { key: 'hoang-sa', label: { vi: 'QĐ. Hoàng Sa', en: 'Hoàng Sa Is.' }, lon: 112.0, lat: 16.5 },
  { key: 'truong-sa', label: { vi: 'QĐ. Trường Sa', en: 'Trường Sa Is.' }, lon: 114.0, lat: 9.4 },
] as const;

export const contains = (box: Extent, lon: number, lat: number): boolean =>
  lon >= box[0] && lon <= box[2] && lat >= box[1] && lat <= box[3];

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Projection {
  x: (lon: number) => number;
  y: (lat: number) => number;
  /** What the box really shows, wider than asked on one axis. */
  shown: Extent;
}

/** Equirectangular, true to scale at the middle latitude, centred in `box`. */
export function project(extent: Extent, box: Box): Projection {
  const [west, south, east, north] = extent;
  const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const scale = Math.min(box.width / ((east - west) * squeeze), box.height / (north - south));
  const middle = { lon: (west + east) / 2, lat: (south + north) / 2 };
  const halfLon = box.width / 2 / (scale * squeeze);
  const halfLat = box.height / 2 / scale;
  return {
    x: (lon) => box.x + box.width / 2 + (lon - middle.lon) * squeeze * scale,
    y: (lat) => box.y + box.height / 2 - (lat - middle.lat) * scale,
    shown: [middle.lon - halfLon, middle.lat - halfLat, middle.lon + halfLon, middle.lat + halfLat],
  };
}

/** Box around points with a margin, never smaller than `least` degrees. */
export function extentOf(points: readonly { lon: number; lat: number }[], least = 0.2): Extent {
  if (points.length === 0) return COUNTRY;
  const lons = points.map((p) => p.lon);
  const lats = points.map((p) => p.lat);
  const grow = (low: number, high: number): [number, number] => {
    const margin = Math.max((high - low) * 0.07, (least - (high - low)) / 2, 0.02);
    return [low - margin, high + margin];
  };
  const [west, east] = grow(Math.min(...lons), Math.max(...lons));
  const [south, north] = grow(Math.min(...lats), Math.max(...lats));
  return [west, south, east, north];
}

/** Steps of a light grid: 4–8 lines over the longer side. */
export function gridStep(extent: Extent): number {
  const span = Math.max(extent[2] - extent[0], extent[3] - extent[1]);
  return [0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10].find((step) => span / step <= 8) ?? 20;
}

/** Radius of a dot whose area grows with its value. */
export function radiusOf(value: number | null, largest: number, least: number, most: number): number {
  if (value === null || value <= 0 || largest <= 0) return least;
  return least + (most - least) * Math.sqrt(Math.min(1, value / largest));
}

export interface LabelWish {
  key: string;
  /** The mark that it names. */
  x: number;
  y: number;
  radius: number;
  width: number;
  height: number;
  /** Must be read: may cover marks in `avoid` where there is no other place. */
  must?: boolean;
}

export interface LabelPlace extends Box {
  key: string;
}

/** What a label should not cover; the heavier, the less. */
export interface Obstacle extends Box {
  weight?: number;
}

const overlaps = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/**
 * Places labels around their marks, most important first: right, left, above, below, then the corners. A label that
 * would cover another label, a mark in `avoid` or leave `box` is left out.
 */
export function placeLabels(
  wishes: readonly LabelWish[],
  avoid: readonly Obstacle[],
  box: Box,
  most = 40,
): LabelPlace[] {
  const placed: LabelPlace[] = [];
  for (const wish of wishes) {
    if (placed.length >= most) break;
    const gap = wish.radius + Math.max(2, wish.height * 0.15);
    const { x, y, width: w, height: h } = wish;
    const candidates: [number, number][] = [
      [x + gap, y - h / 2],
      [x - gap - w, y - h / 2],
      [x - w / 2, y - gap - h],
      [x - w / 2, y + gap],
      [x + gap * 0.7, y - gap * 0.7 - h],
      [x + gap * 0.7, y + gap * 0.7],
      [x - gap * 0.7 - w, y - gap * 0.7 - h],
      [x - gap * 0.7 - w, y + gap * 0.7],
    ];
    const free = candidates
      .map(([left, top]) => ({ key: wish.key, x: left, y: top, width: w, height: h }))
      .filter(
        (at) =>
          at.x >= box.x &&
          at.y >= box.y &&
          at.x + w <= box.x + box.width &&
          at.y + h <= box.y + box.height &&
          !placed.some((other) => overlaps(at, other)),
      );
    const covered = (at: Box) =>
      avoid.filter((mark) => overlaps(at, mark)).reduce((sum, { weight }) => sum + (weight ?? 1), 0);
    const clear = free.find((at) => covered(at) === 0);
    const place = clear ?? (wish.must === true ? free.sort((a, b) => covered(a) - covered(b))[0] : undefined);
    if (place !== undefined) placed.push(place);
  }
  return placed;
}
