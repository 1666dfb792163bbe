import { createHmac } from 'node:crypto';
import { sameBytes } from './credential.js';

/** Headers of the Standard Webhooks specification, and the raw body that they sign. */
export interface SignedRequest {
  id: string;
  /** Seconds since 1970, as text. */
  timestamp: string;
  /** Space-separated `v1,<base64>`. */
  signature: string;
  body: Buffer;
}

/** How far a signature's clock may be off, either way. */
export const SIGNATURE_TOLERANCE_SECONDS = 300;
const MAX_SIGNATURES = 10;

/** Whether one of the signatures was made with the secret (`whsec_…`) at about `now` (epoch ms). */
export function verifySignature(request: SignedRequest, secret: string, now: number): boolean {
  const seconds = /^\d{1,12}$/.test(request.timestamp) ? Number(request.timestamp) : Number.NaN;
  if (!(Math.abs(now / 1000 - seconds) <= SIGNATURE_TOLERANCE_SECONDS)) return false;
  const expected = digest(request, secret);
  return request.signature
    .split(' ', MAX_SIGNATURES)
    .some((part) => part.startsWith('v1,') && sameBytes(Buffer.from(part.slice(3), 'base64'), expected));
}

/** Headers of Standard Webhooks for a message, signed with each secret: two while a secret is being changed. */
export function signatureHeaders(
  message: { id: string; body: string },
  secrets: readonly string[],
  now: number,
): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000));
  const request = { id: message.id, timestamp, body: Buffer.from(message.body) };
  const signatures = secrets.map((secret) => `v1,${digest(request, secret).toString('base64')}`);
  return { 'webhook-id': message.id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

function digest({ id, timestamp, body }: Omit<SignedRequest, 'signature'>, secret: string): Buffer {
  return createHmac('sha256', Buffer.from(secret.replace(/^whsec_/, ''), 'base64'))
    .update(`${id}.${timestamp}.`)
    .update(body)
    .digest();
}
