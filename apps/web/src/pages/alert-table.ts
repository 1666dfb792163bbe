import type { AlertAction, AlertLine } from '#libs/contracts';
import {
  disasterChip,
  isOpen,
  marksOfAlert,
  overdue,
  placeOf,
  severityChip,
  STATE_NAMES,
  stateOf,
  valuesOf,
  whoOf,
} from '../alert-words.js';
import { call } from '../api.js';
import { h } from '../dom.js';
import { formatAge, formatMoment } from '../format.js';
import { say } from '../language.js';
import { faultOf } from './alert-faults.js';
import { tell } from './desk.js';

interface BulkAnswer {
  done: AlertLine[];
  refused: { id: string; reason: string }[];
}

/** One page of alerts: one of them is at hand for the keys, several can be ticked and acted on together. */
export class AlertTable {
  private lines: readonly AlertLine[] = [];
  private at: string | null = null;
  private readonly ticked = new Set<string>();
  private readonly bar = h('div', {
    class: 'bulk',
    role: 'group',
    'aria-label': say({ vi: 'Đã chọn', en: 'Selected' }),
  });
  private readonly table = h('table', { class: 'alerts' });

  constructor(
    private readonly mayAct: boolean,
    private readonly box: HTMLElement,
    private readonly acted: (done: AlertLine[]) => void,
  ) {}

  /** Draws the page anew; which alert is at hand and which are ticked stays. */
  draw(lines: readonly AlertLine[]): HTMLElement {
    this.lines = lines;
    const ids = new Set(lines.map(({ id }) => id));
    for (const id of this.ticked) if (!ids.has(id)) this.ticked.delete(id);
    const focused = document.activeElement?.closest('tr')?.dataset.id;
    const inBox = document.activeElement?.matches('input[type=checkbox]') ?? false;
    const head = [
      this.mayAct ? h('th', { scope: 'col' }, h('span', { class: 'unseen' }, say({ vi: 'Chọn', en: 'Select' }))) : null,
      ...[
        { vi: 'Mức độ', en: 'Severity' },
        { vi: 'Việc gì, ở đâu', en: 'What, where' },
        { vi: 'Giá trị', en: 'Value' },
        { vi: 'Từ lúc', en: 'Since' },
        { vi: 'Ai đang giữ', en: 'Who has it' },
      ].map((text) => h('th', { scope: 'col' }, say(text))),
    ];
    const now = Date.now();
    this.table.replaceChildren(
      h('thead', {}, h('tr', {}, ...head)),
      h('tbody', {}, ...lines.map((line) => this.row(line, now))),
    );
    this.drawBar();
    const again = focused === undefined ? null : this.rowOf(focused);
    if (again) queueMicrotask(() => again.querySelector<HTMLElement>(inBox ? 'input' : 'a')?.focus());
    const nothing = h('p', { class: 'nothing' }, say({ vi: 'Không có cảnh báo nào.', en: 'No alerts.' }));
    return h('section', { class: 'panel' }, this.bar, lines.length === 0 ? nothing : this.table);
  }

  /** The alert after (1) or before (−1) the one at hand; false where there is none. */
  move(by: 1 | -1): boolean {
    const index = this.lines.findIndex(({ id }) => id === this.at);
    const next = this.lines[index < 0 ? 0 : index + by];
    if (!next) return false;
    this.hold(next.id);
    return true;
  }

  open(): void {
    if (this.at !== null) location.assign(`/alerts/${this.at}`);
  }

  tick(): void {
    if (this.at === null || !this.mayAct) return;
    if (!this.ticked.delete(this.at)) this.ticked.add(this.at);
    const input = this.rowOf(this.at)?.querySelector('input');
    if (input) input.checked = this.ticked.has(this.at);
    this.drawBar();
  }

  /** Acts on the ticked alerts, or on the one at hand. */
  async act(action: AlertAction): Promise<void> {
    const ids = this.ticked.size > 0 ? [...this.ticked] : this.at === null ? [] : [this.at];
    if (ids.length === 0 || !this.mayAct) return;
    const ask = say({
      vi: `Nhận ${ids.length} cảnh báo? Việc nhắc và báo lên cấp trên sẽ dừng.`,
      en: `Acknowledge ${ids.length} alerts? Reminders and escalation end.`,
    });
    if (ids.length > 1 && !confirm(ask)) return;
    tell(this.box, null);
    try {
      const { done, refused } = await call<BulkAnswer>('POST', '/v1/alerts/actions', { ...action, ids });
      this.ticked.clear();
      if (refused.length > 0) {
        const text = {
          vi: `${refused.length} cảnh báo không còn làm được việc này.`,
          en: `${refused.length} alerts: not possible any more.`,
        };
        tell(this.box, `${say(text)} ${refused[0]?.reason ?? ''}`);
      }
      this.acted(done);
    } catch (error) {
      tell(this.box, faultOf(error));
    }
  }

  private hold(id: string): void {
    if (this.at !== null) this.rowOf(this.at)?.removeAttribute('aria-current');
    this.at = id;
    const row = this.rowOf(id);
    row?.setAttribute('aria-current', 'true');
    row?.querySelector('a')?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: 'nearest' });
  }

  private rowOf(id: string): HTMLElement | null {
    return this.table.querySelector<HTMLElement>(`tr[data-id="${id}"]`);
  }

  private drawBar(): void {
    this.bar.hidden = this.ticked.size === 0;
    const count = this.ticked.size;
    this.bar.replaceChildren(
      h('span', {}, say({ vi: `Đã chọn ${count}`, en: `${count} selected` })),
      h(
        'button',
        { type: 'button', class: 'button', onclick: () => void this.act({ action: 'acknowledge' }) },
        say({ vi: 'Nhận các cảnh báo đã chọn', en: 'Acknowledge the selected' }),
      ),
    );
  }

  private row(line: AlertLine, now: number): HTMLElement {
    const name = say(line.title);
    const tick = h('input', {
      type: 'checkbox',
      'aria-label': `${say({ vi: 'Chọn', en: 'Select' })} #${line.number} ${name}`,
      checked: this.ticked.has(line.id),
      onchange: () => {
        if (tick.checked) this.ticked.add(line.id);
        else this.ticked.delete(line.id);
        this.drawBar();
      },
    });
    const late = overdue(line, now);
    const marks = [...marksOfAlert(line), ...(late === null ? [] : [late])];
    const value = valuesOf(line);
    return h(
      'tr',
      {
        'data-id': line.id,
        'data-severity': line.severity,
        'data-state': line.state,
        class: line.muted === null ? '' : 'muted',
        ...(line.id === this.at ? { 'aria-current': 'true' } : {}),
        onclick: () => {
          this.at = line.id;
          for (const row of this.table.querySelectorAll('[aria-current]')) row.removeAttribute('aria-current');
          this.rowOf(line.id)?.setAttribute('aria-current', 'true');
        },
      },
      this.mayAct ? h('td', { class: 'tick' }, h('label', {}, tick)) : null,
      h('td', {}, severityChip(line.severity)),
      h(
        'th',
        { scope: 'row' },
        h('a', { href: `/alerts/${line.id}`, onfocus: () => (this.at = line.id) }, name),
        h('small', {}, [`#${line.number}`, placeOf(line)].filter((part) => part !== '').join(' · ')),
        disasterChip(line.disaster),
        marks.length === 0 ? null : h('small', { class: 'marks' }, marks.join(' · ')),
      ),
      h('td', { class: 'number' }, value === '' ? '–' : value),
      h('td', {}, h('time', { title: formatMoment(line.since) }, formatAge(now - line.since, 'short'))),
      h(
        'td',
        { class: 'who' },
        line.state === 'firing' && line.assignee === null
          ? h('b', { class: 'unanswered' }, say(STATE_NAMES.firing))
          : h('span', {}, whoOf(line), h('small', {}, ` ${stateOf(line)}`)),
        isOpen(line) || line.resolvedAt === null ? null : h('small', {}, ` ${formatMoment(line.resolvedAt)}`),
      ),
    );
  }
}
