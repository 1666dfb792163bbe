import { MINUTE_MS } from '#libs/contracts';
import type { Catalogue, Indicator } from '#libs/sector-kit';
import { evaluateFormula, measuresOf, type Reading } from './formula.js';
import type { Sight } from './sight.js';

interface Entry {
  indicator: Indicator;
  metrics: string[];
  stamp: string;
  reading: Reading;
}

/**
 * The numbers of many indicators, kept up to date: an indicator is evaluated again only when a metric behind it changed
 * or its windows moved with the minute.
 */
export class IndicatorSet {
  private readonly entries: ReadonlyMap<string, Entry>;

  constructor(indicators: readonly Indicator[], catalogue: Catalogue) {
    this.entries = new Map(
      indicators.map((indicator) => {
        const metrics = [...new Set(measuresOf(indicator.formula, catalogue).map((measure) => measure.metric))];
        return [indicator.code, { indicator, metrics, stamp: '', reading: { value: null, at: null } }];
      }),
    );
  }

  /** The number as of the last `advance`; undefined when there is no such indicator. */
  get(code: string): Reading | undefined {
    return this.entries.get(code)?.reading;
  }

  /**
   * Brings the numbers up to date and returns the codes of those that differ from before. `turn` differs when earlier
   * moments were loaded anew.
   */
  advance(sight: Sight, turn: number): string[] {
    return [...this.advancing(sight, turn)].filter((code) => code !== null);
  }

  /**
   * The same, one number at each step, so that whoever runs it may do something else between. Yields the code of what
   * differs, null for what was evaluated and does not.
   */
  *advancing(sight: Sight, turn: number): Generator<string | null, void, void> {
    const minute = Math.floor(sight.moment.at / MINUTE_MS);
    const revisions = new Map<string, number>();
    const revisionOf = (metric: string): number => {
      const known = revisions.get(metric) ?? sight.buckets.revision(metric);
      revisions.set(metric, known);
      return known;
    };
    for (const [code, entry] of this.entries) {
      const stamp = `${entry.metrics.reduce((sum, metric) => sum + revisionOf(metric), 0)} ${minute} ${turn}`;
      if (stamp === entry.stamp) continue;
      entry.stamp = stamp;
      const reading = evaluateFormula(sight, entry.indicator.formula);
      const differs = reading.value !== entry.reading.value;
      entry.reading = reading;
      yield differs ? code : null;
    }
  }
}
