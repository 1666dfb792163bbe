import { unitWord, type CalendarStep, type IndicatorValue, type Sharing, type Text } from '#libs/contracts';
import { h } from '../dom.js';
import { formatNumber } from '../format.js';
import { language, say } from '../language.js';

export const FREQUENCIES: Record<CalendarStep | 'live', Text> = {
  live: { vi: 'trực tiếp', en: 'live' },
  day: { vi: 'ngày', en: 'day' },
  week: { vi: 'tuần', en: 'week' },
  month: { vi: 'tháng', en: 'month' },
  quarter: { vi: 'quý', en: 'quarter' },
  year: { vi: 'năm', en: 'year' },
};

export const SHARING: Record<Sharing, Text> = {
  public: { vi: 'công khai', en: 'public' },
  internal: { vi: 'nội bộ', en: 'internal' },
  restricted: { vi: 'hạn chế', en: 'restricted' },
};

const DIMENSIONS: Record<string, Text> = {
  unit: { vi: 'Đơn vị hành chính', en: 'Administrative unit' },
  agency: { vi: 'Cơ quan', en: 'Agency' },
};

/** A dimension in words of the hub; one that only a sector knows goes by its code. */
export const dimensionName = (dimension: string): Text => DIMENSIONS[dimension] ?? { vi: dimension, en: dimension };

/** The number with its unit, or that there is none. */
export function valueText({ value, format }: Pick<IndicatorValue, 'value' | 'format'>): string {
  if (value === null) return say({ vi: 'Chưa có dữ liệu', en: 'No data' });
  return `${formatNumber(value, format.digits)} ${unitWord(format, value, language())}`;
}

/** A table that scrolls sideways by keyboard, too, where the screen is narrow. The first cell of a row names it. */
export function wideTable(name: Text, head: readonly Text[], rows: readonly (Node | string)[][]): HTMLElement {
  const label = (index: number): string => say(head[index] ?? { vi: '', en: '' });
  const body = rows.map(([first, ...cells]) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, first ?? ''),
      ...cells.map((cell, index) => h('td', { 'data-label': label(index + 1) }, cell)),
    ),
  );
  return h(
    'div',
    { class: 'wide labelled', tabindex: '0', role: 'region', 'aria-label': say(name) },
    h(
      'table',
      {},
      h('thead', {}, h('tr', {}, ...head.map((text) => h('th', { scope: 'col' }, say(text))))),
      h('tbody', {}, ...body),
    ),
  );
}
