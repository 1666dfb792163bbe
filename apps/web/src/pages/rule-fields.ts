import type { Choice, Fault, Limit, Text } from '#libs/contracts';
import { h } from '../dom.js';
import { say } from '../language.js';
import { faultSentence } from './fault-words.js';
import { boxes } from './on-call/fields.js';
import { Picker } from './picker.js';
import { limitOf, limitText } from './rule-draft.js';

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

interface Place {
  /** One, or the boxes of a group. */
  controls: readonly Control[];
  fault: HTMLElement;
  also: string | undefined;
}

interface FieldOptions {
  /** JSON pointer of what it writes; faults below it are shown here. */
  path: string;
  label: Text;
  hint?: Text;
  /** Path above its own that has no field: what is wrong there is told here, too. */
  also?: string;
  readonly?: boolean;
}

/** Labelled controls that know their place in a rule, so that a fault is shown where it is. */
export class RuleFields {
  private readonly places = new Map<string, Place>();
  private readonly unread = new Map<string, Text>();

  constructor(
    readonly changed: () => void,
    readonly locked: boolean,
  ) {}

  text(
    options: FieldOptions,
    value: string,
    write: (value: string) => void,
    more: Record<string, string> = {},
  ): HTMLElement {
    const input = h('input', { value, ...more, readonly: this.locked || options.readonly === true });
    return this.labelled(options, input, () => write(input.value.trim()));
  }

  /** A number as people write it, or a formula where one may be; what reads two ways is refused before it is sent. */
  number(
    options: FieldOptions,
    value: Limit | undefined,
    write: (value: Limit | undefined) => void,
    formula = false,
  ): HTMLElement {
    const mode = formula ? {} : { inputmode: 'decimal' };
    const input = h('input', { value: limitText(value), ...mode, readonly: this.locked });
    const read = (): Limit | undefined => {
      const { value: limit, fault } = limitOf(input.value.trim(), formula);
      if (fault) this.unread.set(options.path, fault);
      else this.unread.delete(options.path);
      return limit;
    };
    // What was refused and is drawn again, as in another language, is refused still.
    read();
    return this.labelled(options, input, () => write(read()));
  }

  /** What is written and cannot be read as one number. */
  get refused(): Fault[] {
    const there = [...this.unread].filter(([path]) => this.places.get(path)?.fault.isConnected === true);
    return there.map(([path, fault]) => ({ path, message: say(fault) }));
  }

  area(options: FieldOptions, value: string, write: (value: string) => void, mono = false): HTMLElement {
    const lines = value.split('\n').reduce((sum, line) => sum + Math.ceil((line.length + 1) / 55), 0);
    const rows = String(Math.min(8, Math.max(2, lines + 1)));
    const input = h('textarea', { rows, class: mono ? 'mono' : '', readonly: this.locked, spellcheck: 'false' }, value);
    return this.labelled(options, input, () => write(input.value.trim()));
  }

  choice(
    options: FieldOptions,
    value: string,
    choices: readonly (readonly [string, string])[],
    write: (value: string) => void,
  ): HTMLElement {
    const input = h(
      'select',
      { disabled: this.locked || options.readonly === true },
      ...choices.map(([one, text]) => h('option', { value: one, selected: one === value }, text)),
    );
    return this.labelled(options, input, () => write(input.value));
  }

  /** Codes chosen by their names. */
  pick(
    { path, label, hint, readonly }: FieldOptions & { hint: Text },
    values: readonly string[],
    choices: readonly Choice[],
    write: (values: readonly string[]) => void,
    more: { single?: boolean; free?: boolean } = {},
  ): HTMLElement {
    const id = idOf(path);
    const picker = new Picker({
      name: path,
      id,
      label: say(label),
      hint: say(hint),
      choices,
      values,
      ...more,
      locked: this.locked || readonly === true,
      changed: () => {
        write(picker.values);
        this.changed();
      },
    });
    picker.element.append(this.placed(path, picker.input));
    return picker.element;
  }

  /** Boxes to tick, in a group of their own. */
  ticks(
    { path, label }: FieldOptions,
    values: readonly number[],
    choices: readonly (readonly [number, string])[],
    write: (values: readonly number[]) => void,
  ): HTMLElement {
    const group = boxes(say(label), path, values, choices, (chosen) => {
      write(chosen);
      this.changed();
    });
    group.id = idOf(path);
    group.toggleAttribute('disabled', this.locked);
    group.append(this.placed(path, group, [...group.querySelectorAll('input')]));
    return group;
  }

  /** Shows each fault at the control whose path is nearest above it; returns those that have no place. */
  show(faults: readonly Fault[]): Fault[] {
    for (const [path, { controls, fault }] of this.places) {
      // Rows and parts that were taken away since.
      if (!fault.isConnected) this.places.delete(path);
      fault.hidden = true;
      for (const control of controls) control.removeAttribute('aria-invalid');
    }
    return faults.filter((fault) => {
      const places = this.placesOf(fault.path);
      for (const place of places) {
        for (const control of place.controls) control.setAttribute('aria-invalid', 'true');
        place.fault.hidden = false;
        place.fault.replaceChildren(...faultText(fault, place.controls[0]?.value ?? ''));
      }
      return places.length === 0;
    });
  }

  /** The field nearest above a path; else those that stand for it, of which the empty ones are meant where there are any. */
  private placesOf(path: string): Place[] {
    const [nearest] = [...this.places.keys()]
      .filter((one) => path === one || path.startsWith(`${one}/`))
      .sort((a, b) => b.length - a.length);
    const place = nearest === undefined ? undefined : this.places.get(nearest);
    if (place) return [place];
    const below = [...this.places.values()].filter(({ also }) => also === path);
    const empty = below.filter(({ controls }) => controls[0]?.value.trim() === '');
    return empty.length > 0 ? empty : below;
  }

  /** Where faults of a control, or of those in a group, will be said. */
  private placed(path: string, control: HTMLElement, controls = [control as Control], also?: string): HTMLElement {
    const fault = h('small', { id: `${idOf(path)}-fault`, class: 'fault', hidden: true });
    const described = control.getAttribute('aria-describedby');
    control.setAttribute('aria-describedby', `${fault.id} ${described ?? ''}`.trim());
    this.places.set(path, { controls, fault, also });
    return fault;
  }

  private labelled({ path, label, hint, also }: FieldOptions, control: Control, write: () => void): HTMLElement {
    const id = idOf(path);
    control.id = id;
    if (hint) control.setAttribute('aria-describedby', `${id}-hint`);
    const fault = this.placed(path, control, [control], also);
    control.addEventListener('input', () => {
      write();
      this.changed();
    });
    return h(
      'div',
      { class: 'field' },
      h('label', { for: id }, say(label)),
      control,
      fault,
      hint ? h('small', { id: `${id}-hint` }, say(hint)) : null,
    );
  }
}

const idOf = (path: string): string => `rule${path.replaceAll('/', '-')}`;

/** The reason, and of a formula the text with the place marked. */
function faultText(fault: Fault, text: string): Node[] {
  const { at } = fault;
  const said = document.createTextNode(faultSentence(fault));
  if (at === undefined || at > text.length) return [said];
  const rest = /^[\p{L}\d_.-]+|^\/\s*\S+|^./u.exec(text.slice(at))?.[0] ?? '';
  return [
    said,
    h('br'),
    h('code', {}, text.slice(0, at), h('mark', {}, rest === '' ? '▲' : rest), text.slice(at + rest.length)),
  ];
}
