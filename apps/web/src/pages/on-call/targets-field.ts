import { PERSON_ROLES, ROLE_NAMES, type Target } from '#libs/contracts';
import { h } from '../../dom.js';
import { say } from '../../language.js';
import { button } from './fields.js';
import { targetName, type Names } from './words.js';

/** A list of recipients with buttons to remove, and a choice of all others to add. */
export function targetsField(label: string, path: string, targets: Target[], names: Names): HTMLElement {
  const holder = h('div', { class: 'field recipients', 'data-path': path });
  const draw = (focus: boolean): void => {
    const id = `field${path.replaceAll('/', '-')}`;
    const select = h(
      'select',
      { id, onchange: () => add(select.value) },
      h('option', { value: '' }, say({ vi: '+ Thêm người nhận…', en: '+ Add a recipient…' })),
      group(
        say({ vi: 'Lịch trực', en: 'Schedules' }),
        [...names.schedules].map(([schedule]) => ({ schedule })),
        names,
      ),
      group(
        say({ vi: 'Vai trò', en: 'Roles' }),
        PERSON_ROLES.map((role) => ({ role })),
        names,
      ),
      group(
        say({ vi: 'Người', en: 'People' }),
        [...names.people].map(([person]) => ({ person })),
        names,
      ),
      group(
        say({ vi: 'Nhóm chat', en: 'Group chats' }),
        [...names.groups].map(([channel]) => ({ channel })),
        names,
      ),
    );
    holder.replaceChildren(
      h('label', { for: id }, label),
      h('ul', { class: 'told' }, ...targets.map((target, i) => chip(target, i))),
      select,
    );
    if (focus) select.focus();
  };
  const chip = (target: Target, i: number): HTMLElement => {
    const name = targetName(target, names);
    const remove = (): void => {
      targets.splice(i, 1);
      draw(true);
    };
    const label_ = `${say({ vi: 'Bỏ', en: 'Remove' })} ${name}`;
    return h('li', { 'data-path': `${path}/${i}` }, h('span', {}, name), button('×', remove, { 'aria-label': label_ }));
  };
  const add = (value: string): void => {
    if (value === '') return;
    targets.push(JSON.parse(value) as Target);
    draw(true);
  };
  draw(false);
  return holder;
}

function group(label: string, targets: readonly Target[], names: Names): HTMLElement | null {
  if (targets.length === 0) return null;
  const text = (target: Target): string =>
    'role' in target ? say(ROLE_NAMES[target.role]) : targetName(target, names);
  return h('optgroup', { label }, ...targets.map((each) => h('option', { value: JSON.stringify(each) }, text(each))));
}
