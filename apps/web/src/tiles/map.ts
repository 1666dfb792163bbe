import type { MapState } from '#libs/contracts';
import { h } from '../dom.js';
import { formatNumber } from '../format.js';
import { say } from '../language.js';
import { MapDrawing, type Point, RANK } from './map-drawing.js';
import type { Frame, TileContext, TileRenderer } from './tile.js';

/** Points on an own canvas: no tiles, no request. */
export class MapTile implements TileRenderer<MapState> {
  private readonly canvas = h('canvas', { role: 'img' });
  private readonly key = h('div', { class: 'legend' });

  constructor(private readonly frame: Frame) {
    frame.body.append(this.canvas, this.key);
    frame.body.classList.add('mapped');
  }

  draw(state: MapState, context: TileContext): void {
    this.legend(state);
    const width = this.canvas.clientWidth;
    const height = this.canvas.clientHeight;
    const ratio = window.devicePixelRatio;
    if (this.canvas.width !== Math.round(width * ratio)) this.canvas.width = Math.round(width * ratio);
    if (this.canvas.height !== Math.round(height * ratio)) this.canvas.height = Math.round(height * ratio);
    const pen = this.canvas.getContext('2d');
    if (pen === null || width < 10 || height < 10) return;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    new MapDrawing(pen, { x: 0, y: 0, width, height }, this.frame, state, context).run();
    this.canvas.setAttribute('aria-label', this.words(state));
  }

  second(state: MapState, context: TileContext): void {
    const { clientWidth, clientHeight, width, height } = this.canvas;
    const ratio = window.devicePixelRatio;
    if (width !== Math.round(clientWidth * ratio) || height !== Math.round(clientHeight * ratio))
      this.draw(state, context);
  }

  private legend(state: MapState): void {
    const has = (shape: Point['shape']) => state.points.some((p) => p.shape === shape);
    const parts = [
      has('station') ? `◇ ${say({ vi: 'trạm', en: 'station' })}` : '',
      has('unit') ? `● ${say({ vi: 'xã, phường — cỡ theo giá trị', en: 'commune — size by value' })}` : '',
      this.frame.view.format === undefined ? '' : say(this.frame.view.format.unit),
    ].filter((part) => part !== '');
    const text = parts.join('|');
    if (this.key.dataset.key === text) return;
    this.key.dataset.key = text;
    this.key.replaceChildren(...parts.map((part) => h('span', {}, part)));
  }

  private words(state: MapState): string {
    const bad = state.points.filter((p) => RANK[p.level] < RANK.ok).sort((a, b) => RANK[a.level] - RANK[b.level]);
    const digits = this.frame.view.format?.digits ?? 0;
    const listed = bad
      .slice(0, 10)
      .map((p) => `${say(p.label)} ${p.value === null ? '' : formatNumber(p.value, digits)}`);
    return [
      say(this.frame.view.title),
      say({ vi: `${state.points.length} điểm`, en: `${state.points.length} points` }),
      ...listed,
    ].join('; ');
  }
}
