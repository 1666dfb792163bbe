import { CLOCK, DAY, DAY_MS, MONTH, unitWord, VN_OFFSET_MS, type NumberFormat, type Text } from '#libs/contracts';

type Language = 'vi' | 'en';

/** A text made in each language by the same steps. */
export const inBoth = (make: (language: Language) => string): Text => ({ vi: make('vi'), en: make('en') });

export const plain = (vi: string, en = vi): Text => ({ vi, en });

/** The parts that there are, one after another with a dot between. */
export const joined = (parts: readonly (Text | null)[]): Text | null => {
  const known = parts.filter((part) => part !== null);
  return known.length === 0 ? null : inBoth((language) => known.map((part) => part[language]).join(' · '));
};

/** `14:32`, Vietnamese time. */
export const clockText = (at: number): string => new Date(at + VN_OFFSET_MS).toISOString().slice(11, 16);

/** `24/11` */
export const dayText = (at: number): string => {
  const [, month, day] = new Date(at + VN_OFFSET_MS).toISOString().slice(0, 10).split('-');
  return `${day}/${month}`;
};

/** `24/11/2026` of `2026-11-24`. */
export const dateText = (day: string): string => day.split('-').reverse().join('/');

/** The time of day, with the day where it is another one. */
export const momentText = (at: number, now: number): string =>
  Math.floor((at + VN_OFFSET_MS) / DAY_MS) === Math.floor((now + VN_OFFSET_MS) / DAY_MS)
    ? clockText(at)
    : `${clockText(at)} ${dayText(at)}`;

/** `1.234,5 hồ sơ`, `1,234.5 files`; see `NumberFormat`. */
export function numberText(value: number, format: NumberFormat): Text {
  return inBoth((language) =>
    `${digitsText(value, format.digits, language)} ${unitWord(format, value, language)}`.trim(),
  );
}

/** A difference with its sign: `+1,2`, `−30`; null where the format is of no quantity (a month, a time). */
export function changeText(value: number, format: NumberFormat): Text | null {
  if (format.digits < 0) return null;
  return inBoth((language) => `${value > 0 ? '+' : ''}${digitsText(value, format.digits, language)}`);
}

function digitsText(value: number, digits: number, language: Language): string {
  if (digits === MONTH) return `${Math.floor(value / 12)}-${String((Math.floor(value) % 12) + 1).padStart(2, '0')}`;
  if (digits === CLOCK) return clockText(value);
  if (digits === DAY) return dayText(value);
  const [thousands, decimal] = language === 'vi' ? ['.', ','] : [',', '.'];
  const fixed = Math.abs(value).toFixed(digits);
  const [whole = '0', fraction] = fixed.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, thousands);
  const sign = value < 0 && Number(fixed) !== 0 ? '−' : '';
  return sign + grouped + (fraction === undefined ? '' : decimal + fraction);
}
