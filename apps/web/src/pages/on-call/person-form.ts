import {
  nameText,
  PERSON_ROLES,
  ROLE_NAMES,
  SEVERITIES,
  SEVERITY_NAMES,
  type ChannelKind,
  type Contact,
  type Person,
  type PersonRole,
} from '#libs/contracts';
import { ApiError, call } from '../../api.js';
import { h } from '../../dom.js';
import { say } from '../../language.js';
import { alertBox, tell } from '../desk.js';
import { button, choice, type Draft, draftOf, faultsOf, input, placeFaults } from './fields.js';
import { tick } from './policy-editor.js';

/** A channel that leads to persons. */
export interface PersonalChannel {
  id: string;
  kind: ChannelKind;
  name: string;
}

/** The form of a person; `all`: also what only administrators may change. */
export function personForm(
  person: Person,
  channels: readonly PersonalChannel[],
  all: boolean,
  done: () => void,
  cancel?: () => void,
): HTMLElement {
  const draft = draftOf(person);
  const box = alertBox();
  const state = h('p', { role: 'status', class: 'editor-state' });
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    tell(box, null);
    const { contacts, language } = draft;
    const own = { contacts, language, phone: draft.phone === '' ? null : draft.phone };
    try {
      if (all) {
        const { name, role, disabled } = draft;
        await call('PUT', `/v1/people/${encodeURIComponent(draft.login)}`, { ...own, name, role, disabled });
        done();
      } else {
        await call('PUT', '/v1/me/contacts', own);
        placeFaults(form, []);
        state.textContent = say({ vi: 'Đã lưu.', en: 'Saved.' });
      }
    } catch (error) {
      const faults = faultsOf(error);
      placeFaults(form, faults ?? []);
      if (faults === null) tell(box, conflictOr(error));
    }
  };
  const form = h(
    'form',
    { class: 'editor', novalidate: true, onsubmit: (event: SubmitEvent) => void send(event) },
    h('div', { class: 'row' }, ...(all ? identity(draft) : []), ...reach(draft)),
    contactFields(draft, channels),
    all
      ? tick(
          say({ vi: 'Khóa tài khoản: mọi phiên kết thúc ngay', en: 'Disabled: all sessions end at once' }),
          draft.disabled,
          (on) => (draft.disabled = on),
        )
      : null,
    box,
    state,
    h(
      'div',
      { class: 'editor-bar' },
      h('button', { type: 'submit', class: 'button' }, say({ vi: 'Lưu', en: 'Save' })),
      cancel ? button(say({ vi: 'Thôi', en: 'Cancel' }), cancel) : null,
    ),
  );
  return form;
}

const identity = (draft: Draft<Person>): HTMLElement[] => [
  input(say({ vi: 'Tên', en: 'Name' }), '/name', draft.name, (text) => (draft.name = text), { maxlength: '100' }),
  choice(
    say({ vi: 'Vai trò', en: 'Role' }),
    '/role',
    draft.role,
    PERSON_ROLES.map((role) => [role, say(ROLE_NAMES[role])] as const),
    (value) => (draft.role = value as PersonRole),
  ),
];

const reach = (draft: Draft<Person>): HTMLElement[] => [
  input(
    say({ vi: 'Điện thoại', en: 'Phone' }),
    '/phone',
    draft.phone ?? '',
    (text) => (draft.phone = text.trim()),
    { type: 'tel', maxlength: '20' },
    say({ vi: 'Cho nút gọi', en: 'For the button that calls' }),
  ),
  choice(
    say({ vi: 'Ngôn ngữ của tin', en: 'Language of messages' }),
    '/language',
    draft.language,
    [
      ['vi', 'Tiếng Việt'],
      ['en', 'English'],
    ],
    (value) => (draft.language = value === 'en' ? 'en' : 'vi'),
  ),
];

/** One line a channel: not at all, or from a severity on, with the address where it needs one. */
function contactFields(draft: Draft<Person>, channels: readonly PersonalChannel[]): HTMLElement {
  const holder = h('div', { class: 'contacts', 'data-path': '/contacts' });
  const levels = SEVERITIES.map(
    (each) =>
      [
        each,
        say({
          vi: `từ mức ${say(SEVERITY_NAMES[each]).toLowerCase()}`,
          en: `from ${say(SEVERITY_NAMES[each]).toLowerCase()} on`,
        }),
      ] as const,
  );
  const line = (channel: PersonalChannel): HTMLElement => {
    const index = draft.contacts.findIndex((each) => each.channel === channel.id);
    const contact = draft.contacts[index];
    const at = contact ? `/contacts/${index}` : `/channels/${channel.id}`;
    const choose = (value: string): void => {
      if (value === '') draft.contacts.splice(index, 1);
      else if (contact) contact.least = value as Contact['least'];
      else draft.contacts.push({ channel: channel.id, address: '', least: value as Contact['least'] });
      redraw();
    };
    const address =
      channel.kind === 'email'
        ? say({ vi: 'Địa chỉ thư', en: 'E-mail address' })
        : say({ vi: 'Số hoặc mã người nhận', en: 'Number or id of the receiver' });
    return h(
      'div',
      { class: 'row' },
      choice(
        say(nameText(channel.name)),
        `${at}/least`,
        contact?.least ?? '',
        [['', say({ vi: 'không gửi', en: 'not at all' })], ...levels],
        choose,
      ),
      contact && channel.kind !== 'web-push'
        ? input(
            `${say(nameText(channel.name))}: ${address}`,
            `${at}/address`,
            contact.address,
            (text) => (contact.address = text.trim()),
            {
              type: channel.kind === 'email' ? 'email' : 'text',
              maxlength: '200',
            },
          )
        : null,
    );
  };
  const redraw = (): void =>
    holder.replaceChildren(
      h('h3', {}, say({ vi: 'Nhận tin qua', en: 'Reached by' })),
      h('p', {}, say({ vi: 'Tin trong ứng dụng thì luôn có.', en: 'Messages in the application always come.' })),
      ...channels.map(line),
    );
  redraw();
  return holder;
}

export function conflictOr(error: unknown): string {
  if (error instanceof ApiError && error.status === 409) {
    return say({
      vi: 'Chưa làm được: đây là quản trị viên cuối cùng, hoặc tên đăng nhập đã có.',
      en: 'Not done: this is the last administrator, or the login is taken.',
    });
  }
  return (error as Error).message;
}
