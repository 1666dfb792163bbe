import type { EChartsCoreOption } from 'echarts/core';
import { DAY_MS } from '#libs/contracts';
import type { BarsState, LinesState, NumberFormat, TileView } from '#libs/contracts';
import { formatAxis, formatDay, formatHour, formatNumber } from '../format.js';
import { say } from '../language.js';
import { FONT, fitText, textWidth, wrapText } from '../palette.js';
import type { Palette } from '../palette.js';
import type { TileContext } from './tile.js';
import { timeTicks } from './time-ticks.js';

/** What a chart tile shows. */
export interface Drawing {
  option: EChartsCoreOption;
  /** Changes when series or axes come and go, not when values change. */
  shape: string;
  /** The content in words. */
  words: string;
  /** What a viewer must be told beside the chart. */
  remark: string;
}

interface Size {
  width: number;
  height: number;
}

const PLAIN: NumberFormat = { unit: { vi: '', en: '' }, digits: 0 };
const DASHES = ['solid', 'dashed', 'dotted'] as const;

const spoken = (label: string, value: number | null, format: NumberFormat): string =>
  value === null
    ? `${label}: ${say({ vi: 'chưa có dữ liệu', en: 'no data' })}`
    : `${label}: ${formatNumber(value, format.digits)} ${say(format.unit)}`.trim();

const lastKnown = (values: readonly (number | null)[]): number | null => values.findLast((v) => v !== null) ?? null;

/** A step that reads well, with at most `most` of them over the span. */
export function niceStep(span: number, most: number): number {
  const least = Math.max(span, 1e-9) / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 2.5, 5].find((n) => n * power >= least - 1e-12) ?? 10) * power;
}

/**
 * Shifts in pixels that keep the labels of lines apart: each label stays as near to its wish as the others allow,
 * all within [0, height].
 */
export function spread(wishes: readonly number[], gap: number, height: number): number[] {
  const order = wishes.map((y, i) => ({ y, i })).sort((a, b) => a.y - b.y);
  let floor = 0;
  const placed = order.map(({ y }) => {
    const at = Math.max(y, floor);
    floor = at + gap;
    return at;
  });
  let ceiling = Math.max(height, (wishes.length - 1) * gap);
  for (let k = placed.length - 1; k >= 0; k--) {
    placed[k] = Math.min(placed[k] ?? 0, ceiling);
    ceiling = (placed[k] ?? 0) - gap;
  }
  const shifts = wishes.map(() => 0);
  order.forEach(({ y, i }, k) => (shifts[i] = (placed[k] ?? y) - y));
  return shifts;
}

/** The value axis of lines: from zero unless that would flatten them; thresholds near the data are in view. */
export function lineRange(
  values: readonly number[],
  thresholds: readonly number[],
  steps = 5,
): { low: number; high: number; cut: boolean; step: number } {
  if (values.length === 0) return { low: 0, high: 1, cut: false, step: 0.5 };
  const least = Math.min(...values);
  const most = Math.max(...values);
  const room = Math.max(most - least, Math.abs(most) * 0.25, 1e-6);
  const near = thresholds.filter((t) => t <= most + room && t >= least - room);
  const low = Math.min(least, ...near);
  const high = Math.max(most, ...near);
  const cut = low > 0 && (high - low) / high < 0.35;
  const bottom = cut ? low - (high - low) * 0.1 : Math.min(0, low);
  const top = high + (high - bottom) * 0.03;
  const step = niceStep(top - bottom, steps);
  const from = Math.floor(bottom / step) * step;
  return { low: from, high: Math.ceil(top / step) * step, cut: cut && from !== 0, step };
}

export function linesOption(
  view: TileView,
  state: LinesState,
  context: TileContext,
  colours: Palette,
  size: Size,
): Drawing {
  const format = view.format ?? PLAIN;
  const font = context.scale.tiny;
  const steps = state.steps;
  const thresholds = view.thresholds ?? [];
  const known = state.lines.flatMap((line) => line.values.filter((v) => v !== null));
  const range = lineRange(
    known,
    thresholds.map((t) => t.value),
    Math.max(2, Math.min(5, Math.floor(size.height / (font * 2.6)))),
  );
  const many = state.lines.length > 1;
  const name = (line: LinesState['lines'][number]) => {
    const last = lastKnown(line.values);
    const value = last === null ? '' : formatNumber(last, format.digits);
    return many ? fitText(`${say(line.label)} ${value}`, font, size.width * 0.34, 600) : value;
  };
  const right = Math.max(font, ...state.lines.map((line) => textWidth(name(line), font, 600) + font * 0.9));
  const top = font * (say(format.unit) === '' ? 0.8 : 1.9);
  const plot = size.height - top - font * 1.9;
  const endAt = state.lines.map((line) => {
    const last = lastKnown(line.values) ?? range.low;
    return plot * (1 - (last - range.low) / (range.high - range.low));
  });
  const shifts = spread(endAt, font * 1.2, plot);
  const data = (line: LinesState['lines'][number]) => steps.map((step, i) => [step, line.values[i] ?? null]);
  const series = state.lines.map((line, i) => {
    const colour = colours.series[i % colours.series.length];
    return {
      id: line.key,
      type: 'line',
      data: data(line),
      connectNulls: false,
      showSymbol: false,
      smooth: false,
      lineStyle: {
        width: Math.max(2, font / 7),
        color: colour,
        type: DASHES[Math.floor(i / colours.series.length) % 3],
      },
      itemStyle: { color: colour },
      endLabel: {
        show: true,
        formatter: name(line),
        color: colour,
        fontFamily: FONT,
        fontSize: font,
        fontWeight: 600,
        distance: font * 0.4,
        offset: [0, shifts[i] ?? 0],
      },
      ...(i === 0 ? { markLine: markLines(view, format, range, colours, font) } : {}),
    };
  });
  return {
    shape: `lines|${state.lines.map((line) => line.key).join()}|${thresholds.length}`,
    words: state.lines.map((line) => spoken(say(line.label), lastKnown(line.values), format)).join('; '),
    remark: range.cut ? say({ vi: 'trục không bắt đầu từ 0', en: 'axis does not start at 0' }) : '',
    option: {
      textStyle: { fontFamily: FONT, fontSize: font },
      grid: {
        left: 0,
        right,
        top,
        // Descenders and the lower edge of digits lie below what the axis counts as its labels.
        bottom: font * 0.3,
        outerBoundsMode: 'same',
        outerBoundsContain: 'axisLabel',
      },
      xAxis: timeAxis(steps, colours, font, size.width - right - font * 3),
      yAxis: {
        ...valueAxis(format, colours, font, size.height),
        min: range.low,
        max: range.high,
        interval: range.step,
        name: say(format.unit),
        nameLocation: 'end',
        nameGap: font * 0.75,
        nameTextStyle: { color: colours.muted, fontSize: font, align: 'left', padding: 0 },
      },
      series,
    },
  };
}

function timeAxis(steps: readonly number[], colours: Palette, font: number, plot: number) {
  const from = steps[0] ?? 0;
  const to = steps.at(-1) ?? from;
  const days = to - from > 1.6 * DAY_MS;
  return {
    type: 'value',
    min: from,
    max: Math.max(to, from + 1),
    axisLine: { show: true, onZero: false, lineStyle: { color: colours.line } },
    axisTick: { show: false },
    splitLine: { show: false },
    axisLabel: {
      color: colours.muted,
      fontSize: font,
      margin: font * 0.6,
      hideOverlap: true,
      customValues: timeTicks(from, to, Math.max(2, Math.min(9, Math.floor(plot / (font * 3.6))))),
      formatter: (time: number) => (days ? formatDay(time) : formatHour(time)),
    },
  };
}

function valueAxis(format: NumberFormat, colours: Palette, font: number, length: number) {
  return {
    type: 'value',
    splitNumber: Math.max(2, Math.min(5, Math.floor(length / (font * 3)))),
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: colours.line, width: 1 } },
    axisLabel: {
      color: colours.muted,
      fontSize: font,
      hideOverlap: true,
      formatter: (value: number) => formatAxis(value, Math.max(format.digits, 2)),
    },
  };
}

/** The name of a threshold with its value, unless the name tells it already ("Xâm nhập 4‰"). */
function named(label: string, value: number, digits: number): string {
  const number = formatNumber(value, Number.isInteger(value) ? 0 : Math.max(1, digits));
  return label.split(/[^\d.,]+/).includes(number) ? label : `${label} ${number}`;
}

/** Thresholds as labelled lines, in the colour of their level and never by colour alone. */
function markLines(
  view: TileView,
  format: NumberFormat,
  range: { low: number; high: number },
  colours: Palette,
  font: number,
) {
  const within = (view.thresholds ?? []).filter((t) => t.value >= range.low && t.value <= range.high);
  return {
    symbol: 'none',
    silent: true,
    animation: false,
    data: within.map((t) => ({
      yAxis: t.value,
      lineStyle: { color: colours.level[t.level], type: 'dashed', width: Math.max(1.5, font / 14) },
      label: {
        show: true,
        position: 'insideStartTop',
        formatter: named(say(t.label), t.value, format.digits),
        color: colours.level[t.level],
        fontSize: font * 0.95,
        fontFamily: FONT,
        fontWeight: 600,
        backgroundColor: colours.tile,
        padding: [1, font * 0.2],
      },
    })),
  };
}

/** Bars lie when their categories have names, and stand when those are short, as times are. */
export function barsOption(
  view: TileView,
  state: BarsState,
  context: TileContext,
  colours: Palette,
  size: Size,
): Drawing {
  const format = view.format ?? PLAIN;
  const font = context.scale.tiny;
  const times = state.categories.length > 0 && state.categories.every((c) => /^\d{4}-\d\d-\d\dT/.test(c.key));
  const lying = !times;
  const thick = font * (state.groups.length > 1 && view.stacked !== true ? 1 + state.groups.length * 0.7 : 1.55);
  const room = lying ? Math.max(1, Math.floor((size.height - font * 1.2) / thick)) : state.categories.length;
  const kept = state.categories.slice(0, room);
  const left = state.categories.length - kept.length;
  const labelWidth = size.width * 0.5;
  const lines = (size.height - font * 0.5) / Math.max(1, kept.length) > font * 2.7 ? 2 : 1;
  const labels = kept.map((c) => (lying ? wrapText(say(c.label), font, labelWidth, lines) : say(c.label)));
  const totals = kept.map((_, i) => state.groups.reduce((sum, group) => sum + (group.values[i] ?? 0), 0));
  const stacked = view.stacked === true && state.groups.length > 1;
  const longest = stacked ? totals : state.groups.flatMap((group) => kept.map((_, i) => group.values[i] ?? 0));
  const endRoom = Math.max(0, ...longest.map((v) => textWidth(formatNumber(v, format.digits), font, 600))) + font;
  const category = {
    type: 'category',
    data: labels,
    inverse: lying,
    axisLine: { lineStyle: { color: colours.line } },
    axisTick: { show: false },
    axisLabel: {
      color: lying ? colours.text : colours.muted,
      fontSize: font,
      lineHeight: font * 1.15,
      ...(lying ? { interval: 0 } : { hideOverlap: true }),
    },
  };
  const value = { ...valueAxis(format, colours, font, lying ? size.width / 2 : size.height), min: 0 };
  const crowded = !lying && size.width / Math.max(1, kept.length) < endRoom;
  const series = state.groups.map((group, i) => {
    const last = i === state.groups.length - 1;
    return {
      id: group.key,
      type: 'bar',
      ...(stacked ? { stack: 'all' } : {}),
      barMaxWidth: font * 2.2,
      barCategoryGap: '28%',
      data: kept.map((_, k) => group.values[k] ?? null),
      itemStyle: { color: colours.series[i % colours.series.length] },
      label: {
        show: (!stacked || last) && !crowded,
        position: lying ? 'right' : 'top',
        color: colours.text,
        fontFamily: FONT,
        fontSize: font,
        fontWeight: 600,
        formatter: ({ dataIndex, value: own }: { dataIndex: number; value: number | null }) =>
          stacked
            ? formatNumber(totals[dataIndex] ?? 0, format.digits)
            : own === null
              ? ''
              : formatNumber(own, format.digits),
      },
    };
  });
  return {
    shape: `bars|${lying}|${state.groups.map((group) => group.key).join()}`,
    words: state.categories
      .map((c, i) =>
        state.groups.map((g) => spoken(`${say(c.label)}, ${say(g.label)}`, g.values[i] ?? null, format)).join(', '),
      )
      .join('; '),
    remark: [say(format.unit), left > 0 ? say({ vi: `còn ${left} mục`, en: `${left} more` }) : '']
      .filter((t) => t !== '')
      .join(' · '),
    option: {
      textStyle: { fontFamily: FONT, fontSize: font },
      grid: {
        left: 0,
        right: lying ? endRoom : 0,
        top: lying ? 0 : font * 1.6,
        bottom: font * 0.3,
        outerBoundsMode: 'same',
        outerBoundsContain: 'axisLabel',
      },
      xAxis: lying ? { ...value, axisLabel: { show: false }, splitLine: { show: false } } : category,
      yAxis: lying ? category : value,
      series,
    },
  };
}
