import type { Area, Marks, TileState, TileView } from '#libs/contracts';
import { h, setName } from '../dom.js';
import { say } from '../language.js';
import { levelChip, marksOf } from '../marks.js';
import type { Scale } from '../scale.js';

/** What a tile may know of its wall. */
export interface TileContext {
  scale: Scale;
  /** Server time. */
  now: () => number;
  /** False where the header already says that the whole board is simulated. */
  tellSimulated: boolean;
  /** The board is about several sectors: each event says of which it is. */
  manySectors: boolean;
  /** False where the viewer asked for less motion. */
  motion: boolean;
}

/** A drawn tile. One for the whole life of a board's layout; updates change what differs. */
export interface TileRenderer<S extends TileState = TileState> {
  /** Draws the state into `body`; called again after a resize, a theme or a language change. */
  draw: (state: S, context: TileContext) => void;
  /** Every second, for what ages. */
  second?: (state: S, context: TileContext) => void;
  dispose?: () => void;
}

function anySimulated(state: TileState): boolean {
  const rows = state.kind === 'ticker' ? state.items : state.kind === 'sources' ? state.sources : [];
  return state.simulated === true || rows.some((row) => row.simulated);
}

/** Puts a tile on the grid. */
export function placeOn(element: HTMLElement, { col, row, width, height }: Area): void {
  const { style } = element;
  style.setProperty('--col', String(col + 1));
  style.setProperty('--row', String(row + 1));
  style.setProperty('--width', String(width));
  style.setProperty('--height', String(height));
}

/** Frame of a tile: title, level, marks, and the body that its renderer fills. */
export class Frame {
  readonly element: HTMLElement;
  readonly body = h('div', { class: 'body' });
  private readonly title = h('h2', { class: 'title' });
  private readonly chips = h('span', { class: 'chips' });
  private readonly marks = h('footer', { class: 'marks' }, this.chips);
  private readonly note = h('span', { class: 'note' });
  private shown = '';

  constructor(readonly view: TileView) {
    this.element = h(
      'section',
      { class: `tile tile-${view.kind}`, 'data-tile': view.id },
      h('header', {}, this.title),
      this.body,
      this.marks,
    );
    placeOn(this.element, view.area);
    this.label();
  }

  /** Title in the language of the moment. */
  label(): void {
    setName(this.title, say(this.view.title));
    this.element.setAttribute('aria-label', say(this.view.title));
    if (this.view.note !== undefined) this.title.title = `${say(this.view.title)} — ${say(this.view.note)}`;
  }

  /** A remark of the renderer beside the marks, e.g. that an axis is cut. */
  remark(text: string): void {
    if (this.note.textContent !== text) this.note.textContent = text;
    if (text !== '' && !this.note.isConnected) this.chips.after(this.note);
    if (text === '') this.note.remove();
    this.hideEmpty();
  }

  /** Level and marks; rebuilt only when they read differently. */
  state(state: TileState & Marks, { now, tellSimulated }: TileContext): void {
    const level = 'level' in state ? state.level : 'ok';
    const missing = state.kind === 'number' && state.value === null;
    // A list tells the time of each of its items itself.
    const listed = state.kind === 'ticker' || state.kind === 'sources' || state.kind === 'headline';
    const marks = marksOf(
      listed ? { ...state, at: null, simulated: anySimulated(state) } : state,
      now(),
      tellSimulated,
    );
    const key = `${level}|${missing}|${marks.map((mark) => mark.textContent).join('|')}|${document.documentElement.lang}`;
    if (key === this.shown) return;
    this.shown = key;
    this.element.dataset.level = level;
    const chip = missing || state.kind === 'headline' ? null : levelChip(level);
    this.chips.replaceChildren(...(chip === null ? [] : [chip]));
    this.marks.replaceChildren(this.chips, ...(this.note.textContent === '' ? [] : [this.note]), ...marks);
    this.hideEmpty();
  }

  private hideEmpty(): void {
    this.marks.hidden = this.marks.textContent === '';
  }
}
