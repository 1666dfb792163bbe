import { CLOCK, DAY, dayName, MONTH, VN_OFFSET_MS, type LevelLimit, type NumberFormat } from '#libs/contracts';

type Digits = Pick<NumberFormat, 'digits'>;

/** About the year 9999. */
const MOST_MS = 253_000_000_000_000;

/** Whether numbers of this format are months, days or moments, which a bare number does not tell. */
export const isWritten = ({ digits }: Digits): boolean => digits === MONTH || digits === DAY || digits === CLOCK;

/** ISO 8601 of a month (`2028-05`), of a day (`2026-11-24`) or of a moment, in Vietnamese time; any other number as it is. */
export function writtenValue(value: number, { digits }: Digits): string {
  if (digits === MONTH) {
    const months = Math.floor(value);
    const year = Math.floor(months / 12);
    return `${String(year).padStart(4, '0')}-${String(months - 12 * year + 1).padStart(2, '0')}`;
  }
  // A formula may give what is no time.
  if (Math.abs(value) > MOST_MS) return String(value);
  if (digits === DAY) return dayName(value);
  if (digits === CLOCK) return `${new Date(value + VN_OFFSET_MS).toISOString().slice(0, 19)}+07:00`;
  return String(value);
}

/** The same for a cell of a file: a number stays one. */
export const cellOf = (value: number | null, format: Digits): string | number | null =>
  value === null || !isWritten(format) ? value : writtenValue(value, format);

const SIGNS = { above: '>=', over: '>', below: '<=', under: '<' } as const;

/** Thresholds in one cell, worst last, with their days where they have some: `attention >= 2; serious >= 4 (2021-07-01/)`. */
export const levelsCell = (levels: readonly LevelLimit[], format: Digits): string =>
  levels
    .flatMap(({ level, validFrom, validTo, ...limits }) =>
      (Object.keys(SIGNS) as (keyof typeof SIGNS)[]).flatMap((side) => {
        const limit = limits[side];
        const days = validFrom === undefined && validTo === undefined ? '' : ` (${validFrom ?? ''}/${validTo ?? ''})`;
        return limit === undefined ? [] : [`${level} ${SIGNS[side]} ${cellOf(limit, format)}${days}`];
      }),
    )
    .join('; ');
