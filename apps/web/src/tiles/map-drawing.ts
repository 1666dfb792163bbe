import type { MapState } from '#libs/contracts';
import { formatAxis, formatNumber } from '../format.js';
import { ARCHIPELAGOS, COUNTRY, contains, extentOf, gridStep, placeLabels, project, radiusOf } from '../geo.js';
import type { Box, Extent, LabelWish, Projection } from '../geo.js';
import { say } from '../language.js';
import { LEVEL_POLYGONS } from '../marks.js';
import { FONT, palette, textWidth } from '../palette.js';
import type { Frame, TileContext } from './tile.js';

export type Point = MapState['points'][number];

/** Worst first. */
export const RANK = { critical: 0, serious: 1, attention: 2, unknown: 4, ok: 3 } as const;

/** One drawing of a map: grid, marks from calm to worst, labels, locator. */
export class MapDrawing {
  private readonly colours = palette();
  private readonly font: number;
  private projection: Projection;
  private locatorBox: Box | null = null;
  private readonly extent: Extent;
  private readonly degrees: Box[] = [];
  private readonly largest: number;

  constructor(
    private readonly pen: CanvasRenderingContext2D,
    private readonly box: Box,
    private readonly frame: Frame,
    private readonly state: MapState,
    context: TileContext,
  ) {
    this.font = context.scale.tiny;
    const asked = frame.view.extent;
    // An extent that spans most of the country is a map of the country: the archipelagos belong on it.
    const country = asked === undefined || asked[3] - asked[1] > 10;
    this.extent = country ? COUNTRY : asked;
    if (country && asked === undefined && this.isLocal()) this.extent = extentOf(state.points);
    const edge = this.font * 0.6;
    const inner = { x: box.x + edge, y: box.y + edge, width: box.width - 2 * edge, height: box.height - 2 * edge };
    this.projection = project(this.extent, inner);
    if (ARCHIPELAGOS.some((island) => !contains(this.projection.shown, island.lon, island.lat))) {
      this.locatorBox = this.freeCorner(inner);
    }
    this.largest = Math.max(0, ...state.points.filter((p) => p.shape === 'unit').map((p) => p.value ?? 0));
  }

  /** Points of one province on a tile without an extent: shown close up, with the locator. */
  private isLocal(): boolean {
    if (this.state.points.length < 3) return false;
    const [west, south, east, north] = extentOf(this.state.points);
    return north - south < 4 && east - west < 4;
  }

  /** Corner for the locator that hides no point; where there is none, the map moves aside for it. */
  private freeCorner(inner: Box): Box {
    const { box, font } = this;
    const height = Math.min(box.height * 0.32, font * 7);
    const width = Math.min(box.width * 0.4, font * 9.2);
    const corners = [
      [box.x + box.width - width - 1, box.y + box.height - height - 1],
      [box.x + 1, box.y + box.height - height - 1],
      [box.x + box.width - width - 1, box.y + 1],
      [box.x + 1, box.y + 1],
    ] as const;
    // With room for the names beside the points.
    const beside = font * 8;
    const covered = (x: number, y: number) =>
      this.state.points.some((point) => {
        const px = this.projection.x(point.lon);
        const py = this.projection.y(point.lat);
        return px > x - beside && px < x + width + beside && py > y - font && py < y + height + font;
      });
    const free = corners.find(([x, y]) => !covered(x, y));
    if (free !== undefined) return { x: free[0], y: free[1], width, height };
    const aside = { ...inner, width: inner.width - width };
    const above = { ...inner, height: inner.height - height };
    const sizeIn = (room: Box) => {
      const shown = project(this.extent, room);
      return shown.y(this.extent[1]) - shown.y(this.extent[3]);
    };
    this.projection = project(this.extent, sizeIn(aside) >= sizeIn(above) ? aside : above);
    return { x: corners[0][0], y: corners[0][1], width, height };
  }

  run(): void {
    this.grid();
    const inside = (p: Point) => contains(this.projection.shown, p.lon, p.lat);
    const points = this.state.points.filter((p) => p.shape !== 'label' && inside(p));
    const calmFirst = [...points].sort((a, b) => RANK[b.level] - RANK[a.level] || (b.value ?? 0) - (a.value ?? 0));
    for (const point of calmFirst) this.mark(point);
    const locator = this.locator();
    const islands = ARCHIPELAGOS.filter((island) => contains(this.projection.shown, island.lon, island.lat));
    for (const island of islands) this.island(this.projection, island.lon, island.lat, this.font * 0.28);
    this.labels(points, islands, locator);
  }

  private grid(): void {
    const { pen, projection, box, font } = this;
    const [west, south, east, north] = projection.shown;
    const step = gridStep(projection.shown);
    pen.lineWidth = 1;
    pen.strokeStyle = this.colours.line;
    pen.fillStyle = this.colours.muted;
    pen.font = `400 ${font * 0.8}px ${FONT}`;
    pen.globalAlpha = 0.8;
    pen.beginPath();
    for (let lon = Math.ceil(west / step) * step; lon <= east; lon += step) {
      pen.moveTo(projection.x(lon), box.y);
      pen.lineTo(projection.x(lon), box.y + box.height);
    }
    for (let lat = Math.ceil(south / step) * step; lat <= north; lat += step) {
      pen.moveTo(box.x, projection.y(lat));
      pen.lineTo(box.x + box.width, projection.y(lat));
    }
    pen.stroke();
    pen.globalAlpha = 1;
    pen.textBaseline = 'bottom';
    pen.textAlign = 'left';
    const first = (low: number) => Math.ceil(low / step) * step;
    const lon = first(west + (east - west) * 0.08);
    const lat = first(south + (north - south) * 0.5);
    const longitude = `${formatAxis(lon, 2)}° ${say({ vi: 'Đ', en: 'E' })}`;
    const latitude = `${formatAxis(lat, 2)}° ${say({ vi: 'B', en: 'N' })}`;
    this.degree(longitude, projection.x(lon) + 3, box.y + box.height - 2);
    this.degree(latitude, box.x + 3, projection.y(lat) - 2);
  }

  /** A label of the grid, which names of places keep clear of. */
  private degree(text: string, x: number, bottom: number): void {
    const size = this.font * 0.8;
    this.pen.fillText(text, x, bottom);
    this.degrees.push({ x, y: bottom - size, width: textWidth(text, size, 400), height: size });
  }

  private radius(point: Point): number {
    const { font } = this;
    if (point.shape === 'station') return font * (point.level === 'ok' || point.level === 'unknown' ? 0.36 : 0.5);
    const size = radiusOf(point.value, this.largest, font * 0.16, font * 0.75);
    return point.level === 'ok' || point.level === 'unknown' ? size : Math.max(size, font * 0.42);
  }

  private mark(point: Point): void {
    const { pen, colours } = this;
    const x = this.projection.x(point.lon);
    const y = this.projection.y(point.lat);
    const r = this.radius(point);
    pen.beginPath();
    if (point.level === 'ok' || point.level === 'unknown') {
      if (point.shape === 'station') this.polygon(LEVEL_POLYGONS.serious, x, y, r * 2);
      else pen.arc(x, y, r, 0, 2 * Math.PI);
      const hollow = point.level === 'unknown' || point.value === null;
      pen.fillStyle = hollow ? colours.tile : point.shape === 'station' ? colours.tile : colours.soft;
      pen.strokeStyle = hollow ? colours.level.unknown : colours.accent;
      pen.lineWidth = Math.max(1, this.font / (point.shape === 'station' ? 8 : 16));
      pen.fill();
      pen.stroke();
      return;
    }
    this.polygon(LEVEL_POLYGONS[point.level], x, y, r * 2.2);
    pen.fillStyle = colours.level[point.level];
    pen.strokeStyle = colours.tile;
    pen.lineWidth = Math.max(1.5, this.font / 10);
    pen.stroke();
    pen.fill();
  }

  private polygon(shape: readonly [number, number][], x: number, y: number, size: number): void {
    shape.forEach(([dx, dy], i) => {
      if (i === 0) this.pen.moveTo(x + dx * size, y + dy * size);
      else this.pen.lineTo(x + dx * size, y + dy * size);
    });
    this.pen.closePath();
  }

  /** An archipelago: a few islets, not an outline. */
  private island(projection: Projection, lon: number, lat: number, r: number): void {
    const { pen } = this;
    pen.fillStyle = this.colours.text;
    for (const [dx, dy] of [
      [0, 0],
      [2.6, -1.4],
      [1.2, 2.4],
      [-2.2, 1.6],
    ] as const) {
      pen.beginPath();
      pen.arc(projection.x(lon) + dx * r, projection.y(lat) + dy * r, r * 0.6, 0, 2 * Math.PI);
      pen.fill();
    }
  }

  /** Where the map lies in the country, with both archipelagos; only when they are outside of the view. */
  private locator(): Box | null {
    const { pen, colours, font } = this;
    const frame = this.locatorBox;
    if (frame === null) return null;
    const { width } = frame;
    pen.fillStyle = colours.tile;
    pen.strokeStyle = colours.muted;
    pen.lineWidth = 1;
    pen.beginPath();
    pen.rect(frame.x, frame.y, frame.width, frame.height);
    pen.fill();
    pen.stroke();
    // The country at the left, so that the names of its islands have the sea for themselves.
    const projection = project(COUNTRY, { ...frame, width: Math.min(width, frame.height * 0.85) });
    const [west, south, east, north] = this.projection.shown;
    const side = Math.max(4, projection.x(east) - projection.x(west));
    pen.strokeStyle = colours.accent;
    pen.lineWidth = Math.max(1.5, font / 10);
    pen.strokeRect(
      projection.x((west + east) / 2) - side / 2,
      projection.y((south + north) / 2) - side / 2,
      side,
      Math.max(4, projection.y(south) - projection.y(north)),
    );
    pen.textBaseline = 'bottom';
    // Names beside the box of the view, which lies at the left: two thirds of the width, and whole.
    const widest = Math.max(...ARCHIPELAGOS.map((island) => textWidth(say(island.label), 100, 500))) / 100;
    const size = Math.min(font * 0.8, (width * 0.64) / widest);
    pen.font = `500 ${size}px ${FONT}`;
    for (const island of ARCHIPELAGOS) {
      this.island(projection, island.lon, island.lat, size * 0.18);
      const half = textWidth(say(island.label), size, 500) / 2;
      const middle = Math.min(projection.x(island.lon), frame.x + width - half - font * 0.35);
      pen.textAlign = 'center';
      pen.fillStyle = colours.text;
      pen.font = `500 ${size}px ${FONT}`;
      const bottom = projection.y(island.lat) - size * 0.5;
      pen.lineJoin = 'round';
      pen.lineWidth = size / 4;
      pen.strokeStyle = colours.tile;
      pen.strokeText(say(island.label), middle, bottom);
      pen.fillText(say(island.label), middle, bottom);
    }
    pen.textAlign = 'left';
    return frame;
  }

  private labels(
    points: readonly Point[],
    islands: readonly (typeof ARCHIPELAGOS)[number][],
    locator: Box | null,
  ): void {
    const { font, projection } = this;
    const digits = this.frame.view.format?.digits ?? 0;
    const texts = new Map<string, { text: string; weight: number; colour: string }>();
    const wish = (
      key: string,
      text: string,
      weight: number,
      lon: number,
      lat: number,
      radius: number,
      colour: string,
    ): LabelWish => {
      texts.set(key, { text, weight, colour });
      return {
        key,
        x: projection.x(lon),
        y: projection.y(lat),
        radius,
        width: textWidth(text, font, weight) + 2,
        height: font * 1.15,
      };
    };
    const bad = (p: Point) => RANK[p.level] < RANK.ok;
    const text = (p: Point) => (p.value === null ? say(p.label) : `${say(p.label)} ${formatNumber(p.value, digits)}`);
    const order = [...points].sort(
      (a, b) =>
        RANK[a.level] - RANK[b.level] ||
        Number(b.shape === 'station') - Number(a.shape === 'station') ||
        (b.value ?? 0) - (a.value ?? 0),
    );
    const places = this.state.points.filter((p) => p.shape === 'label' && contains(projection.shown, p.lon, p.lat));
    const wishes = [
      ...islands.map((island) =>
        wish(island.key, say(island.label), 500, island.lon, island.lat, font * 0.95, this.colours.text),
      ),
      ...order.map((p) => ({
        ...wish(
          p.key,
          text(p),
          bad(p) ? 650 : 400,
          p.lon,
          p.lat,
          this.radius(p),
          bad(p) ? this.colours.text : this.colours.muted,
        ),
        must: bad(p),
      })),
      ...places
        .filter(
          (p) => !islands.some((i) => i.key === p.key || (Math.abs(i.lon - p.lon) < 2 && Math.abs(i.lat - p.lat) < 2)),
        )
        .map((p) => wish(p.key, say(p.label), 500, p.lon, p.lat, 0, this.colours.muted)),
    ];
    const marks = points.map((p) => {
      const r = this.radius(p) * (bad(p) ? 1 : 0.7);
      return {
        x: projection.x(p.lon) - r,
        y: projection.y(p.lat) - r,
        width: 2 * r,
        height: 2 * r,
        weight: bad(p) ? 4 : 1,
      };
    });
    const avoid = [...marks, ...this.degrees, ...(locator === null ? [] : [locator])];
    const most = Math.max(8, Math.floor((this.box.width * this.box.height) / (font * font * 55)));
    const { pen } = this;
    pen.textBaseline = 'middle';
    for (const place of placeLabels(wishes, avoid, this.box, most)) {
      const label = texts.get(place.key);
      if (label === undefined) continue;
      pen.font = `${label.weight} ${font}px ${FONT}`;
      pen.lineWidth = font / 4;
      pen.lineJoin = 'round';
      pen.strokeStyle = this.colours.tile;
      pen.strokeText(label.text, place.x, place.y + place.height / 2);
      pen.fillStyle = label.colour;
      pen.fillText(label.text, place.x, place.y + place.height / 2);
    }
  }
}
