import { isIP } from 'node:net';
import { SEVERITIES, type ChannelKind, type Fault, type Severity } from '#libs/contracts';
import { CAP_CATEGORIES } from './cap/index.js';
import { PLACEHOLDERS, placeholdersOf, type Template } from './drivers/templates.js';
import { faultOfUrl } from './outward.js';

/** What may be shown of a channel of each kind; what is missing has its default. */
export interface EmailSettings {
  host: string;
  port: number;
  encryption: 'tls' | 'starttls' | 'none';
  from: string;
  user: string;
  anyCertificate: boolean;
}
export type WebhookFormat = 'plain' | 'zalo-oa' | 'telegram' | 'sms';
export interface WebhookSettings {
  format: WebhookFormat;
  /** Needed for `plain` and `sms`; the others know their own. */
  url: string;
  /** The group chat (or number) that is told where the channel itself is the recipient. */
  group: string;
  /** `sms`: what the gateway asks for. */
  body: Template;
  headers: Record<string, string>;
  form: boolean;
  ascii: boolean;
  success: { field: string; is: string[] } | null;
  /** `zalo-oa`: id of the app that renews its token; empty: somebody else writes the token. */
  appId: string;
  /** `zalo-oa`: where it is renewed; empty: at Zalo. */
  renewUrl: string;
}
export interface PushSettings {
  /** `mailto:` or `https:`; empty: the hub's own address. */
  subject: string;
}

/** A feed of CAP messages for everybody: whose name stands in them, and what goes out. */
export interface CapSettings {
  /** Unique over all the world for who sends, e.g. `ioc@cantho.gov.vn`. */
  sender: string;
  senderName: string;
  /** Sector ids; empty: all. */
  sectors: string[];
  least: Severity;
  /** Only alerts that carry a level of disaster risk. */
  disastersOnly: boolean;
  /** Category of CAP by sector id; `Other` where none is given. */
  categories: Record<string, string>;
}

/** What may not be shown: `password` (e-mail), `token` (Zalo, Telegram, SMS), `refreshToken` and `appSecret` (Zalo). */
export interface ChannelSecret {
  password?: string;
  token?: string;
  refreshToken?: string;
  appSecret?: string;
}

const EMAIL: EmailSettings = { host: '', port: 587, encryption: 'starttls', from: '', user: '', anyCertificate: false };
const WEBHOOK: WebhookSettings = {
  format: 'plain',
  url: '',
  group: '',
  body: { to: '{to}', text: '{short}' },
  headers: {},
  form: false,
  ascii: false,
  success: null,
  appId: '',
  renewUrl: '',
};

const CAP: CapSettings = {
  sender: '',
  senderName: '',
  sectors: [],
  least: 'serious',
  disastersOnly: true,
  categories: {},
};

export const capSettings = (given: Record<string, unknown>): CapSettings => ({ ...CAP, ...given });
export const emailSettings = (given: Record<string, unknown>): EmailSettings => ({ ...EMAIL, ...given });
export const webhookSettings = (given: Record<string, unknown>): WebhookSettings => ({ ...WEBHOOK, ...given });
export const pushSettings = (given: Record<string, unknown>): PushSettings => ({ subject: '', ...given });

const MOST_TEXT = 500;
const MOST_BYTES = 8_192;
const FROM = /^(?:[^<>\r\n@]{1,100} <[^<>\s@]+@[a-z0-9.-]+>|[^<>\s@]+@[a-z0-9.-]+)$/i;
const HOST = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_.-]*[a-z0-9])?$/i;
const HEADER = /^[a-z0-9-]{1,60}$/i;
const GIVEN_BY_US = new Set(['content-length', 'content-type', 'host', 'transfer-encoding', 'connection']);

type Check = (path: string, bad: boolean, message: string) => void;

/** What is wrong with a channel's settings: JSON pointers into `{settings, secret}`. `inside`: private networks are allowed. */
export function faultsOfChannel(
  kind: ChannelKind,
  settings: Record<string, unknown>,
  secret: ChannelSecret,
  inside: boolean,
): Fault[] {
  const faults: Fault[] = [];
  const check: Check = (path, bad, message) => void (bad && faults.push({ path, message }));
  const known = KNOWN[kind];
  for (const name of Object.keys(settings)) {
    check(`/settings/${name}`, !known.includes(name), `a channel of kind ${kind} has no setting "${name}"`);
  }
  for (const [name, value] of Object.entries(secret)) {
    check(`/secret/${name}`, /[\r\n]/.test(value), 'must be one line');
  }
  if (JSON.stringify(settings).length > MOST_BYTES) return [{ path: '/settings', message: 'is too large' }];
  if (kind === 'email') checkEmail(settings, check);
  if (kind === 'webhook') checkWebhook(settings, secret, inside, check);
  if (kind === 'cap') checkCap(settings, check);
  if (kind === 'web-push') {
    const { subject } = pushSettings(settings);
    const may = typeof subject === 'string' && (subject === '' || /^(mailto:[^\s@]+@\S+|https:\/\/\S+)$/.test(subject));
    check('/settings/subject', !may, 'must be like mailto:ioc@example.gov.vn');
  }
  return faults;
}

const KNOWN: Record<ChannelKind, readonly string[]> = {
  'in-app': [],
  'web-push': ['subject'],
  email: Object.keys(EMAIL),
  webhook: Object.keys(WEBHOOK),
  cap: Object.keys(CAP),
};

function checkEmail(given: Record<string, unknown>, check: Check): void {
  const { host, port, encryption, from, user, anyCertificate } = emailSettings(given);
  const named = typeof host === 'string' && (isIP(host) !== 0 || HOST.test(host));
  check('/settings/host', !named, 'must be the name of a mail server, such as mail.example.gov.vn');
  check('/settings/port', !Number.isInteger(port) || port < 1 || port > 65_535, 'must be a port, such as 587');
  check('/settings/encryption', !['tls', 'starttls', 'none'].includes(encryption), 'must be tls, starttls or none');
  check('/settings/from', typeof from !== 'string' || !FROM.test(from), 'must be like IOC <ioc@example.gov.vn>');
  check('/settings/user', typeof user !== 'string' || user.length > MOST_TEXT || /[\r\n]/.test(user), 'must be a text');
  check('/settings/anyCertificate', typeof anyCertificate !== 'boolean', 'must be true or false');
}

function checkWebhook(given: Record<string, unknown>, secret: ChannelSecret, inside: boolean, check: Check): void {
  const { format, url, group, body, headers, form, ascii, success } = webhookSettings(given);
  const known = ['plain', 'zalo-oa', 'telegram', 'sms'].includes(format);
  check('/settings/format', !known, 'must be plain, zalo-oa, telegram or sms');
  const ownUrl = format === 'plain' || format === 'sms';
  if (typeof url !== 'string' || url.length > MOST_TEXT) check('/settings/url', true, 'must be an address');
  else if (url !== '' || ownUrl) {
    const fault = faultOfUrl(url.replaceAll('{token}', 'x'), inside, 'CHANNELS_PRIVATE');
    check('/settings/url', fault !== null, fault ?? '');
  }
  check('/settings/group', typeof group !== 'string' || group.length > 100, 'must be an id of at most 100 letters');
  checkToken(given, secret, inside, check);
  check('/settings/form', typeof form !== 'boolean', 'must be true or false');
  check('/settings/ascii', typeof ascii !== 'boolean', 'must be true or false');
  checkTemplate(body, form, check);
  checkHeaders(headers, check);
  const rightly =
    success === null ||
    (typeof success?.field === 'string' &&
      Array.isArray(success.is) &&
      success.is.every((is) => typeof is === 'string'));
  check('/settings/success', !rightly, 'must be {"field": "…", "is": ["…"]} or null');
}

function checkToken(given: Record<string, unknown>, secret: ChannelSecret, inside: boolean, check: Check): void {
  const { format, appId, renewUrl } = webhookSettings(given);
  const renewed = typeof appId === 'string' && appId !== '';
  check('/settings/appId', typeof appId !== 'string' || !/^\d{0,30}$/.test(appId), 'must be the number of a Zalo app');
  const needed = format === 'telegram' || (format === 'zalo-oa' && !renewed);
  check('/secret/token', needed && !secret.token, 'is needed');
  if (format !== 'zalo-oa') return check('/settings/appId', renewed, 'is for zalo-oa only');
  check('/secret/refreshToken', renewed && !secret.refreshToken, 'is needed to renew the token');
  check('/secret/appSecret', renewed && !secret.appSecret, 'is needed to renew the token');
  if (renewUrl === '') return;
  const fault = typeof renewUrl === 'string' ? faultOfUrl(renewUrl, inside, 'CHANNELS_PRIVATE') : 'must be an address';
  check('/settings/renewUrl', fault !== null, fault ?? '');
}

function checkCap(given: Record<string, unknown>, check: Check): void {
  const { sender, senderName, sectors, least, disastersOnly, categories } = capSettings(given);
  const named = typeof sender === 'string' && /^[^\s,<&]{3,200}$/.test(sender);
  check('/settings/sender', !named, 'must be like ioc@example.gov.vn, without spaces, commas, < and &');
  const called = typeof senderName === 'string' && senderName.length > 0 && senderName.length <= MOST_TEXT;
  check('/settings/senderName', !called, 'must be the name of who warns');
  const listed = Array.isArray(sectors) && sectors.every((sector) => typeof sector === 'string');
  check('/settings/sectors', !listed, 'must be a list of sectors; empty: all');
  check('/settings/least', !SEVERITIES.includes(least), `must be one of ${SEVERITIES.join(', ')}`);
  check('/settings/disastersOnly', typeof disastersOnly !== 'boolean', 'must be true or false');
  const known: readonly unknown[] = CAP_CATEGORIES;
  const mapped = typeof categories === 'object' && categories !== null && !Array.isArray(categories);
  const right = mapped && Object.values(categories).every((category) => known.includes(category));
  check('/settings/categories', !right, `must give each sector one of ${CAP_CATEGORIES.join(', ')}`);
}

function checkTemplate(body: Template, form: boolean, check: Check): void {
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  check('/settings/body', !isObject, 'must be a JSON object');
  for (const name of placeholdersOf(body)) {
    check('/settings/body', !PLACEHOLDERS.includes(name), `{${name}} is unknown; there are ${PLACEHOLDERS.join(', ')}`);
  }
  const flat = isObject && Object.values(body).every((value) => typeof value === 'string');
  check('/settings/body', form && !flat, 'must be an object of texts where it is sent as a form');
}

function checkHeaders(headers: unknown, check: Check): void {
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) {
    return check('/settings/headers', true, 'must be an object of texts');
  }
  for (const [name, value] of Object.entries(headers)) {
    const bad = !HEADER.test(name) || GIVEN_BY_US.has(name.toLowerCase()) || typeof value !== 'string';
    check(`/settings/headers/${name}`, bad || /[\r\n]/.test(String(value)), 'is no header that may be set');
  }
}
