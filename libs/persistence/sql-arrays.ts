/** Array literals of PostgreSQL, built by hand: the driver's own encoder costs more than the insert it feeds. */
const NEEDS_ESCAPE = /["\\]/;
const ESCAPE = /(["\\])/g;

/** `{"a",NULL,"b"}` */
export function textArray(values: readonly (string | null)[]): string {
  let out = '{';
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (i > 0) out += ',';
    if (value === null || value === undefined) out += 'NULL';
    else out += NEEDS_ESCAPE.test(value) ? `"${value.replace(ESCAPE, '\\$1')}"` : `"${value}"`;
  }
  return `${out}}`;
}

/** `{1,NULL,2.5}`; every number is finite (checked by the pipeline). */
export function numberArray(values: readonly (number | null)[]): string {
  let out = '{';
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (i > 0) out += ',';
    out += value === null || value === undefined ? 'NULL' : String(value);
  }
  return `${out}}`;
}
