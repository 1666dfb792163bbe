import type { OnCallFault, Text } from '#libs/contracts';
import { ApiError } from '../../api.js';
import { h } from '../../dom.js';
import { say } from '../../language.js';

/** A value that a form changes in place. */
export type Draft<T> = T extends readonly (infer U)[]
  ? Draft<U>[]
  : T extends object
    ? { -readonly [K in keyof T]: Draft<T[K]> }
    : T;

export const draftOf = <T>(value: T): Draft<T> => structuredClone(value) as Draft<T>;

const idOf = (path: string): string => `field${path.replaceAll('/', '-')}`;

/** A labelled input at the JSON pointer of what it changes; faults of that place appear under it. */
export function input(
  label: string,
  path: string,
  value: string | number,
  change: (text: string) => void,
  attributes: Record<string, string | boolean> = {},
  hint?: string,
): HTMLElement {
  const id = idOf(path);
  const element = h('input', {
    id,
    ...attributes,
    ...(hint === undefined ? {} : { 'aria-describedby': `${id}-hint` }),
    oninput: () => change(element.value),
  });
  element.value = String(value);
  return h(
    'div',
    { class: 'field', 'data-path': path },
    h('label', { for: id }, label),
    element,
    hint === undefined ? null : h('small', { id: `${id}-hint` }, hint),
  );
}

export const numeric = (min: number, max: number): Record<string, string> => ({
  type: 'number',
  min: String(min),
  max: String(max),
  inputmode: 'numeric',
});

export function choice(
  label: string,
  path: string,
  value: string,
  options: readonly (readonly [value: string, name: string])[],
  change: (value: string) => void,
): HTMLElement {
  const id = idOf(path);
  const select = h(
    'select',
    { id, onchange: () => change(select.value) },
    ...options.map(([each, name]) => h('option', { value: each, selected: each === value }, name)),
  );
  return h('div', { class: 'field', 'data-path': path }, h('label', { for: id }, label), select);
}

/** Boxes to tick; `change` gets what is ticked, in the order of the options. */
export function boxes<V extends string | number>(
  label: string,
  path: string,
  values: readonly V[],
  options: readonly (readonly [value: V, name: string])[],
  change: (values: V[]) => void,
): HTMLElement {
  const ticked = new Set(values);
  const each = ([value, name]: readonly [V, string]): HTMLElement => {
    const box = h('input', { type: 'checkbox', checked: ticked.has(value), onchange: () => turn(value, box.checked) });
    return h('label', { class: 'tick' }, box, name);
  };
  const turn = (value: V, on: boolean): void => {
    if (on) ticked.add(value);
    else ticked.delete(value);
    change(options.map(([one]) => one).filter((one) => ticked.has(one)));
  };
  return h('fieldset', { class: 'ticks', 'data-path': path }, h('legend', {}, label), ...options.map(each));
}

export function button(name: string, click: () => void, more: Record<string, string | boolean> = {}): HTMLElement {
  return h('button', { type: 'button', class: 'switch', ...more, onclick: click }, name);
}

/** What a refusal says, each at its place; null when it names no place. */
export function faultsOf(error: unknown): OnCallFault[] | null {
  if (!(error instanceof ApiError)) return null;
  const errors = error.problem.errors as (Partial<OnCallFault> & { path: string; message: string })[] | undefined;
  if (errors === undefined || errors.length === 0) return null;
  return errors.map(({ path, message, level = 'error', text }) => ({
    path,
    message,
    level,
    text: text ?? { vi: `Giá trị chưa đúng (${message})`, en: message },
  }));
}

const LEVEL: Record<OnCallFault['level'], Text> = {
  error: { vi: 'Lỗi', en: 'Error' },
  warning: { vi: 'Lưu ý', en: 'Note' },
};

export const faultText = ({ level, text }: OnCallFault): string => `${say(LEVEL[level])}: ${say(text)}`;

/** Puts each fault under the field of its place, or of the nearest place around it; the first one gets the focus. */
export function placeFaults(form: HTMLElement, faults: readonly OnCallFault[]): void {
  for (const old of form.querySelectorAll('.fault')) old.remove();
  for (const old of form.querySelectorAll('[aria-invalid]')) old.removeAttribute('aria-invalid');
  let first: HTMLElement | null = null;
  for (const [i, fault] of faults.entries()) {
    const place = placeOf(form, fault.path);
    const id = `fault-${i}`;
    place.append(h('p', { class: `fault fault-${fault.level}`, id }, faultText(fault)));
    const control = place.querySelector<HTMLElement>('input, select');
    if (place === form || !control) continue;
    const hint = document.getElementById(`${control.id}-hint`) ? `${control.id}-hint ` : '';
    control.setAttribute('aria-describedby', `${hint}${id}`);
    if (fault.level === 'error') control.setAttribute('aria-invalid', 'true');
    first ??= control;
  }
  first?.focus();
}

function placeOf(form: HTMLElement, path: string): HTMLElement {
  for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const found = form.querySelector<HTMLElement>(`[data-path="${at.replaceAll('"', '')}"]`);
    if (found) return found;
  }
  return form;
}
