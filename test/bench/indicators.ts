/**
 * `npm run bench -- indicators [--seconds 20] [--pairs 3]`: 2,000 indicators over 50,000 series, kept up to date in one
 * process while 5,000 events a second arrive as the worker would publish them. Prints what that costs, beside reading all
 * cells anew at each tick, and the time of an explanation. Then the same in the running hub, see `indicators-hub.ts`.
 */
import { HOUR_MS, DAY_MS, periodStart, type BucketRow } from '#libs/contracts';
import { BucketSet, EVERYTHING, explainFormula, IndicatorSet, type Sight } from '#libs/live';
import { Catalogue } from '#libs/sector-kit';
import { KINDS, METRICS, pack, PLACES } from '../support/packs/metering/index.js';
import { benchIndicatorsOnHub } from './indicators-hub.js';

const RATE = 5_000;
const TICK_MS = 1_000;

export async function benchIndicators(options: { seconds: number; pairs: number }): Promise<void> {
  const say = (text: string): void => void process.stdout.write(`${text}\n`);
  inOneProcess(options, say);
  if (options.pairs > 0) await benchIndicatorsOnHub(options, say);
}

function inOneProcess({ seconds }: { seconds: number }, say: (text: string) => void): void {
  const all = pack.indicators;
  const catalogue = new Catalogue([pack]);
  const now = Date.UTC(2026, 10, 22, 7, 32, 0);
  const load = new Load(now);
  const buckets = new BucketSet();
  buckets.apply(load.history());
  const sight: Sight = { catalogue, buckets, units: UNIT_LOOKUP, scope: EVERYTHING, moment: { at: now, live: true } };
  say(`series ${METRICS * PLACES * KINDS}, cells ${buckets.size}, indicators ${all.length}`);

  const kept = new IndicatorSet(all, catalogue);
  let started = performance.now();
  kept.advance(sight, 0);
  say(`first evaluation           ${(performance.now() - started).toFixed(0)} ms`);

  const ticks = (seconds * 1_000) / TICK_MS;
  const spent = { apply: 0, advance: 0 };
  for (let tick = 0; tick < ticks; tick++) {
    const rows = load.rows((RATE * TICK_MS) / 1_000);
    const before = cpuMs();
    buckets.apply(rows);
    const applied = cpuMs();
    kept.advance(sight, 0);
    spent.apply += applied - before;
    spent.advance += cpuMs() - applied;
  }
  const share = (ms: number): string => `${((ms / (seconds * 1_000)) * 100).toFixed(1)} % of a core`;
  say(`taking in ${RATE} events/s    ${share(spent.apply)}`);
  say(`indicators, each ${TICK_MS} ms   ${share(spent.advance)}`);

  buckets.touch();
  started = cpuMs();
  kept.advance(sight, 1);
  say(`the same, all cells anew   ${share((cpuMs() - started) * ticks)} (one tick, times the ticks)`);

  const times = all.slice(0, 200).map((indicator) => {
    const from = performance.now();
    explainFormula(sight, indicator.formula);
    return performance.now() - from;
  });
  times.sort((a, b) => a - b);
  say(`explanation                p50 ${at(times, 0.5)} ms, p99 ${at(times, 0.99)} ms (without the query for events)`);
}

/** CPU time of this process: what others do on the machine does not count. */
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

const at = (sorted: readonly number[], q: number): string =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? NaN).toFixed(1);

const UNIT_LOOKUP = { within: (code: string, above: string) => code === above, find: () => undefined };
/** Buckets as the worker would publish them, seeded. */
class Load {
  private seed = 42;
  private readonly cells = new Map<string, BucketRow>();

  constructor(private readonly now: number) {}

  /** Of each series the hours of a day and seven days, so far. */
  history(): BucketRow[] {
    for (let m = 0; m < METRICS; m++)
      for (let u = 0; u < PLACES; u++)
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
      const [m, u, k] = [this.random(METRICS), this.random(PLACES), this.random(KINDS)];
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
      metric: `metering.m${m}`,
      dims: [`p${u}`, `k${k}`],
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
