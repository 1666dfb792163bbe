import type { AlertAction, AlertDetail, AlertLine } from '#libs/contracts';
import { ApiError, call } from '../api.js';
import { h } from '../dom.js';
import { formatAge, formatAsOf, formatMoment } from '../format.js';
import { say } from '../language.js';
import { simulatedMark } from '../marks.js';
import { severityChip, valuesOf } from '../alert-words.js';
import { changeWords, sinceWords, whoHasIt } from './alert-words.js';
import { acknowledgeButton } from './home-view.js';
import { keep, recallKept } from './kept.js';
import { namesOf, type Actions, type Model } from './model.js';
import { whomToCall } from './phone-book.js';
import { traceOf } from './trace.js';

/** `/m/alerts/<id>`: one alert, what is known of it, and what can be done from here. */
export class AlertView {
  readonly element: HTMLElement;
  private readonly top = h('div', { class: 'detail' });
  private readonly doing: HTMLElement;
  private readonly below = h('div', { class: 'detail' });
  private readonly problem = h('p', { class: 'alert', role: 'alert' });
  private detail: AlertDetail | null = null;
  private keptAt: number | null = null;
  private seen = '';

  constructor(
    private readonly id: string,
    private model: Model,
    private readonly actions: Actions,
  ) {
    this.doing = this.deeds();
    this.element = h(
      'main',
      { class: 'phone-main alert-page' },
      back(),
      this.top,
      this.doing,
      this.problem,
      this.below,
    );
    this.draw(model);
  }

  /** Draws what the list says at once; asks for the rest when the list says that the alert has changed. */
  draw(model: Model): void {
    this.model = model;
    const line = this.line;
    const signature = JSON.stringify([
      line?.state,
      line?.assignee,
      line?.value,
      line?.latest?.value,
      line?.severity,
      model.connected,
    ]);
    if (signature !== this.seen) {
      this.seen = signature;
      void this.load();
    }
    this.redraw();
  }

  private get line(): AlertLine | null {
    return this.model.alerts?.value.open.find(({ id }) => id === this.id) ?? this.detail;
  }

  private async load(): Promise<void> {
    try {
      this.detail = await call<AlertDetail>('GET', `/v1/alerts/${encodeURIComponent(this.id)}`);
      this.keptAt = null;
      this.problem.textContent = '';
      await keep(`alert:${this.id}`, this.detail, Date.now());
    } catch (error) {
      const kept = await recallKept<AlertDetail>(`alert:${this.id}`);
      const unreachable = error instanceof ApiError && error.status === 0;
      if (unreachable && kept) [this.detail, this.keptAt] = [kept.value, kept.at];
      else if (!unreachable || !this.line) this.problem.textContent = (error as Error).message;
    }
    this.redraw();
  }

  private redraw(): void {
    const { line, detail, model } = this;
    if (!line) {
      this.top.replaceChildren(h('h1', {}, say({ vi: 'Cảnh báo', en: 'Alert' })));
      this.doing.hidden = true;
      return;
    }
    this.doing.hidden = false;
    const now = Date.now();
    this.top.replaceChildren(
      h(
        'div',
        { class: 'card-head' },
        severityChip(line.severity),
        h('span', { class: 'number' }, `#${line.number}`),
        line.simulated ? simulatedMark(line.simulated) : '',
      ),
      h('h1', {}, say(line.title)),
      ...(this.keptAt === null
        ? []
        : [
            h(
              'p',
              { class: 'down' },
              `${say({ vi: 'Ngoại tuyến – đã tải lúc', en: 'Offline – as loaded at' })} ${formatMoment(this.keptAt)}`,
            ),
          ]),
      h('dl', {}, ...this.facts(line, now).flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])),
      ...[acknowledgeButton(line, model, this.actions)].filter((each) => each !== null),
      ...this.calls(line),
    );
    this.fillPeople(line);
    this.below.replaceChildren(...(detail ? [...this.steps(detail), ...traceOf(detail), ...this.history(detail)] : []));
  }

  private facts(line: AlertLine, now: number): [string, string][] {
    const value = valuesOf(line);
    const { place, respondBy, resolveBy, state } = line;
    const limit = state === 'firing' ? respondBy : resolveBy;
    const left =
      limit === null ? '' : limit > now ? formatAge(limit - now, 'short') : say({ vi: 'đã quá hạn', en: 'passed' });
    return [
      ...(place ? [[say({ vi: 'Ở đâu', en: 'Where' }), say(place)] as [string, string]] : []),
      ...(value !== '' ? [[say({ vi: 'Giá trị', en: 'Value' }), value] as [string, string]] : []),
      [say({ vi: 'Bắt đầu', en: 'Since' }), sinceWords(line.since, now)],
      [say({ vi: 'Ai xử lý', en: 'Who has it' }), whoHasIt(line, namesOf(this.model))],
      ...(limit === null
        ? []
        : [
            [
              state === 'firing'
                ? say({ vi: 'Phải nhận trước', en: 'Answer by' })
                : say({ vi: 'Phải xong trước', en: 'Solve by' }),
              `${formatAsOf(limit, now)} (${left})`,
            ] as [string, string],
          ]),
      ...(this.detail?.description
        ? [[say({ vi: 'Mô tả', en: 'Description' }), this.detail.description] as [string, string]]
        : []),
    ];
  }

  private calls({ assignee, acknowledgedBy }: AlertLine): HTMLElement[] {
    return whomToCall(this.model.book, assignee ?? acknowledgedBy, this.model.me.name).map(({ name, phone, duty }) =>
      h(
        'a',
        { class: 'button plain call', href: `tel:${phone.replaceAll(/[^+\d]/g, '')}` },
        `${say({ vi: 'Gọi', en: 'Call' })} ${name}`,
        duty === null ? null : h('small', {}, ` ${say({ vi: 'trực', en: 'on call' })}: ${duty}`),
      ),
    );
  }

  /** Comment and assignment; drawn once, so that what is being written stays. */
  private deeds(): HTMLElement {
    const assign = async (event: Event): Promise<void> => {
      const select = event.currentTarget as HTMLSelectElement;
      const assignee = select.value;
      select.value = '';
      if (assignee !== '') await this.act({ action: 'assign', assignee });
    };
    const comment = async (event: SubmitEvent): Promise<void> => {
      event.preventDefault();
      const form = event.currentTarget as HTMLFormElement;
      const text = String(new FormData(form).get('comment')).trim();
      if (text !== '' && (await this.act({ action: 'comment', comment: text }))) form.reset();
    };
    return h(
      'div',
      { class: 'deeds' },
      h(
        'label',
        { class: 'phone-field' },
        h('span', {}, say({ vi: 'Giao cho', en: 'Assign to' })),
        h('select', { name: 'assignee', onchange: (event: Event) => void assign(event) }),
      ),
      h(
        'form',
        { class: 'comment', onsubmit: (event: SubmitEvent) => void comment(event) },
        h(
          'label',
          { class: 'phone-field' },
          h('span', {}, say({ vi: 'Ý kiến', en: 'Comment' })),
          h('textarea', { name: 'comment', rows: '2', maxlength: '2000', required: true }),
        ),
        h('button', { type: 'submit', class: 'button plain' }, say({ vi: 'Gửi ý kiến', en: 'Send comment' })),
      ),
    );
  }

  private fillPeople({ assignee }: AlertLine): void {
    const select = this.doing.querySelector('select');
    if (!select || select === document.activeElement) return;
    const { people } = this.model.book;
    const options = people
      .filter(({ login }) => login !== assignee)
      .map(({ login, name }) => h('option', { value: login }, name));
    select.replaceChildren(h('option', { value: '' }, say({ vi: '– chọn người –', en: '– choose –' })), ...options);
  }

  private steps({ steps }: AlertDetail): HTMLElement[] {
    if (steps.length === 0) return [];
    const items = steps.map(({ text, by, at }, step) =>
      h(
        'li',
        {},
        h(
          'label',
          { class: 'step' },
          h('input', {
            type: 'checkbox',
            checked: by !== null,
            onchange: () => void this.act({ action: 'tick', step, done: by === null }),
          }),
          h(
            'span',
            {},
            say(text),
            by === null || at === null ? null : h('small', {}, ` ${this.name(by)} ${formatAsOf(at, Date.now())}`),
          ),
        ),
      ),
    );
    return [h('h2', {}, say({ vi: 'Việc cần làm', en: 'What to do' })), h('ol', { class: 'steps-to-do' }, ...items)];
  }

  private history({ history }: AlertDetail): HTMLElement[] {
    if (history.length === 0) return [];
    const items = [...history]
      .reverse()
      .slice(0, 30)
      .map((change) =>
        h(
          'li',
          {},
          h(
            'span',
            {},
            changeWords(change, (login) => this.name(login)),
          ),
          change.comment ? h('q', {}, change.comment) : null,
          h('small', {}, formatMoment(change.at)),
        ),
      );
    return [h('h2', {}, say({ vi: 'Diễn biến', en: 'What happened' })), h('ul', { class: 'history' }, ...items)];
  }

  private name(login: string): string {
    return namesOf(this.model).get(login) ?? login;
  }

  /** What needs an answer now is not queued: a comment or an assignment may be out of date when it arrives. */
  private async act(action: AlertAction): Promise<boolean> {
    this.problem.textContent = '';
    try {
      await call('POST', `/v1/alerts/${encodeURIComponent(this.id)}/actions`, action);
      await this.load();
      return true;
    } catch (error) {
      this.problem.textContent = (error as Error).message;
      this.redraw();
      return false;
    }
  }
}

const back = (): HTMLElement =>
  h('a', { class: 'back', href: '/m', 'data-go': true }, `‹ ${say({ vi: 'Cảnh báo', en: 'Alerts' })}`);
