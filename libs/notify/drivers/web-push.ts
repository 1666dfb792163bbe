import { type Message, NOT_SENT, type PushPayload, type Severity } from '#libs/contracts';
import push, { type Urgency } from 'web-push';
import { type Browser, type Channel, SEND_TIMEOUT_MS, type SendOptions } from '../channel.port.js';
import { alertLines, shorten } from '../dress.js';
import { post } from '../outward.js';
import { resultOf } from './http-result.js';

export interface VapidKeys {
  publicKey: string;
  privateKey: string;
}

export interface WebPushOptions {
  keys: VapidKeys;
  /** Whom a push service may write to about us: `mailto:` or `https:` (RFC 8292). */
  subject: string;
  /** Push services may have addresses of private networks. */
  inside: boolean;
  /** The push service says that a browser is no longer subscribed. */
  forget: (browser: string) => Promise<void>;
}

/** RFC 8030: how soon a phone is woken. */
const URGENCY: Record<Severity, Urgency> = { critical: 'high', serious: 'high', warning: 'normal', information: 'low' };
const TITLE_LETTERS = 120;
/** One record of aes128gcm holds 4,096 bytes with 103 of overhead (RFC 8291); the rest of the payload needs about 600. */
const BODY_BYTES = 2_400;
const GONE = [404, 410];

/** Web Push to every browser of a person. Told when one of them is; the others are tried again alone. */
export function webPush(options: WebPushOptions): Channel {
  return {
    send: async (message, to, send) => {
      const reached = new Set(send.progress?.split(' '));
      const waiting = to.browsers.filter(({ id }) => !reached.has(id));
      if (to.browsers.length === 0) {
        return {
          ok: false,
          again: false,
          fault: 'recipient',
          reason: NOT_SENT.noBrowser.en,
        };
      }
      const results = await Promise.all(waiting.map((browser) => pushTo(browser, message, send, options)));
      waiting.forEach(({ id }, at) => results[at]?.ok && reached.add(id));
      const again = results.find((result) => !result.ok && result.again);
      if (again && !again.ok) return { ...again, progress: [...reached].join(' ') };
      if (reached.size > 0) return { ok: true, receipt: `${reached.size} browsers` };
      const refused = results.find((result) => !result.ok);
      return refused ?? { ok: true, receipt: null };
    },
  };
}

async function pushTo(browser: Browser, message: Message, send: SendOptions, options: WebPushOptions) {
  const { endpoint, p256dh, auth, id } = browser;
  let request: ReturnType<typeof push.generateRequestDetails>;
  try {
    request = push.generateRequestDetails({ endpoint, keys: { p256dh, auth } }, payloadOf(message, send.token), {
      vapidDetails: { subject: options.subject, ...options.keys },
      contentEncoding: 'aes128gcm',
      TTL: Math.max(0, Math.floor((message.expiresAt - Date.now()) / 1000)),
      urgency: URGENCY[message.severity],
      topic: message.topic,
    });
  } catch (error) {
    return { ok: false, again: false, fault: 'recipient', reason: (error as Error).message } as const;
  }
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  delete headers['Content-Length'];
  const { signal } = send;
  const answer = await post(endpoint, request.body ?? '', lowerCase(headers), {
    inside: options.inside,
    timeoutMs: SEND_TIMEOUT_MS,
    signal,
  });
  if (!GONE.includes(answer.status)) return resultOf(answer);
  await options.forget(id);
  return { ok: false, again: false, fault: 'recipient', reason: `${answer.text}: no longer subscribed` } as const;
}

const lowerCase = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

function payloadOf(message: Message, token: string | null): string {
  const { id, kind, severity, language, subject, lines, path, topic, at } = message;
  const payload: PushPayload = {
    id,
    kind,
    severity,
    language,
    title: shorten(subject, TITLE_LETTERS),
    body: withinBytes([...lines, ...alertLines(message)].join('\n'), BODY_BYTES),
    path,
    topic,
    token,
    at,
  };
  return JSON.stringify(payload);
}

/** Counted as it will be in JSON, where a line break is two letters. */
function withinBytes(text: string, most: number): string {
  let cut = text;
  while (Buffer.byteLength(JSON.stringify(cut)) > most) {
    const over = Buffer.byteLength(JSON.stringify(cut)) - most;
    cut = shorten(cut, Math.max(1, [...cut].length - Math.max(1, Math.floor(over / 4))));
  }
  return cut;
}
