import { DAY_MS, type HubEvent } from '#libs/contracts';
import { behind, readSince, type Added, type MeasureRead } from '#libs/live';
import type { EvidenceReader, StoredShare, ThingName } from '#libs/persistence';
import { observationsOf, thingsOf } from '#libs/pipeline';
import type { Catalogue } from '#libs/sector-kit';

/** Days back that are looked at, furthest only where nothing is found; and how many of each type, more only where few are. */
const DAYS = [2, 35, 400];
const EACH = [100, 500];

/**
 * The newest events that added to what was read, up to `until` (epoch ms), newest first: to those series, within those
 * windows. Of what is projected it is the thing as it stands now that says where it counts.
 */
export async function eventsBehind(
  { catalogue, reader }: { catalogue: Catalogue; reader: EvidenceReader },
  reads: readonly MeasureRead[],
  { until, most, sees }: { until: number; most: number; sees: (event: HubEvent) => boolean },
): Promise<HubEvent[]> {
  if (reads.length === 0) return [];
  let types = [...new Set(reads.flatMap(({ measure }) => catalogue.typesBehind(measure.metric)))];
  const isBehind = behind(reads);
  const since = readSince(reads) ?? 0;
  const found = new Map<string, HubEvent>();
  for (const days of DAYS) {
    const from = Math.max(until - days * DAY_MS, since - 1);
    let cut = new Set<string>();
    for (const each of EACH) {
      const events = await reader.eventsOf(types, from, until, each);
      for (const event of await among({ catalogue, reader }, events.filter(sees), isBehind))
        found.set(`${event.source} ${event.id}`, event);
      cut = full(events, each);
      if (found.size >= most || cut.size === 0) break;
    }
    // Of a type that has more events than are looked at, days further back would give the same.
    types = types.filter((type) => !cut.has(type));
    if (found.size >= (days === DAYS[0] ? most : 1) || from < since || types.length === 0) break;
  }
  return [...found.values()].sort((a, b) => b.time - a.time).slice(0, most);
}

async function among(
  { catalogue, reader }: { catalogue: Catalogue; reader: EvidenceReader },
  events: readonly HubEvent[],
  isBehind: (added: Added) => boolean,
): Promise<HubEvent[]> {
  const named = events.map((event) => ({ event, things: thingsOfKnown(catalogue, event) }));
  // A sensor tells again and again: its shares are read once.
  const things = new Map(named.flatMap((one) => one.things.map((thing) => [keyOf(thing), thing])));
  const shares = things.size > 0 ? await reader.sharesOf([...things.values()]) : new Map<string, StoredShare[]>();
  return named
    .filter(({ event, things: own }) => {
      if (observedBy(catalogue, event).some(isBehind)) return true;
      return own.some((thing) =>
        shares.get(keyOf(thing))?.some(({ metric, dims, at }) => isBehind({ metric, dims, at: at ?? null })),
      );
    })
    .map(({ event }) => event);
}

const keyOf = ({ kind, key }: ThingName): string => `${kind} ${key}`;

/** Types of which as many events were read as are read at most. */
function full(events: readonly HubEvent[], each: number): Set<string> {
  const counts = new Map<string, number>();
  for (const { type } of events) counts.set(type, (counts.get(type) ?? 0) + 1);
  return new Set([...counts].filter(([, count]) => count >= each).map(([type]) => type));
}

/** What was stored by a pack as it was may be beyond the pack as it is: then it explains nothing. */
function known<R>(work: () => R[]): R[] {
  try {
    return work();
  } catch {
    return [];
  }
}

const observedBy = (catalogue: Catalogue, event: HubEvent): Added[] =>
  known(() => observationsOf(catalogue, event).map(({ metric, dims }) => ({ metric, dims, at: event.time })));

const thingsOfKnown = (catalogue: Catalogue, event: HubEvent): ThingName[] => known(() => thingsOf(catalogue, event));
