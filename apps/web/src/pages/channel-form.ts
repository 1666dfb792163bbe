import type { ChannelView, Text } from '#libs/contracts';
import { call } from '../api.js';
import { h } from '../dom.js';
import { say } from '../language.js';
import { ADDABLE, type ChannelChoice, choiceOf, CHOICES, faultOf } from './channel-words.js';
import { alertBox, field, tell } from './desk.js';

interface Field {
  name: string;
  label: Text;
  hint?: Text;
  type?: 'text' | 'number' | 'password' | 'check' | 'json' | 'encryption';
  required?: boolean;
  value?: string;
}

const URL_FIELD: Field = {
  name: 'url',
  label: { vi: 'Địa chỉ nhận (https)', en: 'Address (https)' },
  required: true,
};
const TOKEN: Field = {
  name: 'token',
  label: { vi: 'Mã truy cập (token)', en: 'Access token' },
  type: 'password',
  hint: { vi: 'Không hiện lại; để trống là giữ mã đang lưu', en: 'Never shown again; empty keeps what is stored' },
};
const GROUP: Field = {
  name: 'group',
  label: { vi: 'Mã nhóm chat (nếu gửi vào nhóm)', en: 'Id of the group chat (where a group is told)' },
};

/** Fields of each kind; see docs/operations.md, "Channels". */
const FIELDS: Record<ChannelChoice, readonly Field[]> = {
  email: [
    { name: 'host', label: { vi: 'Máy chủ thư', en: 'Mail server' }, required: true },
    { name: 'port', label: { vi: 'Cổng', en: 'Port' }, type: 'number', value: '587' },
    { name: 'encryption', label: { vi: 'Mã hóa', en: 'Encryption' }, type: 'encryption' },
    {
      name: 'from',
      label: { vi: 'Người gửi', en: 'From' },
      hint: { vi: 'Ví dụ IOC <ioc@example.gov.vn>', en: 'For example IOC <ioc@example.gov.vn>' },
      required: true,
    },
    { name: 'user', label: { vi: 'Tài khoản', en: 'Account' } },
    { ...TOKEN, name: 'password', label: { vi: 'Mật khẩu', en: 'Password' } },
    {
      name: 'anyCertificate',
      label: { vi: 'Chấp nhận chứng thư tự ký', en: 'Take a self-signed certificate' },
      type: 'check',
    },
  ],
  plain: [URL_FIELD],
  telegram: [GROUP, TOKEN],
  'zalo-oa': [
    GROUP,
    TOKEN,
    {
      name: 'appId',
      label: { vi: 'Mã ứng dụng Zalo', en: 'Id of the Zalo app' },
      hint: { vi: 'Có thì hệ thống tự gia hạn mã truy cập', en: 'With it the hub renews the access token itself' },
    },
    { ...TOKEN, name: 'appSecret', label: { vi: 'Khóa bí mật của ứng dụng', en: 'Secret key of the app' } },
    { ...TOKEN, name: 'refreshToken', label: { vi: 'Mã gia hạn (refresh token)', en: 'Refresh token' } },
  ],
  sms: [
    URL_FIELD,
    {
      name: 'body',
      label: { vi: 'Nội dung yêu cầu (JSON)', en: 'Body of the request (JSON)' },
      type: 'json',
      value: '{"Phone": "{to}", "Content": "{short}", "ApiKey": "{token}"}',
      hint: {
        vi: 'Chỗ điền: {to} {short} {text} {subject} {id} {link} {page} {token}',
        en: 'Placeholders: {to} {short} {text} {subject} {id} {link} {page} {token}',
      },
    },
    { name: 'headers', label: { vi: 'Tiêu đề HTTP (JSON)', en: 'HTTP headers (JSON)' }, type: 'json', value: '{}' },
    {
      name: 'success',
      label: { vi: 'Trả lời thành công (JSON)', en: 'Answer that means success (JSON)' },
      type: 'json',
      value: 'null',
      hint: {
        vi: 'Ví dụ {"field": "CodeResult", "is": ["100"]}',
        en: 'For example {"field": "CodeResult", "is": ["100"]}',
      },
    },
    {
      name: 'form',
      label: { vi: 'Gửi dạng biểu mẫu thay cho JSON', en: 'Send as a form instead of JSON' },
      type: 'check',
    },
    { name: 'ascii', label: { vi: 'Bỏ dấu tiếng Việt', en: 'Without Vietnamese marks' }, type: 'check' },
    { ...GROUP, label: { vi: 'Số nhận chung (nếu có)', en: 'Number of the duty desk (if any)' } },
    TOKEN,
  ],
  'web-push': [
    {
      name: 'subject',
      label: { vi: 'Địa chỉ liên hệ', en: 'Contact address' },
      hint: { vi: 'Ví dụ mailto:ioc@example.gov.vn', en: 'For example mailto:ioc@example.gov.vn' },
    },
  ],
  'in-app': [],
  cap: [],
};
const SECRETS = ['password', 'token', 'appSecret', 'refreshToken'];

/** Form of a new channel, or of one that is there. `done`: after it was stored, with a signing secret where there is a new one. */
export function channelForm(channel: ChannelView | null, done: (secret: string | null) => void): HTMLElement {
  const box = alertBox();
  const parts = h('div', { class: 'row' });
  const prefix = channel?.id ?? 'new';
  const select = h(
    'select',
    { id: `field-${prefix}-choice`, onchange: () => draw() },
    ...ADDABLE.map((choice) => h('option', { value: choice }, say(CHOICES[choice]))),
  );
  const choice = (): ChannelChoice => (channel === null ? (select.value as ChannelChoice) : choiceOf(channel));
  const draw = () =>
    parts.replaceChildren(...FIELDS[choice()].map((one) => input(one, prefix, channel?.settings[one.name])));
  draw();
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    tell(box, null);
    try {
      const body = bodyOf(new FormData(event.currentTarget), prefix, choice());
      if (channel !== null) await call('PUT', `/v1/channels/${channel.id}`, body);
      const made =
        channel === null
          ? await call<{ secret: string | null }>(
              'POST',
              '/v1/channels',
              withId(body, choice(), event.currentTarget, prefix),
            )
          : null;
      done(made?.secret ?? null);
    } catch (error) {
      tell(box, faultOf(error));
    }
  };
  return h(
    'form',
    { class: 'row', onsubmit: (event: SubmitEvent) => void save(event) },
    channel === null
      ? h('div', { class: 'field' }, h('label', { for: select.id }, say({ vi: 'Loại kênh', en: 'Kind' })), select)
      : null,
    channel === null
      ? field(
          say({ vi: 'Mã kênh', en: 'Id' }),
          { name: `${prefix}-id`, required: true, pattern: '[a-z0-9][a-z0-9-]{1,39}', spellcheck: 'false' },
          say({ vi: 'Chữ thường, số, gạch nối; không đổi được', en: 'Small letters, digits, hyphens; it stays' }),
        )
      : null,
    field(say({ vi: 'Tên kênh', en: 'Name' }), {
      name: `${prefix}-name`,
      required: true,
      maxlength: '100',
      value: channel?.name ?? '',
    }),
    parts,
    field(say({ vi: 'Số tin tối đa mỗi phút', en: 'Messages a minute at most' }), {
      name: `${prefix}-rate`,
      type: 'number',
      min: '1',
      max: '60000',
      required: true,
      value: String(channel?.rate ?? 60),
    }),
    h('button', { type: 'submit', class: 'button' }, say({ vi: 'Lưu kênh', en: 'Save the channel' })),
    box,
  );
}

function input(one: Field, prefix: string, stored: unknown): HTMLElement {
  const name = `${prefix}-${one.name}`;
  const label = say(one.label);
  const hint = one.hint === undefined ? undefined : say(one.hint);
  if (one.type === 'check') {
    const id = `field-${name}`;
    return h(
      'div',
      { class: 'field check' },
      h('input', { id, name, type: 'checkbox', checked: stored === true }),
      h('label', { for: id }, label),
    );
  }
  if (one.type === 'encryption') return encryption(name, label, stored);
  const text = one.type === 'json' && stored !== undefined ? JSON.stringify(stored) : String(stored ?? one.value ?? '');
  if (one.type === 'json') return area(name, label, text, hint);
  const attributes = {
    name,
    type: one.type ?? 'text',
    value: text,
    required: one.required === true,
    spellcheck: 'false',
    autocomplete: one.type === 'password' ? 'new-password' : 'off',
  };
  return field(label, attributes, hint);
}

function encryption(name: string, label: string, stored: unknown): HTMLElement {
  const choices: [string, Text][] = [
    ['starttls', { vi: 'STARTTLS (587)', en: 'STARTTLS (587)' }],
    ['tls', { vi: 'TLS (465)', en: 'TLS (465)' }],
    ['none', { vi: 'Không, chỉ trong mạng nội bộ', en: 'None, inside a trusted network only' }],
  ];
  const id = `field-${name}`;
  return h(
    'div',
    { class: 'field' },
    h('label', { for: id }, label),
    h(
      'select',
      { id, name },
      ...choices.map(([value, text]) => h('option', { value, selected: value === stored }, say(text))),
    ),
  );
}

function area(name: string, label: string, text: string, hint: string | undefined): HTMLElement {
  const id = `field-${name}`;
  return h(
    'div',
    { class: 'field' },
    h('label', { for: id }, label),
    h('textarea', { id, name, rows: '4', spellcheck: 'false', 'aria-describedby': `${id}-hint` }, text),
    h('small', { id: `${id}-hint` }, hint ?? ''),
  );
}

interface Body {
  name: string;
  rate: number;
  settings: Record<string, unknown>;
  secret?: Record<string, string>;
}

/** What the form says, as the API takes it. Throws where a text is no JSON. */
function bodyOf(data: FormData, prefix: string, choice: ChannelChoice): Body {
  const text = (name: string): string => String(data.get(`${prefix}-${name}`) ?? '').trim();
  const settings: Record<string, unknown> = isWebhook(choice) ? { format: choice } : {};
  const secret: Record<string, string> = {};
  for (const { name, type } of FIELDS[choice]) {
    if (SECRETS.includes(name)) {
      if (text(name) !== '') secret[name] = text(name);
    } else if (type === 'check') settings[name] = data.has(`${prefix}-${name}`);
    else if (type === 'number') settings[name] = Number(text(name));
    else if (type === 'json') settings[name] = parsed(name, text(name));
    else if (text(name) !== '') settings[name] = text(name);
  }
  const body: Body = { name: text('name'), rate: Number(text('rate')), settings };
  return Object.keys(secret).length === 0 ? body : { ...body, secret };
}

const isWebhook = (choice: ChannelChoice): boolean => ['plain', 'telegram', 'zalo-oa', 'sms'].includes(choice);

const withId = (body: Body, choice: ChannelChoice, form: HTMLFormElement, prefix: string): object => ({
  ...body,
  id: String(new FormData(form).get(`${prefix}-id`)).trim(),
  kind: isWebhook(choice) ? 'webhook' : choice,
});

function parsed(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(say({ vi: `${name}: không phải JSON`, en: `${name}: is not JSON` }));
  }
}
