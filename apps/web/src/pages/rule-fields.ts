import type { Choice, Fault, Text } from '#libs/contracts';
import { h } from '../dom.js';
import { say } from '../language.js';
import { faultSentence } from './fault-words.js';
import { boxes } from './on-call/fields.js';
import { Picker } from './picker.js';

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

interface Place {
  /** One, or the boxes of a group. */
  controls: readonly Control[];
  fault: HTMLElement;
}

interface FieldOptions {
  /** JSON pointer of what it writes; faults below it are shown here. */
  path: string;
  label: Text;
  hint?: Text;
  readonly?: boolean;
}

/** Labelled controls that know their place in a rule, so that a fault is shown where it is. */
export class RuleFields {
  private readonly places = new Map<string, Place>();

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
      const path = [...this.places.keys()]
        .filter((one) => fault.path === one || fault.path.startsWith(`${one}/`))
        .sort((a, b) => b.length - a.length)[0];
      const place = path === undefined ? undefined : this.places.get(path);
      if (!place) return true;
      for (const control of place.controls) control.setAttribute('aria-invalid', 'true');
      place.fault.hidden = false;
      place.fault.replaceChildren(...faultText(fault, place.controls[0]?.value ?? ''));
      return false;
    });
  }

  /** Where faults of a control, or of those in a group, will be said. */
  private placed(path: string, control: HTMLElement, controls = [control as Control]): HTMLElement {
    const fault = h('small', { id: `${idOf(path)}-fault`, class: 'fault', hidden: true });
    const described = control.getAttribute('aria-describedby');
    control.setAttribute('aria-describedby', `${fault.id} ${described ?? ''}`.trim());
    this.places.set(path, { controls, fault });
    return fault;
  }

  private labelled({ path, label, hint }: FieldOptions, control: Control, write: () => void): HTMLElement {
    const id = idOf(path);
    control.id = id;
    if (hint) control.setAttribute('aria-describedby', `${id}-hint`);
    const fault = this.placed(path, control);
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
