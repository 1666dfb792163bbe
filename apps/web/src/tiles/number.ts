import { unitWord, type NumberFormat, type NumberState } from '#libs/contracts';
import { h, setText, svg } from '../dom.js';
import { formatAxis, formatChange, formatNumber, isZero } from '../format.js';
import { language, say } from '../language.js';
import type { Frame, TileContext, TileRenderer } from './tile.js';

const PLAIN: NumberFormat = { unit: { vi: '', en: '' }, digits: 0 };
const NO_DATA = { vi: 'Chưa có dữ liệu', en: 'No data yet' };
const SPARK = { width: 100, height: 30 };
/** Between value and unit, in the type size of the unit; as in the style sheet. */
const UNIT_GAP = 0.35;

/** Value, unit, change against before, target, sparkline. */
export class NumberTile implements TileRenderer<NumberState> {
  private readonly value = h('span', { class: 'value' });
  private readonly unit = h('span', { class: 'unit' });
  private readonly row = h('div', { class: 'value-row' }, this.value, this.unit);
  private readonly change = h('div', { class: 'change' });
  private readonly target = h('div', { class: 'target' });
  private readonly foot: HTMLElement;
  private readonly spark = svg('svg', {
    class: 'spark',
    viewBox: `0 0 ${SPARK.width} ${SPARK.height}`,
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
  });
  private shownSpark = '';
  private shownText = '';
  private fitted = '';

  constructor(private readonly frame: Frame) {
    this.foot = h('div', { class: 'foot' }, h('div', { class: 'words' }, this.change, this.target));
    this.foot.append(this.spark);
    frame.body.append(this.row, this.foot);
  }

  draw(state: NumberState, context: TileContext): void {
    const format = this.frame.view.format ?? PLAIN;
    // Not "< 5": a larger one may be hidden so that a small one cannot be worked out.
    const few = state.value === null && state.hiddenBelow !== undefined ? say({ vi: 'ẩn', en: 'hidden' }) : null;
    const text = few ?? (state.value === null ? say(NO_DATA) : formatNumber(state.value, format.digits));
    const missing = state.value === null && few === null;
    this.row.classList.toggle('missing', missing);
    const before = this.shownText;
    if (setText(this.value, text)) {
      this.shownText = text;
      if (before !== '' && context.motion) {
        this.value.animate([{ opacity: 0.5 }, { opacity: 1 }], { duration: 280, easing: 'ease-out' });
      }
    }
    setText(this.unit, missing ? '' : unitWord(format, state.value, language()));
    this.drawChange(state, format);
    this.drawTarget(state, format);
    this.frame.body.classList.toggle('targeted', state.target !== undefined);
    this.foot.classList.toggle('wordless', this.change.textContent === '' && this.target.textContent === '');
    this.drawSpark(state);
  }

  private drawChange(state: NumberState, format: NumberFormat): void {
    if (state.value === null || state.before === null) {
      this.change.replaceChildren();
      return;
    }
    const difference = state.value - state.before;
    const arrow = isZero(difference, format.digits) ? '=' : difference > 0 ? '↑' : '↓';
    const amount = isZero(difference, format.digits)
      ? say({ vi: 'không đổi', en: 'no change' })
      : formatChange(difference, format.digits);
    const label = state.beforeLabel === null ? '' : ` ${say({ vi: 'so với', en: 'vs' })} ${say(state.beforeLabel)}`;
    const text = `${arrow} ${amount}${label}`;
    if (this.change.textContent === text) return;
    this.change.replaceChildren(h('b', {}, `${arrow} ${amount}`), h('span', {}, label));
  }

  private drawTarget(state: NumberState, format: NumberFormat): void {
    if (state.target === undefined) {
      setText(this.target, '');
      return;
    }
    const goal = `${say({ vi: 'Mục tiêu', en: 'Target' })} ${formatAxis(state.target, format.digits)}`;
    const gap =
      state.value === null
        ? ''
        : ` (${say({ vi: 'lệch', en: 'gap' })} ${formatChange(state.value - state.target, format.digits)})`;
    setText(this.target, goal + gap);
  }

  private drawSpark(state: NumberState): void {
    const key = state.spark.join();
    if (key === this.shownSpark) return;
    this.shownSpark = key;
    this.spark.replaceChildren(
      ...sparkPaths(state.spark).map((d) =>
        svg('path', {
          d,
          fill: 'none',
          stroke: 'currentColor',
          'vector-effect': 'non-scaling-stroke',
        }),
      ),
    );
    this.spark.classList.toggle('empty', state.spark.filter((v) => v !== null).length < 2);
  }

  get missing(): boolean {
    return this.row.classList.contains('missing');
  }

  /** Whether the room for the value differs from that of the last fit. */
  get crowded(): boolean {
    return this.fitted !== this.room;
  }

  private get room(): string {
    return `${this.row.clientWidth}×${this.row.clientHeight}`;
  }

  /**
   * Largest type of the value that fits its row, in CSS pixels; the wall evens it out between tiles. Measured on the
   * page itself, for a canvas knows neither tabular figures nor letter spacing.
   */
  fit(context: TileContext): number {
    const { scale } = context;
    const width = this.row.clientWidth;
    const height = this.row.clientHeight;
    if (this.missing || width === 0) return scale.base;
    this.unit.style.fontSize = '';
    const type = Number.parseFloat(getComputedStyle(this.value).fontSize);
    const wide = Math.max(0.1, this.value.getBoundingClientRect().width / type);
    const unitType = Number.parseFloat(getComputedStyle(this.unit).fontSize);
    const unit = this.unit.textContent === '' ? 0 : this.unit.getBoundingClientRect().width;
    const gap = unit === 0 ? 0 : unitType * UNIT_GAP;
    const beside = Math.min((width - unit - gap) / wide, height / 1.1);
    const above = Math.min(width / wide, (height - unitType * 1.3) / 1.1);
    const stacked = unit > 0 && above > beside * 1.15;
    this.row.classList.toggle('stacked', stacked);
    if (stacked && unit > width) this.unit.style.fontSize = `${((unitType * width) / unit).toFixed(1)}px`;
    this.fitted = this.room;
    return Math.max(scale.tiny, Math.min(scale.key, (stacked ? above : beside) * 0.98));
  }

  size(pixels: number): void {
    this.value.style.fontSize = `${pixels.toFixed(1)}px`;
  }
}

/** SVG paths of a sparkline, one for each run without a gap. A lone point becomes a short dash. */
export function sparkPaths(values: readonly (number | null)[]): string[] {
  const known = values.filter((v) => v !== null);
  if (known.length === 0) return [];
  const low = Math.min(...known);
  const span = Math.max(...known) - low || 1;
  const x = (i: number) => ((i / Math.max(1, values.length - 1)) * SPARK.width).toFixed(1);
  const y = (v: number) => (SPARK.height - 2 - ((v - low) / span) * (SPARK.height - 4)).toFixed(1);
  const paths: string[] = [];
  let run: string[] = [];
  const close = () => {
    if (run.length === 1) run.push('h1');
    if (run.length > 0) paths.push(run.join(''));
    run = [];
  };
  values.forEach((value, i) => {
    if (value === null) close();
    else run.push(`${run.length === 0 ? 'M' : 'L'}${x(i)} ${y(value)}`);
  });
  close();
  return paths;
}
