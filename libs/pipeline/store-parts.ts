import type { BatchPart, BucketRow, RecentEvent, SourceSeen } from '#libs/contracts';
import type { Catalogue } from '#libs/sector-kit';
import { claim, eventKey, type Aside } from './claim-events.js';
import { count } from './count-events.js';
import { BucketDeltas } from './deltas.js';
import { findPoison } from './find-poison.js';
import { observationsOf, PoisonedBatch, PoisonError, thingsOf } from './observe.js';
import { thingId, type FreshEvent, type PipelineStore, type StoreTransaction } from './store.port.js';

/** What a commit changed, for the live bus and for metrics. */
export interface Outcome {
  buckets: BucketRow[];
  sources: SourceSeen[];
  recent: RecentEvent[];
  stored: number;
  duplicates: number;
  setAside: number;
  /** When the oldest newly stored event was received; null when nothing new was stored. */
  receivedAt: number | null;
}

/** Newest lines of a commit that go to the ticker. */
const RECENT = 20;
/** Searches for an event that the database refuses, in one go; beyond, the job fails and goes another round. */
const MAX_SEARCHES = 500;

/**
 * Stores and counts parts in one transaction, exactly once: a batch already recorded changes nothing, an event already in the
 * ledger is a duplicate. An event that cannot be counted is found, set aside with its reason, and the rest goes in.
 * Throws when nothing could be stored (the database is away); the queue then tries again.
 */
export async function storeParts(
  store: PipelineStore,
  catalogue: Catalogue,
  parts: readonly BatchPart[],
  now: number,
): Promise<Outcome> {
  const aside: Aside = new Map();
  for (let attempt = 0, searched = 0; ;) {
    try {
      return await store.transaction((tx) => storeOnce(tx, catalogue, parts, aside, now));
    } catch (error) {
      if (error instanceof PoisonedBatch) {
        for (const { source, eventId, message } of error.poison) aside.set(eventKey({ source, id: eventId }), message);
      } else if (store.isDataError(error) && searched++ < MAX_SEARCHES) {
        const [event, reason] = await findPoison(store, catalogue, parts, aside, now);
        aside.set(eventKey(event), reason);
      } else if (!store.isRetryable(error) || ++attempt > 5) {
        throw error;
      }
    }
  }
}

async function storeOnce(
  tx: StoreTransaction,
  catalogue: Catalogue,
  parts: readonly BatchPart[],
  aside: Aside,
  now: number,
): Promise<Outcome> {
  const claimed = await tx.claimBatches(parts, now);
  const fresh = parts.filter((part) => claimed.has(part.batch));
  const { results, newEvents } = await claim(tx, fresh, aside);
  await tx.insertEvents(newEvents);
  const buckets = await tx.addToBuckets((await count(tx, catalogue, newEvents, now)).list());
  const sources = sourcesSeen(parts);
  await tx.markSources(sources);
  await tx.finishBatches(results, now);
  const repeated = parts.filter((part) => !claimed.has(part.batch));
  if (repeated.length > 0) buckets.push(...(await touchedBy(tx, catalogue, repeated)));
  return {
    buckets,
    sources,
    recent: recentLines(catalogue, newEvents),
    stored: newEvents.length,
    duplicates: results.reduce((sum, result) => sum + result.duplicates, 0),
    setAside: aside.size,
    receivedAt:
      newEvents.length === 0 ? null : newEvents.reduce((oldest, { part }) => Math.min(oldest, part.at), Infinity),
  };
}

/** Current rows of the buckets that batches stored earlier had touched, for publishing again after a lost worker. */
async function touchedBy(
  tx: StoreTransaction,
  catalogue: Catalogue,
  parts: readonly BatchPart[],
): Promise<BucketRow[]> {
  const deltas = new BucketDeltas();
  const things = new Map<string, { kind: string; key: string }>();
  for (const event of parts.flatMap((part) => part.events)) {
    try {
      for (const observation of observationsOf(catalogue, event)) deltas.observe(observation, event.time);
      for (const thing of thingsOf(catalogue, event)) things.set(thingId(thing), thing);
    } catch (error) {
      if (!(error instanceof PoisonError)) throw error;
    }
  }
  for (const thing of (await tx.readThings([...things.values()])).values()) {
    for (const share of thing.shares) deltas.share(share, 1, null);
  }
  return await tx.readBuckets(deltas.list({ unchanged: true }));
}

function sourcesSeen(parts: readonly BatchPart[]): SourceSeen[] {
  const seen = new Map<string, SourceSeen>();
  for (const part of parts) {
    const entry = seen.get(part.source) ?? { source: part.source, lastEvent: null, lastSeen: 0 };
    entry.lastSeen = Math.max(entry.lastSeen, part.at);
    for (const event of part.events) entry.lastEvent = Math.max(entry.lastEvent ?? event.time, event.time);
    seen.set(part.source, entry);
  }
  return [...seen.values()].sort((a, b) => (a.source < b.source ? -1 : 1));
}

function recentLines(catalogue: Catalogue, events: readonly FreshEvent[]): RecentEvent[] {
  const recent: RecentEvent[] = [];
  for (let i = events.length - 1; i >= 0 && recent.length < RECENT; i--) {
    const event = events[i]?.event;
    if (!event) continue;
    const text = catalogue.eventType(event.type)?.line?.(event as never);
    if (text)
      recent.push({
        source: event.source,
        id: event.id,
        type: event.type,
        time: event.time,
        unit: event.unit ?? null,
        text,
      });
  }
  return recent;
}
