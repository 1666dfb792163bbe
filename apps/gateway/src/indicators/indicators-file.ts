import type { IndicatorValue, IndicatorValues } from '#libs/contracts';
import type { Response } from 'express';
import { csv } from './csv.js';
import { cellOf, levelsCell } from './written-value.js';

const HEADER = [
  ...['code', 'sector', 'name_vi', 'name_en', 'value', 'unit', 'level', 'target', 'observed_at', 'late', 'owner'],
  ...['formula', 'levels', 'simulated', 'entered', 'forecast'],
];

/** Indicators with their values as CSV: months, days and moments as ISO 8601, every other value as a number. */
export function indicatorsFile(values: readonly IndicatorValue[]): string {
  const rows = values.map((one) => [
    one.code,
    one.sector,
    one.title.vi,
    one.title.en,
    cellOf(one.value, one.format),
    one.format.unit.vi,
    one.level,
    cellOf(one.target, one.format),
    one.observedAt,
    one.late ? 'late' : '',
    one.owner?.vi ?? '',
    one.formula,
    levelsCell(one.levels, one.format),
    one.simulated ? 'simulated' : '',
    one.entered ? 'entered' : '',
    one.forecast ? 'forecast' : '',
  ]);
  return csv(HEADER, rows);
}

/** The answer as it was asked for: JSON, or CSV with its headers set. */
export function answered(
  values: IndicatorValues,
  format: 'json' | 'csv' | undefined,
  response: Response,
): IndicatorValues | string {
  if (format !== 'csv') return values;
  response.type('text/csv; charset=utf-8').attachment(`indicators-${values.at.slice(0, 10)}.csv`);
  return indicatorsFile(values.indicators);
}
