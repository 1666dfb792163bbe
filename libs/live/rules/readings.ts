import { LIMIT_SIDES, MINUTE_MS, type Formula, type Measure } from '#libs/contracts';
import { aged, belated, beyond, missed, type Limits, type RuleReading, type Verdict } from '#libs/alerting';
import type { Indicator } from '#libs/sector-kit';
import { sourcesOfPack, type SourceInfo } from '../board-context.js';
import { targetAt } from '../in-force.js';
import { evaluateBy, evaluateFormula, measuresOf, type Reading } from '../formula.js';
import { isBehind } from '../late.js';
import { marksOf, promiseOf } from '../marks.js';
import { withUnits } from '../narrow.js';
import { newestBy, newestOf } from '../newest.js';
import { sharesUnits } from '../scope.js';
import { heardAt } from '../status-tiles.js';
import type { Sight } from '../sight.js';
import { WHOLE } from '../tally-groups.js';
import type { PreparedRule } from './prepared-rule.js';

/** What rules are judged from: everything in sight, and the sources in service. */
export interface RuleSight extends Sight {
  sources: readonly SourceInfo[];
}

export interface ReadingOptions {
  /** Keys to report even without any observation, such as those that are remembered. */
  known?: Iterable<string>;
  /** Only these keys. */
  only?: ReadonlySet<string>;
}

/**
 * What a rule's condition says of each of its keys at the moment of the sight: one reading for each value of its
 * dimension, each source of `silent-source`, or one in all. Pure.
 */
export function readingsOf(prepared: PreparedRule, sight: RuleSight, options: ReadingOptions = {}): RuleReading[] {
  const { units } = prepared.rule;
  const scoped = units ? withUnits(sight, units) : sight;
  const readings = read(prepared, scoped, new Set(options.known ?? []));
  return options.only ? readings.filter(({ key }) => options.only?.has(key)) : readings;
}

function read(prepared: PreparedRule, sight: RuleSight, known: ReadonlySet<string>): RuleReading[] {
  const { condition, by } = prepared.rule;
  switch (condition.kind) {
    case 'threshold':
      return limited(prepared, sight, valuesOf(prepared, sight, known));
    case 'change':
      return changed(prepared, sight, condition.minutes, known);
    case 'absent': {
      const newest = newestBy(sight, condition, by);
      const keys = by === undefined ? [WHOLE] : new Set([...newest.keys(), ...known]);
      return [...keys].map((key) => ({
        key,
        ...aged(newest.get(key) ?? null, condition.minutes, sight.moment.at),
      }));
    }
    case 'late':
      return late(prepared, sight, condition.indicator, known);
    case 'silent-source':
      return silent(prepared, sight, condition.times);
    case 'off-track': {
      const indicator = sight.catalogue.indicator(condition.indicator)?.indicator;
      const target = indicator ? (targetAt(indicator, sight.moment.at) ?? null) : null;
      return [...valuesOf(prepared, sight, known)].map(([key, { value }]) => ({
        key,
        ...missed(value, target, condition),
      }));
    }
  }
}

/** The measured value of each key. */
function valuesOf(prepared: PreparedRule, sight: Sight, known: ReadonlySet<string>): Map<string, Reading> {
  const { value, rule, silentToo } = prepared;
  if (value === null) return new Map();
  if (rule.by === undefined) return new Map([[WHOLE, evaluateFormula(sight, value)]]);
  const extra = new Set(known);
  if (silentToo)
    for (const measure of measuresOf(value, sight.catalogue))
      for (const key of newestBy(sight, measure, rule.by).keys()) extra.add(key);
  return evaluateBy(sight, value, rule.by, extra);
}

/**
 * How much each key's value has risen above the lowest (`above`), or fallen under the highest (`below`), of the moments
 * within these minutes; null where none of them is known. With both limits: what is beyond one of them, else the rise.
 */
function changed(prepared: PreparedRule, sight: RuleSight, minutes: number, known: ReadonlySet<string>): RuleReading[] {
  const now = valuesOf(prepared, sight, known);
  const keys = new Set(now.keys());
  const earlier = momentsWithin(sight.moment.at, minutes).map((moment) =>
    valuesOf(prepared, { ...sight, moment }, keys),
  );
  const from = (edge: (...values: number[]) => number): Map<string, Reading> =>
    new Map(
      [...now].map(([key, { value, at }]) => {
        const before = earlier.flatMap((then) => then.get(key)?.value ?? []);
        return [key, { value: value === null || before.length === 0 ? null : value - edge(...before), at }];
      }),
    );
  const { above, over, below, under, ...rest } = prepared;
  const high = { ...rest, ...(above ? { above } : {}), ...(over ? { over } : {}) };
  const low = { ...rest, ...(below ? { below } : {}), ...(under ? { under } : {}) };
  const rises = above || over ? limited(high, sight, from(Math.min)) : null;
  const falls = below || under ? limited(low, sight, from(Math.max)) : null;
  if (!rises || !falls) return rises ?? falls ?? [];
  return rises.map((rise, i) => {
    const fall = falls[i] as RuleReading;
    if (rise.holds === true) return rise;
    return fall.holds === false ? { ...rise, back: rise.back && fall.back } : fall;
  });
}

/** Moments that a change is compared with at most, beside the one at which its minutes begin. */
const COMPARED = 12;

/**
 * The moments before this one with which a change is compared: that so many minutes ago, and evenly between. Those between
 * are full steps of the clock, so that what one of them has shown is not lost in the next minute.
 */
export function momentsWithin(at: number, minutes: number): { at: number; live: false }[] {
  const step = Math.ceil(minutes / COMPARED) * MINUTE_MS;
  const first = Math.floor(at / MINUTE_MS) * MINUTE_MS - minutes * MINUTE_MS;
  const moments = [{ at: first, live: false as const }];
  for (let next = Math.floor(first / step) * step + step; next < at; next += step)
    moments.push({ at: next, live: false });
  return moments;
}

function limited(prepared: PreparedRule, sight: Sight, values: ReadonlyMap<string, Reading>): RuleReading[] {
  const { by } = prepared.rule;
  const numbers = (one: Formula | undefined): ((key: string) => number | null) | null => {
    if (one === undefined) return null;
    if ('constant' in one) return () => one.constant;
    // A limit for all where what it is made of knows no such keys.
    const ofKeys =
      by !== undefined &&
      measuresOf(one, sight.catalogue).some(({ metric }) => sight.catalogue.metric(metric)?.dims.includes(by));
    if (!ofKeys) {
      const { value } = evaluateFormula(sight, one);
      return () => value;
    }
    const found = evaluateBy(sight, one, by, values.keys());
    return (key) => found.get(key)?.value ?? null;
  };
  const named = ([...LIMIT_SIDES, 'recover'] as const).flatMap((side) => {
    const number = numbers(prepared[side]);
    return number === null ? [] : [[side, number] as const];
  });
  return [...values].map(([key, { value }]) => {
    const limits: Limits = {};
    for (const [side, number] of named) limits[side] = number(key);
    return { key, ...beyond(value, limits) };
  });
}

/** By the indicator's own promise, else by what the sources of its metrics promise. */
function late(prepared: PreparedRule, sight: RuleSight, code: string, known: ReadonlySet<string>): RuleReading[] {
  const indicator = sight.catalogue.indicator(code)?.indicator;
  if (!indicator) return [];
  const { by } = prepared.rule;
  const measures = measuresOf(indicator.formula, sight.catalogue);
  const maps = measures.map((measure) => newestBy(sight, measure, by));
  const keys = by === undefined ? [WHOLE] : new Set([...maps.flatMap((map) => [...map.keys()]), ...known]);
  const { at: now } = sight.moment;
  return [...keys].map((key): RuleReading => {
    const newest = newestHeard(sight, measures, newestOf(maps, key), by);
    return { key, ...belated(newest, isBroken(sight, indicator, newest, { by, key }), now) };
  });
}

/** A stock has no observations of its own: what its sources sent last keeps it fresh. */
function newestHeard(
  sight: RuleSight,
  measures: readonly Measure[],
  newest: number | null,
  by: string | undefined,
): number | null {
  // Of a past moment it is not known what the sources had sent by then.
  if (by !== undefined || !sight.moment.live) return newest;
  return marksOf(
    sight,
    measures.map(({ metric }) => metric),
    newest,
  ).at;
}

function isBroken(
  sight: RuleSight,
  indicator: Indicator,
  newest: number | null,
  of: { by: string | undefined; key: string },
): boolean {
  if (indicator.freshness) return isBehind(sight, indicator, newest, of);
  const promise = promiseOf(
    sight,
    measuresOf(indicator.formula, sight.catalogue).map(({ metric }) => metric),
  );
  return newest !== null && promise > 0 && sight.moment.at - newest > promise;
}

function silent({ rule }: PreparedRule, sight: RuleSight, times: number): RuleReading[] {
  const pack = sight.catalogue.packs.find(({ id }) => id === rule.sector);
  if (!pack) return [];
  return sourcesOfPack(sight.sources, pack)
    .filter(({ units }) => sharesUnits(sight.scope, units, sight.units))
    .map((source) => {
      const verdict: Verdict = aged(heardAt(source), (times * source.every) / 60, sight.moment.at);
      return { key: source.id, ...verdict };
    });
}
