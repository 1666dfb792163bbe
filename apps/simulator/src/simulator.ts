import { setTimeout as delay } from 'node:timers/promises';
import { HOUR_MS, type HubEvent, MINUTE_MS } from '#libs/contracts';
import type { Catalogue, Simulation } from '#libs/sector-kit';
import type { Covered, CoveredFile, PlayingFiles } from './demo-files.js';
import type { Senders } from './senders.js';

/** The world that is simulated: one for all installations, so that any two show the same. */
export const SEED = 20_261_122;
/** How far back a fresh hub is filled, so that charts and comparisons with yesterday have a past. */
export const BACKFILL_HOURS = 26;
/**
 * The pace at most: volumes are those of two provinces, and the plan of their open dossiers is held in memory, about
 * 100 MB for each unit of pace.
 */
export const MOST_PACE = 5;
const SLICE_MS = 15 * MINUTE_MS;
/** Of the back-fill, so that live events and the machine's other work keep their place. */
const BACKFILL_PER_SECOND = 1_000;
const FIRST_PAUSE_MS = 400;

export interface SimulatorOptions {
  catalogue: Catalogue;
  senders: Senders;
  covered: CoveredFile;
  playing: PlayingFiles;
  /** Multiplies the volume of live events; the past is filled at 1 at most. Sensors keep their period. */
  pace: number;
  backfillHours?: number;
  /** Between two looks at the clock. */
  everyMs?: number;
  log: { info: (about: object, text: string) => void };
  now?: () => number;
}

/**
 * Plays the simulations of all packs against the public door: from its start on in real time, and beside that the hours
 * before, newest first. Events have fixed ids, so whatever is sent twice counts once.
 */
export class Simulator {
  private readonly simulations: readonly Simulation[];
  private readonly now: () => number;
  private readonly pace: number;
  private span: Covered;
  /** All of the span is sent: it has no hole. */
  private whole = false;

  constructor(private readonly options: SimulatorOptions) {
    this.simulations = options.catalogue.packs.flatMap(({ simulation }) => (simulation ? [simulation] : []));
    this.now = options.now ?? Date.now;
    this.pace = Math.min(MOST_PACE, options.pace);
    const start = this.now();
    this.span = { from: start, until: start };
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.live(signal), this.fill(signal)]);
  }

  private async live(signal: AbortSignal): Promise<void> {
    const { everyMs = 1_000 } = this.options;
    while (!signal.aborted) {
      await delay(everyMs, undefined, { signal }).catch(() => undefined);
      // While the hub is away nothing piles up here: the clock of the simulation waits, and catches up after.
      await this.options.senders.drained(signal);
      if (signal.aborted) return;
      const { until: from } = this.span;
      const until = Math.min(this.now(), from + HOUR_MS);
      if (until <= from) continue;
      const muted = this.options.playing.muted();
      const events = this.simulations
        .flatMap((simulation) => [...simulation.events({ from, to: until, seed: SEED, pace: this.pace })])
        .filter(({ source, time }) => !muted(source, time))
        .sort((a, b) => a.time - b.time);
      await this.options.senders.send(events);
      this.span.until = until;
      if (this.whole) this.options.covered.write(this.span);
    }
  }

  /** Fills backwards from the start, leaving out what an earlier run has given. */
  private async fill(signal: AbortSignal): Promise<void> {
    const { covered, log, backfillHours = BACKFILL_HOURS } = this.options;
    const start = this.span.from;
    const oldest = start - backfillHours * HOUR_MS;
    const known = covered.read();
    let count = 0;
    if (known && known.until > oldest && known.until <= start) {
      // What is known and what is new are two spans until the hole between them is closed; only then is it told.
      count += await this.fillSpan(known.until, start, signal, () => undefined);
      if (signal.aborted) return;
      this.span.from = known.from;
    }
    this.whole = true;
    count += await this.fillSpan(oldest, this.span.from, signal, (from) => {
      this.span.from = from;
      covered.write(this.span);
    });
    if (!signal.aborted) log.info({ events: count }, 'the past is filled');
  }

  /** Slice by slice, newest first; `done` is told how far back it has come. */
  private async fillSpan(from: number, to: number, signal: AbortSignal, done: (from: number) => void): Promise<number> {
    const pace = Math.min(1, this.pace);
    let count = 0;
    for (let end = to; end > from; end -= SLICE_MS) {
      const span = { from: Math.max(from, end - SLICE_MS), to: end, seed: SEED, pace };
      for (const simulation of this.simulations) {
        if (signal.aborted) return count;
        const events: HubEvent[] = [...simulation.events(span)];
        count += await this.options.senders.send(events);
        // Also lets what was sent leave before the next simulation takes the processor for its plan.
        const pause = Math.max(end === to ? FIRST_PAUSE_MS : 0, (1_000 * events.length) / BACKFILL_PER_SECOND);
        await delay(pause, undefined, { signal }).catch(() => undefined);
      }
      await this.options.senders.drained(signal);
      if (!signal.aborted) done(span.from);
    }
    return count;
  }
}
