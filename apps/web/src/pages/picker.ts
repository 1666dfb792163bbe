import type { Choice } from '#libs/contracts';
import { h } from '../dom.js';
import { say } from '../language.js';
import { afterPress } from './after-press.js';
import { nameOfChoice } from './choices.js';
import { plain } from './plain-text.js';

/** Suggestions shown at once: more are narrowed down by typing. */
const MOST_SHOWN = 8;

export interface PickerOptions {
  /** Name of the field, part of the ids of its elements. */
  name: string;
  /** Id of the input; default: made of the name. */
  id?: string;
  label: string;
  hint: string;
  choices: readonly Choice[];
  /** Chosen from the start. */
  values?: readonly string[];
  /** One value at most. */
  single?: boolean;
  /** A code that is not in the list is taken, too; of an expression one that fits it. */
  free?: boolean | RegExp;
  /** Only to be read. */
  locked?: boolean;
  changed?: () => void;
}

/**
 * Codes chosen by their names: an ARIA combobox with a list of suggestions, and what was chosen as chips. Keys: typing
 * searches with or without marks, up and down move, Enter takes, Escape closes, Backspace takes the last chip away. What is
 * typed and is no code or name of the list keeps the form from being sent.
 */
export class Picker {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  private readonly list: HTMLElement;
  private readonly chips = h('span', { class: 'picked' });
  private readonly said = h('span', { class: 'unseen', role: 'status' });
  private readonly searched: readonly { choice: Choice; own: string; text: string }[];
  private chosen: string[];
  private found: readonly Choice[] = [];
  private at = -1;

  constructor(private readonly options: PickerOptions) {
    const { name, label, hint, choices, values = [], id = `field-${name}` } = options;
    this.chosen = [...values];
    this.searched = choices.map((choice) => {
      const own = plain(`${say(choice.label)} ${choice.value}`);
      return { choice, own, text: choice.hint ? `${own} ${plain(say(choice.hint))}` : own };
    });
    this.list = h('ul', {
      id: `${id}-list`,
      class: 'suggestions',
      role: 'listbox',
      'aria-label': say({ vi: 'Gợi ý', en: 'Suggestions' }),
      hidden: true,
    });
    this.input = h('input', {
      id,
      role: 'combobox',
      disabled: options.locked === true,
      autocomplete: 'off',
      spellcheck: 'false',
      'aria-autocomplete': 'list',
      'aria-expanded': 'false',
      'aria-controls': `${id}-list`,
      'aria-describedby': `${id}-hint`,
      oninput: () => {
        this.input.setCustomValidity('');
        this.search();
      },
      onfocus: () => this.search(),
      onblur: () => this.leave(),
      onkeydown: (event: KeyboardEvent) => this.key(event),
    });
    this.element = h(
      'div',
      { class: 'field picker' },
      h('label', { for: id }, label),
      this.chips,
      h('div', { class: 'picker-box' }, this.input, this.list),
      this.said,
      h('small', { id: `${id}-hint` }, hint),
    );
    this.drawChips();
  }

  get values(): readonly string[] {
    return this.chosen;
  }

  private search(): void {
    const words = plain(this.input.value)
      .split(/\s+/)
      .filter((word) => word !== '');
    const matching = this.searched.filter(
      ({ choice, text }) => !this.chosen.includes(choice.value) && words.every((word) => text.includes(word)),
    );
    // A name that begins so is likelier meant than one that holds it, and one that holds it than one of which only the hint does.
    const first = words[0] ?? '';
    const rank = (own: string): number =>
      words.every((word) => own.includes(word)) ? (own.startsWith(first) ? 0 : 1) : 2;
    this.found = matching
      .toSorted((a, b) => rank(a.own) - rank(b.own))
      .slice(0, MOST_SHOWN)
      .map(({ choice }) => choice);
    this.at = words.length > 0 && this.found.length > 0 ? 0 : -1;
    this.drawList(matching.length);
  }

  private drawList(total: number): void {
    const items = this.found.map((choice, index) =>
      h(
        'li',
        {
          id: `${this.list.id}-${index}`,
          role: 'option',
          // Before the input loses its focus.
          onmousedown: (event: MouseEvent) => {
            event.preventDefault();
            this.take(choice.value);
          },
        },
        h('span', {}, say(choice.label)),
        h('small', {}, choice.hint ? `${say(choice.hint)} · ${choice.value}` : choice.value),
      ),
    );
    this.list.replaceChildren(...items);
    this.open(items.length > 0);
    this.point();
    const more = total - items.length;
    this.said.textContent = say({
      vi: more > 0 ? `${items.length} gợi ý, còn ${more}` : `${items.length} gợi ý`,
      en: more > 0 ? `${items.length} suggested, ${more} more` : `${items.length} suggested`,
    });
  }

  private open(is: boolean): void {
    this.list.hidden = !is;
    this.input.setAttribute('aria-expanded', String(is));
  }

  /** Marks the suggestion at hand. */
  private point(): void {
    [...this.list.children].forEach((item, index) => item.setAttribute('aria-selected', String(index === this.at)));
    if (this.at < 0) this.input.removeAttribute('aria-activedescendant');
    else this.input.setAttribute('aria-activedescendant', `${this.list.id}-${this.at}`);
  }

  private key(event: KeyboardEvent): void {
    const move = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const at = this.found[this.at];
    if (move !== 0) {
      if (this.list.hidden) this.search();
      const count = Math.max(1, this.found.length);
      this.at = this.at < 0 && move < 0 ? count - 1 : (this.at + move + count) % count;
      this.point();
    } else if (event.key === 'Enter' && !this.list.hidden && at !== undefined) this.take(at.value);
    else if (event.key === 'Enter' && this.input.value.trim() !== '') {
      // Sending the form would lose what is typed.
      this.leave();
      this.input.reportValidity();
    } else if (event.key === 'Escape' && !this.list.hidden) this.open(false);
    else if (event.key === 'Backspace' && this.input.value === '' && this.chosen.length > 0)
      this.drop(this.chosen.at(-1) as string);
    else return;
    event.preventDefault();
  }

  private take(value: string, draw = (): void => this.drawChips()): void {
    if (this.options.single) this.chosen = [value];
    else if (!this.chosen.includes(value)) this.chosen = [...this.chosen, value];
    this.input.value = '';
    this.input.setCustomValidity('');
    this.open(false);
    draw();
    const name = nameOfChoice(this.options.choices, value);
    this.said.textContent = say({ vi: `Đã chọn ${name}`, en: `${name} chosen` });
    this.options.changed?.();
  }

  private drop(value: string): void {
    this.chosen = this.chosen.filter((one) => one !== value);
    this.drawChips();
    this.input.focus();
    this.open(false);
    this.options.changed?.();
  }

  /** A code or name that was typed whole is taken; anything else is told, not lost. */
  private leave(): void {
    this.open(false);
    const typed = this.input.value.trim();
    if (typed === '') return this.input.setCustomValidity('');
    const known = this.searched.find(
      ({ choice }) => choice.value === typed || plain(say(choice.label)) === plain(typed),
    );
    // Without a list, as when the server did not say, the code is taken as it is.
    const { free } = this.options;
    const isFree = free instanceof RegExp ? free.test(typed) : free;
    if (known || isFree || this.searched.length === 0)
      // A chip makes the form taller: drawn now, it would move the button that is pressed from under the pointer.
      return this.take(known?.choice.value ?? typed, () => afterPress(() => this.drawChips()));
    this.input.setCustomValidity(
      say({
        vi: `Không có “${typed}”: hãy chọn trong danh sách.`,
        en: `There is no “${typed}”: choose from the list.`,
      }),
    );
  }

  private drawChips(): void {
    this.chips.replaceChildren(
      ...this.chosen.map((value) => {
        const name = nameOfChoice(this.options.choices, value);
        return h(
          'button',
          {
            type: 'button',
            class: 'pick',
            disabled: this.options.locked === true,
            title: value,
            'aria-label': say({ vi: `Bỏ ${name}`, en: `Remove ${name}` }),
            onclick: () => this.drop(value),
          },
          h('span', {}, name),
          this.options.locked ? null : h('span', { 'aria-hidden': 'true' }, '✕'),
        );
      }),
    );
  }
}
