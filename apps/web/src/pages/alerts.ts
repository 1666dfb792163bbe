import type { AlertLine, Choices, Text } from '#libs/contracts';
import { alertFeed } from '../alert-feed.js';
import { call } from '../api.js';
import { h } from '../dom.js';
import { formatNumber } from '../format.js';
import { say } from '../language.js';
import { mayAct, mayOperate, whoAmI, type Me } from '../me.js';
import { AlertTable } from './alert-table.js';
import {
  addressOf,
  assigneeOptions,
  ofBundle,
  pathOf,
  queryOf,
  severityOptions,
  stateOptions,
  type AlertQuery,
  type Bundle,
} from './alert-query.js';
import { bundleTable } from './alert-bundles.js';
import { choices } from './choices.js';
import { alertBox, choice, desk, field, tell } from './desk.js';
import { useKeys } from './keys.js';
import { Picker } from './picker.js';

interface Page {
  alerts: AlertLine[];
  next: string | null;
  total: number;
  totalIsMore: boolean;
}

const TITLE: Text = { vi: 'Cảnh báo', en: 'Alerts' };
/** Between two readings of the list while alerts change. */
const AGAIN_MS = 1_000;

/** `/alerts`: what is open, who has it; live, by keyboard, filters in the address. */
export async function alertsPage(parent: HTMLElement): Promise<void> {
  const [me, names] = await Promise.all([whoAmI(), choices()]);
  if (me === null) return location.assign('/');
  new Inbox(parent, me, names).start();
}

class Inbox {
  private query: AlertQuery = queryOf(location.search);
  private readonly box = alertBox();
  private readonly summary = h('p', { class: 'summary', role: 'status' });
  private readonly body = h('div', {});
  private readonly pages = h('p', { class: 'pages' });
  private readonly table: AlertTable;
  private page: Page | null = null;
  private bundles: Bundle[] | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readAt = 0;
  private asked = 0;

  constructor(
    private readonly parent: HTMLElement,
    private readonly me: Me,
    private readonly names: Choices,
  ) {
    this.table = new AlertTable(mayAct(me), this.box, (done) => {
      this.merge(done);
      void this.read();
    });
  }

  start(): void {
    this.draw();
    addEventListener('popstate', () => {
      this.query = queryOf(location.search);
      this.draw();
      void this.read();
    });
    alertFeed().follow({ alerts: ({ open }) => this.changed(open) });
    void this.read();
  }

  private draw(): void {
    const tools = h('div', { class: 'inbox-tools' }, this.summary, ...this.links());
    desk(this.parent, say(TITLE), [], () => this.draw(), this.filters(), tools, this.box, this.body, this.pages);
    this.fill();
    useKeys([
      {
        key: 'j',
        does: { vi: 'Cảnh báo tiếp theo', en: 'Next alert' },
        press: () => this.table.move(1) || this.turn(1),
      },
      { key: 'k', does: { vi: 'Cảnh báo trước', en: 'Previous alert' }, press: () => this.table.move(-1) },
      { key: 'Enter', does: { vi: 'Mở cảnh báo', en: 'Open the alert' }, press: () => this.table.open() },
      {
        key: 'a',
        does: { vi: 'Xác nhận', en: 'Acknowledge' },
        press: () => void this.table.act({ action: 'acknowledge' }),
      },
      { key: 'x', does: { vi: 'Chọn, bỏ chọn', en: 'Select, unselect' }, press: () => this.table.tick() },
      { key: '/', does: { vi: 'Tìm', en: 'Search' }, press: () => document.getElementById('field-text')?.focus() },
      {
        key: 'g',
        does: { vi: 'Gộp theo quy tắc', en: 'Bundle by rule' },
        press: () => this.go({ ...this.query, view: this.query.view ? '' : 'rules' }),
      },
    ]);
  }

  private links(): Node[] {
    const bundled = this.query.view === 'rules';
    return [
      mayOperate(this.me) &&
        h('a', { class: 'button', href: '/alerts/new' }, say({ vi: 'Báo cảnh báo mới', en: 'Raise an alert' })),
      h(
        'button',
        {
          type: 'button',
          class: 'switch',
          'aria-pressed': String(bundled),
          onclick: () => this.go({ ...this.query, view: bundled ? '' : 'rules', after: '' }),
        },
        say({ vi: 'Gộp theo quy tắc', en: 'Bundle by rule' }),
      ),
      h('a', { class: 'switch', href: pathOf(this.query, 'report') }, say({ vi: 'Tải CSV', en: 'Download CSV' })),
    ].filter((node) => node !== false);
  }

  private filters(): HTMLElement {
    const { query } = this;
    const sectors = this.names.sectors.map(({ value, label }) => ({ value, label: say(label) }));
    const send = (event: Event) => {
      event.preventDefault();
      const form = event.currentTarget;
      if (!(form instanceof HTMLFormElement)) return;
      const given = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value).trim()]));
      this.go({ ...query, ...given, after: '' });
    };
    const more = query.unit || query.rule || query.from || query.to || query.assignee;
    return h(
      'form',
      { class: 'filters', role: 'search', onsubmit: send, onchange: send },
      field(say({ vi: 'Tìm (phím /)', en: 'Search (key /)' }), {
        name: 'text',
        type: 'search',
        maxlength: '100',
        value: query.text ?? '',
      }),
      choice(say({ vi: 'Trạng thái', en: 'State' }), { name: 'state' }, stateOptions(), query.state),
      choice(say({ vi: 'Mức độ', en: 'Severity' }), { name: 'severity' }, severityOptions(), query.severity),
      choice(
        say({ vi: 'Lĩnh vực', en: 'Sector' }),
        { name: 'sector' },
        [{ value: '', label: say({ vi: 'Mọi lĩnh vực', en: 'Every sector' }) }, ...sectors],
        query.sector,
      ),
      h(
        'details',
        { class: 'more', open: Boolean(more) },
        h('summary', {}, say({ vi: 'Thêm bộ lọc', en: 'More filters' })),
        h(
          'div',
          { class: 'filters' },
          choice(
            say({ vi: 'Người nhận việc', en: 'Assigned to' }),
            { name: 'assignee' },
            assigneeOptions(),
            query.assignee,
          ),
          this.picker('unit', { vi: 'Đơn vị hành chính', en: 'Unit' }),
          this.picker('rule', { vi: 'Quy tắc', en: 'Rule' }),
          field(say({ vi: 'Từ ngày', en: 'From' }), { name: 'from', type: 'date', value: query.from ?? '' }),
          field(say({ vi: 'Đến hết ngày', en: 'To' }), { name: 'to', type: 'date', value: query.to ?? '' }),
        ),
      ),
    );
  }

  /** One code by its name; what is chosen goes to the address at once. */
  private picker(name: 'unit' | 'rule', label: Text): HTMLElement {
    const chosen = this.query[name];
    const picker = new Picker({
      name,
      label: say(label),
      hint: say({ vi: 'Gõ tên hoặc mã', en: 'Type a name or code' }),
      choices: name === 'unit' ? this.names.units : this.names.rules,
      values: chosen ? [chosen] : [],
      single: true,
      changed: () => this.go({ ...this.query, [name]: picker.values[0] ?? '', after: '' }),
    });
    return picker.element;
  }

  private go(query: AlertQuery): void {
    const address = addressOf(query);
    if (address === location.pathname + location.search) return;
    const focused = document.activeElement?.id;
    history.pushState(null, '', address);
    this.query = queryOf(location.search);
    this.draw();
    if (focused) document.getElementById(focused)?.focus();
    void this.read();
  }

  private turn(by: 1 | -1): void {
    if (by === -1) return history.back();
    const next = this.page?.next;
    if (next) this.go({ ...this.query, after: next });
  }

  /** Alerts were changed: what is shown and known changes at once, the list is read again soon after. */
  private changed(open: readonly AlertLine[]): void {
    this.merge(open);
    if (this.timer !== undefined) return;
    this.timer = setTimeout(
      () => {
        this.timer = undefined;
        void this.read();
      },
      Math.max(0, this.readAt + AGAIN_MS - Date.now()),
    );
  }

  private merge(known: readonly AlertLine[]): void {
    if (this.page === null) return;
    const byId = new Map(known.map((line) => [line.id, line]));
    this.page = { ...this.page, alerts: this.page.alerts.map((line) => byId.get(line.id) ?? line) };
    this.fill();
  }

  private async read(): Promise<void> {
    const mine = ++this.asked;
    try {
      if (this.query.view === 'rules') {
        const { bundles } = await call<{ bundles: Bundle[] }>('GET', pathOf(this.query, 'bundles'));
        if (mine !== this.asked) return;
        this.bundles = bundles;
      } else {
        const page = await call<Page>('GET', pathOf(this.query, 'list'));
        if (mine !== this.asked) return;
        this.page = page;
        this.bundles = null;
      }
      tell(this.box, null);
    } catch (error) {
      if (mine === this.asked) tell(this.box, (error as Error).message);
      return;
    }
    this.readAt = Date.now();
    this.fill();
  }

  private fill(): void {
    if (this.query.view === 'rules' && this.bundles !== null) return this.fillBundles(this.bundles);
    if (this.page === null || this.query.view === 'rules') return;
    const { alerts, next, total, totalIsMore } = this.page;
    const count = `${formatNumber(total, 0)}${totalIsMore ? '+' : ''}`;
    this.summary.textContent = say({ vi: `${count} cảnh báo`, en: `${count} alerts` });
    this.body.replaceChildren(this.table.draw(alerts));
    const first = { href: addressOf({ ...this.query, after: '' }), class: 'switch' };
    const then = { href: addressOf({ ...this.query, after: next ?? '' }), class: 'switch' };
    this.pages.replaceChildren(
      ...(this.query.after ? [h('a', first, say({ vi: 'Về trang đầu', en: 'First page' }))] : []),
      ...(next === null ? [] : [h('a', then, say({ vi: 'Trang sau', en: 'Next page' }))]),
    );
  }

  private fillBundles(bundles: readonly Bundle[]): void {
    this.summary.textContent = say({ vi: `${bundles.length} nhóm`, en: `${bundles.length} bundles` });
    this.body.replaceChildren(bundleTable(bundles, (bundle) => addressOf(ofBundle(this.query, bundle))));
    this.pages.replaceChildren();
  }
}
