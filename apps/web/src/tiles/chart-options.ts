import type { EChartsCoreOption } from 'echarts/core';
import { DAY_MS, VN_OFFSET_MS } from '#libs/contracts';
import type { BarsState, LinesState, NumberFormat, TileView } from '#libs/contracts';
import { formatAxis, formatDay, formatHour, formatNumber } from '../format.js';
import { say } from '../language.js';
import { FONT, fitText, textWidth } from '../palette.js';
import type { Palette } from '../palette.js';
import type { TileContext } from './tile.js';

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

const round = (low: number, high: number): [number, number] => {
  const step = 10 ** Math.floor(Math.log10(Math.max(high - low, 1e-9)));
  const half = high - low < 3 * step ? step / 2 : step;
  return [Math.floor(low / half) * half, Math.ceil(high / half) * half];
};

/** The value axis of lines: from zero unless that would flatten them; thresholds near the data are in view. */
export function lineRange(
  values: readonly number[],
  thresholds: readonly number[],
): { low: number; high: number; cut: boolean } {
  if (values.length === 0) return { low: 0, high: 1, cut: false };
  const least = Math.min(...values);
  const most = Math.max(...values);
  const room = Math.max(most - least, Math.abs(most) * 0.25, 1e-6);
  const near = thresholds.filter((t) => t <= most + room && t >= least - room);
  const low = Math.min(least, ...near);
  const high = Math.max(most, ...near);
  const cut = low > 0 && (high - low) / high < 0.35;
  const [from, to] = round(cut ? low - (high - low) * 0.1 : Math.min(0, low), high + (high - Math.min(0, low)) * 0.04);
  return { low: from, high: to, cut: cut && from !== 0 };
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
  const span = (steps.at(-1) ?? 0) - (steps[0] ?? 0);
  const thresholds = view.thresholds ?? [];
  const known = state.lines.flatMap((line) => line.values.filter((v) => v !== null));
  const range = lineRange(
    known,
    thresholds.map((t) => t.value),
  );
  const many = state.lines.length > 1;
  const name = (line: LinesState['lines'][number]) => {
    const last = lastKnown(line.values);
    const value = last === null ? '' : formatNumber(last, format.digits);
    return many ? fitText(`${say(line.label)} ${value}`, font, size.width * 0.34, 600) : value;
  };
  const right = Math.max(font, ...state.lines.map((line) => textWidth(name(line), font, 600) + font * 0.9));
  const data = (line: LinesState['lines'][number]) =>
    steps.map((step, i) => [step + VN_OFFSET_MS, line.values[i] ?? null]);
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
      },
      labelLayout: { moveOverlap: 'shiftY' },
      ...(i === 0 ? { markLine: markLines(view, format, range, colours, font) } : {}),
    };
  });
  return {
    shape: `lines|${state.lines.map((line) => line.key).join()}|${thresholds.length}`,
    words: state.lines.map((line) => spoken(say(line.label), lastKnown(line.values), format)).join('; '),
    remark: range.cut ? say({ vi: 'trục không bắt đầu từ 0', en: 'axis does not start at 0' }) : '',
    option: {
      useUTC: true,
      textStyle: { fontFamily: FONT, fontSize: font },
      grid: {
        left: 0,
        right,
        top: font * (say(format.unit) === '' ? 0.8 : 1.9),
        bottom: 0,
        outerBoundsMode: 'same',
        outerBoundsContain: 'axisLabel',
      },
      xAxis: timeAxis(span, colours, font, size),
      yAxis: {
        ...valueAxis(format, colours, font, size.height),
        min: range.low,
        max: range.high,
        name: say(format.unit),
        nameLocation: 'end',
        nameGap: font * 0.75,
        nameTextStyle: { color: colours.muted, fontSize: font, align: 'left', padding: 0 },
      },
      series,
    },
  };
}

function timeAxis(span: number, colours: Palette, font: number, size: Size) {
  const short = span < 1.6 * DAY_MS;
  return {
    type: 'time',
    splitNumber: Math.max(2, Math.min(8, Math.floor(size.width / (font * 6)))),
    axisLine: { lineStyle: { color: colours.line } },
    axisTick: { show: false },
    splitLine: { show: false },
    axisLabel: {
      color: colours.muted,
      fontSize: font,
      hideOverlap: true,
      formatter: (time: number) => (short ? formatHour(time - VN_OFFSET_MS) : formatDay(time - VN_OFFSET_MS)),
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
        formatter: `${say(t.label)} ${formatNumber(t.value, Number.isInteger(t.value) ? 0 : Math.max(1, format.digits))}`,
        color: colours.level[t.level],
        fontSize: font * 0.95,
        fontFamily: FONT,
        fontWeight: 600,
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
  const labelWidth = size.width * 0.42;
  const labels = kept.map((c) => (lying ? fitText(say(c.label), font, labelWidth) : say(c.label)));
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
        bottom: 0,
        outerBoundsMode: 'same',
        outerBoundsContain: 'axisLabel',
      },
      xAxis: lying ? { ...value, axisLabel: { show: false }, splitLine: { show: false } } : category,
      yAxis: lying ? category : value,
      series,
    },
  };
}
