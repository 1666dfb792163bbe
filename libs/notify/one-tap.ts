import { createHmac } from 'node:crypto';
import { sameBytes } from '#libs/access';
import { keyFor } from './sealed.js';

const ID_BYTES = 16;
const TIME_BYTES = 6;
const TOKEN = /^[A-Za-z0-9_-]{72}$/;

/**
 * Token of a one-tap link: notification id and expiry (epoch seconds), signed. Made when a message is sent and kept
 * nowhere; the same at every try.
 */
export function oneTapToken(hubSecret: string, notification: string, expiresAt: number): string {
  const said = Buffer.alloc(ID_BYTES + TIME_BYTES);
  said.write(notification.replaceAll('-', ''), 'hex');
  said.writeUIntBE(Math.floor(expiresAt / 1000), ID_BYTES, TIME_BYTES);
  return Buffer.concat([said, signatureOf(hubSecret, said)]).toString('base64url');
}

/** What a token says, when it was made here; whether it has expired is for the caller. Times are epoch ms. */
export function readOneTap(hubSecret: string, token: string): { notification: string; expiresAt: number } | null {
  if (!TOKEN.test(token)) return null;
  const bytes = Buffer.from(token, 'base64url');
  const said = bytes.subarray(0, ID_BYTES + TIME_BYTES);
  if (!sameBytes(bytes.subarray(ID_BYTES + TIME_BYTES), signatureOf(hubSecret, said))) return null;
  const hex = said.toString('hex', 0, ID_BYTES);
  const notification = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  return { notification, expiresAt: said.readUIntBE(ID_BYTES, TIME_BYTES) * 1000 };
}

const signatureOf = (hubSecret: string, said: Buffer): Buffer =>
  createHmac('sha256', keyFor(hubSecret, 'one-tap link')).update(said).digest();
