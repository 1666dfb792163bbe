import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const KEY = /^ioc_([a-z0-9]{12})_[A-Za-z0-9_-]{43}$/;
const ID_LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

/** A new source key `ioc_<keyId>_<secret>`: 256 random bits, named by its public `keyId`. */
export function newSourceKey(): { keyId: string; key: string } {
  const keyId = [...randomBytes(12)].map((byte) => ID_LETTERS[byte % 32]).join('');
  return { keyId, key: `ioc_${keyId}_${randomToken()}` };
}

/** The key id in a well-formed key, else null. */
export function keyIdOf(key: string): string | null {
  return KEY.exec(key)?.[1] ?? null;
}

/** 256 random bits as 43 base64url characters. */
export const randomToken = (): string => randomBytes(32).toString('base64url');

/** SHA-256. Tokens carry 256 random bits, so that no slow hash is needed. */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Compares in a time that does not tell where the first difference is. */
export const sameBytes = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);

/**
 * Signing secret of a key, for Standard Webhooks signatures: `whsec_` and base64. Derived, so that nothing that could
 * sign is stored beside the hashes.
 */
export function signingSecret(hubSecret: string, keyId: string): string {
  return `whsec_${createHmac('sha256', hubSecret).update(`webhook:${keyId}`).digest('base64')}`;
}
