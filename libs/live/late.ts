import { calendarShift, type Measure } from '#libs/contracts';
import { isLate, owedPeriod, type Catalogue, type Indicator } from '#libs/sector-kit';
import type { Series } from './bucket-set.js';
import { measuresNow } from './common-units.js';
import { notCurrent } from './parts.js';
import type { Sight } from './sight.js';
import type { Span } from './span.js';
import { tallies } from './tally.js';
import { type Newest, WHOLE } from './tally-groups.js';

/** An indicator's formula and what its owner promises of it. */
export type Promised = Pick<Indicator, 'formula'> & Partial<Pick<Indicator, 'freshness'>>;

/** What an indicator promises by period: its entered measures, the span that they are owed for, and the period before. */
interface Owed {
  measures: Measure[];
  owed: Span;
  before: Span;
}

/** What is owed of an indicator at a moment (epoch ms); null: nothing that is entered, or not by period. */
export function owedAt({ formula, freshness }: Promised, catalogue: Catalogue, at: number): Owed | null {
  if (!freshness || 'every' in freshness) return null;
  // Of what it is held against nothing is owed now.
  const measures = measuresNow(formula, catalogue).filter(({ metric }) => catalogue.metric(metric)?.entered);
  if (measures.length === 0) return null;
  const from = owedPeriod(freshness, at);
  return {
    measures,
    owed: { kind: 'buckets', from, to: at + 1, base: 'd' },
    before: { kind: 'buckets', from: calendarShift(freshness.step, from, -1), to: from, base: 'd' },
  };
}

/**
 * Whether an indicator is late by its own promise, where it was last observed at `observedAt` (epoch ms, null: never). Of
 * what is entered the period that a value is for counts: January's figure that is published today is none of October's.
 * It is there as soon as one of the entered measures is: others may be published in a rhythm of their own.
 */
export function isBehind(
  sight: Sight,
  indicator: Promised,
  observedAt: number | null,
  { by, key }: { by?: string | undefined; key: string } = sight.only ?? { key: WHOLE },
): boolean {
  const { freshness } = indicator;
  if (!freshness) return false;
  const promised = owedAt(indicator, sight.catalogue, sight.moment.at);
  if (observedAt === null || !promised) return isLate(freshness, observedAt, sight.moment.at);
  const { measures, owed, before } = promised;
  return !measures.some((measure) => {
    const toldIn = (span: Span): ReadonlyMap<Series, Newest> =>
      tallies(sight, { ...measure, agg: 'last' }, span, by).get(key)?.newest ?? new Map<Series, Newest>();
    return isThere(sight, measure, toldIn(owed), () => toldIn(before));
  });
}

/**
 * Whether what is owed of an entered measure was told: by every series that told the period before, but for those of former
 * units whose heir told it and parts of a whole that told it. One commune's figure is not that of its province.
 */
function isThere(
  sight: Sight,
  { metric: code }: Measure,
  told: ReadonlyMap<Series, Newest>,
  toldBefore: () => ReadonlyMap<Series, Newest>,
): boolean {
  const metric = sight.catalogue.metric(code);
  if (!metric || told.size === 0) return false;
  const missing = [...toldBefore()].filter(([series]) => !told.has(series));
  if (missing.length === 0) return true;
  const gone = notCurrent(sight, metric, new Map([...told, ...missing]));
  return missing.every(([series]) => gone.has(series));
}
