import type { IndicatorValue, IndicatorValues, MetricView, Text } from '#libs/contracts';
import { ask, listOf, type SourceEntry, timeOf } from '../api.js';
import { h } from '../dom.js';
import { formatAge, formatMoment } from '../format.js';
import { say } from '../language.js';
import { LEVEL_NAMES, levelChip, simulatedMark } from '../marks.js';
import { alertBox, desk, tell } from './desk.js';
import { FREQUENCIES, levelWords, promiseText, SHARING, valueText, wideTable } from './indicator-words.js';
import { plain } from './plain-text.js';

interface Catalogue {
  values: IndicatorValues;
  metrics: readonly MetricView[];
  sources: readonly SourceEntry[];
}

const TITLE: Text = { vi: 'Danh mục chỉ tiêu và dữ liệu', en: 'Catalogue of indicators and data' };

/** `/catalogue`: every indicator, metric and source that the viewer may see: whose it is, how fresh, by which formula. */
export async function cataloguePage(parent: HTMLElement): Promise<void> {
  try {
    const [values, metrics, sources] = await Promise.all([
      ask<IndicatorValues>('/v1/indicators'),
      ask<unknown>('/v1/metrics'),
      ask<unknown>('/v1/sources'),
    ]);
    draw(parent, { values, metrics: listOf<MetricView>(metrics), sources: listOf<SourceEntry>(sources) });
  } catch (error) {
    const box = alertBox();
    tell(box, (error as Error).message);
    desk(parent, say(TITLE), [boardsLink()], () => void cataloguePage(parent), box);
  }
}

const boardsLink = () => h('a', { href: '/' }, say({ vi: 'Các bảng', en: 'Boards' }));

function draw(parent: HTMLElement, catalogue: Catalogue): void {
  const list = h('div', { class: 'catalogue' });
  const fill = () => list.replaceChildren(...sections(catalogue, search.value));
  const search = h('input', {
    type: 'search',
    id: 'catalogue-search',
    value: new URLSearchParams(location.search).get('q') ?? '',
    oninput: () => {
      remember(search.value);
      fill();
    },
  });
  const csv = h(
    'a',
    { href: '/v1/indicators?format=csv', class: 'download' },
    say({ vi: 'Tải CSV', en: 'Download CSV' }),
  );
  const label = say({ vi: 'Tìm theo tên, mã, công thức, cơ quan', en: 'Search name, code, formula, owner' });
  const tools = h(
    'div',
    { class: 'catalogue-tools' },
    h('div', { class: 'field' }, h('label', { for: 'catalogue-search' }, label), search),
    csv,
  );
  desk(parent, say(TITLE), [boardsLink()], () => draw(parent, catalogue), tools, list);
  fill();
}

/** The search stays in the address, so that it can be sent to somebody. */
function remember(search: string): void {
  const query = search === '' ? '' : `?q=${encodeURIComponent(search)}`;
  history.replaceState(null, '', location.pathname + query);
}

const matches = (search: string, ...texts: (string | Text | null)[]): boolean => {
  const all = plain(texts.map((text) => (typeof text === 'string' ? text : `${text?.vi} ${text?.en}`)).join(' '));
  return plain(search)
    .split(/\s+/)
    .every((word) => all.includes(word));
};

function sections({ values, metrics, sources }: Catalogue, search: string): HTMLElement[] {
  const indicators = values.indicators.filter((one) =>
    matches(search, one.code, one.title, one.formula, one.owner, one.note),
  );
  const shownMetrics = metrics.filter((one) => matches(search, one.code, one.title, one.dims.join(' '), one.owner));
  const shownSources = sources.filter((one) => matches(search, one.id, one.name, ...(one.owners ?? [])));
  return [
    section({ vi: 'Chỉ tiêu', en: 'Indicators' }, indicators.length, indicatorTable(indicators)),
    section({ vi: 'Số đo', en: 'Metrics' }, shownMetrics.length, metricTable(shownMetrics)),
    section({ vi: 'Nguồn dữ liệu', en: 'Sources' }, shownSources.length, sourceTable(shownSources)),
  ];
}

function section(title: Text, count: number, table: HTMLElement): HTMLElement {
  const nothing = h('p', { class: 'nothing' }, say({ vi: 'Không có mục nào.', en: 'Nothing here.' }));
  return h('section', { class: 'panel' }, h('h2', {}, `${say(title)} (${count})`), count === 0 ? nothing : table);
}

function indicatorTable(indicators: readonly IndicatorValue[]): HTMLElement {
  const head = [
    { vi: 'Chỉ tiêu', en: 'Indicator' },
    { vi: 'Giá trị', en: 'Value' },
    { vi: 'Ngưỡng', en: 'Thresholds' },
    { vi: 'Công thức', en: 'Formula' },
    { vi: 'Cơ quan chịu trách nhiệm', en: 'Owner' },
    { vi: 'Kỳ, độ mới', en: 'Period, freshness' },
    { vi: 'Chia sẻ', en: 'Sharing' },
  ];
  return wideTable(
    { vi: 'Chỉ tiêu', en: 'Indicators' },
    head,
    indicators.map((one) => [
      h('a', { href: `/indicators/${encodeURIComponent(one.code)}` }, say(one.title)),
      h('span', {}, valueText(one), ' ', levelChip(one.level)),
      limits(levelWords(one)),
      h('code', {}, one.formula),
      one.owner ? say(one.owner) : '–',
      `${say(FREQUENCIES[one.frequency])}${one.freshness ? ` · ${say(one.freshness)}` : ''}${
        one.late ? ` · ${say({ vi: 'trễ', en: 'late' })}` : ''
      }`,
      say(SHARING[one.sharing]),
    ]),
  );
}

/** Thresholds one below the other; a dash where there are none. */
const limits = (texts: readonly string[]): Node | string =>
  texts.length === 0 ? '–' : h('span', { class: 'limits' }, ...texts.map((text) => h('span', {}, text)));

/** A source for many sectors, such as hand entry, answers to each of their owners. */
function ownersText(owners: readonly Text[]): string {
  const rest = owners.length - MOST_OWNERS;
  const named = owners.slice(0, MOST_OWNERS).map(say).join(', ');
  return rest > 0 ? `${named} ${say({ vi: `và ${rest} cơ quan khác`, en: `and ${rest} more` })}` : named || '–';
}
const MOST_OWNERS = 2;

const KINDS: Record<MetricView['kind'], Text> = {
  flow: { vi: 'số phát sinh', en: 'flow' },
  reading: { vi: 'số đo', en: 'reading' },
  stock: { vi: 'số tồn', en: 'stock' },
};

function metricTable(metrics: readonly MetricView[]): HTMLElement {
  const head = [
    { vi: 'Số đo', en: 'Metric' },
    { vi: 'Mã', en: 'Code' },
    { vi: 'Loại', en: 'Kind' },
    { vi: 'Chiều', en: 'Dimensions' },
    { vi: 'Cơ quan chịu trách nhiệm', en: 'Owner' },
    { vi: 'Nguồn cam kết gửi', en: 'Promised by its sources' },
    { vi: 'Mới nhất', en: 'Newest' },
  ];
  return wideTable(
    { vi: 'Số đo', en: 'Metrics' },
    head,
    metrics.map((one) => {
      const entered = one.entered ? `, ${say({ vi: 'nhập', en: 'entered' })} ${say(FREQUENCIES[one.entered])}` : '';
      const newest = timeOf(one.newestAt);
      return [
        say(one.unit) === '' ? say(one.title) : `${say(one.title)} (${say(one.unit)})`,
        h('code', {}, one.code),
        `${say(KINDS[one.kind])}${entered}`,
        one.dims.join(', ') || '–',
        one.owner ? say(one.owner) : '–',
        promiseText(one.every),
        newest === null ? '–' : h('time', { title: formatMoment(newest) }, formatAge(Date.now() - newest)),
      ];
    }),
  );
}

function sourceTable(sources: readonly (SourceEntry & { level?: keyof typeof LEVEL_NAMES })[]): HTMLElement {
  const head = [
    { vi: 'Nguồn', en: 'Source' },
    { vi: 'Mã', en: 'Id' },
    { vi: 'Cơ quan chịu trách nhiệm', en: 'Owner' },
    { vi: 'Cam kết gửi', en: 'Promised' },
    { vi: 'Nhận lần cuối', en: 'Last received' },
    { vi: 'Trạng thái', en: 'State' },
  ];
  return wideTable(
    { vi: 'Nguồn dữ liệu', en: 'Sources' },
    head,
    sources.map((one) => {
      const seen = timeOf(one.lastSeen);
      return [
        h('span', {}, one.name, ' ', one.simulated === true ? simulatedMark() : null),
        h('code', {}, one.id),
        ownersText(one.owners ?? []),
        promiseText(one.every),
        seen === null ? '–' : h('time', { title: formatMoment(seen) }, formatAge(Date.now() - seen)),
        levelChip(one.level ?? 'unknown') ?? say(LEVEL_NAMES.ok),
      ];
    }),
  );
}
