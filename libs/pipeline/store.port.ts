import type { BatchPart, BucketRow, HubEvent, Rejection, SourceSeen } from '#libs/contracts';
import type { Share } from '#libs/sector-kit';
import type { BucketDelta } from './deltas.js';

export interface ThingKey {
  kind: string;
  key: string;
}

/** A projected thing as stored: its state and what it adds, as evaluated at `asOf` (epoch ms). */
export interface StoredThing extends ThingKey {
  state: object;
  /** The state as text, when it was read. */
  text?: string;
  /** Grows with each write; absent while it was never stored. */
  version?: number;
  shares: Share[];
  asOf: number;
  until: number | null;
}

export interface BatchResult {
  part: BatchPart;
  stored: number;
  duplicates: number;
  setAside: { event: HubEvent; rejection: Rejection }[];
}

export interface FreshEvent {
  part: BatchPart;
  event: HubEvent;
}

/** The database as the worker's transaction sees it. Calls are made in this order, so that locks are too. */
export interface StoreTransaction {
  /** Of these batches, those not yet recorded; records them. */
  claimBatches(parts: readonly BatchPart[], now: number): Promise<Set<string>>;
  /** Of these events (no pair twice), the positions of those already in the ledger; records the others. */
  claimEvents(events: readonly FreshEvent[]): Promise<Set<number>>;
  insertEvents(events: readonly FreshEvent[]): Promise<void>;
  /** Reads things without locking them (most are only told again); absent ones are left out. */
  readThings(keys: readonly ThingKey[]): Promise<Map<string, StoredThing>>;
  /**
   * Writes things: those without a version are new. Fails with a retryable error when another transaction made or
   * changed one of them since it was read.
   */
  saveThings(things: readonly StoredThing[], now: number): Promise<void>;
  /** Adds deltas to buckets in the order of their full key; returns the rows as they are now. */
  addToBuckets(deltas: readonly BucketDelta[]): Promise<BucketRow[]>;
  /** Rows of buckets as they are, for a repeated publication. */
  readBuckets(deltas: readonly BucketDelta[]): Promise<BucketRow[]>;
  finishBatches(results: readonly BatchResult[], now: number): Promise<void>;
  markSources(sources: readonly SourceSeen[]): Promise<void>;
  /** Things whose shares change by time alone at or before `now`, locked, at most `limit`. */
  lockDueThings(now: number, limit: number): Promise<StoredThing[]>;
}

export interface PipelineStore {
  /** Runs in one transaction; any error rolls it back. */
  transaction<R>(work: (tx: StoreTransaction) => Promise<R>): Promise<R>;
  /** Whether an error comes from the data itself, so that a part of the batch could still be stored. */
  isDataError(error: unknown): boolean;
  /** Whether the same work may succeed when tried again at once. */
  isRetryable(error: unknown): boolean;
}

export const thingId = ({ kind, key }: ThingKey): string => `${kind}\u001f${key}`;
