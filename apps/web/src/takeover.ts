import { SEVERITY_NAMES } from '#libs/contracts';
import type { AlertLine, AlertsState } from '#libs/contracts';
import { askingOf, heldBy, othersWords, placeOf, severityIcon, STATE_NAMES, valueOf } from './alert-words.js';
import { chime, hush } from './chime.js';
import { h } from './dom.js';
import { formatAge, formatHour } from './format.js';
import { say } from './language.js';
import { simulatedMark } from './marks.js';
import { NO_TURNS, nextTurn } from './takeover-turns.js';

const FADE_MS = 250;

/** What of the alerts a takeover shows. */
export type Taking = Pick<AlertsState, 'takeovers' | 'unansweredCritical'>;

/**
 * The critical alerts over the whole width of a wall, one at a time: what, where, value, since when, who has it, and how many more
 * there are. Sounds once for what is new; each stays until somebody answers or its time ends.
 */
export class TakeoverBand {
  readonly element = h('section', { class: 'takeover', role: 'alert', hidden: true });
  private state: Taking | null = null;
  private turns = NO_TURNS;
  private shown = '';

  show(state: Taking | null, now: number, motion: boolean): void {
    this.state = state;
    this.draw(now, motion);
  }

  /** Every second: the time of one may be over, or the turn of the next come. */
  draw(now: number, motion: boolean): void {
    const holding = (this.state?.takeovers ?? []).filter(({ until }) => now < until);
    const before = this.turns.key;
    this.turns = nextTurn(this.turns, holding.map(askingOf), now);
    const at = holding.findIndex((one) => askingOf(one) === this.turns.key);
    const taking = holding[at];
    if (taking === undefined) {
      if (!this.element.hidden) hush();
      this.element.hidden = true;
      this.shown = '';
      return;
    }
    chime(...holding.map(askingOf));
    const { alert } = taking;
    const age = formatAge(now - alert.since, 'short');
    const others = Math.max(this.state?.unansweredCritical ?? 0, holding.length) - 1;
    const key = JSON.stringify([alert, age, at, holding.length, others, document.documentElement.lang]);
    const visible = !this.element.hidden;
    this.element.hidden = false;
    if (key === this.shown) return;
    this.shown = key;
    this.fill(alert, age, othersOf(holding.length > 1 ? `${at + 1} / ${holding.length}` : '', others));
    this.fit();
    if (!motion || !visible || before === this.turns.key) return;
    for (const part of this.element.children) part.animate([{ opacity: 0 }, { opacity: 1 }], FADE_MS);
  }

  private fill(alert: AlertLine, age: string, others: string): void {
    const value = valueOf(alert);
    const since = say({
      vi: `từ ${formatHour(alert.since)} (${age})`,
      en: `since ${formatHour(alert.since)} (${age})`,
    });
    const who = heldBy(alert) ?? say(STATE_NAMES.firing);
    this.element.replaceChildren(
      h(
        'p',
        { class: 'takeover-kind' },
        severityIcon('critical'),
        h('b', {}, say(SEVERITY_NAMES.critical)),
        h('span', {}, `#${alert.number}`),
        alert.simulated ? simulatedMark(alert.simulated) : null,
        others === '' ? null : h('b', { class: 'takeover-others' }, others),
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

/** `1 / 2 · và 1 cảnh báo khẩn cấp khác chưa ai xác nhận` */
const othersOf = (turn: string, others: number): string =>
  [turn, othersWords(others)].filter((part) => part !== '').join(' · ');
