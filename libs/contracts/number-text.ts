import type { Text } from './text.js';

/** What a person's number says; null: nothing is written. Else why it is refused. */
export type ReadNumber = { value: number | null } | { fault: Text };

/** Grouped by `.` with a decimal `,`, as Vietnamese writes; and the other way round. Either mark alone is a decimal one. */
const GROUPED = /^-?\d{1,3}(?:(?:\.\d{3})+,\d+|(?:\.\d{3}){2,}|(?:,\d{3})+\.\d+|(?:,\d{3}){2,})$/;
const PLAIN = /^-?\d+(?:[.,]\d+)?$/;
/** A thousand and more to one reader, hardly more than one to the other. */
const TWO_WAYS = /^-?[1-9]\d{0,2}[.,]\d{3}$/;

/**
 * Reads a number as people write it: `1234`, `1234,5`, `1234.5`, `1.234,5`, `1.234.567`. `1.234` and `1,234` are refused:
 * they can be read in two ways. The one reader of numbers that are typed or come in a sheet.
 */
export function readNumber(text: string): ReadNumber {
  const written = text.trim().replace(/^−/, '-');
  if (written === '') return { value: null };
  if (TWO_WAYS.test(written)) {
    const [whole = '', part = ''] = written.split(/[.,]/);
    return {
      fault: {
        vi: `“${written}” đọc được hai cách: hãy viết ${whole}${part} hoặc ${whole},${part}0`,
        en: `"${written}" can be read in two ways: write ${whole}${part} or ${whole}.${part}0`,
      },
    };
  }
  if (PLAIN.test(written)) return { value: Number(written.replace(',', '.')) };
  if (!GROUPED.test(written))
    return {
      fault: {
        vi: `“${written}” không phải là số: hãy viết như 1234,5 hoặc 1.234,5`,
        en: `"${written}" is not a number: write it as 1234.5 or 1234,5`,
      },
    };
  // The last mark is the decimal one, unless it is there more than once.
  const marks = written.replace(/[-\d]/g, '');
  const last = marks.at(-1) as '.' | ',';
  if (marks.length > 1 && new Set(marks).size === 1) return { value: Number(written.replaceAll(last, '')) };
  return { value: Number(written.replaceAll(last === ',' ? '.' : ',', '').replace(last, '.')) };
}

/** A number as `readNumber` reads it back, with the decimal mark of a language. */
export function numberText(value: number, mark: '.' | ','): string {
  const text = String(value).replace('.', mark);
  return TWO_WAYS.test(text) ? `${text}0` : text;
}
