import type { AlertsState, Notice } from '#libs/contracts';
import { alertFeed } from '../alert-feed.js';
import { askingOf, othersWords, placeOf, severityIcon, valuesOf } from '../alert-words.js';
import { call } from '../api.js';
import { chime, hush } from '../chime.js';
import { h } from '../dom.js';
import { formatClock, formatHour } from '../format.js';
import { say } from '../language.js';
import { simulatedMark } from '../marks.js';
import { faultOf } from './alert-faults.js';

const MOST_NOTICES = 3;

let leave: (() => void) | undefined;
/** Messages that nobody has put away; they stay while the page is drawn anew. */
const notices = new Map<string, Notice>();

/** What is urgent, on every page of the console: how many alerts nobody answered, the critical one, messages, channels that are down. */
export function deskAlerts(nav: HTMLElement, urgent: HTMLElement): void {
  leave?.();
  const link = nav.querySelector('a[href="/alerts"]');
  const count = h('b', { class: 'count', hidden: true });
  link?.append(count);
  const critical = h('div', { class: 'urgent-band critical', role: 'alert', hidden: true });
  const down = h('div', { class: 'urgent-band', role: 'status', hidden: true });
  const messages = h('div', { class: 'notices', role: 'log', 'aria-label': say({ vi: 'Tin nhắn', en: 'Messages' }) });
  urgent.replaceChildren(critical, down, messages);
  let shown = '';
  const drawNotices = () =>
    messages.replaceChildren(...[...notices.values()].map((one) => noticeCard(one, drawNotices)));
  drawNotices();
  leave = alertFeed().follow({
    alerts: (state) => {
      count.hidden = state.unanswered === 0;
      count.textContent = ` ${state.unanswered}`;
      count.setAttribute(
        'aria-label',
        say({ vi: `${state.unanswered} chưa ai xác nhận`, en: `${state.unanswered} unanswered` }),
      );
      const { takeover, unansweredCritical, channelsDown } = state;
      const { id, value, simulated } = takeover?.alert ?? {};
      const key = JSON.stringify([id, value, simulated, unansweredCritical, channelsDown]);
      if (key === shown) return;
      shown = key;
      drawCritical(critical, state);
      drawDown(down, state);
    },
    notice: (notice) => {
      notices.delete(notice.id);
      notices.set(notice.id, notice);
      while (notices.size > MOST_NOTICES) notices.delete([...notices.keys()][0] ?? '');
      if (notice.kind !== 'resolved' && (notice.severity === 'critical' || notice.severity === 'serious'))
        chime(notice.id);
      drawNotices();
    },
  });
}

function drawCritical(band: HTMLElement, { takeover, takeovers, unansweredCritical }: AlertsState): void {
  band.hidden = takeover === null;
  if (takeover === null) {
    hush();
    band.replaceChildren();
    return;
  }
  const { alert } = takeover;
  chime(...takeovers.map(askingOf));
  const words = [
    placeOf(alert),
    valuesOf(alert),
    say({ vi: `từ ${formatHour(alert.since)}`, en: `since ${formatHour(alert.since)}` }),
  ];
  const others = othersWords(unansweredCritical - 1);
  const fault = h('span', {});
  const take = async () => {
    hush();
    await call('POST', `/v1/alerts/${alert.id}/actions`, { action: 'acknowledge' }).catch((error: unknown) => {
      fault.textContent = faultOf(error);
    });
  };
  band.replaceChildren(
    severityIcon(alert.severity),
    alert.simulated ? simulatedMark(alert.simulated) : '',
    h('a', { href: `/alerts/${alert.id}` }, h('b', {}, say(alert.title))),
    h('span', {}, words.filter((word) => word !== '').join(' · ')),
    others === '' ? '' : h('a', { href: '/alerts?severity=critical&state=firing' }, others),
    h(
      'button',
      { type: 'button', class: 'button', onclick: () => void take() },
      say({ vi: 'Xác nhận', en: 'Acknowledge' }),
    ),
    fault,
  );
}

function drawDown(band: HTMLElement, { channelsDown }: AlertsState): void {
  band.hidden = channelsDown.length === 0;
  const names = channelsDown.map(
    ({ name, since }) => `${name} (${say({ vi: 'từ', en: 'since' })} ${formatClock(since)})`,
  );
  const text = say({ vi: 'Kênh gửi không hoạt động: ', en: 'Channels down: ' });
  band.replaceChildren(severityIcon('warning'), h('span', {}, text + names.join(', ')));
}

function noticeCard(notice: Notice, draw: () => void): HTMLElement {
  const away = () => {
    notices.delete(notice.id);
    draw();
  };
  return h(
    'div',
    { class: `notice notice-${notice.severity}` },
    severityIcon(notice.severity),
    h(
      'div',
      {},
      notice.alert === null
        ? h('b', {}, say(notice.title))
        : h('a', { href: `/alerts/${encodeURIComponent(notice.alert)}` }, h('b', {}, say(notice.title))),
      h('p', {}, say(notice.body)),
      h('small', {}, formatClock(notice.at)),
    ),
    h('button', { type: 'button', class: 'switch', onclick: away }, say({ vi: 'Bỏ qua', en: 'Dismiss' })),
  );
}
