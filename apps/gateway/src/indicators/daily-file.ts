import type { DailyValueEntity } from '#libs/persistence';
import type { Response } from 'express';
import { csv } from './csv.js';
import { viewOf, type Owned } from './indicator-view.js';
import { cellOf, isWritten, writtenValue } from './written-value.js';

/** Answer of `GET /v1/indicators/daily/{day}`: the values at the day's end, with the formula of that day. */
export interface DailyValues {
  day: string;
  indicators: {
    code: string;
    sector: string;
    name: string;
    value: number | null;
    /** Where the number is a month, a day or a moment: as ISO 8601. */
    written?: string;
    unit: string;
    target: number | null;
    level: string;
    observedAt: Date | null;
    owner: string | null;
    formula: string;
    /** The marks that it carried; null: the record is from before they were kept. */
    simulated: boolean | null;
    entered: boolean | null;
    late: boolean | null;
    forecast: boolean | null;
  }[];
}

const HEADER = [
  ...['code', 'sector', 'name', 'value', 'unit', 'target', 'level', 'observed_at', 'owner', 'formula'],
  ...['simulated', 'entered', 'late', 'forecast'],
];

/** The record of a day for those indicators, as JSON, or as CSV with its headers set. */
export function recordFile(
  day: string,
  rows: ReadonlyMap<string, DailyValueEntity>,
  chosen: readonly Owned[],
  format: 'json' | 'csv' | undefined,
  response: Response,
): DailyValues | string {
  const formats = new Map(chosen.map(({ indicator }) => [indicator.code, indicator.format]));
  const cell = (code: string, value: number | null): string | number | null => {
    const shown = formats.get(code);
    return shown ? cellOf(value, shown) : value;
  };
  const indicators = chosen.flatMap((owned) => {
    const row = rows.get(owned.indicator.code);
    const { code, sector, title, format: shown, owner } = viewOf(owned);
    if (!row) return [];
    const { value, target, level, observedAt, formula, simulated, entered, late, forecast } = row;
    const marks = { simulated, entered, late, forecast };
    const texts = { name: title.vi, unit: shown.unit.vi, owner: owner?.vi ?? null };
    const written = value !== null && isWritten(shown) ? { written: writtenValue(value, shown) } : {};
    return [{ code, sector, ...texts, value, ...written, target, level, observedAt, formula, ...marks }];
  });
  if (format !== 'csv') return { day, indicators };
  response.type('text/csv; charset=utf-8').attachment(`indicators-${day}.csv`);
  return csv(
    HEADER,
    indicators.map((one) => [
      one.code,
      one.sector,
      one.name,
      cell(one.code, one.value),
      one.unit,
      cell(one.code, one.target),
      one.level,
      one.observedAt?.toISOString() ?? null,
      one.owner,
      one.formula,
      one.simulated ? 'simulated' : '',
      one.entered ? 'entered' : '',
      one.late ? 'late' : '',
      one.forecast ? 'forecast' : '',
    ]),
  );
}
