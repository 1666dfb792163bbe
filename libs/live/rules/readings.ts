import { MINUTE_MS, type Formula, type Measure } from '#libs/contracts';
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
      return limited(prepared, sight, changesOf(prepared, sight, condition.minutes, known));
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

/** How much each key's value changed within these minutes; null where one of the two is not known. */
function changesOf(
  prepared: PreparedRule,
  sight: RuleSight,
  minutes: number,
  known: ReadonlySet<string>,
): Map<string, Reading> {
  const now = valuesOf(prepared, sight, known);
  const then = valuesOf(prepared, { ...sight, moment: before(sight.moment.at, minutes) }, new Set(now.keys()));
  return new Map(
    [...now].map(([key, { value, at }]) => {
      const old = then.get(key)?.value ?? null;
      return [key, { value: value === null || old === null ? null : value - old, at }];
    }),
  );
}

/** The moment so many minutes before, cut at its minute as every past moment is. */
export const before = (at: number, minutes: number): { at: number; live: false } => ({
  at: Math.floor(at / MINUTE_MS) * MINUTE_MS - minutes * MINUTE_MS,
  live: false,
});

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
  const named = { above: numbers(prepared.above), below: numbers(prepared.below), recover: numbers(prepared.recover) };
  return [...values].map(([key, { value }]) => {
    const limits: Limits = {};
    for (const side of ['above', 'below', 'recover'] as const) {
      const number = named[side];
      if (number !== null) limits[side] = number(key);
    }
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
