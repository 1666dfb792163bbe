import type { NumberFormat } from '#libs/contracts';
import { formula } from './formula-text.js';
import { type Said, textOf } from './said.js';
import type { Indicator } from './sector.js';

/**
 * Writes the indicators of a pack: codes without the sector, formulas as text, texts in Vietnamese and English.
 * @param shared what all of them have, unless one says otherwise
 */
export const packIndicator =
  (sector: string, shared: Partial<Indicator> = {}) =>
  (
    code: string,
    title: Said,
    text: string,
    format: NumberFormat,
    note: Said,
    more: Partial<Indicator> = {},
  ): Indicator => ({
    code: `${sector}.${code}`,
    title: textOf(title),
    formula: formula(text),
    format,
    note: textOf(note),
    ...shared,
    ...more,
  });
