/**
 * `npm run bench -- indicators [--seconds 20]`: 2,000 indicators over 50,000 series, kept up to date in one process while
 * 5,000 events a second arrive as the worker would publish them. Prints what that costs, beside reading all cells anew
 * at each tick, and the time of an explanation.
 */
import { HOUR_MS, DAY_MS, periodStart, type BucketRow } from '#libs/contracts';
import { BucketSet, EVERYTHING, explainFormula, IndicatorSet, type Sight } from '#libs/live';
import { Catalogue, formula, type Indicator, type Metric, type SectorPack } from '#libs/sector-kit';

const METRICS = 20;
const UNITS = 125;
const KINDS = 20;
const INDICATORS = 2_000;
const RATE = 5_000;
const TICK_MS = 250;

const both = (text: string) => ({ vi: text, en: text });
const format = { unit: both(''), digits: 1 };
const metric = (i: number): Metric => {
  return {
    code: `bench.m${i}`,
    title: both(`m${i}`),
    kind: i % 2 ? 'flow' : 'reading',
    dims: ['unit', 'kind'],
    format,
  };
};

/** Half of them ratios over a unit, the rest over the whole, in turns over today, 24 hours and 7 days. */
function indicators(): Indicator[] {
  return Array.from({ length: INDICATORS }, (_, i) => {
    const code = `bench.m${i % METRICS}`;
    const window = ['today', '24h', '7d'][i % 3] ?? 'today';
    const text =
      i % 2
        ? `100 * sum(${code}, ${window}, unit: u${i % UNITS}) / (1 + count(${code}, ${window}, unit: u${i % UNITS}))`
        : `max(${code}, ${window}, kind: k${i % KINDS}) + mean(${code}, ${window})`;
    return { code: `bench.i${i}`, title: both(`i${i}`), formula: formula(text), format, note: both('') };
  });
}

export function benchIndicators({ seconds }: { seconds: number }): void {
  const say = (text: string): void => void process.stdout.write(`${text}\n`);
  const all = indicators();
  const pack = { id: 'bench', metrics: Array.from({ length: METRICS }, (_, i) => metric(i)), indicators: all };
  const catalogue = new Catalogue([{ ...EMPTY, ...pack }]);
  const now = Date.UTC(2026, 10, 22, 7, 32, 0);
  const load = new Load(now);
  const buckets = new BucketSet();
  buckets.apply(load.history());
  const sight: Sight = { catalogue, buckets, units: UNIT_LOOKUP, scope: EVERYTHING, moment: { at: now, live: true } };
  say(`series ${METRICS * UNITS * KINDS}, cells ${buckets.size}, indicators ${all.length}`);

  const kept = new IndicatorSet(all, catalogue);
  let started = performance.now();
  kept.advance(sight, 0);
  say(`first evaluation           ${(performance.now() - started).toFixed(0)} ms`);

  const ticks = (seconds * 1_000) / TICK_MS;
  const spent = { apply: 0, advance: 0, longest: 0 };
  for (let tick = 0; tick < ticks; tick++) {
    const rows = load.rows((RATE * TICK_MS) / 1_000);
    started = performance.now();
    buckets.apply(rows);
    const applied = performance.now();
    kept.advance(sight, 0);
    const done = performance.now();
    spent.apply += applied - started;
    spent.advance += done - applied;
    spent.longest = Math.max(spent.longest, done - applied);
  }
  const share = (ms: number): string => `${((ms / (seconds * 1_000)) * 100).toFixed(1)} % of a core`;
  say(`taking in ${RATE} events/s    ${share(spent.apply)}`);
  say(`indicators, each ${TICK_MS} ms    ${share(spent.advance)}, longest tick ${spent.longest.toFixed(1)} ms`);

  buckets.touch();
  started = performance.now();
  kept.advance(sight, 1);
  say(`the same, all cells anew   ${share((performance.now() - started) * ticks)} (one tick, times the ticks)`);

  const times = all.slice(0, 200).map((indicator) => {
    const from = performance.now();
    explainFormula(sight, indicator.formula);
    return performance.now() - from;
  });
  times.sort((a, b) => a - b);
  say(`explanation                p50 ${at(times, 0.5)} ms, p99 ${at(times, 0.99)} ms (without the query for events)`);
}

const at = (sorted: readonly number[], q: number): string =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? NaN).toFixed(1);

const UNIT_LOOKUP = { within: (code: string, above: string) => code === above, find: () => undefined };
const EMPTY: SectorPack = {
  id: 'bench',
  title: both('bench'),
  events: [],
  metrics: [],
  projections: [],
  indicators: [],
  board: { id: 'bench', title: both('bench'), distance: 5, tiles: [] },
  overview: [],
  labels: {},
};

/** Buckets as the worker would publish them, seeded. */
class Load {
  private seed = 42;
  private readonly cells = new Map<string, BucketRow>();

  constructor(private readonly now: number) {}

  /** Of each series the hours of a day and seven days, so far. */
  history(): BucketRow[] {
    for (let m = 0; m < METRICS; m++)
      for (let u = 0; u < UNITS; u++)
        for (let k = 0; k < KINDS; k++) {
          for (let hour = 0; hour < 24; hour++) this.observe(m, u, k, 'h', this.now - hour * HOUR_MS);
          for (let day = 0; day < 7; day++) this.observe(m, u, k, 'd', this.now - day * DAY_MS);
        }
    return [...this.cells.values()];
  }

  /** What so many events change: the hour and the day of a series each; a row of a tick is published once. */
  rows(events: number): BucketRow[] {
    const changed = new Set<BucketRow>();
    for (let i = 0; i < events; i++) {
      const [m, u, k] = [this.random(METRICS), this.random(UNITS), this.random(KINDS)];
      changed.add(this.observe(m, u, k, 'h', this.now));
      changed.add(this.observe(m, u, k, 'd', this.now));
    }
    return [...changed].map((row) => ({ ...row }));
  }

  private observe(m: number, u: number, k: number, resolution: 'h' | 'd', time: number): BucketRow {
    const start = periodStart(resolution, time);
    const key = `${m} ${u} ${k} ${resolution} ${start}`;
    const value = this.random(1_000) / 10;
    const known = this.cells.get(key);
    const row: BucketRow = known ?? {
      metric: `bench.m${m}`,
      dims: [`u${u}`, `k${k}`],
      resolution,
      start,
      count: 0,
      sum: 0,
      min: value,
      max: value,
      last: value,
      lastAt: time,
      version: 0,
    };
    row.count++;
    row.sum += value;
    row.min = Math.min(row.min ?? value, value);
    row.max = Math.max(row.max ?? value, value);
    row.last = value;
    row.version++;
    if (!known) this.cells.set(key, row);
    return row;
  }

  private random(below: number): number {
    this.seed = (Math.imul(this.seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.seed / 4_294_967_296) * below);
  }
}
