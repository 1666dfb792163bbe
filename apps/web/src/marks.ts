import type { Level, Marks, Simulated, Text } from '#libs/contracts';
import { h, svg } from './dom.js';
import { formatAsOf } from './format.js';
import { say } from './language.js';

/** Older than this, a value says as of when it is. */
export const AS_OF_AFTER_MS = 2 * 60_000;

export const LEVEL_NAMES: Record<Level, Text> = {
  ok: { vi: 'Bình thường', en: 'Normal' },
  attention: { vi: 'Chú ý', en: 'Attention' },
  serious: { vi: 'Nghiêm trọng', en: 'Serious' },
  critical: { vi: 'Khẩn cấp', en: 'Critical' },
  unknown: { vi: 'Chưa rõ', en: 'Unknown' },
};

/** Each level has a shape of its own, so that it reads without colour. Unit square, origin at the centre. */
export const LEVEL_POLYGONS: Record<Exclude<Level, 'ok' | 'unknown'>, readonly [number, number][]> = {
  attention: [
    [0, -0.48],
    [0.5, 0.42],
    [-0.5, 0.42],
  ],
  serious: [
    [0, -0.5],
    [0.5, 0],
    [0, 0.5],
    [-0.5, 0],
  ],
  critical: [
    [0, -0.5],
    [0.45, -0.25],
    [0.45, 0.25],
    [0, 0.5],
    [-0.45, 0.25],
    [-0.45, -0.25],
  ],
};

export function levelIcon(level: Level): SVGElement | null {
  if (level === 'ok') return null;
  const shape =
    level === 'unknown'
      ? svg('circle', { cx: 0, cy: 0, r: 0.38, fill: 'none', stroke: 'currentColor', 'stroke-width': 0.16 })
      : svg('polygon', { points: LEVEL_POLYGONS[level].map((p) => p.join(',')).join(' '), fill: 'currentColor' });
  return svg('svg', { viewBox: '-0.5 -0.5 1 1', class: `icon level-${level}`, 'aria-hidden': 'true' }, shape);
}

/** Shape and word of a level; nothing for `ok`. */
export function levelChip(level: Level): HTMLElement | null {
  const icon = levelIcon(level);
  return icon === null
    ? null
    : h('span', { class: `chip level-${level}` }, icon, h('span', {}, say(LEVEL_NAMES[level])));
}

const MARK_PATHS = {
  simulated: 'M5 2h6M6 2v4.5L2.5 13a.8.8 0 0 0 .7 1h9.6a.8.8 0 0 0 .7-1L10 6.5V2M4.5 10.5h7',
  estimated: 'M2 6.5c2-3 4-3 6 0s4 3 6 0M2 11.5c2-3 4-3 6 0s4 3 6 0',
  forecast: 'M2 12.5l4-5 3 3 5-6.5M10.5 4H14v3.5',
  entered: 'M2.5 13.5l.7-3L10.8 2.9a1 1 0 0 1 1.4 0l.9.9a1 1 0 0 1 0 1.4L5.5 12.8zM9.3 4.4l2.3 2.3',
  late: 'M8 1.8a6.2 6.2 0 1 0 .01 0M8 4.5V8l2.5 2',
} as const;
export const SIMULATED_NAMES = {
  simulated: { vi: 'mô phỏng', en: 'simulated' },
  partly: { vi: 'mô phỏng một phần', en: 'partly simulated' },
};
const MARK_NAMES: Record<keyof typeof MARK_PATHS, Text> = {
  simulated: SIMULATED_NAMES.simulated,
  estimated: { vi: 'ước tính', en: 'estimated' },
  forecast: { vi: 'dự báo', en: 'forecast' },
  entered: { vi: 'nhập tay', en: 'entered by hand' },
  late: { vi: 'trễ', en: 'late' },
};

function markOf(name: keyof typeof MARK_PATHS, text: Text = MARK_NAMES[name]): HTMLElement {
  const icon = svg(
    'svg',
    { viewBox: '0 0 16 16', class: 'icon', 'aria-hidden': 'true' },
    svg('path', {
      d: MARK_PATHS[name],
      fill: 'none',
      stroke: 'currentColor',
      'stroke-width': 1.5,
      'stroke-linejoin': 'round',
      'stroke-linecap': 'round',
    }),
  );
  return h('span', { class: 'mark' }, icon, h('span', {}, say(text)));
}

/** The mark of a simulated row in a list: shape only, its word stands once below the list. */
export function simulatedIcon(simulated: Simulated = true): HTMLElement {
  const mark = simulatedMark(simulated);
  const word = mark.textContent ?? '';
  mark.lastElementChild?.remove();
  mark.setAttribute('role', 'img');
  mark.setAttribute('aria-label', word);
  mark.title = word;
  return mark;
}

/** The mark of a simulated row where there is room for its word. */
export const simulatedMark = (simulated: Simulated = true): HTMLElement =>
  markOf('simulated', SIMULATED_NAMES[simulated === 'partly' ? 'partly' : 'simulated']);

/** The mark of a late row in a list, with the time of its newest value. */
export function lateMark(at: string): HTMLElement {
  const mark = markOf('late');
  mark.lastElementChild?.append(` ${at}`);
  return mark;
}

/** Marks of a value (simulated only where the header does not say so of the whole board), and its as-of time when it is not from now. */
export function marksOf(state: Marks, now: number, tellSimulated: boolean): HTMLElement[] {
  const marks: HTMLElement[] = [];
  if (state.at !== null && now - state.at > AS_OF_AFTER_MS) {
    const at = formatAsOf(state.at, now);
    marks.push(h('span', { class: 'mark as-of' }, say({ vi: `lúc ${at}`, en: `as of ${at}` })));
  }
  if (state.late === true) marks.push(markOf('late'));
  if (state.hiddenBelow !== undefined) {
    const limit = state.hiddenBelow;
    const text = say({ vi: `ẩn số nhỏ hơn ${limit}`, en: `counts below ${limit} hidden` });
    marks.push(h('span', { class: 'mark' }, text));
  }
  if (state.estimated === true) marks.push(markOf('estimated'));
  if (state.forecast === true) marks.push(markOf('forecast'));
  if (state.entered === true) marks.push(markOf('entered'));
  if (state.simulated === true && tellSimulated) marks.push(markOf('simulated'));
  return marks;
}
