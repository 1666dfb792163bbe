import { signingSecret } from '#libs/access';
import { DAY_MS, type ChannelKind, NOT_SENT, type NoticeMessage } from '#libs/contracts';
import type { ChannelEntity } from '#libs/persistence';
import type { Channel } from './channel.port.js';
import {
  emailSettings,
  pushSettings,
  webhookSettings,
  type ChannelSecret,
  type WebhookSettings,
} from './channel-settings.js';
import { email } from './drivers/email.js';
import { inApp } from './drivers/in-app.js';
import { smsAnswer, TELEGRAM, ZALO_GROUP, ZALO_PERSON } from './drivers/services.js';
import { templated } from './drivers/templates.js';
import { type VapidKeys, webPush } from './drivers/web-push.js';
import { webhook } from './drivers/webhook.js';
import { unseal } from './sealed.js';

/** What channels are made from besides their rows. */
export interface ChannelParts {
  hubSecret: string;
  /** Address of the hub as people reach it. */
  hub: string;
  /** Private networks may be reached by webhooks and push. */
  inside: boolean;
  /** Publishes in-app notices. */
  publish: (message: NoticeMessage) => Promise<void>;
  /** Keys of this installation for push; null: there are none yet. */
  vapid: () => Promise<VapidKeys | null>;
  /** A browser is no longer subscribed. */
  forget: (browser: string) => Promise<void>;
}

/** How long the signing secret before still signs beside a new one. */
export const BOTH_SECRETS_MS = DAY_MS;

export const secretPlace = (id: string): string => `channel:${id}`;

/** Signing secret of a plain webhook: derived, so that it is kept nowhere. */
export const webhookSecret = (hubSecret: string, id: string, number: number): string =>
  signingSecret(hubSecret, `channel:${id}:${number}`);

type Row = Pick<ChannelEntity, 'id' | 'kind' | 'settings' | 'secret' | 'secretNumber' | 'rotatedAt'>;

/** What a channel keeps secret. Throws when it cannot be opened: HUB_SECRET is another one than it was sealed with. */
export function secretOf(row: Pick<Row, 'id' | 'secret'>, hubSecret: string): ChannelSecret {
  if (row.secret === null) return {};
  const plain = unseal(hubSecret, secretPlace(row.id), row.secret);
  if (plain === null) throw new Error('its secret cannot be opened: HUB_SECRET is not the one that it was kept with');
  return JSON.parse(plain) as ChannelSecret;
}

/** What signs messages of a plain webhook at a moment, newest first: two for a day after a change. */
export function signingSecretsOf({ id, secretNumber, rotatedAt }: Row, hubSecret: string, now: number): string[] {
  const both = rotatedAt !== null && now - rotatedAt.getTime() < BOTH_SECRETS_MS;
  return [secretNumber, ...(both ? [secretNumber - 1] : [])].map((number) => webhookSecret(hubSecret, id, number));
}

/** The channel of a row; null for kinds that send nothing (CAP is a feed that others fetch). */
export async function openChannel(row: Row, parts: ChannelParts): Promise<Channel | null> {
  const openers: Record<ChannelKind, () => Promise<Channel> | Channel | null> = {
    'in-app': () => inApp(parts.publish),
    'web-push': () => openPush(row, parts),
    email: () => {
      const { user, ...settings } = emailSettings(row.settings);
      const { password } = secretOf(row, parts.hubSecret);
      return email({ ...settings, user: user === '' ? null : user, password: password ?? null });
    },
    webhook: () => openWebhook(row, parts),
    cap: () => null,
  };
  return openers[row.kind]();
}

async function openPush(row: Row, { vapid, hub, inside, forget }: ChannelParts): Promise<Channel> {
  const keys = await vapid();
  if (keys === null) throw new Error('this installation has no keys for push yet');
  const { subject } = pushSettings(row.settings);
  const ours = hub.startsWith('https:') ? hub : 'mailto:ioc@example.invalid';
  return webPush({ keys, subject: subject === '' ? ours : subject, inside, forget });
}

function openWebhook(row: Row, { hubSecret, inside }: ChannelParts): Channel {
  const settings = webhookSettings(row.settings);
  const { format, url, group, ascii } = settings;
  if (format === 'plain') {
    return webhook({ url, inside, secrets: () => signingSecretsOf(row, hubSecret, Date.now()) });
  }
  const { token = '' } = secretOf(row, hubSecret);
  const common = { token, group, ascii, inside };
  if (format === 'sms') return templated({ ...common, ...ofSettings(settings), most: MOST_SMS_TEXT });
  const own = url === '' ? {} : { url };
  if (format === 'telegram') return templated({ ...TELEGRAM, ...common, ...own });
  const [person, chat] = [ZALO_PERSON, ZALO_GROUP].map((service) => templated({ ...service, ...common, ...own }));
  const renewing = { ok: false, again: true, fault: 'refused', reason: NOT_SENT.noToken.en } as const;
  // A group of the Official Account has another door than a person.
  return {
    send: async (message, to, options) =>
      token === '' ? renewing : (to.group ? chat : person)!.send(message, to, options),
    check: (signal) => person!.check!(signal),
  };
}

const MOST_SMS_TEXT = 600;

const ofSettings = ({ url, headers, body, form, success }: WebhookSettings) => ({
  url,
  headers,
  body,
  form,
  read: smsAnswer(success),
});
