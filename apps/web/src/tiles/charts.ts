import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import type { EChartsType } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import type { BarsState, LinesState } from '#libs/contracts';
import { h } from '../dom.js';
import { say } from '../language.js';
import { palette } from '../palette.js';
import { barsOption, linesOption } from './chart-options.js';
import type { Drawing } from './chart-options.js';
import type { Frame, TileContext, TileRenderer } from './tile.js';

use([LineChart, BarChart, GridComponent, MarkLineComponent, CanvasRenderer]);

/** One chart for the life of a tile; every update is merged into it. */
class ChartTile {
  private readonly canvas = h('div', { class: 'chart', role: 'img' });
  private readonly legend = h('div', { class: 'legend' });
  private readonly nothing = h('p', { class: 'nothing', hidden: true });
  private chart: EChartsType | undefined;
  private shape = '';
  private filled = '';

  constructor(protected readonly frame: Frame) {
    frame.body.append(this.legend, this.canvas, this.nothing);
  }

  protected show(drawing: Drawing, context: TileContext, empty: boolean): void {
    this.nothing.hidden = !empty;
    this.canvas.classList.toggle('hidden', empty);
    if (empty) {
      this.nothing.textContent = say({ vi: 'Chưa có dữ liệu', en: 'No data yet' });
      this.legend.hidden = true;
      return;
    }
    this.chart ??= init(this.canvas, null, { renderer: 'canvas' });
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (width !== this.chart.getWidth() || height !== this.chart.getHeight()) this.chart.resize({ width, height });
    // A series that went away or came has to replace the old set; otherwise data is merged and slides.
    const replaced = drawing.shape !== this.shape;
    this.shape = drawing.shape;
    this.chart.setOption(
      { ...drawing.option, animation: context.motion, animationDuration: 0, animationDurationUpdate: 280 },
      replaced ? { replaceMerge: ['series', 'xAxis', 'yAxis'] } : {},
    );
    this.canvas.setAttribute('aria-label', drawing.words);
    this.frame.remark(drawing.remark);
  }

  /** Legend for groups that cannot be named beside their marks; before the chart, so that it knows its height. */
  protected key(items: readonly { label: string }[]): void {
    this.legend.hidden = items.length < 2;
    if (this.legend.hidden) return;
    const { series } = palette();
    const text = items.map((item) => item.label).join('|') + series.join();
    if (this.legend.dataset.key === text) return;
    this.legend.dataset.key = text;
    this.legend.replaceChildren(
      ...items.map((item, i) => {
        const dot = h('i', { 'aria-hidden': 'true' });
        dot.style.background = series[i % series.length] ?? '';
        return h('span', {}, dot, item.label);
      }),
    );
  }

  /** Draws for the room there is; once more where the remark or the marks below took some of it. */
  protected fill(draw: (size: { width: number; height: number }) => void): void {
    for (let times = 0; times < 2; times++) {
      const { clientWidth: width, clientHeight: height } = this.canvas;
      this.filled = `${width}×${height}`;
      draw({ width, height });
      if (!this.outgrown) return;
    }
  }

  /** The room differs from that of the last drawing. */
  protected get outgrown(): boolean {
    return this.filled !== `${this.canvas.clientWidth}×${this.canvas.clientHeight}`;
  }

  dispose(): void {
    this.chart?.dispose();
    this.chart = undefined;
  }
}

export class LinesTile extends ChartTile implements TileRenderer<LinesState> {
  draw(state: LinesState, context: TileContext): void {
    const empty = state.lines.every((line) => line.values.every((value) => value === null));
    this.frame.body.classList.add('charted');
    this.key([]);
    this.fill((size) => this.show(linesOption(this.frame.view, state, context, palette(), size), context, empty));
  }

  second(state: LinesState, context: TileContext): void {
    if (this.outgrown) this.draw(state, context);
  }
}

export class BarsTile extends ChartTile implements TileRenderer<BarsState> {
  draw(state: BarsState, context: TileContext): void {
    const empty = state.groups.every((group) => group.values.every((value) => value === null));
    this.frame.body.classList.add('charted');
    this.key(state.groups.map((group) => ({ label: say(group.label) })));
    this.fill((size) => this.show(barsOption(this.frame.view, state, context, palette(), size), context, empty));
  }

  second(state: BarsState, context: TileContext): void {
    if (this.outgrown) this.draw(state, context);
  }
}
