import { DAY_MS, HOUR_MS, MINUTE_MS, type AlertDetail, type AlertLine, type Formula, type Rule } from '#libs/contracts';
import {
  BucketSet,
  EVERYTHING,
  evaluateFormula,
  loadUntil,
  type LoadPorts,
  needFormula,
  shiftsOf,
  type Needs,
  type UnitLookup,
} from '#libs/live';
import { formula, type Catalogue } from '#libs/sector-kit';
import { BucketReader, type StoredSeries } from '#libs/persistence';
import type pg from 'pg';
import { pastSight } from '../boards/past-boards.js';

export interface ChartPorts {
  catalogue: Catalogue;
  pool: pg.Pool;
  units: UnitLookup;
  /** Days for which minutes are kept. */
  minuteDays: number;
}

const POINTS = 48;
/** Each point of a formula that looks back is loaded by itself. */
const POINTS_LOOKING_BACK = 12;
const SHOWN_MS = 12 * HOUR_MS;
const MOST_MS = 2 * DAY_MS;
const BEFORE_MS = 2 * HOUR_MS;
const AFTER_MS = HOUR_MS;

/**
 * What an alert's rule saw in the last hours, for its key: up to now, or an hour past its end. Null where the rule
 * watches no number. Everything is read from the database; the alert's own scope has been checked by the caller.
 */
export async function chartOf(
  ports: ChartPorts,
  rule: Rule,
  line: AlertLine,
  now: number,
): Promise<AlertDetail['chart']> {
  const watched = watchedBy(rule, ports.catalogue);
  if (!watched) return null;
  const own = narrowed(watched, rule, line.key, ports.catalogue);
  const looksBack = shiftsOf(own, ports.catalogue).length > 0;
  const steps = stepsOf(line, now, looksBack ? POINTS_LOOKING_BACK : POINTS, ports.minuteDays);
  const { catalogue, units } = ports;
  const reader = new KeyReader(ports.pool, (series) => isOfKey(series, rule.by, line.key, ports));
  const past = { catalogue, units, reader };
  const values = looksBack ? await lookingBack(past, own, steps) : await inOneGo(past, own, steps);
  if (values.every((value) => value === null)) return null;
  const limit = rule.condition.kind === 'threshold' || rule.condition.kind === 'off-track' ? line.limit : null;
  return { steps, values, limit };
}

/** The number that a rule watches, without names of other indicators. */
function watchedBy({ condition }: Rule, catalogue: Catalogue): Formula | null {
  switch (condition.kind) {
    case 'threshold':
    case 'change':
      return catalogue.expand(formula(condition.value));
    case 'absent': {
      const { metric, where } = condition;
      return { measure: { metric, agg: 'count', over: { hours: 1 }, ...(where ? { where } : {}) } };
    }
    case 'late':
    case 'off-track': {
      const found = catalogue.indicator(condition.indicator)?.indicator;
      return found ? catalogue.expand(found.formula) : null;
    }
    case 'silent-source':
      return null;
  }
}

/** The formula for one value of the rule's dimension, within the rule's units. */
function narrowed(whole: Formula, rule: Rule, key: string, catalogue: Catalogue): Formula {
  const inner = (part: Formula): Formula => narrowed(part, rule, key, catalogue);
  if ('measure' in whole) {
    const dims = catalogue.metric(whole.measure.metric)?.dims ?? [];
    const units = rule.units && rule.by !== 'unit' && dims.includes('unit') ? { unit: rule.units } : {};
    const by = rule.by !== undefined && dims.includes(rule.by) ? { [rule.by]: [key] } : {};
    return { measure: { ...whole.measure, where: { ...whole.measure.where, ...units, ...by } } };
  }
  if ('op' in whole) return { ...whole, args: whole.args.map(inner) };
  if ('before' in whole) return { ...whole, before: inner(whole.before) };
  return 'of' in whole ? { ...whole, of: inner(whole.of) } : whole;
}

/** Reads only the series of one key, of however many the metric has. */
class KeyReader extends BucketReader {
  constructor(
    pool: pg.Pool,
    private readonly isWanted: (series: StoredSeries) => boolean,
  ) {
    super(pool);
  }

  override async series(metrics: readonly string[]): Promise<StoredSeries[]> {
    return (await super.series(metrics)).filter(this.isWanted);
  }
}

function isOfKey({ metric, dims }: StoredSeries, by: string | undefined, key: string, ports: ChartPorts): boolean {
  const place = by === undefined ? -1 : (ports.catalogue.metric(metric)?.dims.indexOf(by) ?? -1);
  const value = dims[place];
  return value === undefined || value === key || (by === 'unit' && ports.units.within(value, key));
}

/** Moments of the chart, oldest first; whole minutes, or hours where minutes are gone. */
function stepsOf({ since, endedAt }: AlertLine, now: number, points: number, minuteDays: number): number[] {
  const end = Math.min(now, (endedAt ?? now) + AFTER_MS);
  const start = Math.max(Math.min(end - SHOWN_MS, since - BEFORE_MS), end - MOST_MS);
  const grain = now - start > minuteDays * DAY_MS - HOUR_MS ? HOUR_MS : MINUTE_MS;
  const step = Math.max(grain, Math.ceil((end - start) / points / grain) * grain);
  const last = Math.floor(end / grain) * grain;
  const count = Math.floor((last - start) / step);
  return Array.from({ length: count + 1 }, (_, i) => last - (count - i) * step);
}

async function inOneGo(ports: LoadPorts, own: Formula, steps: readonly number[]): Promise<(number | null)[]> {
  const { catalogue, units } = ports;
  const needs: Needs = new Map();
  for (const at of steps) needFormula(needs, own, catalogue, { at, live: false });
  const buckets = new BucketSet();
  await loadUntil(ports, buckets, needs, steps.at(-1) ?? 0);
  const sight = { catalogue, buckets, units, scope: EVERYTHING };
  return steps.map((at) => evaluateFormula({ ...sight, moment: { at, live: false } }, own).value);
}

async function lookingBack(ports: LoadPorts, own: Formula, steps: readonly number[]): Promise<(number | null)[]> {
  const values: (number | null)[] = [];
  for (const at of steps)
    values.push(evaluateFormula(await pastSight(ports, [{ formula: own }], EVERYTHING, at), own).value);
  return values;
}
