import type { BatchPart, HubEvent } from '#libs/contracts';
import type { Catalogue } from '#libs/sector-kit';
import { claim, eventKey, type Aside } from './claim-events.js';
import { count } from './count-events.js';
import { PoisonedBatch } from './observe.js';
import type { FreshEvent, PipelineStore, StoreTransaction } from './store.port.js';

class DryRun extends Error {}

/** Finds one event that the database refuses, by halving: each trial is a transaction that is rolled back. */
export async function findPoison(
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
    if (error instanceof PoisonedBatch || store.isDataError(error))
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
  await tx.addToBuckets((await count(tx, catalogue, newEvents, now)).list());
}
