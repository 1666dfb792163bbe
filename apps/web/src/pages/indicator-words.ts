import {
  unitWord,
  type CalendarStep,
  type IndicatorValue,
  type IndicatorView,
  type LevelLimit,
  type NumberFormat,
  type Sharing,
  type Text,
} from '#libs/contracts';
import { h } from '../dom.js';
import { formatAxis, formatDuration, formatNumber } from '../format.js';
import { language, say } from '../language.js';
import { LEVEL_NAMES } from '../marks.js';

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

/** A dimension in words of the hub, else in those of its sector; one that nobody names goes by its code. */
export const dimensionName = (dimension: string, names: Readonly<Record<string, Text>> = {}): Text =>
  DIMENSIONS[dimension] ?? names[dimension] ?? { vi: dimension, en: dimension };

/** The number with its unit, or that there is none. */
export function valueText({ value, format }: Pick<IndicatorValue, 'value' | 'format'>): string {
  if (value === null) return say({ vi: 'Chưa có dữ liệu', en: 'No data' });
  return `${formatNumber(value, format.digits)} ${unitWord(format, value, language())}`;
}

const SIDES: Record<'above' | 'over' | 'below' | 'under', (limit: string) => Text> = {
  above: (limit) => ({ vi: `từ ${limit}`, en: `from ${limit}` }),
  over: (limit) => ({ vi: `trên ${limit}`, en: `above ${limit}` }),
  below: (limit) => ({ vi: `từ ${limit} trở xuống`, en: `at ${limit} or less` }),
  under: (limit) => ({ vi: `dưới ${limit}`, en: `below ${limit}` }),
};
/** A limit may be finer than the numbers that are shown. */
const LIMIT_DIGITS = 3;

/** The thresholds in words, worst last: `Chú ý từ 1 ‰`, `Nghiêm trọng từ 4 ‰`. */
export function levelWords({ levels, format }: Pick<IndicatorView, 'levels' | 'format'>): string[] {
  return levels.flatMap((threshold) =>
    (Object.keys(SIDES) as (keyof typeof SIDES)[]).flatMap((side) => {
      const limit = threshold[side];
      if (limit === undefined) return [];
      const words = say(SIDES[side](limitText(limit, format)));
      return [`${say(LEVEL_NAMES[threshold.level])} ${words}${validText(threshold)}`];
    }),
  );
}

/** On which days a threshold counts, where not always. */
function validText({ validFrom, validTo }: LevelLimit): string {
  const parts = [
    ...(validFrom === undefined ? [] : [say({ vi: `từ ngày ${validFrom}`, en: `since ${validFrom}` })]),
    ...(validTo === undefined ? [] : [say({ vi: `đến hết ngày ${validTo}`, en: `until ${validTo}` })]),
  ];
  return parts.length === 0 ? '' : ` (${parts.join(' ')})`;
}

function limitText(limit: number, format: NumberFormat): string {
  const { digits } = format;
  const text = digits < 0 ? formatNumber(limit, digits) : formatAxis(limit, Math.max(digits, LIMIT_DIGITS));
  return `${text} ${unitWord(format, limit, language())}`.trim();
}

/** A promised interval in words; that nobody promises one is a dash. */
export const promiseText = (seconds: number | null): string =>
  seconds === null ? '–' : `${say({ vi: 'mỗi', en: 'every' })} ${formatDuration(seconds)}`;

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
