import type { BatchPart, BucketRow, HubEvent, RecentEvent, Rejection, SourceSeen } from '#libs/contracts';
import type { Catalogue } from '#libs/sector-kit';
import { BucketDeltas } from './deltas.js';
import { checkedShares, foldEvent, observationsOf, PoisonError, thingsOf } from './observe.js';
import {
  thingId,
  type BatchResult,
  type FreshEvent,
  type PipelineStore,
  type StoredThing,
  type StoreTransaction,
} from './store.port.js';

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
/** More poison than this in one transaction is not looked for singly any more; the job fails and is looked at by people. */
const MAX_POISON = 500;

/** Events set aside so far, by source and id, each with its reason. */
type Aside = Map<string, string>;
const eventKey = (event: Pick<HubEvent, 'source' | 'id'>): string => `${event.source}\u001f${event.id}`;

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
  for (let attempt = 0; ;) {
    try {
      return await store.transaction((tx) => storeOnce(tx, catalogue, parts, aside, now));
    } catch (error) {
      if (error instanceof PoisonError) {
        aside.set(eventKey({ source: error.source, id: error.eventId }), error.message);
      } else if (store.isDataError(error)) {
        const [event, reason] = await findPoison(store, catalogue, parts, aside, now);
        aside.set(eventKey(event), reason);
      } else if (!store.isRetryable(error) || ++attempt > 5) {
        throw error;
      }
      if (aside.size > MAX_POISON) throw error;
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
  const deltas = new BucketDeltas();
  for (const { event } of newEvents) {
    for (const observation of observationsOf(catalogue, event)) deltas.observe(observation, event.time);
  }
  await project(tx, catalogue, newEvents, deltas, now);
  const buckets = await tx.addToBuckets(deltas.list());
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

/** Parts the events of new batches into new ones, duplicates and those set aside. */
async function claim(
  tx: StoreTransaction,
  parts: readonly BatchPart[],
  aside: Aside,
): Promise<{ results: BatchResult[]; newEvents: FreshEvent[] }> {
  const results: BatchResult[] = [];
  const candidates: FreshEvent[] = [];
  const owner: BatchResult[] = [];
  const seen = new Set<string>();
  for (const part of parts) {
    const result: BatchResult = { part, stored: 0, duplicates: 0, setAside: [] };
    results.push(result);
    for (const [index, event] of part.events.entries()) {
      const key = eventKey(event);
      const reason = aside.get(key);
      if (reason !== undefined) {
        result.setAside.push({ event, rejection: setAsideRejection(event, index, reason) });
      } else if (seen.has(key)) {
        result.duplicates += 1;
      } else {
        seen.add(key);
        candidates.push({ part, event });
        owner.push(result);
      }
    }
  }
  const known = await tx.claimEvents(candidates);
  const newEvents: FreshEvent[] = [];
  for (const [index, candidate] of candidates.entries()) {
    const result = owner[index];
    if (!result) continue;
    if (known.has(index)) {
      result.duplicates += 1;
    } else {
      result.stored += 1;
      newEvents.push(candidate);
    }
  }
  return { results, newEvents };
}

function setAsideRejection(event: HubEvent, index: number, message: string): Rejection {
  return { index, id: event.id, code: 'set-aside', path: '', message };
}

/** Folds new events into their things and adds what changed in their shares. */
async function project(
  tx: StoreTransaction,
  catalogue: Catalogue,
  events: readonly FreshEvent[],
  deltas: BucketDeltas,
  now: number,
): Promise<void> {
  const touched = new Map<string, { kind: string; key: string; events: HubEvent[] }>();
  for (const { event } of events) {
    for (const thing of thingsOf(catalogue, event)) {
      const id = thingId(thing);
      const entry = touched.get(id);
      if (entry) entry.events.push(event);
      else touched.set(id, { ...thing, events: [event] });
    }
  }
  if (touched.size === 0) return;
  const before = await tx.readThings([...touched.values()]);
  const after: StoredThing[] = [];
  for (const [id, { kind, key, events: own }] of touched) {
    const old = before.get(id);
    let state = old?.state ?? null;
    for (const event of own) state = foldEvent(catalogue, kind, state, event);
    const blamed = own[own.length - 1];
    if (state === null || !blamed) continue;
    // What is only told again leaves no trace: its shares stay as they were, a deadline that passed is the timer's.
    if (old && JSON.stringify(state) === old.text) continue;
    const { shares, until } = checkedShares(catalogue, kind, state, now, blamed);
    const newest = own.reduce((time, event) => Math.max(time, event.time), 0);
    replaceShares(deltas, old?.shares ?? [], shares, newest);
    const version = old?.version === undefined ? {} : { version: old.version };
    after.push({ kind, key, state, shares, asOf: now, until, ...version });
  }
  await tx.saveThings(after, now);
}

/** Takes back the old shares and adds the new. */
function replaceShares(
  deltas: BucketDeltas,
  old: StoredThing['shares'],
  fresh: StoredThing['shares'],
  eventTime: number | null,
): void {
  for (const share of old) deltas.share(share, -1, null);
  for (const share of fresh) deltas.share(share, 1, eventTime);
}

/**
 * Brings up to date the things whose shares change by time alone (a deadline passes). Returns the buckets that
 * changed and how many things were due, so that the caller goes on while there are more.
 */
export async function passDeadlines(
  store: PipelineStore,
  catalogue: Catalogue,
  now: number,
  limit: number,
): Promise<{ due: number; buckets: BucketRow[] }> {
  return await store.transaction(async (tx) => {
    const due = await tx.lockDueThings(now, limit);
    if (due.length === 0) return { due: 0, buckets: [] };
    const deltas = new BucketDeltas();
    const after = due.map((thing): StoredThing => {
      const projection = catalogue.projection(thing.kind);
      // A pack that is gone leaves its things as they were, and not due again.
      if (!projection) return { ...thing, until: null };
      const { shares, until } = projection.shares(thing.state, now);
      replaceShares(deltas, thing.shares, shares, null);
      return { ...thing, shares, asOf: now, until };
    });
    await tx.saveThings(after, now);
    return { due: due.length, buckets: await tx.addToBuckets(deltas.list()) };
  });
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

class DryRun extends Error {}

/** Finds one event that the database refuses, by halving: each trial is a transaction that is rolled back. */
async function findPoison(
  store: PipelineStore,
  catalogue: Catalogue,
  parts: readonly BatchPart[],
  aside: Aside,
  now: number,
): Promise<[HubEvent, string]> {
  let suspects = parts.flatMap((part) =>
    part.events.filter((event) => !aside.has(eventKey(event))).map((event) => ({ part, event })),
  );
  let reason = 'the database refuses it';
  while (suspects.length > 1) {
    const half = suspects.slice(0, Math.ceil(suspects.length / 2));
    const refused = await trial(store, catalogue, half, now);
    if (refused !== null) reason = refused;
    suspects = refused !== null ? half : suspects.slice(half.length);
  }
  const [poison] = suspects;
  if (!poison) throw new Error('the database refuses a batch without events');
  return [poison.event, (await trial(store, catalogue, [poison], now)) ?? reason];
}

/** Whether the database takes these events: null, or why not. Other errors are thrown. */
async function trial(
  store: PipelineStore,
  catalogue: Catalogue,
  events: readonly FreshEvent[],
  now: number,
): Promise<string | null> {
  const parts = events.map(({ part, event }): BatchPart => ({
    ...part,
    events: [event],
    rejected: [],
    rejectedTotal: 0,
  }));
  try {
    await store.transaction(async (tx) => {
      await storeTrial(tx, catalogue, parts, now);
      throw new DryRun();
    });
    return null;
  } catch (error) {
    if (error instanceof DryRun) return null;
    if (error instanceof PoisonError || store.isDataError(error))
      return error instanceof Error ? error.message : String(error);
    throw error;
  }
}

async function storeTrial(
  tx: StoreTransaction,
  catalogue: Catalogue,
  parts: readonly BatchPart[],
  now: number,
): Promise<void> {
  const { newEvents } = await claim(tx, parts, new Map());
  await tx.insertEvents(newEvents);
  const deltas = new BucketDeltas();
  for (const { event } of newEvents) {
    for (const observation of observationsOf(catalogue, event)) deltas.observe(observation, event.time);
  }
  await project(tx, catalogue, newEvents, deltas, now);
  await tx.addToBuckets(deltas.list());
}
