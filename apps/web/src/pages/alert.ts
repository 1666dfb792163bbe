import { type AlertDetail, type AlertLine, nameText, notSentText, type Text, type Waits } from '#libs/contracts';
import { alertFeed } from '../alert-feed.js';
import {
  changeName,
  disasterChip,
  marksOfAlert,
  NOTIFICATION_KINDS,
  NOTIFICATION_STATES,
  overdue,
  placeOf,
  severityChip,
  stateOf,
  valuesOf,
  whoOf,
} from '../alert-words.js';
import { call } from '../api.js';
import { h } from '../dom.js';
import { formatAge, formatAsOf, formatMoment } from '../format.js';
import { say } from '../language.js';
import { mayAct, whoAmI, type Me } from '../me.js';
import { faultOf } from './alert-faults.js';
import { actionPanel, type Person } from './alert-actions.js';
import { alertChart, alertMap } from './alert-pictures.js';
import { alertBox, desk, tell } from './desk.js';
import { wideTable } from './indicator-words.js';
import { useKeys } from './keys.js';

/** `/alerts/<id>`: everything about one alert, and what can be done with it. */
export async function alertPage(id: string, parent: HTMLElement): Promise<void> {
  const me = await whoAmI();
  if (me === null) return location.assign('/');
  await new AlertPage(id, parent, me).start();
}

class AlertPage {
  private readonly box = alertBox();
  private readonly content = h('div', { class: 'alert-page' });
  private detail: AlertDetail | null = null;
  private people: readonly Person[] = [];
  private shown = '';
  private reading = false;

  constructor(
    private readonly id: string,
    private readonly parent: HTMLElement,
    private readonly me: Me,
  ) {}

  async start(): Promise<void> {
    this.people = await call<{ people: Person[] }>('GET', '/v1/people/names').then(
      ({ people }) => people,
      () => [],
    );
    await this.read();
    alertFeed().follow({ alerts: ({ open }) => this.changed(open) });
    // What is not open any more is in no message.
    setInterval(() => void this.read(), 15_000);
    useKeys([
      {
        key: 'a',
        does: { vi: 'Xác nhận', en: 'Acknowledge' },
        press: () => void this.act({ action: 'acknowledge' }),
      },
      { key: 'u', does: { vi: 'Về danh sách', en: 'Back to the list' }, press: () => location.assign('/alerts') },
    ]);
  }

  private changed(open: readonly AlertLine[]): void {
    const now = open.find(({ id }) => id === this.id);
    const differs = JSON.stringify(now) !== this.shown;
    this.shown = JSON.stringify(now);
    if (differs) void this.read();
  }

  private async read(): Promise<void> {
    if (this.reading || this.content.contains(document.activeElement?.closest('form') ?? null)) return;
    this.reading = true;
    try {
      this.detail = await call<AlertDetail>('GET', `/v1/alerts/${encodeURIComponent(this.id)}`);
      this.draw();
    } catch (error) {
      tell(this.box, (error as Error).message);
      if (this.detail === null)
        desk(this.parent, say({ vi: 'Cảnh báo', en: 'Alert' }), [], () => this.draw(), this.box);
    } finally {
      this.reading = false;
    }
  }

  private async act(body: object): Promise<void> {
    tell(this.box, null);
    try {
      await call('POST', `/v1/alerts/${encodeURIComponent(this.id)}/actions`, body);
    } catch (error) {
      tell(this.box, faultOf(error));
      this.box.scrollIntoView({ block: 'nearest' });
    }
    (document.activeElement as HTMLElement | null)?.blur();
    await this.read();
  }

  private draw(): void {
    const { detail } = this;
    if (detail === null) return;
    const pictures = [alertChart(detail), alertMap(detail)].filter((one) => one !== null);
    this.content.replaceChildren(
      this.head(detail),
      ...(mayAct(this.me) ? [actionPanel(detail, this.people, this.me, (body) => this.act(body))] : []),
      this.box,
      h(
        'div',
        { class: 'alert-columns' },
        ...(detail.steps.length > 0 ? [this.steps(detail)] : []),
        ...pictures.map(({ title, element }) => section(title, element)),
        this.about(detail),
        this.history(detail),
        ...this.others(detail),
      ),
    );
    const title = `#${detail.number} ${say(detail.title)}`;
    if (this.content.isConnected && document.title === title) return;
    desk(this.parent, title, [], () => this.draw(), this.content);
    document.title = title;
  }

  private head(detail: AlertDetail): HTMLElement {
    const now = Date.now();
    const late = overdue(detail, now);
    const value = valuesOf(detail);
    const marks = [...marksOfAlert(detail), ...(late === null ? [] : [late])];
    const since = formatMoment(detail.since);
    const age = formatAge(now - detail.since, 'short');
    return h(
      'section',
      { class: 'panel', 'aria-label': say({ vi: 'Tình trạng', en: 'State' }) },
      h(
        'div',
        { class: 'alert-head' },
        severityChip(detail.severity),
        disasterChip(detail.disaster),
        h('b', {}, stateOf(detail)),
        detail.state === 'firing' ? null : h('span', {}, whoOf(detail)),
        value === '' ? null : h('span', { class: 'value' }, value),
      ),
      h(
        'div',
        { class: 'alert-head' },
        h('b', {}, placeOf(detail)),
        h('span', {}, say({ vi: `từ ${since} (${age})`, en: `since ${since} (${age})` })),
      ),
      marks.length === 0 ? null : h('p', { class: 'level-attention' }, marks.join(' · ')),
      detail.description === null ? null : h('p', {}, detail.description),
    );
  }

  private steps(detail: AlertDetail): HTMLElement {
    const open = detail.state !== 'closed' && mayAct(this.me);
    const rows = detail.steps.map((step, index) => {
      const tick = h('input', {
        type: 'checkbox',
        checked: step.at !== null,
        disabled: !open,
        onchange: () => void this.act({ action: 'tick', step: index, done: tick.checked }),
      });
      const done = step.at === null ? null : h('small', {}, `${step.by ?? ''} · ${formatMoment(step.at)}`);
      return h('li', {}, h('label', {}, tick, h('span', {}, say(step.text), done)));
    });
    return section({ vi: 'Việc cần làm', en: 'What to do' }, h('ol', { class: 'todo' }, ...rows));
  }

  private about(detail: AlertDetail): HTMLElement {
    const { ruleView } = detail;
    const rows: [Text, Node | string][] = [];
    if (ruleView) {
      rows.push([
        { vi: 'Quy tắc', en: 'Rule' },
        h('a', { href: `/rules?rule=${encodeURIComponent(ruleView.id)}` }, say(ruleView.title)),
      ]);
      rows.push([{ vi: 'Căn cứ', en: 'Grounds' }, say(ruleView.note)]);
    }
    if (detail.formula !== null) rows.push([{ vi: 'Công thức', en: 'Formula' }, h('code', {}, detail.formula)]);
    if (detail.indicator !== null)
      rows.push([
        { vi: 'Chỉ tiêu', en: 'Indicator' },
        h('a', { href: `/indicators/${encodeURIComponent(detail.indicator)}` }, detail.indicator),
      ]);
    if (detail.agency)
      rows.push([
        { vi: 'Cơ quan xử lý', en: 'Agency' },
        detail.agencyName ? `${say(detail.agencyName)} (${detail.agency})` : detail.agency,
      ]);
    const time = (at: number | null): string => (at === null ? '–' : formatMoment(at));
    rows.push([{ vi: 'Phát lúc', en: 'Fired' }, time(detail.firedAt)]);
    if (detail.askedAt > detail.firedAt)
      rows.push([{ vi: 'Yêu cầu xác nhận lại lúc', en: 'Asked for again' }, time(detail.askedAt)]);
    rows.push([{ vi: 'Phải xác nhận trước', en: 'Answer by' }, time(detail.respondBy)]);
    rows.push([{ vi: 'Phải xử lý xong trước', en: 'Solve by' }, time(detail.resolveBy)]);
    if (detail.endedAt !== null) rows.push([{ vi: 'Điều kiện hết lúc', en: 'Condition ended' }, time(detail.endedAt)]);
    if (detail.escalation) {
      const { step, nextAt } = detail.escalation;
      const policyName = say(nameText(detail.escalation.policyName));
      const next =
        nextAt === null
          ? ''
          : say({ vi: `, bước sau lúc ${formatMoment(nextAt)}`, en: `, next step at ${formatMoment(nextAt)}` });
      if (detail.escalation.waits)
        rows.push([{ vi: 'Đang chờ', en: 'Waits' }, waitWords(detail.escalation.waits, policyName)]);
      rows.push([
        { vi: 'Báo theo', en: 'Told by' },
        `${policyName} (${say({ vi: 'đã qua bước', en: 'steps taken' })} ${step}${next})`,
      ]);
    }
    const list = h('dl', {}, ...rows.flatMap(([name, value]) => [h('dt', {}, say(name)), h('dd', {}, value)]));
    const sources = detail.sources.map((source) => {
      const seen =
        source.lastSeen === null
          ? say({ vi: 'chưa từng gửi', en: 'never sent' })
          : formatAge(Date.now() - source.lastSeen);
      const fresh = source.lastSeen === null ? { vi: 'chưa rõ', en: 'unknown' } : { vi: 'đúng hẹn', en: 'on time' };
      return [source.name, seen, say(source.late ? { vi: 'trễ', en: 'late' } : fresh)];
    });
    const head = [
      { vi: 'Nguồn', en: 'Source' },
      { vi: 'Nhận lần cuối', en: 'Last received' },
      { vi: 'Độ mới', en: 'Freshness' },
    ];
    return section(
      { vi: 'Vì sao', en: 'Why' },
      list,
      ...(sources.length === 0 ? [] : [wideTable({ vi: 'Nguồn dữ liệu', en: 'Sources' }, head, sources)]),
    );
  }

  private history(detail: AlertDetail): HTMLElement {
    const rows = [...detail.history].reverse().map((change) => {
      const { at, actor, comment, detail: more } = change;
      const byLink = actor === 'link' && typeof more.person === 'string' ? more.person : null;
      const link = say({ vi: 'qua liên kết', en: 'by link' });
      const who = byLink === null ? this.nameOf(actor) : `${this.nameOf(byLink)} (${link})`;
      const to = typeof more.to === 'string' ? ` → ${this.nameOf(more.to)}` : '';
      const by = actor === 'system' ? say({ vi: 'hệ thống', en: 'system' }) : who;
      return h(
        'li',
        {},
        h('time', {}, formatMoment(at)),
        h(
          'span',
          {},
          h('b', {}, changeName(change)),
          `${to} `,
          h('small', {}, by),
          comment === null ? null : h('q', {}, comment),
        ),
      );
    });
    const csv = h('a', { href: `/v1/alerts/${detail.id}/history.csv` }, say({ vi: 'Tải CSV', en: 'Download CSV' }));
    return section({ vi: 'Diễn biến', en: 'History' }, h('ol', { class: 'timeline' }, ...rows), h('p', {}, csv));
  }

  private nameOf(login: string): string {
    return this.people.find((one) => one.login === login)?.name || login;
  }

  private others(detail: AlertDetail): HTMLElement[] {
    const related = detail.related.map((line) => [
      h('span', {}, h('a', { href: `/alerts/${line.id}` }, say(line.title)), h('small', {}, ` ${placeOf(line)}`)),
      severityChip(line.severity),
      stateOf(line),
      formatAge(Date.now() - line.since, 'short'),
    ]);
    const relatedHead = [
      { vi: 'Cảnh báo', en: 'Alert' },
      { vi: 'Mức độ', en: 'Severity' },
      { vi: 'Trạng thái', en: 'State' },
      { vi: 'Từ', en: 'Since' },
    ];
    const channelOf = ({ channel, channelName }: AlertDetail['notifications'][number]): string =>
      channelName === null ? channel : say(nameText(channelName));
    const told = detail.notifications.map((one) => [
      // A group chat is its channel.
      one.recipient === one.channel ? channelOf(one) : this.nameOf(one.recipient),
      channelOf(one),
      say(NOTIFICATION_KINDS[one.kind]),
      h(
        'span',
        {},
        say(NOTIFICATION_STATES[one.state]),
        one.lastError === null ? null : h('small', {}, ` ${say(notSentText(one.lastError))}`),
      ),
      formatMoment(one.sentAt ?? one.createdAt),
    ]);
    const toldHead = [
      { vi: 'Người nhận', en: 'Recipient' },
      { vi: 'Kênh gửi', en: 'Channel' },
      { vi: 'Loại', en: 'Kind' },
      { vi: 'Kết quả', en: 'Result' },
      { vi: 'Lúc', en: 'At' },
    ];
    const relatedTitle = { vi: 'Cảnh báo liên quan', en: 'Related alerts' };
    const toldTitle = { vi: 'Đã báo cho', en: 'Who was told' };
    return [
      ...(related.length === 0 ? [] : [section(relatedTitle, wideTable(relatedTitle, relatedHead, related))]),
      ...(told.length === 0 ? [] : [section(toldTitle, wideTable(toldTitle, toldHead, told))]),
    ];
  }
}

/** `chờ đến 06:00, giờ yên tĩnh 22:00–06:00 của “Lãnh đạo”` */
function waitWords(waits: Waits, policy: string): string {
  const until = formatAsOf(waits.until, Date.now());
  if (waits.why === 'digest')
    return say({
      vi: `chờ đến ${until}, bản tổng hợp của “${policy}”`,
      en: `until ${until}, the digest of “${policy}”`,
    });
  const hours = `${waits.from}–${waits.to}`;
  return say({
    vi: `chờ đến ${until}, giờ yên tĩnh ${hours} của “${policy}”`,
    en: `until ${until}, the quiet hours ${hours} of “${policy}”`,
  });
}

const section = (title: Text, ...content: readonly Node[]): HTMLElement =>
  h('section', { class: 'panel' }, h('h2', {}, say(title)), ...content);
