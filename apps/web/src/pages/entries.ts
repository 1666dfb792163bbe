import type { Choices, MetricView, Text } from '#libs/contracts';
import { ApiError, call, listOf } from '../api.js';
import { h } from '../dom.js';
import { formatMoment, formatNumber } from '../format.js';
import { say } from '../language.js';
import { choices, nameOfChoice } from './choices.js';
import { alertBox, desk, tell } from './desk.js';
import { EntryForm } from './entry-form.js';
import { historyOf } from './entry-history.js';
import { ACTIONS, faultOf, periodText, STATES, type Entry } from './entry-words.js';
import type { Work } from './entry-work.js';
import { sheetPanel } from './entry-sheet.js';
import { wideTable } from './indicator-words.js';

const SHOWN = 200;

interface Shown {
  metrics: readonly MetricView[];
  entries: readonly Entry[];
  names: Choices;
  work: Work;
  /** Metric that the form has chosen: whoever enters one figure enters the next of the same. */
  metric: string;
}

/** `/entries`: figures that people answer for, from draft to publication. */
export async function entriesPage(parent: HTMLElement, metric = ''): Promise<void> {
  try {
    const [metrics, entries, names] = await Promise.all([
      call<{ metrics: MetricView[] }>('GET', '/v1/metrics'),
      call<unknown>('GET', `/v1/entries?limit=${SHOWN}`),
      choices(),
    ]);
    const entered = metrics.metrics.filter((one) => one.entered !== null);
    draw(parent, { metrics: entered, entries: listOf<Entry>(entries), names, work: NEW, metric });
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

function draw(parent: HTMLElement, shown: Shown): EntryForm | null {
  const { metrics, names } = shown;
  const again = () => void entriesPage(parent, shown.metric);
  const begin = (work: Work) => draw(parent, { ...shown, work })?.begin();
  const form = new EntryForm({
    metrics,
    names,
    metric: shown.metric,
    work: shown.work,
    chosen: (metric) => (shown.metric = metric),
    saved: again,
    cancelled: () => draw(parent, { ...shown, work: NEW }),
    lead: (entry) => {
      // An old one may not be among the newest.
      const entries = [entry, ...shown.entries.filter(({ id }) => id !== entry.id)];
      const form = draw(parent, { ...shown, entries, work: entry.state === 'draft' ? { kind: 'change', entry } : NEW });
      if (entry.state === 'draft') form?.begin();
      else showRow(parent, entry);
    },
  });
  const none = h(
    'p',
    { class: 'nothing' },
    say({ vi: 'Chưa có chỉ tiêu nào được nhập tay.', en: 'No figures are entered by hand here.' }),
  );
  desk(
    parent,
    say(TITLE),
    links(),
    () => void draw(parent, shown),
    ...(metrics.length === 0
      ? [none]
      : [form.element, sheetPanel(metrics, names, again), list(shown, { again, begin })]),
  );
  return metrics.length === 0 ? null : form;
}

const NEW: Work = { kind: 'new' };

/** Brings the eye, and the keyboard, to the row of an entry. */
function showRow(parent: HTMLElement, { id }: Entry): void {
  const row = parent.querySelector<HTMLElement>(`[data-entry="${id}"]`);
  row?.scrollIntoView({ block: 'center' });
  row?.focus({ preventScroll: true });
}

interface Ways {
  again: () => void;
  begin: (work: Work) => void;
}

function list({ metrics, entries, names }: Shown, ways: Ways): HTMLElement {
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
      h(
        'span',
        { 'data-entry': entry.id, tabindex: '-1' },
        metric ? say(metric.title) : entry.metric,
        h('small', {}, ` v${entry.version}`),
      ),
      placeOf(entry, metric, names) || '–',
      periodText(entry.period, metric?.entered ?? null),
      value,
      h('span', { class: `state state-${entry.state}` }, say(STATES[entry.state])),
      h(
        'div',
        {},
        h('span', { title: formatMoment(Date.parse(entry.createdAt)) }, whoOf(entry)),
        historyOf(entry, nameOf(entry)),
      ),
      actions(entry, metric !== undefined, box, ways),
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

/** The unit and what the dimensions say, by their names. */
function placeOf({ unit, dims }: Entry, metric: MetricView | undefined, names: Choices): string {
  const own = metric?.dims.filter((name) => name !== 'unit') ?? [];
  const said = dims.map((value, index) => {
    const label = metric?.labels?.[own[index] ?? '']?.[value];
    return label ? say(label) : value;
  });
  return [nameOfChoice(names.units, unit), ...said].filter((part) => part !== '').join(' · ');
}

const whoOf = ({ author, approvedBy, publishedBy }: Entry): string =>
  [...new Set([author, approvedBy, publishedBy].filter((name) => name !== null))].join(' → ');

const nameOf = ({ metric, unit, period }: Entry): string => `${metric} ${unit} ${period}`;

/** `known`: whether its metric is entered still; what is not can be neither changed nor corrected. */
function actions(entry: Entry, known: boolean, box: HTMLElement, { again, begin }: Ways): HTMLElement {
  const steps = ACTIONS.filter(
    ({ step, from }) => from.includes(entry.state) && (known || (step !== 'change' && step !== 'correct')),
  );
  const take = async (step: (typeof ACTIONS)[number]) => {
    if (step.step === 'change' || step.step === 'correct') return begin({ kind: step.step, entry });
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
        h('span', { class: 'unseen' }, ` ${nameOf(entry)}`),
      ),
    ),
  );
}
