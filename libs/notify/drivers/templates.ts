import { type Message, NOT_SENT } from '#libs/contracts';
import { type Channel, SEND_TIMEOUT_MS, type SendOptions, type SendResult } from '../channel.port.js';
import { linkOf, pageOf, shortText, textWithin, unaccented } from '../dress.js';
import { type Answer, post } from '../outward.js';
import { resultOf } from './http-result.js';
import { reachUrl } from './webhook.js';

/** JSON whose texts may hold `{to}`, `{text}`, `{short}`, `{subject}`, `{id}`, `{link}`, `{page}`, `{token}`. */
export type Template = string | number | boolean | null | readonly Template[] | { [name: string]: Template };

/** A POST that another system's API asks for. */
export interface TemplateOptions {
  /** May hold `{token}`, where the API wants it so. */
  url: string;
  headers: Record<string, string>;
  body: Template;
  /** Sends `application/x-www-form-urlencoded`; the body is then one object of texts. */
  form: boolean;
  /** Letters that `{text}` may have: alerts that don't fit are counted, its links are never cut; `{short}` has what fits into an SMS. */
  most: number;
  /** Texts without Vietnamese marks. */
  ascii: boolean;
  token: string;
  /** Whom to tell where the recipient is the channel itself: the id of a group chat, a number. */
  group: string;
  inside: boolean;
  /** What the answer says besides its status; null: the status is all. */
  read: (answer: unknown) => SendResult | null;
}

const ANSWER_BYTES = 16 * 1024;
/** Two parts of an SMS in Unicode are 134 letters, three parts 201. */
const SHORT_LETTERS = 200;

/** A channel of somebody else's API: Zalo, Telegram, an SMS gateway. */
export function templated(options: TemplateOptions): Channel {
  return {
    send: async (message, to, send) => {
      const whom = to.group ? options.group : to.address;
      if (whom === '') return { ok: false, again: false, fault: 'recipient', reason: NOT_SENT.nobody.en };
      const values = valuesOf(message, whom, send, options);
      const body = filled(options.body, values);
      const answer = await post(
        filledText(options.url, { token: encodeURIComponent(options.token).replaceAll('%3A', ':') }),
        options.form ? new URLSearchParams(body as Record<string, string>).toString() : JSON.stringify(body),
        {
          'content-type': options.form ? 'application/x-www-form-urlencoded' : 'application/json',
          ...headersOf(options),
        },
        { inside: options.inside, timeoutMs: SEND_TIMEOUT_MS, signal: send.signal, read: ANSWER_BYTES },
      );
      return hidden(options.read(jsonOf(answer)) ?? resultOf(answer), options.token);
    },
    check: (signal) => reachUrl(filledText(options.url, { token: 'x' }), options.inside, signal),
  };
}

/** Only the token goes into headers. */
const headersOf = ({ headers, token }: TemplateOptions): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, filledText(text, { token })]));

type Values = Record<string, string>;

function valuesOf(message: Message, to: string, { hub, token }: SendOptions, options: TemplateOptions): Values {
  const dressed = (text: string): string => (options.ascii ? unaccented(text) : text);
  const link = token === null ? pageOf(hub, message) : linkOf(hub, token);
  return {
    to,
    id: message.id,
    subject: dressed(message.subject),
    text: textWithin(message, { hub, token }, options.most, dressed),
    short: dressed(`${shortText(message, SHORT_LETTERS, dressed)} ${link}`),
    link,
    page: pageOf(hub, message),
    token: options.token,
  };
}

/** The names that a template uses, for the check of what an operator wrote. */
export function placeholdersOf(template: Template): string[] {
  if (typeof template === 'string') return [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
  if (typeof template !== 'object' || template === null) return [];
  return Object.values(template as Record<string, Template>).flatMap(placeholdersOf);
}
export const PLACEHOLDERS: readonly string[] = ['to', 'text', 'short', 'subject', 'id', 'link', 'page', 'token'];

/** Values go into texts that are parsed already, so that no value can break out of its place. */
function filled(template: Template, values: Values): Template {
  if (typeof template === 'string') return filledText(template, values);
  if (Array.isArray(template)) return template.map((part: Template) => filled(part, values));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([name, part]) => [name, filled(part as Template, values)]));
}

const filledText = (text: string, values: Values): string =>
  text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);

function jsonOf({ status, body }: Answer): unknown {
  try {
    return status === 0 ? null : JSON.parse(body);
  } catch {
    return null;
  }
}

/** A token must not come back in what is kept of an answer. */
function hidden(result: SendResult, token: string): SendResult {
  const hide = (text: string): string => (token === '' ? text : text.replaceAll(token, '…')).slice(0, 200);
  if (result.ok) return { ...result, receipt: result.receipt === null ? null : hide(result.receipt) };
  return { ...result, reason: hide(result.reason) };
}
