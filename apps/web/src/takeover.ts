import { SEVERITY_NAMES } from '#libs/contracts';
import type { AlertsState } from '#libs/contracts';
import { placeOf, severityIcon, STATE_NAMES, valueOf, whoOf } from './alert-words.js';
import { chime, hush } from './chime.js';
import { h } from './dom.js';
import { formatAge, formatHour } from './format.js';
import { say } from './language.js';

/** A critical alert over the whole width of a wall: what, where, value, since when, who has it. Sounds once, until somebody answers or its time ends. */
export class Takeover {
  readonly element = h('section', { class: 'takeover', role: 'alert', hidden: true });
  private state: AlertsState['takeover'] = null;
  private shown = '';

  show(state: AlertsState['takeover'], now: number): void {
    this.state = state;
    this.draw(now);
  }

  /** Every second: its time may be over. */
  draw(now: number): void {
    const { state } = this;
    const holds = state !== null && now < state.until;
    if (!holds) {
      if (!this.element.hidden) hush();
      this.element.hidden = true;
      this.shown = '';
      return;
    }
    const { alert } = state;
    chime(`${alert.id} ${alert.askedAt}`);
    const age = formatAge(now - alert.since, 'short');
    const key = JSON.stringify([alert, age, document.documentElement.lang]);
    this.element.hidden = false;
    if (key === this.shown) return;
    this.shown = key;
    const value = valueOf(alert);
    const since = say({
      vi: `từ ${formatHour(alert.since)} (${age})`,
      en: `since ${formatHour(alert.since)} (${age})`,
    });
    const who = alert.assignee === null ? say(STATE_NAMES.firing) : whoOf(alert);
    this.element.replaceChildren(
      h(
        'p',
        { class: 'takeover-kind' },
        severityIcon('critical'),
        h('b', {}, say(SEVERITY_NAMES.critical)),
        h('span', {}, `#${alert.number}`),
      ),
      h('p', { class: 'takeover-title' }, say(alert.title)),
      h(
        'p',
        { class: 'takeover-facts' },
        h('b', {}, placeOf(alert)),
        value === '' ? null : h('b', {}, value),
        h('span', {}, since),
        h('span', { class: 'takeover-who' }, who),
      ),
    );
    this.fit();
  }

  /** A long title gets smaller before it is cut. */
  private fit(): void {
    const title = this.element.querySelector<HTMLElement>('.takeover-title');
    if (title === null) return;
    let size = 1.9;
    title.style.setProperty('--size', String(size));
    while (size > 0.8 && this.element.scrollHeight > this.element.clientHeight + 1) {
      size *= 0.92;
      title.style.setProperty('--size', size.toFixed(2));
    }
  }
}
