import { SEVERITY_NAMES, PERSON_ROLES, ROLE_NAMES, type Contact, type Person, type PersonRole } from '#libs/contracts';
import { ApiError, call } from '../api.js';
import { h } from '../dom.js';
import { say } from '../language.js';
import { alertBox, desk, tell } from './desk.js';
import { wideTable } from './indicator-words.js';
import { button, choice, faultsOf, input, placeFaults } from './on-call/fields.js';
import { conflictOr, personForm, type PersonalChannel } from './on-call/person-form.js';

const title = (): string => say({ vi: 'Người dùng', en: 'People' });

/** `/people`: who may sign in and as what, and where each is reached. Others than administrators see their own contacts. */
export async function peoplePage(parent: HTMLElement): Promise<void> {
  const again = (): void => void peoplePage(parent);
  try {
    const me = await call<{ name: string; role: PersonRole }>('GET', '/v1/me');
    if (me.role !== 'administrator') {
      const { person, channels } = await call<{ person: Person; channels: PersonalChannel[] }>(
        'GET',
        '/v1/me/contacts',
      );
      const panel = h(
        'section',
        { class: 'panel' },
        h('h2', {}, person.name),
        personForm(person, channels, false, again),
      );
      return desk(parent, say({ vi: 'Nơi nhận tin của tôi', en: 'Where I am reached' }), [], again, panel);
    }
    const { people, channels } = await call<{ people: Person[]; channels: PersonalChannel[] }>('GET', '/v1/people');
    drawList(parent, people, channels, again);
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return location.assign('/');
    const box = alertBox();
    tell(box, (error as Error).message);
    desk(parent, title(), [], again, box);
  }
}

function drawList(
  parent: HTMLElement,
  people: readonly Person[],
  channels: PersonalChannel[],
  again: () => void,
): void {
  const once = h('div', { class: 'made', hidden: true, role: 'status' });
  const detail = h('div', { class: 'adder' });
  const open = (person: Person): void => {
    const cancel = (): void => detail.replaceChildren();
    const panel = h(
      'section',
      { class: 'panel' },
      h('h2', {}, `${person.name} (${person.login})`),
      personForm(person, channels, true, again, cancel),
      passwordButton(person, once),
    );
    detail.replaceChildren(panel);
    panel.querySelector<HTMLElement>('input')?.focus();
  };
  const head = [
    { vi: 'Tên', en: 'Name' },
    { vi: 'Vai trò', en: 'Role' },
    { vi: 'Điện thoại', en: 'Phone' },
    { vi: 'Nhận tin qua', en: 'Reached by' },
    { vi: 'Trạng thái', en: 'State' },
    { vi: 'Việc', en: 'Do' },
  ];
  const rows = people.map((person) => [
    h('span', {}, person.name, ' ', h('code', {}, person.login)),
    say(ROLE_NAMES[person.role]),
    person.phone ?? '–',
    reachedBy(person, channels),
    person.disabled ? say({ vi: '✕ đã khóa', en: '✕ disabled' }) : say({ vi: 'hoạt động', en: 'active' }),
    button(say({ vi: 'Sửa', en: 'Edit' }), () => open(person), {
      'aria-label': `${say({ vi: 'Sửa', en: 'Edit' })} ${person.name}`,
    }),
  ]);
  desk(
    parent,
    title(),
    [],
    () => drawList(parent, people, channels, again),
    h(
      'section',
      { class: 'panel' },
      h('h2', {}, say({ vi: 'Tài khoản', en: 'Accounts' })),
      wideTable({ vi: 'Tài khoản', en: 'Accounts' }, head, rows),
    ),
    once,
    detail,
    addPanel(once, again),
  );
}

function reachedBy({ contacts, pushes }: Person, channels: readonly PersonalChannel[]): string {
  const name = ({ channel, least }: Contact): string => {
    const known = channels.find(({ id }) => id === channel);
    const count = known?.kind === 'web-push' ? ` ×${pushes}` : '';
    return `${known?.name ?? channel}${count} (≥ ${say(SEVERITY_NAMES[least]).toLowerCase()})`;
  };
  return [say({ vi: 'ứng dụng', en: 'application' }), ...contacts.map(name)].join(', ');
}

function showPassword(once: HTMLElement, login: string, password: string): void {
  const label = say({ vi: `Mật khẩu của ${login}, chỉ hiện một lần:`, en: `Password of ${login}, shown once:` });
  const field = h('input', { readonly: true, value: password, 'aria-label': label });
  once.hidden = false;
  once.replaceChildren(h('p', {}, label), h('div', { class: 'copy' }, field));
  field.select();
}

function passwordButton({ login }: Person, once: HTMLElement): HTMLElement {
  const box = alertBox();
  const reset = async (): Promise<void> => {
    if (!confirm(say({ vi: `Đặt lại mật khẩu của ${login}?`, en: `Give ${login} a new password?` }))) return;
    try {
      const { password } = await call<{ password: string }>('POST', `/v1/people/${encodeURIComponent(login)}/password`);
      showPassword(once, login, password);
    } catch (error) {
      tell(box, (error as Error).message);
    }
  };
  return h(
    'div',
    {},
    button(say({ vi: 'Đặt lại mật khẩu', en: 'Reset the password' }), () => void reset()),
    box,
  );
}

function addPanel(once: HTMLElement, again: () => void): HTMLElement {
  const draft = { login: '', name: '', role: 'leader' as PersonRole };
  const box = alertBox();
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    tell(box, null);
    try {
      const { login, password } = await call<{ login: string; password: string }>('POST', '/v1/people', draft);
      showPassword(once, login, password);
      // The list is drawn anew only when the password was noted: leaving the page would lose it.
      once.append(button(say({ vi: 'Đã ghi lại', en: 'Noted' }), again));
      once.scrollIntoView({ block: 'nearest' });
    } catch (error) {
      const faults = faultsOf(error)?.map((fault) => ({ ...fault, path: `/new${fault.path}` }));
      placeFaults(form, faults ?? []);
      if (faults === undefined) tell(box, conflictOr(error));
    }
  };
  const form = h(
    'form',
    { class: 'row', novalidate: true, onsubmit: (event: SubmitEvent) => void send(event) },
    input(say({ vi: 'Tên đăng nhập', en: 'Login' }), '/new/login', '', (text) => (draft.login = text.trim()), {
      spellcheck: 'false',
    }),
    input(say({ vi: 'Họ tên', en: 'Name' }), '/new/name', '', (text) => (draft.name = text), { maxlength: '100' }),
    choice(
      say({ vi: 'Vai trò', en: 'Role' }),
      '/new/role',
      draft.role,
      PERSON_ROLES.map((role) => [role, say(ROLE_NAMES[role])] as const),
      (value) => (draft.role = value as PersonRole),
    ),
    h('button', { type: 'submit', class: 'button' }, say({ vi: 'Thêm người', en: 'Add' })),
  );
  return h('section', { class: 'panel' }, h('h2', {}, say({ vi: 'Thêm người', en: 'Add a person' })), form, box);
}
