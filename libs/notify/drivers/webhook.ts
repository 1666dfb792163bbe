import { signatureHeaders } from '#libs/access';
import type { Message } from '#libs/contracts';
import { type Channel, SEND_TIMEOUT_MS, type SendOptions } from '../channel.port.js';
import { linkOf, pageOf } from '../dress.js';
import { post, reach } from '../outward.js';
import { resultOf } from './http-result.js';

export interface WebhookOptions {
  url: string;
  inside: boolean;
  /** `whsec_…`, newest first; two while the secret is being changed. */
  secrets: () => readonly string[];
}

/** JSON signed by Standard Webhooks: `{type, timestamp, data}`, under the notification's id. */
export function webhook({ url, inside, secrets }: WebhookOptions): Channel {
  return {
    send: async (message, to, send) => {
      const body = JSON.stringify(bodyOf(message, to, send));
      const signed = signatureHeaders({ id: message.id, body }, secrets(), Date.now());
      return resultOf(await post(url, body, signed, { inside, timeoutMs: SEND_TIMEOUT_MS, signal: send.signal }));
    },
    check: (signal) => reachUrl(url, inside, signal),
  };
}

/** Whether the server of an address takes a connection. */
export function reachUrl(url: string, inside: boolean, signal: AbortSignal): Promise<string | null> {
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const at = port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
  return reach(host, at, { inside, timeoutMs: SEND_TIMEOUT_MS / 2, signal });
}

function bodyOf(message: Message, to: { recipient: string; address: string }, { hub, token }: SendOptions): object {
  const { path, alerts, at, expiresAt, mayAcknowledge: _link, attachment: _file, ...said } = message;
  const iso = (time: number): string => new Date(time).toISOString();
  return {
    type: `notification.${message.kind}`,
    timestamp: iso(at),
    data: {
      ...said,
      to: to.address === '' ? to.recipient : to.address,
      alerts: alerts.map((alert) => ({ ...alert, since: iso(alert.since) })),
      expiresAt: iso(expiresAt),
      url: pageOf(hub, { path }),
      acknowledge: token === null ? null : linkOf(hub, token),
    },
  };
}
