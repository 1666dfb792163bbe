import type { HeadlineState, Level, SourcesState, TableState, TickerState } from '#libs/contracts';
import { h, setText } from '../dom.js';
import { formatAge, formatAsOf, formatDate, formatDay, formatHour, formatMoment, formatNumber } from '../format.js';
import { say } from '../language.js';
import { LEVEL_NAMES, lateMark, levelIcon, simulatedIcon } from '../marks.js';
import { pageOf } from '../scale.js';
import type { Frame, TileContext, TileRenderer } from './tile.js';

/** Seconds that each page of a long list stays. */
const TURN_S = 12;
const turnAt = (now: number) => Math.floor(now / 1000 / TURN_S);

const levelCell = (level: Level): Node => {
  const icon = levelIcon(level);
  return icon === null
    ? h('span', { class: 'no-level' })
    : h('span', { class: `level-${level}`, role: 'img', 'aria-label': say(LEVEL_NAMES[level]) }, icon);
};

/** How many rows fit; on a phone all do, because it scrolls. */
function capacity(body: HTMLElement, taken: number, row: number, context: TileContext): number {
  if (context.scale.layout === 'phone') return 100;
  return Math.max(1, Math.floor((body.clientHeight - taken + 1) / row));
}

/** Names too long for their line are written smaller, and on two lines where that is not enough. */
function wrapCut(list: HTMLElement): void {
  const long = [...list.querySelectorAll('.cut')].filter((name) => name.scrollWidth > name.clientWidth);
  for (const name of long) name.classList.add('smaller');
  for (const name of long) name.classList.toggle('two', name.scrollWidth > name.clientWidth);
}

/** Names begin at the edge while no row has a mark before its name. */
const markCalm = (list: HTMLElement, levels: readonly Level[]): boolean =>
  list.classList.toggle(
    'calm',
    levels.every((level) => level === 'ok'),
  );

const position = (from: number, shown: number, all: number): string =>
  shown < all ? `${from + 1}–${from + shown} / ${all}` : '';

export class TableTile implements TileRenderer<TableState> {
  private readonly table = h('table');
  private turn = -1;

  constructor(private readonly frame: Frame) {
    frame.body.append(this.table);
  }

  draw(state: TableState, context: TileContext): void {
    this.turn = turnAt(context.now());
    const head = h(
      'tr',
      {},
      h('td', { class: 'name' }),
      ...state.columns.map((column) => {
        const unit = column.format === undefined ? '' : say(column.format.unit);
        const share = Math.min(17, 61 / state.columns.length).toFixed(1);
        return h(
          'th',
          { scope: 'col', style: `width: ${share}%` },
          say(column.label),
          unit === '' ? null : h('small', {}, ` (${unit})`),
        );
      }),
    );
    this.table.replaceChildren(h('thead', {}, head), h('tbody'));
    markCalm(
      this.table,
      state.rows.map((row) => row.level),
    );
    const row = context.scale.small * 1.75;
    const room = capacity(this.frame.body, this.table.tHead?.offsetHeight ?? 0, row, context);
    const { shown, from } = pageOf(state.rows, room, this.turn);
    this.table.tBodies[0]?.append(...shown.map((item) => this.row(state, item, context.now())));
    wrapCut(this.table);
    this.frame.remark(position(from, shown.length, state.rows.length));
    if (state.rows.length === 0)
      this.table.tBodies[0]?.append(
        h('tr', {}, h('td', { class: 'nothing' }, say({ vi: 'Chưa có dữ liệu', en: 'No data yet' }))),
      );
  }

  second(state: TableState, context: TileContext): void {
    if (turnAt(context.now()) !== this.turn && state.rows.length > 1) this.draw(state, context);
  }

  private row(state: TableState, item: TableState['rows'][number], now: number): HTMLElement {
    const name = say(item.label);
    const late = item.late === true && item.at !== null ? lateMark(formatAsOf(item.at, now)) : null;
    return h(
      'tr',
      { 'data-level': item.level },
      h(
        'th',
        { scope: 'row', class: 'name', title: name },
        h('span', { class: 'cell-name' }, levelCell(item.level), h('span', { class: 'cut' }, name), late),
      ),
      ...state.columns.map((column, i) => {
        const value = item.cells[i] ?? null;
        return h('td', {}, value === null ? '–' : formatNumber(value, column.format?.digits ?? 0));
      }),
    );
  }
}

export class SourcesTile implements TileRenderer<SourcesState> {
  private readonly list = h('ul');

  constructor(private readonly frame: Frame) {
    frame.body.append(this.list);
  }

  /** Worst first, then by name, so that a silent source is never on a later page. */
  draw(state: SourcesState, context: TileContext): void {
    const now = context.now();
    const rank: Record<Level, number> = { critical: 0, serious: 1, attention: 2, unknown: 3, ok: 4 };
    const sorted = [...state.sources].sort(
      (a, b) => rank[a.level] - rank[b.level] || a.name.localeCompare(b.name, 'vi'),
    );
    const tall = capacity(this.frame.body, 0, context.scale.small * 2.75, context) >= sorted.length;
    this.list.classList.toggle('tall', tall);
    markCalm(
      this.list,
      sorted.map((source) => source.level),
    );
    const phone = context.scale.layout === 'phone';
    const abreast = phone ? 1 : Math.max(1, Math.floor(this.frame.body.clientWidth / (context.scale.small * 14)));
    this.list.style.gridTemplateColumns = `repeat(${abreast}, minmax(0, 1fr))`;
    const room = abreast * capacity(this.frame.body, 0, context.scale.small * (tall ? 2.75 : 1.75), context);
    const { shown, from } = pageOf(sorted, room, turnAt(now));
    const rows = shown.map((source) => {
      const seen = source.lastSeen;
      const age = seen === null ? say({ vi: 'chưa từng gửi', en: 'never sent' }) : formatAge(now - seen, 'short');
      return h(
        'li',
        { 'data-level': source.level },
        levelCell(source.level),
        h('span', { class: 'cut', title: source.name }, source.name),
        context.tellSimulated && source.simulated ? simulatedIcon() : null,
        h('span', { class: 'age' }, age),
      );
    });
    this.list.replaceChildren(...rows);
    if (!tall) wrapCut(this.list);
    this.frame.remark(position(from, shown.length, sorted.length));
  }

  second(state: SourcesState, context: TileContext): void {
    this.draw(state, context);
  }
}

/** Whole words of a long name, enough to know it by. */
export function shorten(name: string, most = 16): string {
  if (name.length <= most) return name;
  const end = name.lastIndexOf(' ', most);
  return `${name.slice(0, end > most / 3 ? end : most).replace(/ (và|and)$/, '')}…`;
}

export class TickerTile implements TileRenderer<TickerState> {
  private readonly list = h('ol');
  private newest = '';

  constructor(private readonly frame: Frame) {
    frame.body.append(this.list);
  }

  draw(state: TickerState, context: TileContext): void {
    const { scale } = context;
    const now = context.now();
    const room = capacity(this.frame.body, 0, scale.small * 3.4, context);
    const shown = state.items.slice(0, Math.min(room * 2, 30));
    const fresh = shown[0]?.key ?? '';
    this.list.replaceChildren(
      ...shown.map((item, i) => {
        // The day stands under the first time of each day but today.
        const above = shown[i - 1]?.at ?? now;
        const day = formatDate(item.at) === formatDate(above) ? null : formatDay(item.at);
        const text = say(item.text);
        const where = [item.unit, context.manySectors ? shorten(say(item.sector)) : null].filter(
          (part) => part !== null && !text.includes(part),
        );
        return h(
          'li',
          {},
          h(
            'time',
            { datetime: new Date(item.at).toISOString(), title: formatMoment(item.at) },
            formatHour(item.at),
            day === null ? null : h('small', {}, day),
          ),
          h(
            'span',
            { class: 'what', title: [text, item.unit, say(item.sector)].filter((part) => part !== null).join(' · ') },
            context.tellSimulated && item.simulated ? simulatedIcon() : null,
            h('span', {}, text),
            ...where.map((part) => h('b', {}, ` ·\u00a0${part}`)),
          ),
        );
      }),
    );
    this.trim(context);
    if (state.items.length === 0)
      this.list.append(h('li', { class: 'nothing' }, say({ vi: 'Chưa có sự kiện', en: 'No events yet' })));
    if (fresh !== this.newest && this.newest !== '' && context.motion) {
      this.list.firstElementChild?.animate([{ opacity: 0.5 }, { opacity: 1 }], { duration: 280 });
    }
    this.newest = fresh;
  }

  /** Texts take one or two lines: what does not fit whole is not shown, of the place and sector first. */
  private trim(context: TileContext): void {
    for (const what of this.list.querySelectorAll('.what')) {
      while (what.scrollHeight > what.clientHeight + 2 && what.lastElementChild?.tagName === 'B')
        what.lastElementChild.remove();
    }
    if (context.scale.layout === 'phone') {
      while (this.list.childElementCount > 12) this.list.lastElementChild?.remove();
      return;
    }
    const bottom = this.frame.body.getBoundingClientRect().bottom + 1;
    while (
      this.list.childElementCount > 1 &&
      (this.list.lastElementChild?.getBoundingClientRect().bottom ?? 0) > bottom
    ) {
      this.list.lastElementChild?.remove();
    }
  }
}

export class HeadlineTile implements TileRenderer<HeadlineState> {
  private readonly icon = h('span', { class: 'headline-icon' });
  private readonly text = h('p', { class: 'headline-text' });

  constructor(private readonly frame: Frame) {
    frame.body.append(this.icon, this.text);
  }

  draw(state: HeadlineState, context: TileContext): void {
    setText(this.text, say(state.text));
    const icon = levelIcon(state.level);
    this.icon.className = `headline-icon level-${state.level}`;
    this.icon.replaceChildren(...(icon === null ? [] : [icon]));
    let size = context.scale.base;
    this.text.style.fontSize = `${size}px`;
    const { body } = this.frame;
    if (context.scale.layout === 'phone') return;
    // A long sentence shrinks before it is cut.
    while (size > context.scale.tiny && this.text.scrollHeight > body.clientHeight + 1) {
      size *= 0.93;
      this.text.style.fontSize = `${size.toFixed(1)}px`;
    }
  }
}
