import { h } from '../dom.js';
import { say } from '../language.js';
import { switches } from './switches.js';

/** Frame of the pages that are not walls: name, links, switches, content. */
export function desk(
  parent: HTMLElement,
  title: string,
  links: readonly Node[],
  again: () => void,
  ...content: Node[]
): void {
  document.body.classList.remove('is-wall');
  document.title = title;
  parent.replaceChildren(
    h(
      'div',
      { class: 'desk' },
      h(
        'header',
        { class: 'desk-bar' },
        h('a', { class: 'brand', href: '/' }, say({ vi: 'Trung tâm điều hành', en: 'Operations centre' })),
        h('nav', { 'aria-label': say({ vi: 'Chính', en: 'Main' }) }, ...links),
        switches(again),
      ),
      h('main', { class: 'desk-main' }, h('h1', {}, title), ...content),
    ),
  );
}

export const alertBox = (): HTMLElement => h('p', { class: 'alert', role: 'alert', hidden: true });

export function tell(box: HTMLElement, message: string | null): void {
  box.hidden = message === null;
  box.textContent = message ?? '';
}

/** A labelled input. */
export function field(label: string, attributes: Record<string, string | boolean>, hint?: string): HTMLElement {
  const id = `field-${String(attributes.name)}`;
  return h(
    'div',
    { class: 'field' },
    h('label', { for: id }, label),
    h('input', { id, ...attributes, ...(hint === undefined ? {} : { 'aria-describedby': `${id}-hint` }) }),
    hint === undefined ? null : h('small', { id: `${id}-hint` }, hint),
  );
}
