import type { MetricView, Text } from '#libs/contracts';
import { ApiError, call, listOf } from '../api.js';
import { h } from '../dom.js';
import { formatMoment, formatNumber } from '../format.js';
import { say } from '../language.js';
import { alertBox, desk, field, tell } from './desk.js';
import { ACTIONS, faultOf, STATES, type Entry, type State } from './entry-words.js';
import { sheetPanel } from './entry-sheet.js';
import { dimensionName, FREQUENCIES, wideTable } from './indicator-words.js';

const SHOWN = 200;

/** `/entries`: figures that people answer for, from draft to publication. */
export async function entriesPage(parent: HTMLElement): Promise<void> {
  try {
    const [metrics, entries] = await Promise.all([
      call<{ metrics: MetricView[] }>('GET', '/v1/metrics'),
      call<unknown>('GET', `/v1/entries?limit=${SHOWN}`),
    ]);
    const entered = metrics.metrics.filter((metric) => metric.entered !== null);
    draw(parent, entered, listOf<Entry>(entries));
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return location.assign('/');
    const box = alertBox();
    tell(box, (error as Error).message);
    desk(parent, say(TITLE), links(), () => void entriesPage(parent), box);
  }
}

const TITLE: Text = { vi: 'Nhập số liệu', en: 'Entry of figures' };

const links = () => [
  h('a', { href: '/catalogue' }, say({ vi: 'Danh mục', en: 'Catalogue' })),
  h('a', { href: '/' }, say({ vi: 'Các bảng', en: 'Boards' })),
];

function draw(parent: HTMLElement, metrics: readonly MetricView[], entries: readonly Entry[]): void {
  const again = () => void entriesPage(parent);
  const none = h(
    'p',
    { class: 'nothing' },
    say({ vi: 'Chưa có chỉ tiêu nào được nhập tay.', en: 'No figures are entered by hand here.' }),
  );
  desk(
    parent,
    say(TITLE),
    links(),
    () => draw(parent, metrics, entries),
    ...(metrics.length === 0 ? [none] : [form(metrics, again), sheetPanel(again), list(metrics, entries, again)]),
  );
}

/** More named values than these are proposed while one types: others are allowed, too. */
const MOST_CHOICES = 40;

/** A field for a value of a dimension: a choice where the pack names its values, else free text. */
function dimension(name: string, labels: Record<string, Text> | undefined): HTMLElement {
  if (!labels) return field(say(dimensionName(name)), { name: `dim-${name}`, required: true, maxlength: '60' });
  const id = `field-dim-${name}`;
  if (Object.keys(labels).length > MOST_CHOICES) {
    const list = Object.entries(labels).map(([value, label]) => h('option', { value }, say(label)));
    const input = field(say(dimensionName(name)), {
      name: `dim-${name}`,
      required: true,
      maxlength: '60',
      list: `${id}-list`,
    });
    return h('div', {}, input, h('datalist', { id: `${id}-list` }, ...list));
  }
  return h(
    'div',
    { class: 'field' },
    h('label', { for: id }, say({ vi: 'Phân loại', en: 'Of what' })),
    h(
      'select',
      { id, name: `dim-${name}` },
      ...Object.entries(labels).map(([value, label]) => h('option', { value }, say(label))),
    ),
  );
}

function form(metrics: readonly MetricView[], again: () => void): HTMLElement {
  const box = alertBox();
  const dims = h('div', { class: 'row-part' });
  const select = h(
    'select',
    { id: 'field-metric', name: 'metric', onchange: () => drawDims() },
    ...metrics.map((metric) => h('option', { value: metric.code }, `${say(metric.title)} (${say(metric.unit)})`)),
  );
  const chosen = (): MetricView | undefined => metrics.find(({ code }) => code === select.value);
  const drawDims = () => {
    const metric = chosen();
    dims.replaceChildren(
      ...(metric?.dims ?? []).map((name) =>
        name === 'unit'
          ? field(say({ vi: 'Mã đơn vị', en: 'Unit code' }), { name: 'unit', required: true, maxlength: '10' })
          : dimension(name, metric?.labels?.[name]),
      ),
      h('small', {}, metric?.entered ? `${say({ vi: 'Kỳ', en: 'Period' })}: ${say(FREQUENCIES[metric.entered])}` : ''),
    );
  };
  drawDims();
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const data = new FormData(event.currentTarget);
    const text = (name: string): string => String(data.get(name) ?? '').trim();
    const value = text('value').replace(',', '.');
    tell(box, null);
    try {
      await call('POST', '/v1/entries', {
        metric: select.value,
        unit: text('unit'),
        dims: (chosen()?.dims ?? []).filter((name) => name !== 'unit').map((name) => text(`dim-${name}`)),
        period: text('period'),
        value: value === '' ? null : Number(value),
        ...(text('document') === '' ? {} : { document: text('document') }),
      });
      again();
    } catch (error) {
      tell(box, faultOf(error));
    }
  };
  return h(
    'section',
    { class: 'panel' },
    h('h2', {}, say({ vi: 'Số liệu mới', en: 'New figure' })),
    h(
      'form',
      { class: 'row', onsubmit: (event: SubmitEvent) => void save(event) },
      h('div', { class: 'field' }, h('label', { for: 'field-metric' }, say({ vi: 'Chỉ tiêu', en: 'Metric' })), select),
      dims,
      field(
        say({ vi: 'Ngày trong kỳ', en: 'A day of the period' }),
        { name: 'period', type: 'date', required: true },
        say({ vi: 'Ngày bất kỳ trong kỳ số liệu', en: 'Any day of the period' }),
      ),
      field(
        say({ vi: 'Giá trị', en: 'Value' }),
        { name: 'value', inputmode: 'decimal', pattern: '-?[0-9]+([.,][0-9]+)?' },
        say({ vi: 'Để trống là rút số đã công bố', en: 'Empty withdraws what was published' }),
      ),
      field(
        say({ vi: 'Số văn bản', en: 'Document number' }),
        { name: 'document', maxlength: '60' },
        say({ vi: 'Ví dụ 12/BC-UBND; không ghi tên người', en: 'For example 12/BC-UBND; no names of persons' }),
      ),
      h('button', { type: 'submit', class: 'button' }, say({ vi: 'Lưu bản nháp', en: 'Save as draft' })),
    ),
    box,
  );
}

function list(metrics: readonly MetricView[], entries: readonly Entry[], again: () => void): HTMLElement {
  const box = alertBox();
  const head: Text[] = [
    { vi: 'Chỉ tiêu', en: 'Metric' },
    { vi: 'Nơi, loại', en: 'Where, which' },
    { vi: 'Kỳ', en: 'Period' },
    { vi: 'Giá trị', en: 'Value' },
    { vi: 'Trạng thái', en: 'State' },
    { vi: 'Người làm', en: 'By' },
    { vi: 'Việc tiếp theo', en: 'Next' },
  ];
  const rows = entries.map((entry) => {
    const metric = metrics.find(({ code }) => code === entry.metric);
    const value =
      entry.value === null
        ? say({ vi: 'rút số', en: 'withdrawn' })
        : `${formatNumber(entry.value, Number.isInteger(entry.value) ? 0 : 2)} ${metric ? say(metric.unit) : ''}`;
    return [
      h('span', {}, metric ? say(metric.title) : entry.metric, h('small', {}, ` v${entry.version}`)),
      [entry.unit, ...entry.dims].filter((part) => part !== '').join(' · ') || '–',
      entry.period,
      value,
      h('span', { class: `state state-${entry.state}` }, say(STATES[entry.state])),
      h('span', { title: formatMoment(Date.parse(entry.createdAt)) }, whoOf(entry)),
      actions(entry, box, again),
    ];
  });
  return h(
    'section',
    { class: 'panel' },
    h('h2', {}, say({ vi: 'Số liệu đã nhập', en: 'Entered figures' })),
    box,
    wideTable({ vi: 'Số liệu đã nhập', en: 'Entered figures' }, head, rows),
    entries.length === 0 ? h('p', { class: 'nothing' }, say({ vi: 'Chưa có số nào.', en: 'None yet.' })) : null,
  );
}

const whoOf = ({ author, approvedBy, publishedBy }: Entry): string =>
  [...new Set([author, approvedBy, publishedBy].filter((name) => name !== null))].join(' → ');

function actions(entry: Entry, box: HTMLElement, again: () => void): HTMLElement {
  const steps = ACTIONS.filter(({ from }) => (from as readonly State[]).includes(entry.state));
  const take = async (step: (typeof ACTIONS)[number]) => {
    const reason = step.asks ? prompt(say(step.asks)) : undefined;
    if (reason === null) return;
    if (step.confirm && !confirm(say(step.confirm))) return;
    tell(box, null);
    try {
      const path = `/v1/entries/${encodeURIComponent(entry.id)}`;
      if (step.step === 'remove') await call('DELETE', path);
      else await call('POST', `${path}/${step.step}`, reason === undefined ? {} : { reason });
      again();
    } catch (error) {
      tell(box, faultOf(error));
      box.scrollIntoView({ block: 'nearest' });
    }
  };
  return h(
    'span',
    { class: 'steps' },
    ...steps.map((step) =>
      h(
        'button',
        { type: 'button', class: 'switch', onclick: () => void take(step) },
        say(step.name),
        h('span', { class: 'unseen' }, ` ${entry.metric} ${entry.unit} ${entry.period}`),
      ),
    ),
  );
}
