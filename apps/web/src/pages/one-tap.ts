import { SEVERITY_NAMES, type Severity, type Text } from '#libs/contracts';
import { ApiError, call } from '../api.js';
import { h } from '../dom.js';
import { formatMoment } from '../format.js';
import { say } from '../language.js';
import { levelIcon } from '../marks.js';
import { applyLanguage } from '../settings.js';
import { alertBox, desk, tell } from './desk.js';

interface OneTap {
  state: 'open' | 'answered' | 'used' | 'expired' | 'done';
  subject: string;
  severity: Severity;
  language: 'vi' | 'en';
  alerts: {
    number: number;
    title: string;
    place: string | null;
    value: string | null;
    severity: Severity;
    since: number;
  }[];
  total: number;
  at: number;
}

const TITLE: Text = { vi: 'Xác nhận cảnh báo', en: 'Acknowledge an alert' };
const PATH = '/v1/alerts/acknowledge-by-link';

const STATES: Record<Exclude<OneTap['state'], 'open'>, Text> = {
  done: { vi: '✓ Đã xác nhận. Cảm ơn.', en: '✓ Acknowledged. Thank you.' },
  answered: { vi: '✓ Đã có người xác nhận cảnh báo này.', en: '✓ Somebody has acknowledged this alert already.' },
  used: { vi: 'Liên kết này đã được dùng.', en: 'This link was used already.' },
  expired: { vi: 'Liên kết này đã hết hạn.', en: 'This link has expired.' },
};
const INVALID: Text = {
  vi: 'Liên kết không đúng. Hãy mở lại từ tin nhắn, hoặc đăng nhập.',
  en: 'This is not a valid link. Open it again from the message, or sign in.',
};
const LEVELS = { information: 'unknown', warning: 'attention', serious: 'serious', critical: 'critical' } as const;

/** `/a#<token>`: what a message was about, and one button. Opening it changes nothing. */
export async function oneTapPage(parent: HTMLElement): Promise<void> {
  const token = location.hash.slice(1);
  try {
    const found = await call<OneTap>('POST', PATH, { token, look: true });
    applyLanguage(found.language);
    draw(parent, token, found);
  } catch (error) {
    const box = alertBox();
    tell(box, messageOf(error));
    desk(parent, say(TITLE), [], () => void oneTapPage(parent), box, signIn());
  }
}

const messageOf = (error: unknown): string =>
  error instanceof ApiError && error.status === 404 ? say(INVALID) : String((error as Error).message);

const signIn = () =>
  h('p', {}, h('a', { href: '/' }, say({ vi: 'Đăng nhập để xem chi tiết', en: 'Sign in to see more' })));

function draw(parent: HTMLElement, token: string, found: OneTap): void {
  const box = alertBox();
  const button = h(
    'button',
    { type: 'button', class: 'button one-tap', onclick: () => void acknowledge() },
    say({ vi: 'Xác nhận', en: 'I acknowledge the alert' }),
  );
  const acknowledge = async () => {
    button.disabled = true;
    tell(box, null);
    try {
      draw(parent, token, await call<OneTap>('POST', PATH, { token }));
    } catch (error) {
      // Used or expired meanwhile: what it is now says it best.
      if (error instanceof ApiError && (error.status === 409 || error.status === 410)) return oneTapPage(parent);
      button.disabled = false;
      tell(box, messageOf(error));
    }
  };
  const others = found.total - found.alerts.length;
  desk(
    parent,
    say(TITLE),
    [],
    () => draw(parent, token, found),
    h(
      'section',
      { class: 'panel' },
      h(
        'p',
        {},
        h(
          'span',
          { class: `chip level-${LEVELS[found.severity]}` },
          levelIcon(LEVELS[found.severity]),
          say(SEVERITY_NAMES[found.severity]),
        ),
      ),
      h('h2', {}, found.subject),
      h('ul', { class: 'links' }, ...found.alerts.map(lineOf)),
      others > 0 ? h('p', {}, say({ vi: `và ${others} cảnh báo khác`, en: `and ${others} more alerts` })) : null,
      found.state === 'open' ? button : h('p', { role: 'status', class: 'one-tap-state' }, say(STATES[found.state])),
      box,
      signIn(),
    ),
  );
  if (found.state === 'open') button.focus();
}

function lineOf({ number, title, place, value, since }: OneTap['alerts'][number]): HTMLElement {
  const at = say({ vi: `từ ${formatMoment(since)}`, en: `since ${formatMoment(since)}` });
  const about = [place, value, at].filter((part) => part !== null && part !== '').join(' · ');
  return h('li', {}, h('span', {}, h('b', {}, `#${number} ${title}`), ` – ${about}`));
}
