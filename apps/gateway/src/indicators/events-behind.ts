import { DAY_MS, type HubEvent } from '#libs/contracts';
import { behind, readSince, type Added, type MeasureRead } from '#libs/live';
import type { EvidenceReader, StoredShare, ThingName } from '#libs/persistence';
import { observationsOf, thingsOf } from '#libs/pipeline';
import type { Catalogue } from '#libs/sector-kit';

/** Days back that are looked at, furthest only where nothing is found. */
const DAYS = [2, 35, 400];
/** How many of each type are looked at; where too few of them are behind it, so many more, of all types together. */
const EACH = 100;
const MORE_EACH = 400;
const MORE = 1_000;

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
  // Up to when the events of each type are still to be looked at.
  let left = new Map(
    reads.flatMap(({ measure }) => catalogue.typesBehind(measure.metric)).map((type) => [type, until]),
  );
  const isBehind = behind(reads);
  const since = readSince(reads) ?? 0;
  const looked = new Set<string>();
  const found: HubEvent[] = [];
  const look = async (types: ReadonlyMap<string, number>, from: number, each: number): Promise<Map<string, number>> => {
    const events = await reader.eventsOf(types, { from, arrived: until, each });
    // Those of the very moment up to which was looked come again.
    const fresh = events.filter((event) => sees(event) && !looked.has(nameOf(event)));
    for (const event of fresh) looked.add(nameOf(event));
    found.push(...(await among({ catalogue, reader }, fresh, isBehind)));
    return rest(events, each);
  };
  for (const days of DAYS) {
    const from = Math.max(until - days * DAY_MS, since - 1);
    let more = await look(left, from, EACH);
    if (found.length < most && more.size > 0)
      more = await look(more, from, Math.min(MORE_EACH, Math.ceil(MORE / more.size)));
    // Of a type that has more events than are looked at nothing further back is.
    left = new Map([...left.keys()].filter((type) => !more.has(type)).map((type) => [type, from]));
    if (found.length >= (days === DAYS[0] ? most : 1) || from < since || left.size === 0) break;
  }
  return found.sort((a, b) => b.time - a.time).slice(0, most);
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

const nameOf = ({ source, id }: HubEvent): string => `${source} ${id}`;

/** Types of which as many events were read as are read at most, with the time of the oldest. */
function rest(events: readonly HubEvent[], each: number): Map<string, number> {
  const read = new Map<string, { count: number; oldest: number }>();
  for (const { type, time } of events)
    read.set(type, { count: (read.get(type)?.count ?? 0) + 1, oldest: Math.min(read.get(type)?.oldest ?? time, time) });
  return new Map([...read].flatMap(([type, { count, oldest }]) => (count >= each ? [[type, oldest] as const] : [])));
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
