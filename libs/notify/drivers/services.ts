import type { SendResult } from '../channel.port.js';
import type { TemplateOptions } from './templates.js';

type Service = Pick<TemplateOptions, 'url' | 'headers' | 'body' | 'form' | 'most' | 'read'>;

interface Said {
  [field: string]: unknown;
}
const saidIn = (answer: unknown): Said => (typeof answer === 'object' && answer !== null ? (answer as Said) : {});
const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

/** Telegram Bot API, `sendMessage`: `chat_id` is a group's or a person's id. Text without markup, so that nothing is to be escaped. */
export const TELEGRAM: Service = {
  url: 'https://api.telegram.org/bot{token}/sendMessage',
  headers: {},
  body: { chat_id: '{to}', text: '{text}', disable_web_page_preview: true },
  form: false,
  most: 4_096,
  read: (answer) => {
    const { ok, result, description, error_code: code, parameters } = saidIn(answer);
    if (ok === true) return { ok: true, receipt: `message ${textOf(saidIn(result).message_id)}` };
    if (ok !== false) return null;
    const reason = textOf(description) || `error ${textOf(code)}`;
    const after = Number(saidIn(parameters).retry_after);
    if (Number.isFinite(after)) return { ok: false, again: true, after: after * 1000, fault: 'refused', reason };
    // 400 and 403 are about the chat: unknown, or the bot was put out of it.
    if (code === 400 || code === 403) return { ok: false, again: false, fault: 'recipient', reason };
    return { ok: false, again: true, fault: 'refused', reason };
  },
};

/** Zalo: the access token is not (or no longer) valid; too many requests. Its other codes differ between versions of the API. */
const ZALO_OURS = new Set([-216, -32]);

function zaloAnswer(answer: unknown): SendResult | null {
  const { error, message, data } = saidIn(answer);
  if (typeof error !== 'number') return null;
  if (error === 0) return { ok: true, receipt: `message ${textOf(saidIn(data).message_id)}` };
  const reason = `Zalo ${error}: ${textOf(message)}`;
  // What is not known to be ours is tried again, but says nothing about the channel: one blocked person stops nobody else.
  return { ok: false, again: true, fault: ZALO_OURS.has(error) ? 'refused' : 'recipient', reason };
}

/** Zalo Official Account API v3: text to a follower (`user_id`). It answers 200 and says in `error` what was wrong. */
export const ZALO_PERSON: Service = {
  url: 'https://openapi.zalo.me/v3.0/oa/message/cs',
  headers: { access_token: '{token}' },
  body: { recipient: { user_id: '{to}' }, message: { text: '{text}' } },
  form: false,
  most: 2_000,
  read: zaloAnswer,
};

/** The same to a group of the Official Account (`group_id`). */
export const ZALO_GROUP: Service = {
  ...ZALO_PERSON,
  url: 'https://openapi.zalo.me/v3.0/oa/group/message',
  body: { recipient: { group_id: '{to}' }, message: { text: '{text}' } },
};

/** An SMS gateway says in a field of its answer whether it took the message; `is` lists what means yes. */
export function smsAnswer(success: { field: string; is: readonly string[] } | null): Service['read'] {
  if (success === null) return () => null;
  return (answer) => {
    const value = textOf(saidIn(answer)[success.field]);
    if (value === '') return null;
    if (success.is.includes(value)) return { ok: true, receipt: `${success.field} ${value}` };
    return { ok: false, again: true, fault: 'refused', reason: `${success.field} ${value}` };
  };
}
