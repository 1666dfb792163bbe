import { calendarStart, type CalendarStep, dayStart } from '#libs/contracts';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { IsDay } from './day.js';
import {
  type DimensionValues,
  eventType,
  type EventType,
  type Metric,
  type Projection,
  projection,
  type TypedEvent,
} from './sector.js';

/**
 * A value for a whole period that somebody approved: entered by hand at the hub, or sent by a system that keeps such
 * figures. Published once; a later version supersedes it, `null` withdraws it. The event's `unit` is the unit.
 */
export class EnteredValueDto {
  /** Code of the metric without its sector. */
  @IsString()
  metric!: string;

  /** The metric's dimensions in their order, without `unit`. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(5)
  @IsString({ each: true })
  @MaxLength(60, { each: true })
  dims?: string[];

  /** A day of the period, e.g. its first: `2026-11-01`. */
  @IsDay()
  period!: string;

  @IsOptional()
  @IsNumber()
  @Min(-1e15)
  @Max(1e15)
  value?: number | null;

  @IsInt()
  @Min(1)
  @Max(10_000)
  version!: number;

  /** Number of the document that it comes from, e.g. `123/BC-UBND`. */
  @IsOptional()
  @Matches(/^[\p{L}\d./-]{1,60}$/u)
  document?: string;
}

/** A metric whose values are entered: one number for each period and set of dimensions. */
export interface EnteredMetric extends Omit<Metric, 'code' | 'kind' | 'entered'> {
  /** Without the sector. */
  code: string;
  step: CalendarStep;
}

/** What an event publishes, and the state of its projection. */
export interface EnteredValue {
  /** Without the sector. */
  metric: string;
  unit: string;
  dims: string[];
  /** Start of the period, epoch ms. */
  start: number;
  /** Highest version, its value and the time of its event, epoch ms. */
  version: number;
  value: number | null;
  at: number;
  /** It was entered and approved at the hub, not told by another system. */
  here: boolean;
}

/** Source of what people enter at the hub. */
export const HAND_ENTRY = 'hand-entry';

/** Name of the projection. */
export const ENTERED = 'entered-value';
/** Goes into the revision of packs that have it; raised when its rules change. */
export const ENTERED_REVISION = '+3';

/** Type of the event that publishes an entered value of a sector. */
export const enteredType = (sector: string): string => `vn.ioc.${sector}.value.published.v1`;

/**
 * What a pack needs for metrics that are entered: the event type `vn.ioc.<sector>.value.published.v1`, its projection and the metrics. A value
 * counts at the start of its period: read it as `last(<sector>.<code>, 800d)`, or `sum(…, year)` where periods add up.
 */
export function enteredMetrics(
  sector: string,
  entered: readonly EnteredMetric[],
): { event: EventType; projection: Projection; metrics: Metric[] } {
  const known = new Map(entered.map((metric) => [metric.code, metric]));
  class SectorValueDto extends EnteredValueDto {}
  IsIn([...known.keys()])(SectorValueDto.prototype, 'metric');
  const type = enteredType(sector);
  const valueOf = (event: TypedEvent<EnteredValueDto>): EnteredValue => {
    const { step = 'day', dims = [] } = known.get(event.data.metric) ?? {};
    return enteredValue(event, { entered: step, dims });
  };
  return {
    event: eventType<EnteredValueDto>({
      type,
      title: { vi: 'Công bố số liệu đã duyệt', en: 'Approved figure published' },
      dto: SectorValueDto,
      fault: ({ data, time }, labels) => {
        const { dims = [], step = 'day', values, least = 0, most = Infinity } = known.get(data.metric) ?? {};
        const { dims: said = [], value = null } = data;
        const own = dims.filter((name) => name !== 'unit');
        if (said.length !== own.length)
          return { field: 'dims', demand: own.length === 0 ? 'must be empty' : `must be ${own.join(', ')}` };
        for (const [index, name] of own.entries()) {
          const wanted = wantedInstead(values?.[name], said[index] ?? '', labels[name]);
          if (wanted !== null) return { field: 'dims', demand: `must have as ${name} ${wanted}` };
        }
        // What was told of such a period before it was refused can still be withdrawn.
        if (value !== null && calendarStart(step, dayStart(data.period)) > time)
          return { field: 'period', demand: 'must have begun by the time of the event' };
        if (value === null || (value >= least && value <= most)) return null;
        return {
          field: 'value',
          demand: `must be ${most === Infinity ? `at least ${least}` : `from ${least} to ${most}`}`,
        };
      },
    }),
    projection: projection<EnteredValue, EnteredValueDto>({
      name: ENTERED,
      types: [type],
      key: (event) => keyOfEntered(valueOf(event)),
      fold: (before, event) => newerEntered(before, valueOf(event)),
      shares: ({ metric, unit, dims, start, value }) => ({
        shares:
          value === null
            ? []
            : [{ metric: `${sector}.${metric}`, dims: enteredDims(known.get(metric), unit, dims), value, at: start }],
        until: null,
      }),
    }),
    metrics: entered.map(({ step, code, ...metric }) => ({
      ...metric,
      code: `${sector}.${code}`,
      kind: 'stock',
      entered: step,
    })),
  };
}

/** What an event publishes of a metric. The unit of one that is of no unit says nothing: it is the same number. */
export function enteredValue(
  { source, data, unit = '', time }: Pick<TypedEvent<EnteredValueDto>, 'source' | 'data' | 'unit' | 'time'>,
  { entered = 'day', dims }: Pick<Metric, 'entered' | 'dims'>,
): EnteredValue {
  return {
    metric: data.metric,
    unit: dims.includes('unit') ? unit : '',
    dims: data.dims ?? [],
    start: calendarStart(entered, dayStart(data.period)),
    version: data.version,
    value: data.value ?? null,
    at: time,
    here: source === HAND_ENTRY,
  };
}

/** Names the number of which a later version supersedes an earlier one. */
export const keyOfEntered = ({ metric, unit, dims, start }: EnteredValue): string =>
  [metric, unit, ...dims, start].join('|');

/**
 * The higher version. Of the same version twice what was approved at the hub, whenever another system says that it had told it; else
 * that which was published first, since nothing overwrites it; of those of one moment the greater value, so that order does not matter.
 */
export function newerEntered<V extends EnteredValue>(before: V | null, after: V): V {
  if (!before || after.version > before.version) return after;
  if (after.version < before.version) return before;
  if (after.here !== before.here) return after.here ? after : before;
  if (after.at > before.at) return before;
  return after.at < before.at || (after.value ?? -Infinity) > (before.value ?? -Infinity) ? after : before;
}

/** Dimensions of the series of an entered value: the metric's in its order, with the unit where it stands. */
export function enteredDims(metric: Pick<Metric, 'dims'> | undefined, unit: string, dims: readonly string[]): string[] {
  const rest = [...dims];
  return (metric?.dims ?? []).map((name) => (name === 'unit' ? unit : (rest.shift() ?? 'unknown')));
}

/** Agencies by their dotted code: entered values are read by it, so another spelling would be another agency. */
export const AGENCY_VALUES: DimensionValues = {
  fits: (value) => /^[A-Z]\d{2}(\.\d{1,6})*$/.test(value) && value.length <= 35,
  hint: 'the code of an agency such as H13 or H13.25',
};

/** What is wrong with a value of a dimension of an entered metric; null: nothing. */
export function dimensionFault(
  metric: Pick<Metric, 'values'>,
  name: string,
  value: string,
  labels: Readonly<Record<string, unknown>> | undefined,
): string | null {
  if (value === '') return `${name} is missing`;
  const wanted = wantedInstead(metric.values?.[name], value, labels);
  return wanted === null ? null : `${name} "${value}" is unknown: it must be ${wanted}`;
}

/** What a dimension may say, where its value is none of it; `own`: what its metric says of that. */
function wantedInstead(
  own: DimensionValues | undefined,
  value: string,
  labels: Readonly<Record<string, unknown>> | undefined,
): string | null {
  if (own) return own.fits(value) ? null : own.hint;
  const known = Object.keys(labels ?? {});
  if (known.length === 0) return value === '' ? 'a value' : null;
  if (known.includes(value)) return null;
  return `one of ${known.slice(0, MOST_NAMED).join(', ')}${known.length > MOST_NAMED ? ', …' : ''}`;
}

const MOST_NAMED = 40;
