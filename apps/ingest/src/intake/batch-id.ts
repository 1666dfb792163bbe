import { createHmac, randomBytes } from 'node:crypto';

const TAG_BYTES = 3;
/** Accepted batches are in the database within seconds; after this time one that is not there is unknown. */
const QUEUED_AT_MOST_MS = 30 * 86_400_000;

/**
 * Ids of batches: UUIDs of version 7 whose last bytes are a keyed tag of the source. So any ingest process, even one
 * just started, can tell a batch that still waits in the queue from one that never was, without keeping a list.
 */
export class BatchIds {
  constructor(private readonly secret: string) {}

  make(source: string, now: number): string {
    const bytes = randomBytes(16);
    bytes.writeUIntBE(now, 0, 6);
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    this.tag(bytes, source).copy(bytes, 16 - TAG_BYTES);
    const hex = bytes.toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  /** Whether the hub may have given this id to a batch of the source, not too long ago. */
  isRecentOf(source: string, id: string, now: number): boolean {
    if (!UUID.test(id)) return false;
    const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
    const age = now - bytes.readUIntBE(0, 6);
    return age < QUEUED_AT_MOST_MS && this.tag(bytes, source).equals(bytes.subarray(16 - TAG_BYTES));
  }

  private tag(bytes: Buffer, source: string): Buffer {
    const hmac = createHmac('sha256', this.secret)
      .update(`batch:${source}:`)
      .update(bytes.subarray(0, 16 - TAG_BYTES));
    return hmac.digest().subarray(0, TAG_BYTES);
  }
}

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
