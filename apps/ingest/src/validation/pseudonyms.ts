import { createHmac } from 'node:crypto';
import { dayName } from '#libs/contracts';

const KEYS_KEPT = 64;

/**
 * Keyed pseudonyms: within a month the same person has the same one, so that one person counts once; across months, and
 * without HUB_SECRET, nothing joins them. The month is that of the event, so that an event that is sent again gets the
 * same pseudonym.
 */
export class Pseudonyms {
  private readonly keys = new Map<string, Buffer>();

  constructor(private readonly secret: string) {}

  /** `ps_` and 22 characters (132 bits of HMAC-SHA256). Spacing around the value makes no difference. */
  of(value: unknown, time: number): string {
    const text = String(value).normalize('NFC').trim();
    return `ps_${createHmac('sha256', this.key(time)).update(text).digest('base64url').slice(0, 22)}`;
  }

  private key(time: number): Buffer {
    const month = dayName(time).slice(0, 7);
    let key = this.keys.get(month);
    if (!key) {
      if (this.keys.size >= KEYS_KEPT) this.keys.clear();
      key = createHmac('sha256', this.secret).update(`pseudonym:${month}`).digest();
      this.keys.set(month, key);
    }
    return key;
  }
}
