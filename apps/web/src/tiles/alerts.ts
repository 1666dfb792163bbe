import { SEVERITY_NAMES } from '#libs/contracts';
import type { AlertLine, AlertsState, Area, TileView } from '#libs/contracts';
import { heldBy, placeOf, severityIcon, STATE_NAMES, valueOf } from '../alert-words.js';
import { ALERTS_TILE, worthListing } from '../alerts-layout.js';
import { h } from '../dom.js';
import { formatAge } from '../format.js';
import { say } from '../language.js';
import { simulatedIcon } from '../marks.js';
import { Frame, type TileContext } from './tile.js';

const viewOf = (area: Area): TileView => ({
  id: ALERTS_TILE,
  kind: 'ticker',
  title: { vi: 'Cảnh báo đang mở', en: 'Open alerts' },
  area,
});

/** Seconds that what does not fit at once waits. */
const TURN_S = 12;

/** Open alerts at the right edge of a wall: severity by shape and colour, place, value against its limit, age, who has it. */
export class AlertsTile {
  readonly frame: Frame;
  private readonly list = h('ol');
  private lines: readonly AlertLine[] = [];
  private hidden = 0;
  private shown = '';

  constructor(area: Area) {
    this.frame = new Frame(viewOf(area));
    this.frame.element.classList.replace('tile-ticker', 'tile-alerts');
    this.frame.body.append(this.list);
  }

  /** `total`: of all open ones of this board, also those that the state does not list. */
  draw(lines: readonly AlertLine[], total: number, context: TileContext): void {
    this.lines = worthListing(lines);
    this.hidden = Math.max(0, total - this.lines.length);
    this.shown = '';
    this.second(context);
  }

  second(context: TileContext): void {
    const now = context.now();
    const turn = Math.floor(now / 1000 / TURN_S);
    const key = `${turn}|${Math.floor(now / 10_000)}|${document.documentElement.lang}|${this.frame.body.clientHeight}x${this.frame.body.clientWidth}`;
    if (key === this.shown) return;
    this.shown = key;
    this.page(turn, now, context);
  }

  /** The worst stay in view; only the rest turns. */
  private page(turn: number, now: number, context: TileContext): void {
    if (this.lines.length === 0) {
      const nothing = say({ vi: 'Không có cảnh báo', en: 'No alerts' });
      this.list.replaceChildren(h('li', { class: 'nothing' }, nothing));
      this.frame.remark('');
      return;
    }
    const rows = this.lines.slice(0, 40).map((line) => row(line, now, context));
    this.list.replaceChildren(...rows);
    if (context.scale.layout === 'phone') return this.frame.remark('');
    const fits = this.fitting(rows);
    const all = this.lines.length + this.hidden;
    if (fits >= rows.length) return this.frame.remark(all > rows.length ? `${rows.length} / ${all}` : '');
    const stay = Math.max(1, Math.ceil(fits / 2));
    const turning = rows.slice(stay);
    const size = Math.max(1, fits - stay);
    const from = (turn % Math.max(1, Math.ceil(turning.length / size))) * size;
    this.list.replaceChildren(...rows.slice(0, stay), ...turning.slice(from, from + size));
    // A longer title may need the room of two.
    while (this.list.childElementCount > 1 && this.overflows()) this.list.lastElementChild?.remove();
    this.frame.remark(
      say({ vi: `${this.list.childElementCount} trong ${all}`, en: `${this.list.childElementCount} of ${all}` }),
    );
  }

  private fitting(rows: readonly HTMLElement[]): number {
    const bottom = this.frame.body.getBoundingClientRect().bottom + 1;
    const count = rows.findIndex((one) => one.getBoundingClientRect().bottom > bottom);
    return count < 0 ? rows.length : Math.max(1, count);
  }

  private overflows(): boolean {
    const last = this.list.lastElementChild?.getBoundingClientRect().bottom ?? 0;
    return last > this.frame.body.getBoundingClientRect().bottom + 1;
  }
}

function row(line: AlertLine, now: number, context: TileContext): HTMLElement {
  const title = say(line.title);
  const parts = [valueOf(line), placeOf(line)].filter((part) => part !== '');
  const who = heldBy(line);
  const age = formatAge(now - line.since, 'short');
  return h(
    'li',
    { 'data-severity': line.severity, title: [title, ...parts].join(' · ') },
    h(
      'span',
      { class: 'shape', role: 'img', 'aria-label': say(SEVERITY_NAMES[line.severity]) },
      severityIcon(line.severity),
    ),
    h(
      'div',
      {},
      h('b', { class: 'what' }, context.tellSimulated && line.simulated ? simulatedIcon(line.simulated) : null, title),
      h('span', { class: 'where' }, parts.join(' · ')),
      h('span', { class: 'who' }, `${age} · `, who === null ? h('b', {}, say(STATE_NAMES.firing)) : who),
    ),
  );
}

/** The open alerts of a board that people are told of, and how many there are. A sector's board is about its own. */
export function alertsOf(state: AlertsState, sector: string | null): { lines: AlertLine[]; total: number } {
  const lines = state.open.filter((line) => line.muted === null && (sector === null || line.sector === sector));
  const counts = sector === null ? state.counts : state.sectors[sector];
  const total = Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0);
  return { lines, total };
}
