import type { Limit, Rule } from '#libs/contracts';

/** A rule while it is written: anything may be missing. */
export type Draft = { -readonly [K in keyof Rule]?: Rule[K] | undefined };

/** A number, or a formula as it is. */
export const limitOf = (text: string): Limit =>
  /^-?\d+([.,]\d+)?$/.test(text) ? Number(text.replace(',', '.')) : text;

export const linesOf = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '');

/** `dimension: a | b; other: c` */
export const whereText = (where: unknown): string =>
  Object.entries((where ?? {}) as Record<string, readonly string[]>)
    .map(([dim, values]) => `${dim}: ${values.join(' | ')}`)
    .join('; ');
export const whereOf = (text: string): Record<string, string[]> =>
  Object.fromEntries(
    text.split(';').map((part) => {
      const [dim = '', values = ''] = part.split(':');
      return [dim.trim(), values.split('|').map((value) => value.trim())];
    }),
  );
