import type { Text } from '#libs/contracts';
import { h } from '../dom.js';
import { say } from '../language.js';
import { button } from './on-call/fields.js';

export interface RowsOptions<T> {
  /** Changed in place. */
  items: T[];
  /** So many at least and at most. */
  least: number;
  most: number;
  /** What a row is called; its number follows. */
  name: Text;
  add: Text;
  /** Said instead of rows where there are none. */
  none: Text;
  blank: () => T;
  draw: (item: T, index: number) => readonly HTMLElement[];
  /** Only to be read. */
  locked: boolean;
  changed: () => void;
}

/** Rows of a form, each with its fields and a button that takes it away, and one that adds another below. */
export function formRows<T>(options: RowsOptions<T>): HTMLElement {
  const { items, locked } = options;
  const list = h('div', { class: 'form-rows' });
  const none = h('p', {}, say(options.none));
  const more = button(`+ ${say(options.add)}`, () => {
    items.push(options.blank());
    turned();
    list.lastElementChild?.querySelector<HTMLElement>('input, select')?.focus();
  });
  const row = (item: T, index: number): HTMLElement => {
    const name = `${say(options.name)} ${index + 1}`;
    const less = button(
      say({ vi: 'Bỏ', en: 'Remove' }),
      () => {
        items.splice(index, 1);
        turned();
        more.focus();
      },
      { 'aria-label': say({ vi: `Bỏ ${name.toLowerCase()}`, en: `Remove ${name.toLowerCase()}` }) },
    );
    return h(
      'fieldset',
      { class: 'form-row' },
      h('legend', {}, name),
      ...options.draw(item, index),
      locked || items.length <= options.least ? null : less,
    );
  };
  // All of them are drawn anew: the places of faults go by the number of the row.
  const draw = (): void => {
    list.replaceChildren(...items.map(row));
    none.hidden = items.length > 0;
    more.hidden = locked || items.length >= options.most;
  };
  const turned = (): void => {
    draw();
    options.changed();
  };
  draw();
  return h('div', { class: 'row-part' }, none, list, more);
}
