import { calendarShift } from '#libs/contracts';
import type { Metric } from '#libs/sector-kit';
import { type Cell, SEPARATOR, type Series } from './bucket-set.js';
import { superseded } from './heirs.js';
import type { Sight } from './sight.js';
import { type Groups, isEmpty, type Newest, without } from './tally-groups.js';

/** Cells of a period. */
interface Cells {
  start: number;
  cells: ReadonlyMap<Series, Cell>;
}

const NO_PARTS: ReadonlyMap<Series, Series> = new Map();

/** Whether values of a metric may be parts of others: what is entered for a province and for communes in it. */
export const mayHaveParts = ({ units }: Pick<Sight, 'units'>, metric: Metric): boolean =>
  metric.entered !== undefined && !metric.partsAdd && units.holders !== undefined && metric.dims.includes('unit');

/**
 * Of values that are told together: series whose unit lies in a unit that has the same, by other dimensions, for itself, each with the
 * nearest such. It stands for all inside it, also where a part has told a later period: what the rest of it was then nobody knows.
 * `startOf`: start of the period that a series tells, epoch ms; a unit holds what it held when its period ended.
 */
export function partsAmong(
  { units }: Pick<Sight, 'units'>,
  metric: Metric,
  told: Pick<ReadonlyMap<Series, unknown>, 'size' | 'keys'>,
  startOf: (series: Series) => number,
): ReadonlyMap<Series, Series> {
  const { entered } = metric;
  if (!entered || told.size < 2 || !mayHaveParts({ units }, metric)) return NO_PARTS;
  const position = metric.dims.indexOf('unit');
  const unitOf = ({ dims }: Series): string => dims[position] ?? '';
  const named = new Set([...told.keys()].map(unitOf));
  const holders = new Map(
    [...named].flatMap((unit) => {
      const own = units.holders?.(unit).filter(({ code }) => code !== unit && named.has(code)) ?? [];
      return own.length > 0 ? [[unit, own] as const] : [];
    }),
  );
  if (holders.size === 0) return NO_PARTS;
  const parts = new Map<Series, Series>();
  const byName = new Map([...told.keys()].map((series) => [series.dims.join(SEPARATOR), series]));
  for (const series of told.keys()) {
    for (const { code, since, until } of holders.get(unitOf(series)) ?? []) {
      const whole = byName.get(series.dims.with(position, code).join(SEPARATOR));
      // Two that hold each other, each at its time, must not both go.
      if (!whole || parts.get(whole) === series) continue;
      const end = calendarShift(entered, startOf(whole), 1);
      if (end <= since || end > until) continue;
      parts.set(series, whole);
      break;
    }
  }
  return parts;
}

/** Series of a period that are parts of others of the same group; `groupOf`: null where a series is not asked for. */
export function partsInPeriod(
  sight: Sight,
  metric: Metric,
  { cells, start }: Cells,
  groupOf: (series: Series) => string | null,
): ReadonlyMap<Series, Series> {
  const groups = new Map<string, Map<Series, null>>();
  for (const [series, cell] of cells) {
    const group = isEmpty(cell) ? null : groupOf(series);
    if (group === null) continue;
    const told = groups.get(group);
    if (told) told.set(series, null);
    else groups.set(group, new Map([[series, null]]));
  }
  const found = [...groups.values()].map((told) => partsAmong(sight, metric, told, () => start));
  return found.some(({ size }) => size > 0) ? new Map(found.flatMap((parts) => [...parts])) : NO_PARTS;
}

/** Of the newest values of series: those that an heir's supersede, and those that are parts of others. */
export function notCurrent(sight: Sight, metric: Metric, newest: ReadonlyMap<Series, Newest>): ReadonlySet<Series> {
  const gone = superseded(sight, metric, newest);
  const left = gone.size === 0 ? newest : new Map([...newest].filter(([series]) => !gone.has(series)));
  const parts = partsAmong(sight, metric, left, (series) => left.get(series)?.start ?? 0);
  return parts.size === 0 ? gone : new Set([...gone, ...parts.keys()]);
}

/** Groups of newest values without what is not current. */
export function wholesOf(sight: Sight, metric: Metric, groups: Groups): Groups {
  const found: Groups = new Map();
  for (const [group, tally] of groups)
    found.set(group, without(tally, notCurrent(sight, metric, tally.newest ?? new Map())) ?? tally);
  return found;
}
