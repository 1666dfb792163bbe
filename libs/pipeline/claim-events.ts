import type { BatchPart, HubEvent, Rejection } from '#libs/contracts';
import type { BatchResult, FreshEvent, StoreTransaction } from './store.port.js';

/** Events set aside so far, by source and id, each with its reason. */
export type Aside = Map<string, string>;
export const eventKey = (event: Pick<HubEvent, 'source' | 'id'>): string => `${event.source}\u001f${event.id}`;

/** Parts the events of new batches into new ones, duplicates and those set aside. */
export async function claim(
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
