import { type RuleReading, type RuleState, step as stepRule } from '#libs/alerting';
import { DAY_MS, HOUR_MS, MINUTE_MS, periodStart, type Rule, type RulePreview } from '#libs/contracts';
import {
  BucketSet,
  EVERYTHING,
  formulasOfRule,
  labelOf,
  loadUntil,
  type Needs,
  needsBefore,
  needsOfRules,
  type PreparedRule,
  prepareRule,
  readingsOf,
  type RuleSight,
  type Shift,
  shifted,
  shiftsOf,
  type Sight,
  type UnitLookup,
} from '#libs/live';
import type { BucketReader } from '#libs/persistence';
import { ProblemError } from '#libs/platform';
import type { Catalogue, WorkingClock } from '#libs/sector-kit';

export interface PreviewPorts {
  catalogue: Catalogue;
  reader: BucketReader;
  units: UnitLookup;
  /** Office hours and holidays of the installation, as the alerter has them. */
  office: WorkingClock;
  /** Real time, ms, to bound the work. */
  stopwatch: () => number;
  /** Days that minutes are kept. */
  minuteDays: number;
}

const MOST_LOOKS = 3_000;
/** Series × looks; more looks than that of many series would take longer than somebody waits. */
const MOST_READS = 6_000_000;
const MOST_CELLS = 600_000;
const MOST_MS = 10_000;
const LISTED = 200;
const STEPS = [1, 5, 15, 30, 60, 180, 360, 720, 1_440].map((minutes) => minutes * MINUTE_MS);

type Firing = RulePreview['firings'][number];

/**
 * What a rule would have done over stored buckets in [from, to) (epoch ms): judged at most 3,000 times and at the last whole minute, a day of buckets in
 * memory at a time. Its hours, `for`, recovery and flapping hold as they do live, to the step. Throws a problem of 400
 * where the past cannot tell, and of 503 where it would take too long.
 */
export async function previewRule(rule: Rule, from: number, to: number, ports: PreviewPorts): Promise<RulePreview> {
  if (rule.condition.kind === 'silent-source')
    throw new ProblemError(
      400,
      'no-preview',
      undefined,
      'When sources were silent is not kept: there is no preview of it.',
    );
  const prepared = prepareRule(rule, ports.catalogue);
  const series = (await ports.reader.series([...prepared.metrics])).length;
  const step = stepOf(to - from, series, ports.minuteDays);
  const course = new Course(prepared, ports);
  const began = ports.stopwatch();
  const first = Math.ceil(from / step) * step;
  for (let chunk = first; chunk <= to; chunk += Math.max(step, DAY_MS)) {
    const last = Math.min(to, chunk + Math.max(step, DAY_MS) - step);
    await course.look(chunk, last, step);
    if (ports.stopwatch() - began > MOST_MS)
      throw new ProblemError(503, 'too-costly', undefined, 'This would take too long: look back fewer days.', {}, 60);
  }
  // What fires now may have begun after the last step.
  const end = periodStart('m', to);
  if (end > first + Math.floor((to - first) / step) * step) await course.look(end, end, MINUTE_MS);
  const firings = course.firings.sort((a, b) => (a.from < b.from ? 1 : -1));
  return {
    from: new Date(first).toISOString(),
    to: new Date(to).toISOString(),
    step: step / 1_000,
    firings: firings.slice(0, LISTED),
    total: firings.length,
  };
}

/** The shortest step that stays within the bounds. */
function stepOf(length: number, series: number, minuteDays: number): number {
  const looks = Math.min(MOST_LOOKS, Math.max(60, Math.floor(MOST_READS / Math.max(1, series * 30))));
  const least = length > (minuteDays - 1) * DAY_MS ? HOUR_MS : MINUTE_MS;
  return STEPS.find((step) => step >= least && length / step <= looks) ?? DAY_MS;
}

/** A rule over time: its states, and the firings so far. */
class Course {
  readonly firings: Firing[] = [];
  private readonly states = new Map<string, RuleState>();
  private readonly open = new Map<string, Firing>();
  private readonly shifts: Shift[];

  constructor(
    private readonly prepared: PreparedRule,
    private readonly ports: PreviewPorts,
  ) {
    const all = formulasOfRule(prepared).flatMap((formula) => shiftsOf(formula, ports.catalogue));
    this.shifts = [...new Map(all.map((shift) => [nameOf(shift), shift])).values()];
  }

  /** Judges at each step in [from, to]; every look is at the end of a minute, as past moments are. */
  async look(from: number, to: number, step: number): Promise<void> {
    const { catalogue, units } = this.ports;
    const ends = [from - 1, to - 1];
    const buckets = await this.load(
      ends,
      step,
      (at, needs) => void needsOfRules([this.prepared], catalogue, { at, live: false }, needs),
    );
    const earlier = new Map<string, BucketSet>();
    for (const shift of this.shifts) {
      const inner = await this.load(ends, step, (at, needs) => {
        const moment = shifted(shift, { at, live: false });
        for (const [metric, entry] of needsBefore(formulasOfRule(this.prepared), catalogue, shift, moment))
          merge(needs, metric, entry);
      });
      earlier.set(nameOf(shift), inner);
    }
    for (let now = from, n = 0; now <= to; now += step, n++) {
      const moment = { at: now - 1, live: false };
      const own = { catalogue, units, scope: EVERYTHING };
      const seen = new Map<string, Sight | null>();
      const sight: RuleSight = {
        ...own,
        buckets,
        moment,
        sources: [],
        earlier: (shift) => {
          const name = nameOf(shift);
          const set = earlier.get(name);
          if (!seen.has(name)) seen.set(name, set ? { ...own, buckets: set, moment: shifted(shift, moment) } : null);
          return seen.get(name) ?? null;
        },
      };
      for (const reading of readingsOf(this.prepared, sight, { known: this.states.keys() })) this.take(reading, now);
      // Others ask this process too.
      if (n % 20 === 0) await new Promise((done) => setImmediate(done));
    }
  }

  private take(reading: RuleReading, now: number): void {
    const { key, value, limit } = reading;
    const before = this.states.get(key) ?? null;
    const { state, decision } = stepRule(this.prepared.rule, before, reading, now, this.ports.office);
    if (state) this.states.set(key, state);
    else this.states.delete(key);
    const firing = this.open.get(key);
    if (firing && value !== null && further(value, firing.peak, limit)) firing.peak = value;
    if (decision.kind === 'end' && firing) {
      firing.to = new Date(now).toISOString();
      this.open.delete(key);
    }
    if (decision.kind !== 'fire') return;
    const made: Firing = {
      key,
      place: this.placeOf(key),
      from: new Date(now).toISOString(),
      to: null,
      peak: value,
      limit,
    };
    this.open.set(key, made);
    this.firings.push(made);
    if (state) state.alertId = String(this.firings.length);
  }

  private placeOf(key: string): Firing['place'] {
    const { by, sector } = this.prepared.rule;
    if (by === undefined || key === '') return null;
    const { catalogue, units } = this.ports;
    const pack = catalogue.packs.find(({ id }) => id === sector);
    const sight = { catalogue, units, scope: EVERYTHING, buckets: new BucketSet(), moment: { at: 0, live: false } };
    return labelOf(sight, pack, by, key);
  }

  private async load(
    ends: readonly number[],
    step: number,
    collect: (at: number, needs: Needs) => void,
  ): Promise<BucketSet> {
    const needs: Needs = new Map();
    for (const at of ends) collect(at, needs);
    // A period that a look cuts in the middle is read by its minutes; between the two ends any may be.
    const [first = 0, last = 0] = ends;
    for (const entry of needs.values()) {
      const { m } = entry.ranges;
      if (m || step < HOUR_MS)
        entry.ranges.m = {
          from: Math.min(m?.from ?? first, periodStart('h', first)),
          to: Math.max(m?.to ?? 0, last + 1),
        };
      for (const resolution of ['h', 'd'] as const) {
        const range = entry.ranges[resolution];
        const from = Math.min(range?.from ?? first, periodStart(resolution, first));
        entry.ranges[resolution] = { from, to: Math.max(range?.to ?? 0, last + 1) };
      }
    }
    const buckets = new BucketSet({ maxCells: MOST_CELLS });
    await loadUntil(this.ports, buckets, needs, last);
    if (buckets.overflowed)
      throw new ProblemError(503, 'too-costly', undefined, 'There is too much data behind it for a preview.', {}, 60);
    return buckets;
  }
}

const nameOf = ({ step, back }: Shift): string => `${back} ${step}`;

function merge(needs: Needs, metric: string, more: Needs extends Map<string, infer E> ? E : never): void {
  const entry = needs.get(metric) ?? { ranges: {}, levelsFrom: null };
  needs.set(metric, entry);
  if (more.levelsFrom !== null) entry.levelsFrom = Math.min(entry.levelsFrom ?? Infinity, more.levelsFrom);
  for (const resolution of ['m', 'h', 'd'] as const) {
    const [a, b] = [entry.ranges[resolution], more.ranges[resolution]];
    if (b) entry.ranges[resolution] = a ? { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) } : b;
  }
}

/** Whether a value lies further beyond its limit than the furthest so far. */
function further(value: number, peak: number | null, limit: number | null): boolean {
  if (peak === null || limit === null) return peak === null || value > peak;
  return peak >= limit ? value > peak : value < peak;
}
