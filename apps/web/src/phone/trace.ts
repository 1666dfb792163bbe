import type { AlertDetail } from '#libs/contracts';
import { h, svg } from '../dom.js';
import { formatAsOf } from '../format.js';
import { say } from '../language.js';

const SIZE = { width: 100, height: 40 };

/** The last hours of an alert's value with its limit, and the way to its formula. */
export function traceOf({ chart, indicator, formula }: AlertDetail): HTMLElement[] {
  const made: HTMLElement[] = [];
  const known = chart?.values.filter((value) => value !== null) ?? [];
  if (chart && known.length > 1) {
    const from = formatAsOf(chart.steps[0] ?? 0, Date.now());
    made.push(
      h('h2', {}, say({ vi: 'Những giờ qua', en: 'The last hours' })),
      h(
        'figure',
        { class: 'trace' },
        drawing(chart, known),
        h('figcaption', {}, `${say({ vi: 'Từ', en: 'From' })} ${from}`),
      ),
    );
  }
  if (indicator !== null) {
    const words = say({ vi: 'Con số này được tính thế nào', en: 'How this number is made' });
    made.push(h('a', { class: 'how', href: `/indicators/${encodeURIComponent(indicator)}` }, words));
  } else if (formula !== null) made.push(h('p', { class: 'fine' }, h('code', {}, formula)));
  return made;
}

function drawing({ values, limit }: NonNullable<AlertDetail['chart']>, known: readonly number[]): SVGElement {
  const all = limit === null ? known : [...known, limit];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const y = (value: number): string =>
    (SIZE.height - 3 - ((value - low) / (high - low || 1)) * (SIZE.height - 6)).toFixed(1);
  const x = (at: number): string => ((at / Math.max(1, values.length - 1)) * SIZE.width).toFixed(1);
  let pen = 'M';
  const path = values
    .map((value, at) => {
      if (value === null) {
        pen = 'M';
        return '';
      }
      const step = `${pen}${x(at)} ${y(value)}`;
      pen = 'L';
      return step;
    })
    .join('');
  const line = (d: string, name: string): SVGElement =>
    svg('path', { d, class: name, fill: 'none', stroke: 'currentColor', 'vector-effect': 'non-scaling-stroke' });
  const across = limit === null ? [] : [line(`M0 ${y(limit)}H${SIZE.width}`, 'limit')];
  const label = say({ vi: 'Giá trị những giờ qua so với giới hạn', en: 'Value of the last hours against its limit' });
  return svg(
    'svg',
    { viewBox: `0 0 ${SIZE.width} ${SIZE.height}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': label },
    ...across,
    line(path, 'value'),
  );
}
