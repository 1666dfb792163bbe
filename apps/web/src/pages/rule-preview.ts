import type { Fault, Rule, RulePreview, Text } from '#libs/contracts';
import { ApiError, call } from '../api.js';
import { h, svg } from '../dom.js';
import { formatMoment, formatNumber } from '../format.js';
import { say } from '../language.js';
import { alertBox, tell } from './desk.js';
import { faultSentence } from './fault-words.js';
import { wideTable } from './indicator-words.js';

const DAYS = 30;
const WIDTH = 600;
const HEIGHT = 44;

/** What is tried: a rule as it is written, and what of it cannot be read. */
interface Written {
  readonly rule: Rule;
  readonly refused: readonly Fault[];
}

/**
 * "Would have fired 4 times in the last 30 days, here": the button, a line of time, and the list. `mark`: called where it
 * cannot be tried, to mark the faults at their fields.
 */
export function previewPanel(written: Written, mark: () => void): HTMLElement {
  const box = alertBox();
  const shown = h('div', { class: 'preview', 'aria-live': 'polite' });
  const button = h(
    'button',
    { type: 'button', class: 'button', onclick: () => void run() },
    say({ vi: `Thử trên ${DAYS} ngày qua`, en: `Try on the last ${DAYS} days` }),
  );
  const fail = (faults: readonly Fault[]): void => {
    mark();
    const why = [...new Set(faults.map(faultSentence))].join('; ');
    tell(box, `${say({ vi: 'Chưa thử được', en: 'It cannot be tried yet' })}: ${why}.`);
  };
  const run = async (): Promise<void> => {
    if (written.refused.length > 0) return fail(written.refused);
    button.disabled = true;
    tell(box, null);
    shown.replaceChildren(h('p', {}, say({ vi: 'Đang tính…', en: 'Working…' })));
    try {
      const preview = await call<RulePreview>('POST', '/v1/rules/preview', { rule: written.rule, days: DAYS });
      shown.replaceChildren(...result(preview));
    } catch (error) {
      shown.replaceChildren();
      const faults = error instanceof ApiError ? (error.problem.errors ?? []) : [];
      if (faults.length > 0) fail(faults);
      else tell(box, (error as Error).message);
    }
    button.disabled = false;
  };
  return h(
    'section',
    { class: 'panel' },
    h('h2', {}, say({ vi: 'Thử trên số liệu đã có', en: 'Preview on past data' })),
    h('div', {}, button),
    box,
    shown,
  );
}

function result({ from, to, step, firings, total }: RulePreview): HTMLElement[] {
  const head = say({
    vi: `Lẽ ra đã báo ${total} lần trong ${DAYS} ngày qua.`,
    en: `Would have fired ${total} times in the last ${DAYS} days.`,
  });
  const looked = say({
    vi: `Xét mỗi ${step / 60} phút một lần.`,
    en: `Looked at every ${step / 60} minutes.`,
  });
  const more =
    total > firings.length
      ? h(
          'p',
          {},
          say({ vi: `Liệt kê ${firings.length} lần mới nhất.`, en: `The newest ${firings.length} are listed.` }),
        )
      : null;
  if (total === 0) return [h('p', { class: 'value' }, head), h('p', {}, looked)];
  return [
    h('p', { class: 'value' }, head),
    h('p', {}, looked),
    timeline(Date.parse(from), Date.parse(to), firings),
    ...(more ? [more] : []),
    table(firings),
  ];
}

/** Each firing as a bar at its time; the list below says the same in words. */
function timeline(from: number, to: number, firings: RulePreview['firings']): HTMLElement {
  const x = (at: number): number => (WIDTH * (at - from)) / (to - from);
  const bars = firings.map(({ from: began, to: ended }) => {
    const start = x(Date.parse(began));
    const width = Math.max(2, x(ended === null ? to : Date.parse(ended)) - start);
    return svg('rect', { x: start, y: 6, width, height: HEIGHT - 12, class: 'firing' });
  });
  const days = Array.from({ length: DAYS + 1 }, (_, i) => from + (i * (to - from)) / DAYS).map((at) =>
    svg('line', { x1: x(at), x2: x(at), y1: HEIGHT - 5, y2: HEIGHT, class: 'day' }),
  );
  const picture = svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', class: 'firings-drawn', 'aria-hidden': 'true' },
    svg('line', { x1: 0, x2: WIDTH, y1: HEIGHT / 2, y2: HEIGHT / 2, class: 'axis' }),
    ...days,
    ...bars,
  );
  return h(
    'div',
    { class: 'firings-box' },
    picture,
    h('div', { class: 'firings-ends' }, h('span', {}, formatMoment(from)), h('span', {}, formatMoment(to))),
  );
}

function table(firings: RulePreview['firings']): HTMLElement {
  const head: Text[] = [
    { vi: 'Nơi', en: 'Where' },
    { vi: 'Báo lúc', en: 'Fired' },
    { vi: 'Hết lúc', en: 'Ended' },
    { vi: 'Đỉnh', en: 'Peak' },
    { vi: 'Ngưỡng', en: 'Limit' },
  ];
  const number = (value: number | null): string => (value === null ? '–' : formatNumber(value, digitsOf(value)));
  return wideTable(
    { vi: 'Các lần lẽ ra đã báo', en: 'When it would have fired' },
    head,
    firings.map(({ key, place, from, to, peak, limit }) => [
      place ? say(place) : key === '' ? say({ vi: 'tất cả', en: 'all' }) : key,
      formatMoment(Date.parse(from)),
      to === null ? say({ vi: 'còn báo', en: 'goes on' }) : formatMoment(Date.parse(to)),
      number(peak),
      number(limit),
    ]),
  );
}

const digitsOf = (value: number): number => (Number.isInteger(value) ? 0 : Math.abs(value) < 10 ? 2 : 1);
