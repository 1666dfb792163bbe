import { type Limit, numberText, readNumber, type Rule, type Text } from '#libs/contracts';
import { language } from '../language.js';

/** A rule while it is written: anything may be missing. */
export type Draft = { -readonly [K in keyof Rule]?: Rule[K] | undefined };

/** What is written for a number, or for a limit: a number or a formula. What is refused stays as it is written. */
export function limitOf(text: string, formula: boolean): { value: Limit | undefined; fault?: Text } {
  if (text === '') return { value: undefined };
  // A formula names something; what does not is meant as a number.
  if (formula && /[\p{L}[(+*/]/u.test(text)) return { value: text };
  const read = readNumber(text);
  if ('fault' in read) return { value: text, fault: read.fault };
  return { value: read.value ?? undefined };
}

/** A limit as `limitOf` reads it back. */
export const limitText = (limit: Limit | undefined): string =>
  typeof limit === 'number' ? numberText(limit, language() === 'vi' ? ',' : '.') : (limit ?? '');

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
