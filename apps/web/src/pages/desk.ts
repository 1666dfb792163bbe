import { call } from '../api.js';
import { h } from '../dom.js';
import { say } from '../language.js';
import { whoAmI } from '../me.js';
import { deskAlerts } from './desk-alerts.js';
import { linksOf } from './desk-links.js';
import { switches } from './switches.js';

/** Frame of the pages that are not walls: name, links by role, what is urgent, switches, content. `more`: what the page adds to the links. */
export function desk(
  parent: HTMLElement,
  title: string,
  more: readonly Node[],
  again: () => void,
  ...content: Node[]
): void {
  document.body.classList.remove('is-wall');
  document.title = title;
  const nav = h('nav', { 'aria-label': say({ vi: 'Chính', en: 'Main' }) }, ...more);
  const urgent = h('div', { class: 'urgent' });
  parent.replaceChildren(
    h(
      'div',
      { class: 'desk' },
      h(
        'header',
        { class: 'desk-bar' },
        h('a', { class: 'brand', href: '/' }, say({ vi: 'Trung tâm điều hành', en: 'Operations centre' })),
        switches(again),
        nav,
      ),
      urgent,
      h('main', { class: 'desk-main' }, h('h1', {}, title), ...content),
    ),
  );
  void whoAmI().then((me) => {
    if (me === null || !nav.isConnected) return;
    const links = linksOf(me);
    const known = new Set(links.map((link) => link.getAttribute('href')));
    const own = more.filter((node) => !(node instanceof HTMLAnchorElement) || !known.has(node.getAttribute('href')));
    nav.replaceChildren(...links, ...own, signedIn(me.name));
    links.find((link) => link.ariaCurrent === 'page')?.scrollIntoView({ block: 'nearest', inline: 'center' });
    deskAlerts(nav, urgent);
  });
}

/** Who uses the page, and the way out: desks are shared by shifts. */
function signedIn(login: string): HTMLElement {
  const leave = async () => {
    await call('DELETE', '/v1/session').catch(() => undefined);
    // What was followed as this person ends with the page.
    location.assign('/');
  };
  return h(
    'span',
    { class: 'signed-in' },
    h('b', { title: say({ vi: 'Đang đăng nhập', en: 'Signed in' }) }, login),
    h(
      'button',
      { type: 'button', class: 'switch', onclick: () => void leave() },
      say({ vi: 'Đăng xuất', en: 'Sign out' }),
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

/** A field that takes the whole width of its form. */
export function broad(element: HTMLElement): HTMLElement {
  element.classList.add('broad');
  return element;
}

/** A labelled choice. */
export function choice(
  label: string,
  attributes: Record<string, string | boolean | ((event: never) => void)>,
  options: readonly { value: string; label: string }[],
  chosen = '',
): HTMLElement {
  const id = `field-${String(attributes.name)}`;
  return h(
    'div',
    { class: 'field' },
    h('label', { for: id }, label),
    h(
      'select',
      { id, ...attributes },
      ...options.map((one) => h('option', { value: one.value, selected: one.value === chosen }, one.label)),
    ),
  );
}
