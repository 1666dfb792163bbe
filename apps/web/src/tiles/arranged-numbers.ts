import type { TileState, TileView } from '#libs/contracts';
import { h, setText } from '../dom.js';
import { say } from '../language.js';
import { MISSING_TILE, numberRows, type NumberRows } from '../number-rows.js';
import { placeOn } from './tile.js';

const MISSING = { vi: 'Chưa có dữ liệu', en: 'No data yet' };

/** Moves the numbers of a wall to where `numberRows` wants them, and names those without data in a tile of its own. */
export class ArrangedNumbers {
  private readonly title = h('h2', { class: 'title' }, '');
  private readonly names = h('p', { class: 'names' });
  /** The tile that names what has no data. */
  readonly missing = h('section', { class: 'tile tile-missing', hidden: true }, this.title, this.names);
  private views: readonly TileView[] = [];
  private elementOf: (id: string) => HTMLElement | undefined = () => undefined;
  private shown = '';

  /** A new layout: as the board has it, until states are known. */
  lay(views: readonly TileView[], elementOf: (id: string) => HTMLElement | undefined): void {
    this.views = views;
    this.elementOf = elementOf;
    this.shown = '';
  }

  /** Arranges for these states. Returns the tiles as they lie now where that changed, else null. */
  arrange(states: Readonly<Record<string, TileState>>): TileView[] | null {
    const rows = numberRows(this.views, states);
    const key = rows === null ? 'board' : JSON.stringify([[...rows.areas], [...rows.compact], rows.missing]);
    if (key === this.shown) return null;
    this.shown = key;
    return this.move(rows);
  }

  private move(rows: NumberRows | null): TileView[] {
    this.nameMissing(rows?.missing ?? []);
    const moved = this.views.flatMap((view): TileView[] => {
      const element = this.elementOf(view.id);
      const hidden = rows?.missing.includes(view.id) ?? false;
      const area = rows?.areas.get(view.id) ?? view.area;
      if (element && view.kind === 'number') {
        placeOn(element, area);
        element.hidden = hidden;
        element.classList.toggle('compact', rows?.compact.has(view.id) ?? false);
      }
      return hidden ? [] : [{ ...view, area }];
    });
    const area = rows?.areas.get(MISSING_TILE);
    this.missing.hidden = area === undefined;
    if (area === undefined) return moved;
    placeOn(this.missing, area);
    return [...moved, { id: MISSING_TILE, kind: 'number', title: MISSING, area }];
  }

  private nameMissing(ids: readonly string[]): void {
    const titles = this.views.filter(({ id }) => ids.includes(id)).map(({ title }) => say(title));
    setText(this.title, `${say(MISSING)} (${titles.length})`);
    setText(this.names, titles.join(' · '));
  }
}
