import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 1;

/** A key of its own for each use of HUB_SECRET (HKDF-SHA-256, RFC 5869). */
export const keyFor = (hubSecret: string, use: string): Buffer =>
  Buffer.from(hkdfSync('sha256', hubSecret, 'ioc-hub', use, KEY_BYTES));

/** Encrypts by AES-256-GCM; `place` (a table and id) is bound in, so that a row's secret opens only in its row. */
export function seal(hubSecret: string, place: string, plain: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyFor(hubSecret, 'sealed secrets'), nonce);
  cipher.setAAD(Buffer.from(place));
  const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.from([VERSION]), nonce, cipher.getAuthTag(), text]);
}

/** Null when it was sealed with another secret, for another place, or was changed. */
export function unseal(hubSecret: string, place: string, sealed: Buffer): string | null {
  if (sealed[0] !== VERSION || sealed.length < 1 + NONCE_BYTES + TAG_BYTES) return null;
  const at = 1 + NONCE_BYTES;
  const key = keyFor(hubSecret, 'sealed secrets');
  const cipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, at), { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(place));
  cipher.setAuthTag(sealed.subarray(at, at + TAG_BYTES));
  try {
    return Buffer.concat([cipher.update(sealed.subarray(at + TAG_BYTES)), cipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}
