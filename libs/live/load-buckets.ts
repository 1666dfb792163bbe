import type { Formula } from '#libs/contracts';
import type { BucketReader, StoredSeries } from '#libs/persistence';
import type { Catalogue, Metric } from '#libs/sector-kit';
import { asPublished } from './as-published.js';
import { BucketSet } from './bucket-set.js';
import { type Shift, shifted, shiftsOf } from './formula.js';
import { AHEAD_MS, type MetricNeeds, type Needs, needsBefore } from './needs.js';
import type { Scope, UnitLookup } from './scope.js';
import type { Sight } from './sight.js';

/** What reading from the database needs. */
export interface LoadPorts {
  catalogue: Catalogue;
  reader: BucketReader;
  units: UnitLookup;
}

/** Series of small metrics are read together up to so many: a formula of many metrics is not as many round trips. */
const TOGETHER = 2_000;

/**
 * Reads into `buckets` what `needs` names as it is now (epoch ms), and which metrics were ever observed: of all, because
 * whether a number is 0 or not known depends on its whole sector. `since`: only what may have changed after that mark of
 * the reader; the rest is there already.
 */
export async function loadLive(
  reader: BucketReader,
  buckets: BucketSet,
  needs: Needs,
  { now, since }: { now: number; since: string | null },
): Promise<void> {
  buckets.observe(await reader.observedMetrics());
  await load(reader, buckets, needs, { live: true, until: now, since, atOnce: false });
}

/**
 * The same as it was at `until` (epoch ms), but for what was entered: of that the newest versions. Returns the metrics that
 * had been observed by then. `atOnce`: somebody waits for it; else it leaves connections to those who do.
 */
export async function loadUntil(
  { catalogue, reader }: Pick<LoadPorts, 'catalogue' | 'reader'>,
  buckets: BucketSet,
  needs: Needs,
  until: number,
  atOnce = true,
): Promise<string[]> {
  const mates = sectorMates(needs, catalogue);
  const codes = mates.map(({ code }) => code);
  const stocks = mates.filter(({ kind }) => kind === 'stock').map(({ code }) => code);
  const [observed, sampled] = await Promise.all([
    reader.observedBy(until, codes),
    stocks.length > 0 ? reader.sampledBy(until, stocks) : [],
    load(reader, buckets, needs, { live: false, until, since: null, atOnce }),
  ]);
  buckets.sampledOnly(sampled);
  // Series are known here of which nothing had been observed then.
  buckets.observeOnly(observed);
  return observed;
}

async function load(
  reader: BucketReader,
  buckets: BucketSet,
  needs: Needs,
  { live, until, since, atOnce }: { live: boolean; until: number; since: string | null; atOnce: boolean },
): Promise<void> {
  const series = await reader.series([...needs.keys()]);
  const byMetric = new Map<string, StoredSeries[]>();
  for (const one of series) {
    buckets.know(one.metric, one.dims);
    const list = byMetric.get(one.metric);
    if (list) list.push(one);
    else byMetric.set(one.metric, [one]);
  }
  const parts: (() => Promise<void>)[] = [];
  for (const resolution of ['m', 'h', 'd'] as const) {
    for (const [{ from, to }, own] of together(needs, byMetric, ({ ranges }) => ranges[resolution])) {
      const end = live ? Math.max(to, until + AHEAD_MS) : to;
      parts.push(async () => void buckets.apply(await reader.buckets(own, resolution, from, end, since)));
    }
  }
  for (const [from, own] of together(needs, byMetric, ({ levelsFrom }) => levelsFrom ?? undefined)) {
    if (live) parts.push(async () => void buckets.apply(await reader.buckets(own, 'now', 0, 1, since)));
    parts.push(async () => buckets.addLevels(await reader.levels(own, from, until, since)));
  }
  if (atOnce) await Promise.all(parts.map((part) => part()));
  else for (const part of parts) await part();
}

/** All metrics of the sectors of those that are needed. */
function sectorMates(needs: Needs, catalogue: Catalogue): Metric[] {
  const packs = new Set([...needs.keys()].map((metric) => catalogue.packOfMetric(metric)));
  return [...packs].flatMap((pack) => pack?.metrics ?? []);
}

/** The series of metrics that need the same, as many together as are read at once. */
function together<N>(
  needs: Needs,
  series: ReadonlyMap<string, readonly StoredSeries[]>,
  needed: (of: MetricNeeds) => N | undefined,
): [N, StoredSeries[]][] {
  const found: [N, StoredSeries[]][] = [];
  const open = new Map<string, StoredSeries[]>();
  for (const [metric, own] of series) {
    const need = needed(needs.get(metric) as MetricNeeds);
    if (need === undefined) continue;
    const name = JSON.stringify(need);
    const list = open.get(name);
    if (list && list.length + own.length <= TOGETHER) {
      list.push(...own);
      continue;
    }
    const fresh = [...own];
    open.set(name, fresh);
    found.push([need, fresh]);
  }
  return found;
}

/**
 * As `loadUntil` for a past moment `at`; of entered values what was published by `known`, which is later than `at` where a
 * formula looks back from a moment: a year's figure is published after that year.
 */
export async function loadPast(
  ports: LoadPorts,
  buckets: BucketSet,
  needs: Needs,
  { at, known }: { at: number; known: number | null },
): Promise<void> {
  const observed = await loadUntil(ports, buckets, needs, at, known !== null);
  if (known === null) return;
  const published = await asPublished(ports, buckets, needs.keys(), known);
  // What was taken out since it was published later had not been observed then.
  buckets.observeOnly([...observed, ...published]);
}

/** Everything at a moment before, for a scope; null where no formula looks back so far. */
export type Earlier = (shift: Shift, scope: Scope) => Sight | null;

/** Loads the moments that these formulas look back to from `at`. `known`: see `loadPast`; null: all that is known by now. */
export async function loadEarlier(
  ports: LoadPorts,
  formulas: readonly Formula[],
  at: number,
  known: number | null = null,
): Promise<Earlier> {
  const { catalogue, units } = ports;
  const sights = new Map<string, Omit<Sight, 'scope'>>();
  for (const shift of formulas.flatMap((formula) => shiftsOf(formula, catalogue))) {
    if (sights.has(nameOf(shift))) continue;
    const moment = shifted(shift, { at, live: false });
    const buckets = new BucketSet();
    const needs = needsBefore(formulas, catalogue, shift, moment);
    await loadPast(ports, buckets, needs, { at: moment.at, known });
    sights.set(nameOf(shift), { catalogue, units, buckets, moment });
  }
  return (shift, scope) => {
    const sight = sights.get(nameOf(shift));
    return sight ? { ...sight, scope } : null;
  };
}

const nameOf = ({ step, back }: Shift): string => `${back} ${step}`;
