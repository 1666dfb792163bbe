import { unitWord, type AlertLine } from '#libs/contracts';
import { h, svg } from '../dom.js';
import { formatChange, formatNumber, isZero } from '../format.js';
import { language, say } from '../language.js';
import { levelChip, marksOf, simulatedMark } from '../marks.js';
import { sparkPaths } from '../tiles/number.js';
import { severityChip, valueOf } from '../alert-words.js';
import { worthListing } from '../alerts-layout.js';
import { inOrder, sinceWords, whoHasIt } from './alert-words.js';
import { namesOf, type Actions, type Model, type NumberLine } from './model.js';

/** Cards that are drawn before somebody asks for the rest. */
const FIRST = 20;
let showAll = false;

/** `/m`: open alerts with the one button that matters, key indicators below, the way to the brief. */
export function homeView(model: Model, actions: Actions): HTMLElement {
  return h(
    'main',
    { class: 'phone-main' },
    h('h1', { class: 'unseen' }, say({ vi: 'Cảnh báo và chỉ tiêu', en: 'Alerts and indicators' })),
    alertSection(model, actions),
    numberSection(model),
    h(
      'a',
      { class: 'brief-link', href: '/m/brief', 'data-go': true },
      h('b', {}, say({ vi: 'Bản tin sáng', en: 'Morning brief' })),
      h(
        'span',
        {},
        say({
          vi: 'Một trang: đã thay đổi gì, ai trễ, việc hôm nay',
          en: 'One page: what changed, who is late, due today',
        }),
      ),
    ),
  );
}

function alertSection(model: Model, actions: Actions): HTMLElement {
  const open = inOrder(model.alerts?.value.open ?? []);
  // Mere information waits behind the button while something has to be answered: the indicators are one thumb away.
  const shown = showAll ? open : worthListing(open).slice(0, FIRST);
  const rest = open.length - shown.length;
  const title = say({ vi: 'Cảnh báo đang mở', en: 'Open alerts' });
  const more = h(
    'button',
    {
      type: 'button',
      class: 'button plain',
      onclick: () => {
        showAll = true;
        actions.again();
      },
    },
    say({ vi: `Xem thêm ${rest} cảnh báo`, en: `Show ${rest} more alerts` }),
  );
  const down = (model.alerts?.value.channelsDown ?? []).map(({ name }) => name).join(', ');
  return h(
    'section',
    { 'aria-labelledby': 'alerts-title' },
    h(
      'h2',
      { id: 'alerts-title' },
      title,
      open.length > 0 ? h('span', { class: 'count' }, ` ${totalOf(model)}`) : null,
    ),
    down === ''
      ? null
      : h('p', { class: 'down' }, say({ vi: `Kênh gửi đang hỏng: ${down}`, en: `Channels that are down: ${down}` })),
    open.length === 0
      ? nothing(model)
      : h('ul', { class: 'cards' }, ...shown.map((alert) => card(alert, model, actions))),
    rest > 0 ? more : null,
  );
}

function totalOf({ alerts }: Model): number {
  const listed = alerts?.value.open.filter(({ muted }) => muted === null).length ?? 0;
  const counts = Object.values(alerts?.value.counts ?? {}).reduce((sum, count) => sum + count, 0);
  return Math.max(counts, listed);
}

const nothing = ({ alerts }: Model): HTMLElement =>
  h(
    'p',
    { class: 'nothing' },
    alerts === null
      ? say({ vi: 'Chưa tải được cảnh báo.', en: 'Alerts are not loaded yet.' })
      : say({ vi: 'Không có cảnh báo nào đang mở.', en: 'There is no open alert.' }),
  );

function card(alert: AlertLine, model: Model, actions: Actions): HTMLElement {
  const { id, severity, title, place, number } = alert;
  const now = Date.now();
  const facts = [valueOf(alert), sinceWords(alert.since, now)].filter((fact) => fact !== '').join(' · ');
  return h(
    'li',
    { class: `card-alert severity-${severity}`, 'data-alert': id },
    h(
      'div',
      { class: 'card-head' },
      severityChip(severity),
      h('span', { class: 'number' }, `#${number}`),
      alert.simulated ? simulatedMark(alert.simulated) : null,
    ),
    h('h3', {}, h('a', { href: `/m/alerts/${id}`, 'data-go': true, 'data-key': `open-${id}` }, say(title))),
    place ? h('p', { class: 'place' }, say(place)) : null,
    h('p', {}, facts),
    h('p', { class: 'who' }, whoHasIt(alert, namesOf(model))),
    acknowledgeButton(alert, model, actions),
  );
}

/** The one button; what it became while it is on its way; null where somebody has answered. */
export function acknowledgeButton(alert: AlertLine, model: Model, actions: Actions): HTMLElement | null {
  if (alert.state !== 'firing') return null;
  if (model.acknowledged.has(alert.id)) {
    return h('p', { class: 'sent', role: 'status' }, `✓ ${say({ vi: 'Đã xác nhận', en: 'Acknowledged' })}`);
  }
  if (model.waiting.has(alert.id)) {
    const words = model.connected
      ? { vi: 'Đang gửi xác nhận…', en: 'Sending…' }
      : { vi: 'Đang chờ mạng để gửi xác nhận', en: 'Waiting for a network to send it' };
    return h('p', { class: 'sending', role: 'status' }, say(words));
  }
  return h(
    'button',
    {
      type: 'button',
      // What wakes nobody does not shout here either.
      class: `button big acknowledge${alert.muted || alert.severity === 'information' ? ' plain' : ''}`,
      'data-key': `acknowledge-${alert.id}`,
      onclick: () => actions.acknowledge(alert),
    },
    say({ vi: 'Xác nhận', en: 'Acknowledge' }),
    h('span', { class: 'unseen' }, ` #${alert.number} ${say(alert.title)}`),
  );
}

function numberSection(model: Model): HTMLElement {
  const lines = model.numbers?.value ?? [];
  return h(
    'section',
    { 'aria-labelledby': 'numbers-title' },
    h('h2', { id: 'numbers-title' }, say({ vi: 'Chỉ tiêu chính', en: 'Key indicators' })),
    lines.length === 0
      ? h('p', { class: 'nothing' }, say({ vi: 'Chưa tải được chỉ tiêu.', en: 'Indicators are not loaded yet.' }))
      : h('ul', { class: 'numbers' }, ...lines.map((line) => numberCard(line, model.numbers?.at ?? Date.now()))),
  );
}

function numberCard({ view, state }: NumberLine, now: number): HTMLElement {
  const digits = view.format?.digits ?? 0;
  const code = view.id.replace(/^number-/, '');
  const few = state.value === null && state.hiddenBelow !== undefined ? `< ${state.hiddenBelow}` : null;
  const value =
    few ??
    (state.value === null ? say({ vi: 'Chưa có dữ liệu', en: 'No data yet' }) : formatNumber(state.value, digits));
  const known = state.value !== null || few !== null;
  const unit = known && view.format ? unitWord(view.format, state.value, language()) : '';
  return h(
    'li',
    { class: `card-number level-of-${state.level}` },
    h('a', { class: 'name', href: `/indicators/${encodeURIComponent(code)}`, 'data-key': code }, say(view.title)),
    h(
      'p',
      { class: state.value === null && few === null ? 'value missing' : 'value' },
      h('b', {}, value),
      ' ',
      h('span', {}, unit),
    ),
    changeOf(state, digits),
    h('p', { class: 'marks' }, levelChip(state.level), ...marksOf(state, now, true)),
    spark(state.spark),
  );
}

function changeOf({ value, before, beforeLabel }: NumberLine['state'], digits: number): HTMLElement | null {
  if (value === null || before === null || digits < 0) return null;
  const difference = value - before;
  const still = isZero(difference, digits);
  const arrow = still ? '=' : difference > 0 ? '↑' : '↓';
  const amount = still ? say({ vi: 'không đổi', en: 'no change' }) : formatChange(difference, digits);
  return h(
    'p',
    { class: 'change' },
    h('b', {}, `${arrow} ${amount}`),
    beforeLabel ? ` ${say({ vi: 'so với', en: 'vs' })} ${say(beforeLabel)}` : '',
  );
}

function spark(values: readonly (number | null)[]): SVGElement | null {
  if (values.filter((value) => value !== null).length < 2) return null;
  const paths = sparkPaths(values).map((d) =>
    svg('path', { d, fill: 'none', stroke: 'currentColor', 'vector-effect': 'non-scaling-stroke' }),
  );
  return svg(
    'svg',
    { class: 'spark', viewBox: '0 0 100 30', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    ...paths,
  );
}
