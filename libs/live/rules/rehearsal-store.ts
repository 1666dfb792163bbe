import { randomUUID } from 'node:crypto';
import type { BucketRow, HubEvent } from '#libs/contracts';
import {
  bucketKey,
  passDeadlines,
  storeParts,
  thingId,
  type BucketDelta,
  type PipelineStore,
  type StoredThing,
  type StoreTransaction,
} from '#libs/pipeline';
import type { Catalogue } from '#libs/sector-kit';

/** An event cannot be counted. */
export class RehearsalError extends Error {}

/** Counts events as the worker does, in memory: the same stages over things and buckets that nobody else sees. */
export class RehearsalStore {
  private readonly things = new Map<string, StoredThing>();
  private readonly buckets = new Map<string, BucketRow>();
  private readonly seen = new Set<string>();
  private readonly port: PipelineStore;

  constructor(private readonly catalogue: Catalogue) {
    const tx = this.transaction();
    this.port = { transaction: (work) => work(tx), isDataError: () => false, isRetryable: () => false };
  }

  /** The buckets that an event changes. Throws `RehearsalError` when it cannot be counted. */
  async take(event: HubEvent, now: number): Promise<BucketRow[]> {
    const part = { batch: randomUUID(), source: event.source, at: now, via: 'http' as const };
    const parts = [{ ...part, events: [event], rejected: [], rejectedTotal: 0 }];
    const outcome = await storeParts(this.port, this.catalogue, parts, now);
    if (outcome.setAside > 0) throw new RehearsalError(`event ${event.id} (${event.type}) cannot be counted`);
    return outcome.buckets;
  }

  /** The buckets that time alone changes up to `now`. */
  async pass(now: number): Promise<BucketRow[]> {
    const rows: BucketRow[] = [];
    for (let due = 1; due > 0;) {
      const passed = await passDeadlines(this.port, this.catalogue, now, 1_000);
      due = passed.due;
      rows.push(...passed.buckets);
    }
    return rows;
  }

  private transaction(): StoreTransaction {
    return {
      claimBatches: async (parts) => new Set(parts.map(({ batch }) => batch)),
      claimEvents: async (events) => this.claim(events.map(({ event }) => `${event.source}/${event.id}`)),
      insertEvents: async () => undefined,
      readThings: async (keys) =>
        new Map(
          keys.flatMap((key) => {
            const thing = this.things.get(thingId(key));
            return thing ? [[thingId(key), thing]] : [];
          }),
        ),
      saveThings: async (things) => {
        // Through JSON, as the store does: a state must not share anything with what is folded next.
        for (const thing of things) {
          const text = JSON.stringify(thing.state);
          this.things.set(thingId(thing), { ...thing, state: JSON.parse(text) as object, text, version: 1 });
        }
      },
      addToBuckets: async (deltas) => deltas.map((delta) => this.add(delta)),
      readBuckets: async () => [],
      finishBatches: async () => undefined,
      markSources: async () => undefined,
      lockDueThings: async (now, limit) =>
        [...this.things.values()].filter(({ until }) => until !== null && until <= now).slice(0, limit),
    };
  }

  private claim(keys: readonly string[]): Set<number> {
    const known = new Set<number>();
    keys.forEach((key, index) => {
      if (this.seen.has(key)) known.add(index);
      this.seen.add(key);
    });
    return known;
  }

  private add({ metric, dims, resolution, start, ...delta }: BucketDelta): BucketRow {
    const key = bucketKey(metric, dims, resolution, start);
    const old = this.buckets.get(key);
    const newer = delta.lastAt !== null && (old?.lastAt == null || delta.lastAt >= old.lastAt);
    const row: BucketRow = {
      metric,
      dims: [...dims],
      resolution,
      start,
      count: (old?.count ?? 0) + delta.count,
      sum: (old?.sum ?? 0) + delta.sum,
      min: edge(Math.min, old?.min, delta.min),
      max: edge(Math.max, old?.max, delta.max),
      last: newer ? delta.last : (old?.last ?? null),
      lastAt: newer ? delta.lastAt : (old?.lastAt ?? null),
      version: (old?.version ?? 0) + 1,
    };
    this.buckets.set(key, row);
    return row;
  }
}

function edge(pick: (a: number, b: number) => number, a: number | null | undefined, b: number | null): number | null {
  if (a === null || a === undefined) return b;
  return b === null ? a : pick(a, b);
}
