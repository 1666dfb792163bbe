import { stillHolds } from '#libs/contracts';
import type { AlertAction, AlertDetail, AlertLine, Text } from '#libs/contracts';
import { ACTION_NAMES, isOpen } from '../alert-words.js';
import { h } from '../dom.js';
import { say } from '../language.js';
import { mayOperate, type Me } from '../me.js';

export interface Person {
  login: string;
  name: string;
  role: string;
  phone: string | null;
}

type Name = Exclude<AlertAction['action'], 'tick'>;

/** What can be done in each state, the usual first. */
function possible(alert: AlertLine): Name[] {
  if (alert.state === 'closed') return ['comment', 'reopen'];
  if (alert.state === 'resolved') return stillHolds(alert) ? ['reopen', 'comment'] : ['close', 'comment', 'reopen'];
  return [
    ...(alert.state === 'firing' ? (['acknowledge'] as const) : []),
    ...(alert.state === 'in-progress' ? [] : (['start'] as const)),
    alert.assignee === null ? 'assign' : 'hand-over',
    'comment',
    'resolve',
  ];
}

/** What others feel of it; asked once before it is done. */
const EFFECTS: Partial<Record<Name, Text>> = {
  resolve: {
    vi: 'Mọi người sẽ thấy cảnh báo đã giải quyết; việc nhắc và báo lên cấp trên dừng lại. Nếu điều kiện vẫn còn sau hạn xử lý, cảnh báo được báo lại. Nếu giá trị đã trở lại và cảnh báo chỉ đang được giữ thêm, cảnh báo kết thúc ngay.',
    en: 'Everybody will see it as resolved; reminders and escalation end. Where its condition still holds after the time to solve it, it is told again. Where the value is back and the alert is only kept, it ends now.',
  },
  'hand-over': {
    vi: 'Người được chọn sẽ giữ cảnh báo này.',
    en: 'The person chosen will have this alert.',
  },
  reopen: {
    vi: 'Những người đã được báo sẽ được báo lại.',
    en: 'Whoever was told will be told again.',
  },
};

const NEEDS_COMMENT: readonly Name[] = ['comment', 'hand-over', 'resolve', 'reopen'];

/** Buttons for what is possible now; what needs a word or a person asks for it before it is done. */
export function actionPanel(
  alert: AlertDetail,
  people: readonly Person[],
  me: Me,
  act: (body: object) => Promise<void>,
): HTMLElement {
  const asked = h('div', {});
  const press = (action: Name) => {
    if (action === 'acknowledge' || action === 'start') return void act({ action });
    if (action === 'close') {
      const text = {
        vi: 'Đóng cảnh báo này? Không còn việc gì phải làm.',
        en: 'Close this alert? Nothing is left to do.',
      };
      return confirm(say(text)) ? void act({ action }) : undefined;
    }
    asked.replaceChildren(form(action, alert, people, me, act, () => asked.replaceChildren()));
    asked.querySelector<HTMLElement>('select, textarea')?.focus();
  };
  const [first, ...rest] = possible(alert);
  const usual = isOpen(alert) ? 'button' : 'switch';
  return h(
    'section',
    { class: 'panel', 'aria-label': say({ vi: 'Thao tác', en: 'Actions' }) },
    h(
      'div',
      { class: 'actions' },
      ...[first, ...rest].map((action, index) =>
        action === undefined
          ? null
          : h(
              'button',
              { type: 'button', class: index === 0 ? usual : 'switch', onclick: () => press(action) },
              say(ACTION_NAMES[action]),
            ),
      ),
      isOpen(alert) && alert.muted?.why !== 'silence' && mayOperate(me)
        ? h(
            'a',
            { class: 'switch', href: `/silences?alert=${alert.id}` },
            say({ vi: 'Tạm tắt báo', en: 'Silence this' }),
          )
        : null,
    ),
    asked,
    callLink(alert, people, me),
  );
}

/** Calling whoever has it. */
function callLink(alert: AlertLine, people: readonly Person[], me: Me): HTMLElement | null {
  const login = alert.assignee ?? alert.acknowledgedBy;
  const person = people.find((one) => one.login === login);
  if (!person?.phone || person.login === me.name) return null;
  const name = person.name === '' ? person.login : person.name;
  return h(
    'p',
    {},
    h(
      'a',
      { href: `tel:${person.phone}` },
      say({ vi: `Gọi ${name}: ${person.phone}`, en: `Call ${name}: ${person.phone}` }),
    ),
  );
}

function form(
  action: Name,
  alert: AlertDetail,
  people: readonly Person[],
  me: Me,
  act: (body: object) => Promise<void>,
  away: () => void,
): HTMLElement {
  const withPerson = action === 'assign' || action === 'hand-over';
  const others = people.filter(({ login }) => login !== alert.assignee);
  const who = h(
    'select',
    { id: 'action-who', name: 'assignee', required: true },
    ...others.map(({ login, name }) =>
      h('option', { value: login, selected: login === me.name }, name === '' ? login : `${name} (${login})`),
    ),
  );
  const needs = NEEDS_COMMENT.includes(action);
  const comment = h('textarea', { id: 'action-comment', name: 'comment', maxlength: '2000', required: needs });
  const effect = EFFECTS[action];
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    const said = comment.value.trim();
    away();
    void act({ action, ...(withPerson ? { assignee: who.value } : {}), ...(said === '' ? {} : { comment: said }) });
  };
  const label = needs
    ? { vi: 'Nội dung (không ghi tên người dân)', en: 'What to say (no personal data)' }
    : { vi: 'Ghi chú (nếu cần)', en: 'Comment (if any)' };
  return h(
    'form',
    { class: 'row-part', onsubmit: send },
    withPerson
      ? h('div', { class: 'field' }, h('label', { for: 'action-who' }, say({ vi: 'Giao cho', en: 'To' })), who)
      : null,
    h('div', { class: 'field' }, h('label', { for: 'action-comment' }, say(label)), comment),
    effect === undefined ? null : h('p', {}, say(effect)),
    h(
      'div',
      { class: 'actions' },
      h('button', { type: 'submit', class: 'button' }, say(ACTION_NAMES[action])),
      h('button', { type: 'button', class: 'switch', onclick: away }, say({ vi: 'Thôi', en: 'Cancel' })),
    ),
  );
}
