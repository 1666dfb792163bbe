import { HOUR_MS, partsOf, type Formula, type Measure, type Resolution } from '#libs/contracts';
import type { Catalogue, Tile } from '#libs/sector-kit';
import type { Board } from './board-context.js';
import { EARS_DAYS, foldSpans, measuresOf, periodSpan, type Shift } from './formula.js';
import { owedAt, type Promised } from './late.js';
import { momentsOfSpark, sparkOf } from './number-tile.js';
import { stepsOfLines } from './series-tiles.js';
import { cover, type Moment, type Span, spanOf, type Step, stepsOf } from './span.js';

/** Periods of one metric that must be in memory: [from, to) by resolution, and levels since `levelsFrom`. */
export interface MetricNeeds {
  ranges: Partial<Record<Step, { from: number; to: number }>>;
  levelsFrom: number | null;
}

/** What evaluating at a moment reads, by metric. */
export type Needs = Map<string, MetricNeeds>;

/** What the boards read at this moment. */
export function needsOfBoards(boards: readonly Board[], catalogue: Catalogue, moment: Moment): Needs {
  const needs: Needs = new Map();
  for (const board of boards) {
    for (const tile of board.tiles) needTile(needs, tile, catalogue, moment);
    if (!board.tiles.some((tile) => tile.kind === 'headline')) continue;
    for (const pack of board.packs) {
      for (const indicator of pack.indicators)
        if (indicator.levels) needFormula(needs, indicator.formula, catalogue, moment);
    }
  }
  return needs;
}

/** What the numbers of these indicators read at a moment, without their spark lines. */
export function needsOfIndicators(
  indicators: readonly Promised[],
  catalogue: Catalogue,
  moment: Moment,
  needs: Needs = new Map(),
): Needs {
  for (const indicator of indicators) {
    needFormula(needs, indicator.formula, catalogue, moment);
    needOwed(needs, indicator, catalogue, moment);
  }
  return needs;
}

function needTile(needs: Needs, tile: Tile, catalogue: Catalogue, moment: Moment): void {
  switch (tile.kind) {
    case 'number': {
      const indicator = catalogue.indicator(tile.indicator)?.indicator;
      if (!indicator) return;
      needsOfIndicators([indicator], catalogue, moment, needs);
      const { step, count } = sparkOf(indicator, catalogue);
      if (indicator.sparkRuns) {
        for (const own of momentsOfSpark({ step, count }, moment))
          needFormula(needs, indicator.formula, catalogue, own);
        return;
      }
      for (const { span } of stepsOf(step, count, moment)) {
        if (span.kind !== 'buckets') continue;
        for (const measure of measuresOf(indicator.formula, catalogue)) {
          needMeasure(needs, measure, periodSpan(measure, span, moment.at), catalogue);
        }
      }
      return;
    }
    case 'lines': {
      const { step, count } = stepsOfLines(tile.over);
      for (const { span } of stepsOf(step, count, moment)) {
        for (const { measure } of tile.series) needMeasure(needs, measure, span, catalogue);
      }
      return;
    }
    case 'bars':
      for (const { measure } of tile.series) needMeasure(needs, measure, spanOf(measure.over, moment), catalogue);
      return;
    case 'table':
      for (const { formula } of tile.columns) needFormula(needs, formula, catalogue, moment);
      return;
    case 'map':
      for (const { measure } of tile.layers) needMeasure(needs, measure, spanOf(measure.over, moment), catalogue);
      return;
    case 'ticker':
    case 'sources':
    case 'headline':
      return;
  }
}

/** What tells whether an indicator is late by the period that is owed. */
export function needOwed(needs: Needs, indicator: Promised, catalogue: Catalogue, { at }: Moment): void {
  const promised = owedAt(indicator, catalogue, at);
  if (!promised) return;
  for (const measure of promised.measures)
    for (const span of [promised.before, promised.owed]) needMeasure(needs, measure, span, catalogue);
}

/** What a formula reads at the moment itself; what it reads of moments before is loaded for those. */
export function needFormula(needs: Needs, formula: Formula, catalogue: Catalogue, moment: Moment): void {
  if ('measure' in formula) {
    needMeasure(needs, formula.measure, spanOf(formula.measure.over, moment), catalogue);
  } else if ('indicator' in formula) {
    const named = catalogue.indicator(formula.indicator)?.indicator;
    if (named) needFormula(needs, named.formula, catalogue, moment);
  } else if ('of' in formula) {
    for (const period of foldSpans('fold' in formula ? formula : EARS_DAYS, moment.at)) {
      for (const measure of measuresOf(formula.of, catalogue))
        needMeasure(needs, measure, periodSpan(measure, period, moment.at), catalogue);
    }
  } else if (!('before' in formula)) {
    for (const part of partsOf(formula)) needFormula(needs, part, catalogue, moment);
  }
}

/** What the inside of every look back by this shift reads, at the moment that it goes back to. */
export function needsBefore(
  formulas: readonly Formula[],
  catalogue: Catalogue,
  { step, back }: Shift,
  moment: Moment,
): Needs {
  const needs: Needs = new Map();
  const visit = (formula: Formula): void => {
    if ('indicator' in formula) {
      const named = catalogue.indicator(formula.indicator)?.indicator;
      if (named) visit(named.formula);
      return;
    }
    if ('before' in formula && formula.step === step && formula.back === back)
      needFormula(needs, formula.before, catalogue, moment);
    partsOf(formula).forEach(visit);
  };
  formulas.forEach(visit);
  return needs;
}

/** Adds what a measure reads in a span. */
export function needMeasure(needs: Needs, measure: Omit<Measure, 'over'>, span: Span, catalogue: Catalogue): void {
  const entry: MetricNeeds = needs.get(measure.metric) ?? { ranges: {}, levelsFrom: null };
  needs.set(measure.metric, entry);
  const stock = catalogue.metric(measure.metric)?.kind === 'stock';
  // A stock may turn out to be known as a level only; then its steps are read from samples.
  if (stock) entry.levelsFrom = Math.min(entry.levelsFrom ?? Infinity, span.kind === 'level' ? span.at : span.from);
  if (span.kind === 'level') return;
  for (const [step, start] of cover(span, stock ? 'h' : 'm')) {
    const range = entry.ranges[step];
    const end = start + 1;
    entry.ranges[step] = range
      ? { from: Math.min(range.from, start), to: Math.max(range.to, end) }
      : { from: start, to: end };
  }
}

/** Whether a changed bucket is worth keeping for live boards; periods to come are kept up to two days ahead. */
export function isNeeded(needs: Needs, metric: string, resolution: Resolution, start: number, now: number): boolean {
  const entry = needs.get(metric);
  if (!entry) return false;
  if (resolution === 'now') return entry.levelsFrom !== null;
  const range = entry.ranges[resolution];
  return range !== undefined && start >= range.from && start < now + AHEAD_MS;
}

/** How far ahead of the clock buckets are kept. */
export const AHEAD_MS = 48 * HOUR_MS;
