import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** No text is longer than this when it is unpacked, bytes. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Base64 of raw deflate, quick rather than small: for what a store writes, logs and reads again soon. */
export const packText = (text: string): string => deflateRawSync(text, { level: 1, memLevel: 9 }).toString('base64');

/** The text as it was packed. Throws where it is none, or too long. */
export const unpackText = (packed: string): string =>
  inflateRawSync(Buffer.from(packed, 'base64'), { maxOutputLength: MOST_BYTES }).toString();
