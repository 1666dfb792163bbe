import { calendarShift, calendarStart, VN_OFFSET_MS, type Explained } from '#libs/contracts';
import { h } from '../dom.js';
import { formatDate, formatNumber } from '../format.js';
import { say } from '../language.js';

/** So many periods stand open at once; more are unfolded. */
const OPEN_PERIODS = 7;

/** One part of a formula with its number, and below it what it is made of. */
export function part(explained: Explained, digits: number): HTMLElement {
  const value =
    explained.value === null ? say({ vi: 'chưa có dữ liệu', en: 'no data' }) : number(explained.value, digits);
  const { period } = explained;
  return h(
    'li',
    {},
    ...(period
      ? [h('span', {}, periodName(period))]
      : [explained.title ? h('span', {}, say(explained.title), ' ') : null, h('code', {}, explained.text)]),
    h('b', {}, ` = ${value}`),
    explained.series ? seriesList(explained, digits) : null,
    ...(explained.twice ?? []).map(toldTwice),
    explained.parts ? partList(explained, digits) : null,
  );
}

/** What is one thing and was put in for each unit that it was told under: somebody has to mend a source's units. */
function toldTwice({ thing, units }: NonNullable<Explained['twice']>[number]): HTMLElement {
  const [name, where] = [say(thing.label), units.map(({ label }) => say(label)).join(', ')];
  const text = say({
    vi: `⚠ ${name} được báo dưới ${units.length} đơn vị (${where}): mỗi đơn vị góp một số vào đây. Hãy kiểm tra mã đơn vị của nguồn.`,
    en: `⚠ ${name} is told under ${units.length} units (${where}): each puts a number in here. Check the unit codes of the source.`,
  });
  return h('p', {}, h('span', { class: 'level-attention' }, text));
}

/** What a part is made of; the periods of a mean, a median, a total can be folded away. */
function partList({ parts = [], partsTotal }: Explained, digits: number): HTMLElement {
  const list = h('ul', {}, ...parts.map((inner) => part(inner, digits)));
  if (!parts[0]?.period) return list;
  const all = partsTotal ?? parts.length;
  const rest = all - parts.length;
  return h(
    'details',
    parts.length <= OPEN_PERIODS ? { open: '' } : {},
    h('summary', {}, say({ vi: `${all} kỳ`, en: `${all} periods` })),
    rest > 0 ? h('p', {}, say({ vi: `… và ${rest} kỳ trước đó`, en: `… and ${rest} earlier periods` })) : null,
    list,
  );
}

/** A calendar period by its name, another by its first and last day. */
function periodName({ from, to }: { from: number; to: number }): string {
  const local = new Date(from + VN_OFFSET_MS);
  const [year, month] = [local.getUTCFullYear(), local.getUTCMonth() + 1];
  const is = (step: 'day' | 'month' | 'quarter' | 'year'): boolean =>
    calendarStart(step, from) === from && calendarShift(step, from, 1) === to;
  if (is('day')) return formatDate(from);
  if (is('month')) return say({ vi: `Tháng ${month}/${year}`, en: `Month ${month}/${year}` });
  const quarter = Math.ceil(month / 3);
  if (is('quarter')) return say({ vi: `Quý ${quarter}/${year}`, en: `Quarter ${quarter}/${year}` });
  if (is('year')) return say({ vi: `Năm ${year}`, en: `Year ${year}` });
  return `${formatDate(from)} – ${formatDate(to - 1)}`;
}

/** Whole numbers stay whole. */
const number = (value: number, digits: number): string =>
  formatNumber(value, Number.isInteger(value) ? 0 : Math.max(2, digits));

function seriesList({ series = [], seriesTotal = 0 }: Explained, digits: number): HTMLElement | null {
  if (series.length === 0) return null;
  const rest = seriesTotal - series.length;
  return h(
    'details',
    {},
    h('summary', {}, say({ vi: `${seriesTotal} dãy số`, en: `${seriesTotal} series` })),
    h(
      'ul',
      {},
      ...series.map(({ dims, value }) => {
        const name = Object.values(dims)
          .map((dim) => say(dim.label) || '–')
          .join(' · ');
        return h('li', {}, `${name}: `, h('b', {}, number(value, digits)));
      }),
      rest > 0 ? h('li', {}, say({ vi: `… và ${rest} dãy khác`, en: `… and ${rest} more` })) : null,
    ),
  );
}
