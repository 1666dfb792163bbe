import { type BatchPart, type EventJob, encodeParts } from '#libs/contracts';

/** Why a part was not taken. */
export class NotTaken extends Error {
  constructor(
    /** `busy`: too much is pending; `away`: the store does not answer, so whether the part is durable is unknown. */
    readonly reason: 'busy' | 'away',
  ) {
    super(reason);
  }
}

export interface GroupCommitOptions {
  shards: number;
  add: (shard: number, job: EventJob) => Promise<void>;
  traceparent: () => string | undefined;
  /** Events of a job, about. */
  jobEvents?: number;
  /** Least milliseconds between two jobs of a shard that are not full. */
  waitMs?: number;
  /** Jobs of a shard on their way at once. */
  inFlight?: number;
  /** Events pending in all; more are refused. */
  maxPending?: number;
  /** Events pending of one source in a shard. */
  maxPendingOfSource?: number;
  /** Milliseconds within which the store must have taken a job. */
  addTimeoutMs?: number;
}

interface Pending {
  part: BatchPart;
  size: number;
  done: () => void;
  fail: (error: NotTaken) => void;
}

/** Sources that wait in one shard, in the order of their turns. */
interface Shard {
  turns: Map<string, { parts: Pending[]; deficit: number; size: number }>;
  pending: number;
  inFlight: number;
  lastAdd: number;
  /** Until when nothing is taken because a job hangs; `performance.now()`. */
  closedUntil: number;
  timer: NodeJS.Timeout | NodeJS.Immediate | undefined;
}

/** After a job that hung the next is tried this much later: what Retry-After says. */
const CLOSED_MS = 2_000;

/** Events that a source may put into a job at each of its turns. */
const QUANTUM = 250;

/**
 * Gathers parts into jobs: a part that comes to an idle shard goes at once; under load a job holds what came within a
 * few milliseconds, or about 2,000 events. `submit` resolves when the job with the part is durable. Sources take turns
 * (deficit round robin), so that one that floods only delays itself. Nobody waits longer than `addTimeoutMs`: where the
 * store hangs, all who wait are told, and whoever comes next at once. What hangs may still be stored: its senders send it
 * again, and the ledger counts it once.
 */
export class GroupCommit {
  private readonly shards: Shard[];
  private readonly jobEvents: number;
  private readonly waitMs: number;
  private readonly maxInFlight: number;
  private readonly maxPending: number;
  private readonly maxPendingOfSource: number;
  private readonly addTimeoutMs: number;
  private pending = 0;
  private readonly flying = new Set<readonly Pending[]>();

  constructor(private readonly options: GroupCommitOptions) {
    this.jobEvents = options.jobEvents ?? 2_000;
    this.waitMs = options.waitMs ?? 5;
    this.maxInFlight = options.inFlight ?? 2;
    this.maxPending = options.maxPending ?? 60_000;
    this.maxPendingOfSource = options.maxPendingOfSource ?? 20_000;
    this.addTimeoutMs = options.addTimeoutMs ?? 3_000;
    this.shards = Array.from({ length: options.shards }, () => ({
      turns: new Map(),
      pending: 0,
      inFlight: 0,
      lastAdd: Number.NEGATIVE_INFINITY,
      closedUntil: Number.NEGATIVE_INFINITY,
      timer: undefined,
    }));
  }

  /** Events not yet durable. */
  get waiting(): number {
    return this.pending;
  }

  /** Resolves when the part is durable; rejects with `NotTaken`. */
  submit(shardIndex: number, part: BatchPart): Promise<void> {
    const shard = this.shards[shardIndex];
    if (!shard) throw new RangeError(`shard ${shardIndex} of ${this.shards.length}`);
    if (performance.now() < shard.closedUntil) return Promise.reject(new NotTaken('away'));
    const size = Math.max(1, part.events.length);
    const turn = shard.turns.get(part.source);
    if (this.pending + size > this.maxPending || (turn?.size ?? 0) + size > this.maxPendingOfSource) {
      return Promise.reject(new NotTaken('busy'));
    }
    return new Promise((done, fail) => {
      const entry = { part, size, done, fail };
      if (turn) {
        turn.parts.push(entry);
        turn.size += size;
      } else shard.turns.set(part.source, { parts: [entry], deficit: 0, size });
      shard.pending += size;
      this.pending += size;
      this.schedule(shard, shardIndex);
    });
  }

  /** The store is away: everybody who waits is told now. */
  abandon(): void {
    const error = new NotTaken('away');
    for (const shard of this.shards) this.clear(shard, error);
    // What is on its way may still arrive; its senders send it again, and the ledger counts it once.
    for (const entries of this.flying) for (const entry of entries) entry.fail(error);
  }

  private clear(shard: Shard, error: NotTaken): void {
    clearTimer(shard);
    for (const turn of shard.turns.values()) for (const entry of turn.parts) entry.fail(error);
    this.pending -= shard.pending;
    shard.pending = 0;
    shard.turns.clear();
  }

  private schedule(shard: Shard, index: number): void {
    if (shard.pending === 0 || shard.inFlight >= this.maxInFlight) return;
    if (shard.pending >= this.jobEvents) {
      clearTimer(shard);
      this.flush(shard, index);
      return;
    }
    if (shard.timer) return;
    const wait = shard.lastAdd + this.waitMs - performance.now();
    const run = (): void => {
      shard.timer = undefined;
      this.flush(shard, index);
    };
    shard.timer = wait <= 0 ? setImmediate(run) : setTimeout(run, Math.ceil(wait));
  }

  private flush(shard: Shard, index: number): void {
    if (shard.pending === 0 || shard.inFlight >= this.maxInFlight) return;
    const entries = this.pick(shard);
    const size = entries.reduce((sum, entry) => sum + entry.size, 0);
    shard.pending -= size;
    shard.inFlight++;
    shard.lastAdd = performance.now();
    this.flying.add(entries);
    void this.add(index, entries).finally(() => {
      this.flying.delete(entries);
      this.pending -= size;
      shard.inFlight--;
      this.schedule(shard, index);
    });
    this.schedule(shard, index);
  }

  private async add(index: number, entries: readonly Pending[]): Promise<void> {
    try {
      const traceparent = this.options.traceparent();
      const parts = encodeParts(entries.map((entry) => entry.part));
      const job: EventJob = { v: 1, parts, ...(traceparent === undefined ? {} : { traceparent }) };
      await this.inTime(index, this.options.add(index, job));
      for (const entry of entries) entry.done();
    } catch {
      for (const entry of entries) entry.fail(new NotTaken('away'));
    }
  }

  /** Rejects when a job hangs, and closes its shard until that job is through or it is time to try again. */
  private async inTime(index: number, work: Promise<void>): Promise<void> {
    const shard = this.shards[index];
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_done, fail) => {
      timer = setTimeout(() => {
        const error = new NotTaken('away');
        if (shard) {
          shard.closedUntil = performance.now() + CLOSED_MS;
          this.clear(shard, error);
          void work.then(
            () => (shard.closedUntil = Number.NEGATIVE_INFINITY),
            () => undefined,
          );
        }
        fail(error);
      }, this.addTimeoutMs);
      // A job that hangs is no reason for the process to stay.
      timer.unref();
    });
    try {
      await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** The next job: sources in turn, each with its quantum; a part is never cut. */
  private pick(shard: Shard): Pending[] {
    const picked: Pending[] = [];
    let size = 0;
    while (shard.turns.size > 0 && size < this.jobEvents) {
      for (const [source, turn] of shard.turns) {
        turn.deficit += QUANTUM;
        let head = turn.parts[0];
        let taken = 0;
        while (head && head.size <= turn.deficit && size < this.jobEvents) {
          picked.push(head);
          size += head.size;
          turn.deficit -= head.size;
          turn.size -= head.size;
          head = turn.parts[++taken];
        }
        if (taken > 0) turn.parts.splice(0, taken);
        shard.turns.delete(source);
        // Whoever had its turn goes to the end.
        if (turn.parts.length > 0) shard.turns.set(source, turn);
        if (size >= this.jobEvents) break;
      }
    }
    return picked;
  }
}

function clearTimer(shard: Shard): void {
  clearTimeout(shard.timer as NodeJS.Timeout);
  clearImmediate(shard.timer as NodeJS.Immediate);
  shard.timer = undefined;
}
