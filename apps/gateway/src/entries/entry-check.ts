import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import type { UnitDirectory } from '#libs/access';
import { calendarStart, dayName, VN_OFFSET_MS } from '#libs/contracts';
import type { EntryEntity } from '#libs/persistence';
import { dimensionFault, enteredType, type Catalogue, type EnteredValueDto } from '#libs/sector-kit';

/** What somebody enters: a number of a metric for a period, or null to withdraw it. */
export interface EntryInput {
  /** Code with its sector. */
  metric: string;
  /** Code of the unit, of today or merged away; empty where the metric has none. */
  unit?: string | undefined;
  /** The metric's dimensions in their order, without `unit`. */
  dims?: string[] | undefined;
  /** Any day of the period. */
  period: string;
  value: number | null;
  document?: string | undefined;
}

/** An input that fits its metric, with the first day of its period. */
export type CheckedEntry = Pick<EntryEntity, 'metric' | 'unit' | 'dims' | 'period' | 'value' | 'document'>;

export interface FieldError {
  /** JSON pointer into the input. */
  path: string;
  message: string;
}

/** `former:94` names a unit for those who look; a figure is of a unit by its code. */
const UNIT_CODE = /^[0-9A-Za-z]{1,10}$/;

/**
 * Checks an input against the catalogue and the units; either the entry or what is wrong with it. Figures of years before a
 * merger are entered under the codes of those years, so that a unit that was merged away is taken, too.
 */
export function checkEntry(
  input: EntryInput,
  { catalogue, units, now }: { catalogue: Catalogue; units: Pick<UnitDirectory, 'has'>; now: number },
): { entry: CheckedEntry } | { errors: FieldError[] } {
  const { metric: code, unit = '', dims = [], value } = input;
  const metric = catalogue.metric(code);
  if (!metric?.entered) {
    return { errors: [{ path: '/metric', message: `there is no metric "${code}" whose values are entered` }] };
  }
  const errors: FieldError[] = [];
  const own = metric.dims.filter((name) => name !== 'unit');
  if (dims.length !== own.length) {
    const wanted = own.length === 0 ? 'takes no dims' : `needs ${own.length} dims: ${own.join(', ')}`;
    errors.push({ path: '/dims', message: `${code} ${wanted}` });
  } else {
    const labels = catalogue.packOfMetric(code)?.labels;
    own.forEach((name, index) => {
      const message = dimensionFault(metric, name, dims[index] ?? '', labels?.[name]);
      if (message !== null) errors.push({ path: `/dims/${index}`, message });
    });
  }
  if (!metric.dims.includes('unit') && unit !== '') errors.push({ path: '/unit', message: `${code} has no unit` });
  if (metric.dims.includes('unit') && !(UNIT_CODE.test(unit) && units.has(unit))) {
    errors.push({ path: '/unit', message: unit === '' ? 'unit is missing' : `there is no unit "${unit}"` });
  }
  const day = Date.parse(`${input.period}T00:00:00Z`);
  if (Number.isNaN(day) || new Date(day).toISOString().slice(0, 10) !== input.period) {
    errors.push({ path: '/period', message: `"${input.period}" is not a day such as 2026-11-01` });
    return { errors };
  }
  const start = calendarStart(metric.entered, day - VN_OFFSET_MS);
  if (start > now) errors.push({ path: '/period', message: 'the period has not begun' });
  const { least = 0, most = Infinity } = metric;
  if (value !== null && (value < least || value > most)) {
    const limits = most === Infinity ? `at least ${least}` : `from ${least} to ${most}`;
    errors.push({ path: '/value', message: `${value} cannot be: ${code} is ${limits}` });
  }
  if (metric.whole && value !== null && !Number.isInteger(value))
    errors.push({ path: '/value', message: `${value} cannot be: ${code} is a whole number` });
  const entry = { metric: code, unit, dims, period: dayName(start), value, document: input.document ?? null };
  errors.push(...faultsOfEvent(entry, catalogue));
  return errors.length > 0 ? { errors } : { entry };
}

/** The data of the event that publishes an entry. */
export function dataOf(entry: CheckedEntry, version: number): EnteredValueDto {
  const metric = entry.metric.slice(entry.metric.indexOf('.') + 1);
  const { dims, period, value, document } = entry;
  return { metric, dims, period, value, version, ...(document === null ? {} : { document }) };
}

/** What the door would refuse, told before anybody signs for it. */
function faultsOfEvent(entry: CheckedEntry, catalogue: Catalogue): FieldError[] {
  const pack = catalogue.packOfMetric(entry.metric);
  const type = pack && catalogue.eventType(enteredType(pack.id));
  if (!type) return [{ path: '/metric', message: `the sector of ${entry.metric} takes no entered values` }];
  const made = plainToInstance(type.dto, dataOf(entry, 1));
  return validateSync(made, { validationError: { target: false, value: false } }).flatMap(({ property, constraints }) =>
    Object.values(constraints ?? {}).map((message) => ({ path: `/${property}`, message })),
  );
}
