/**
 * Follows the framing of MQTT packets in a stream of bytes, so that one that announces more than it may is stopped
 * before it is gathered in memory.
 */
export class PacketMeter {
  /** Bytes of the running packet still to come. */
  private left = 0;
  private length = 0;
  private shift = 0;
  private inHeader = false;

  constructor(private readonly most: number) {}

  /** False when a packet is too large, or its length is malformed. */
  feed(bytes: Buffer): boolean {
    let at = 0;
    while (at < bytes.length) {
      if (this.left > 0) {
        const step = Math.min(this.left, bytes.length - at);
        this.left -= step;
        at += step;
      } else if (!this.inHeader) {
        // The first byte is type and flags; the length follows in at most four.
        this.inHeader = true;
        this.length = 0;
        this.shift = 0;
        at++;
      } else {
        const byte = bytes[at++] as number;
        this.length += (byte & 0x7f) * 2 ** this.shift;
        this.shift += 7;
        if (this.length > this.most || this.shift > 28) return false;
        if ((byte & 0x80) === 0) {
          this.inHeader = false;
          this.left = this.length;
        }
      }
    }
    return true;
  }
}
