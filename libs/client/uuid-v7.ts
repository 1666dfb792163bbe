import { randomBytes } from 'node:crypto';

/**
 * Ids of RFC 9562 version 7: 48 bits of time, then a counter that starts at random in each millisecond, then random
 * bits. Ids of one maker sort in the order of their making, even if the clock steps back.
 */
export function uuidV7Maker(now: () => number): () => string {
  let last = -1;
  let counter = 0;
  return () => {
    const bytes = randomBytes(16);
    const time = Math.floor(now());
    if (time > last) {
      last = time;
      counter = bytes.readUInt16BE(6) & 0x7ff;
    } else if (++counter > 0xfff) {
      last++;
      counter = 0;
    }
    bytes.writeUIntBE(last, 0, 6);
    bytes.writeUInt16BE(0x7000 | counter, 6);
    bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
    const hex = bytes.toString('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  };
}
