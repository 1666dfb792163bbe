import type { Fault, Text } from '#libs/contracts';
import { h } from '../dom.js';
import { say } from '../language.js';
import { faultSentence } from './fault-words.js';

interface Place {
  control: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
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
    private readonly changed: () => void,
    private readonly locked: boolean,
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

  /** Shows each fault at the control whose path is nearest above it; returns those that have no place. */
  show(faults: readonly Fault[]): Fault[] {
    for (const { control, fault } of this.places.values()) {
      fault.hidden = true;
      control.removeAttribute('aria-invalid');
    }
    return faults.filter((fault) => {
      const path = [...this.places.keys()]
        .filter((one) => fault.path === one || fault.path.startsWith(`${one}/`))
        .sort((a, b) => b.length - a.length)[0];
      const place = path === undefined ? undefined : this.places.get(path);
      if (!place) return true;
      place.control.setAttribute('aria-invalid', 'true');
      place.fault.hidden = false;
      place.fault.replaceChildren(...faultText(fault, place.control.value));
      return false;
    });
  }

  private labelled({ path, label, hint }: FieldOptions, control: Place['control'], write: () => void): HTMLElement {
    const id = `rule${path.replaceAll('/', '-')}`;
    const fault = h('small', { id: `${id}-fault`, class: 'fault', hidden: true });
    control.id = id;
    control.setAttribute('aria-describedby', hint ? `${id}-fault ${id}-hint` : `${id}-fault`);
    control.addEventListener('input', () => {
      write();
      this.changed();
    });
    this.places.set(path, { control, fault });
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
