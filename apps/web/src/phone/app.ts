import type { AlertLine, AlertsState, Notice } from '#libs/contracts';
import { h, svg } from '../dom.js';
import { formatAsOf } from '../format.js';
import { say } from '../language.js';
import { AlertView } from './alert-view.js';
import { briefComing, briefView } from './brief-view.js';
import { homeView } from './home-view.js';
import { enqueue, keep, recallKept, waitingOnes } from './kept.js';
import { knownAt, numbersOf, type Actions, type Model, type NumberLine } from './model.js';
import { loadPhoneBook } from './phone-book.js';
import { PhoneLive } from './phone-live.js';
import { sendWaiting, waitingForAlert } from './send-waiting.js';
import { signOut, type Me } from './session.js';
import { settingsView } from './settings-view.js';

const KEEP_EVERY_MS = 2_000;
const RESEND_EVERY_MS = 15_000;
const TOAST_MS = 6_000;

/** The page of who is signed in: what is known, drawn again whenever that changes, in the view of the address. */
export class PhoneApp implements Actions {
  private model: Model;
  private readonly status = h('p', { class: 'connection', role: 'status' });
  private readonly toast = h('p', { class: 'toast', role: 'status', hidden: true });
  private readonly view = h('div', { class: 'view' });
  private readonly nav = h('nav', { class: 'tabs' });
  private readonly live: PhoneLive;
  private readonly timers: ReturnType<typeof setInterval>[];
  private alertView: AlertView | null = null;
  private drawn = '';
  private keeping: ReturnType<typeof setTimeout> | undefined;
  private kept: Pick<Model, 'alerts' | 'numbers'> = { alerts: null, numbers: null };

  constructor(
    private readonly parent: HTMLElement,
    me: Me,
    private readonly signedOut: () => void,
  ) {
    this.model = {
      me,
      alerts: null,
      numbers: null,
      book: { people: [], onCall: [] },
      waiting: new Map(),
      acknowledged: new Set(),
      connected: false,
    };
    parent.replaceChildren(h('div', { class: 'phone' }, this.status, this.view, this.toast, this.nav));
    this.live = new PhoneLive({
      alerts: (state) => this.took(state),
      numbers: (board, at) => this.change({ numbers: { at, value: numbersOf(board) } }),
      notice: (notice) => this.say(notice),
      connected: (connected) => this.turned(connected),
      refused: () => this.refused(),
    });
    this.timers = [setInterval(() => this.draw(), 30_000), setInterval(() => void this.flush(), RESEND_EVERY_MS)];
    addEventListener('popstate', this.moved);
    navigator.serviceWorker?.addEventListener('message', this.told);
    parent.addEventListener('click', this.clicked);
  }

  async start(): Promise<void> {
    const [alerts, numbers, waiting] = await Promise.all([
      recallKept<AlertsState>('alerts'),
      recallKept<NumberLine[]>('numbers'),
      waitingOnes(),
    ]);
    this.kept = { alerts, numbers };
    this.change({
      alerts: this.model.alerts ?? alerts,
      numbers: this.model.numbers ?? numbers,
      waiting: new Map(waiting.map((each) => [each.key, each])),
    });
    this.again();
    this.change({ book: await loadPhoneBook() });
    await this.flush();
  }

  close(): void {
    this.live.close();
    this.timers.forEach(clearInterval);
    clearTimeout(this.keeping);
    this.keeping = undefined;
    removeEventListener('popstate', this.moved);
    navigator.serviceWorker?.removeEventListener('message', this.told);
    this.parent.removeEventListener('click', this.clicked);
  }

  go(path: string): void {
    if (path !== location.pathname + location.search) history.pushState(null, '', path);
    this.again();
    scrollTo(0, 0);
    // Who cannot see that the page is another one is told by the focus.
    this.view.querySelector<HTMLElement>('h1')?.setAttribute('tabindex', '-1');
    this.view.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
  }

  /** The tap is stored before it is sent, so that neither a dead network nor a closed page loses it. */
  acknowledge(alert: AlertLine): void {
    const waiting = waitingForAlert(alert.id, Date.now());
    this.change({ waiting: new Map(this.model.waiting).set(waiting.key, waiting) });
    void enqueue(waiting).then(() => this.flush());
  }

  async leave(): Promise<void> {
    this.close();
    await signOut();
    this.signedOut();
  }

  again(): void {
    this.alertView = null;
    this.drawn = '';
    this.drawTabs();
    void this.show();
  }

  private readonly moved = (): void => this.again();

  private readonly told = (event: MessageEvent<{ kind: string; path?: string }>): void => {
    if (event.data.kind === 'open' && event.data.path) this.go(event.data.path);
    if (event.data.kind === 'sent') void this.refreshWaiting();
  };

  private readonly clicked = (event: MouseEvent): void => {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[data-go]');
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0)
      return;
    event.preventDefault();
    this.go(link.getAttribute('href') ?? '/m');
  };

  private took(state: AlertsState): void {
    const open = new Set(state.open.filter((alert) => alert.state === 'firing').map(({ id }) => id));
    const acknowledged = new Set([...this.model.acknowledged].filter((id) => open.has(id)));
    this.change({ alerts: { at: state.at, value: state }, acknowledged });
  }

  private turned(connected: boolean): void {
    // Opened without a network it may know nobody yet.
    if (connected && this.model.book.people.length === 0) void loadPhoneBook().then((book) => this.change({ book }));
    this.change({ connected });
    if (connected) void this.flush();
  }

  private refused(): void {
    this.close();
    this.signedOut();
  }

  private change(change: Partial<Model>): void {
    this.model = { ...this.model, ...change };
    this.remember();
    this.draw();
  }

  /** What is new is kept, the first at once, the rest every so often. */
  private remember(): void {
    if (this.keeping !== undefined) return;
    const { alerts, numbers } = this.model;
    if (alerts !== this.kept.alerts) void keep('alerts', alerts?.value, alerts?.at ?? 0);
    if (numbers !== this.kept.numbers) void keep('numbers', numbers?.value, numbers?.at ?? 0);
    if (alerts === this.kept.alerts && numbers === this.kept.numbers) return;
    this.kept = { alerts, numbers };
    this.keeping = setTimeout(() => {
      this.keeping = undefined;
      this.remember();
    }, KEEP_EVERY_MS);
  }

  private async flush(): Promise<void> {
    if (this.model.waiting.size === 0) return;
    const { done, signedOut } = await sendWaiting();
    const acknowledged = new Set(this.model.acknowledged);
    for (const { waiting, status } of done) {
      if (waiting.alert !== null && status < 300) acknowledged.add(waiting.alert);
      if (status >= 400 && status !== 409) this.say(REFUSED);
    }
    this.change({ acknowledged });
    await this.refreshWaiting();
    if (signedOut) this.refused();
  }

  private async refreshWaiting(): Promise<void> {
    this.change({ waiting: new Map((await waitingOnes()).map((each) => [each.key, each])) });
  }

  private say({ title, body }: Pick<Notice, 'title' | 'body'>): void {
    this.toast.textContent = [say(title), say(body)].filter((text) => text !== '').join(' – ');
    this.toast.hidden = false;
    setTimeout(() => (this.toast.hidden = true), TOAST_MS);
  }

  private draw(): void {
    this.drawStatus();
    if (this.alertView) return this.alertView.draw(this.model);
    if (location.pathname !== '/m' && location.pathname !== '/m/') return;
    const { alerts, numbers, waiting, acknowledged, connected, book } = this.model;
    const now = JSON.stringify([
      alerts?.value.open,
      alerts?.value.channelsDown,
      numbers?.value,
      [...waiting.keys()],
      [...acknowledged],
      connected,
      book.people.length,
      Math.floor(Date.now() / 60_000),
    ]);
    if (now === this.drawn) return;
    this.drawn = now;
    this.replace(homeView(this.model, this));
  }

  private async show(): Promise<void> {
    const { pathname, search } = location;
    const alert = /^\/m\/alerts\/([^/]+)$/.exec(pathname)?.[1];
    if (alert !== undefined) {
      this.alertView = new AlertView(decodeURIComponent(alert), this.model, this);
      this.replace(this.alertView.element);
    } else if (pathname === '/m/brief') {
      this.replace(briefComing());
      const made = await briefView(new URLSearchParams(search).get('day'));
      if (location.pathname === '/m/brief') this.replace(made);
    } else if (pathname === '/m/settings') this.replace(settingsView(this.model, this));
    this.draw();
  }

  /** Puts a view in the place of the other; a button that had the focus keeps it. */
  private replace(view: HTMLElement): void {
    const key = (document.activeElement as HTMLElement | null)?.dataset.key;
    this.view.replaceChildren(view);
    if (key !== undefined)
      this.view.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
  }

  private drawStatus(): void {
    const at = knownAt(this.model);
    this.status.classList.toggle('cut', !this.model.connected);
    const when =
      at === null ? '' : ` ${say({ vi: 'số liệu tính đến', en: 'figures as of' })} ${formatAsOf(at, Date.now())}`;
    const words = this.model.connected
      ? say({ vi: 'Trực tuyến', en: 'Live' })
      : navigator.onLine
        ? `${say({ vi: 'Mất kết nối –', en: 'No connection –' })}${when || ` ${say({ vi: 'chưa có số liệu', en: 'no figures yet' })}`}`
        : `${say({ vi: 'Ngoại tuyến –', en: 'Offline –' })}${when || ` ${say({ vi: 'chưa có số liệu', en: 'no figures yet' })}`}`;
    if (this.status.textContent !== words) this.status.textContent = words;
  }

  private drawTabs(): void {
    const tabs: [path: string, drawing: string, word: string][] = [
      ['/m', 'M5 17h14l-2-3V10a5 5 0 0 0-10 0v4zM10 20h4', say({ vi: 'Cảnh báo', en: 'Alerts' })],
      ['/m/brief', 'M6 3h9l4 4v14H6zM9 10h7M9 13.5h7M9 17h4', say({ vi: 'Bản tin', en: 'Brief' })],
      ['/m/settings', 'M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5', say({ vi: 'Cài đặt', en: 'Settings' })],
    ];
    const here = location.pathname.startsWith('/m/alerts') ? '/m' : location.pathname.replace(/\/$/, '');
    this.nav.setAttribute('aria-label', say({ vi: 'Các phần', en: 'Parts' }));
    this.nav.replaceChildren(
      ...tabs.map(([path, drawing, word]) =>
        h(
          'a',
          { href: path, 'data-go': true, 'data-key': path, 'aria-current': path === here ? 'page' : undefined },
          tabIcon(drawing),
          h('span', {}, word),
        ),
      ),
    );
  }
}

const tabIcon = (d: string): SVGElement =>
  svg(
    'svg',
    { viewBox: '0 0 24 24', 'aria-hidden': 'true' },
    svg('path', {
      d,
      fill: 'none',
      stroke: 'currentColor',
      'stroke-width': 1.8,
      'stroke-linecap': 'round',
      'stroke-linejoin': 'round',
    }),
  );

const REFUSED = {
  title: { vi: 'Một xác nhận không được nhận', en: 'An acknowledgement was refused' },
  body: { vi: 'hãy mở cảnh báo để xem', en: 'open the alert to see why' },
};
