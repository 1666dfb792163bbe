import { HOUR_MS, type BucketRow, type HubEvent } from '#libs/contracts';
import type { Catalogue } from '#libs/sector-kit';
import { BucketDeltas } from './deltas.js';
import {
  checkedShares,
  collectPoison,
  foldEvent,
  observationsOf,
  PoisonedBatch,
  type PoisonError,
  thingsOf,
} from './observe.js';
import { thingId, type FreshEvent, type PipelineStore, type StoredThing, type StoreTransaction } from './store.port.js';

/** What new events add to buckets, directly and through projections. */
export async function count(
  tx: StoreTransaction,
  catalogue: Catalogue,
  events: readonly FreshEvent[],
  now: number,
): Promise<BucketDeltas> {
  const deltas = new BucketDeltas();
  const poison: PoisonError[] = [];
  for (const { event } of events) {
    collectPoison(poison, () => {
      for (const observation of observationsOf(catalogue, event)) deltas.observe(observation, event.time);
    });
  }
  await project(tx, catalogue, events, { deltas, poison }, now);
  if (poison.length > 0) throw new PoisonedBatch(poison);
  return deltas;
}

/** Folds new events into their things and adds what changed in their shares. */
async function project(
  tx: StoreTransaction,
  catalogue: Catalogue,
  events: readonly FreshEvent[],
  { deltas, poison }: { deltas: BucketDeltas; poison: PoisonError[] },
  now: number,
): Promise<void> {
  const touched = touchedThings(catalogue, events, poison);
  if (touched.size === 0) return;
  const before = await tx.readThings([...touched.values()]);
  const after: StoredThing[] = [];
  for (const [id, { kind, key, events: own }] of touched) {
    const old = before.get(id);
    collectPoison(poison, () => {
      let state = old?.state ?? null;
      for (const event of own) state = foldEvent(catalogue, kind, state, event);
      const blamed = own[own.length - 1];
      if (state === null || !blamed) return;
      // What is only told again leaves no trace: its shares stay as they were, a deadline that passed is the timer's.
      if (old && JSON.stringify(state) === old.text) return;
      const { shares, until } = checkedShares(catalogue, kind, state, now, blamed);
      const newest = own.reduce((time, event) => Math.max(time, event.time), 0);
      replaceShares(deltas, old?.shares ?? [], shares, newest);
      const version = old?.version === undefined ? {} : { version: old.version };
      after.push({ kind, key, state, shares, asOf: now, until, ...version });
    });
  }
  if (poison.length === 0) await tx.saveThings(after, now);
}

/** The things that events are about, each with its events. */
function touchedThings(
  catalogue: Catalogue,
  events: readonly FreshEvent[],
  poison: PoisonError[],
): Map<string, { kind: string; key: string; events: HubEvent[] }> {
  const touched = new Map<string, { kind: string; key: string; events: HubEvent[] }>();
  for (const { event } of events) {
    collectPoison(poison, () => {
      for (const thing of thingsOf(catalogue, event)) {
        const id = thingId(thing);
        const entry = touched.get(id);
        if (entry) entry.events.push(event);
        else touched.set(id, { ...thing, events: [event] });
      }
    });
  }
  return touched;
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
      try {
        const { shares, until } = projection.shares(thing.state, now);
        replaceShares(deltas, thing.shares, shares, null);
        return { ...thing, shares, asOf: now, until };
      } catch {
        // One thing that its pack cannot judge must not hold up the deadlines of all others.
        return { ...thing, until: now + HOUR_MS };
      }
    });
    await tx.saveThings(after, now);
    return { due: due.length, buckets: await tx.addToBuckets(deltas.list()) };
  });
}
