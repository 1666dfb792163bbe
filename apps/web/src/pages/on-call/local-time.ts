import { VN_OFFSET_MS } from '#libs/contracts';

/** Value of a `datetime-local` input for a moment, in Vietnam's time wherever the browser is. */
export const localInput = (at: number): string => new Date(at + VN_OFFSET_MS).toISOString().slice(0, 16);

/** ISO 8601 of such a value; an empty one stays empty, so that the server names the field. */
export const momentOfInput = (text: string): string => (text === '' ? '' : `${text}:00+07:00`);
