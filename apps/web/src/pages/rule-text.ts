import type { Limit, Rule } from '#libs/contracts';

/** A rule while it is written: anything may be missing. */
export type Draft = { -readonly [K in keyof Rule]?: Rule[K] | undefined };

/** A number, or a formula as it is. */
export const limitOf = (text: string): Limit =>
  /^-?\d+([.,]\d+)?$/.test(text) ? Number(text.replace(',', '.')) : text;

/** What stands between commas. */
export const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
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

/** `working`, `1,2,3 07:30-17:00`. */
export function hoursText(hours: Rule['hours']): string {
  if (hours === undefined || hours === 'working') return hours ?? '';
  return `${hours.days.join(',')} ${hours.from}-${hours.to}`;
}

/** `1-5 07:30-17:00` or `1,3,5 07:30-17:00`. */
export function hoursOf(text: string): Rule['hours'] {
  if (text === '' || text === 'working') return text === '' ? undefined : 'working';
  const [days = '', span = ''] = text.split(/\s+/);
  const [first, last] = days.split('-').map(Number);
  const list =
    last === undefined
      ? days.split(',').map(Number)
      : Array.from({ length: Math.max(0, Math.min(7, last) - (first ?? 1) + 1) }, (_, i) => (first ?? 1) + i);
  const [from = '', to = ''] = span.split('-');
  return { days: list, from, to };
}
