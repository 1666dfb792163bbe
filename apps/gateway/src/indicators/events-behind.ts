import { DAY_MS, type HubEvent, MINUTE_MS } from '#libs/contracts';
import { behind, readSince, type Added, type MeasureRead } from '#libs/live';
import type { EvidenceReader, EventWindow, NarrowedBy, StoredShare, ThingName } from '#libs/persistence';
import { checkedShares, foldEvent, observationsOf, thingsOf } from '#libs/pipeline';
import type { Catalogue } from '#libs/sector-kit';
import type { MomentOf } from './put-in.js';

/** Days back that are looked at, furthest only where nothing is found. */
const DAYS = [2, 35, 400];
const FURTHEST_MS = 400 * DAY_MS;
/**
 * How many of each type are looked at; where too few of them are behind it, so many more, of all types together: first as many
 * as are likely to do by the share that was found, and half of that more.
 */
const EACH = 100;
const MORE_EACH = 400;
const MORE = 1_000;
const MARGIN = 1.5;
/** Of one moment; a sender may give hundreds the same. */
const AT_A_MOMENT = 40;
/** Where few units or one key are asked for: how many are looked through in all, and how far before a known moment. */
const SCANNED = 5_000;
const BEFORE_MS = 30 * MINUTE_MS;

interface Search {
  until: number;
  most: number;
  sees: (event: HubEvent) => boolean;
  /** When the series changed that changed last, newest first. */
  moments?: readonly MomentOf[];
  narrowed?: NarrowedBy | null;
}

/**
 * The newest events that added to what was read, up to `until` (epoch ms), newest first: to those series, within those
 * windows. Of what is projected it is the thing as it stands now that says where it counts; of a past moment also the event by
 * itself, since the thing may count elsewhere by now. `narrowed`: where to look first.
 */
export async function eventsBehind(
  { catalogue, reader }: { catalogue: Catalogue; reader: EvidenceReader },
  reads: readonly MeasureRead[],
  { until, most, sees, moments = [], narrowed }: Search,
): Promise<HubEvent[]> {
  if (reads.length === 0) return [];
  // Up to when the events of each type are still to be looked at.
  let left = new Map(
    reads.flatMap(({ measure }) => catalogue.typesBehind(measure.metric)).map((type) => [type, until]),
  );
  const isBehind = behind(reads);
  const isPast = reads.every(({ sight }) => !sight.moment.live);
  const byItself = (event: HubEvent): Added[] => (isPast ? sharedBy(catalogue, event, until) : []);
  const since = readSince(reads) ?? 0;
  const looked = new Set<string>();
  const found: HubEvent[] = [];
  const keep = async (events: readonly HubEvent[]): Promise<void> => {
    // Those of the very moment up to which was looked come again.
    const fresh = events.filter((event) => sees(event) && !looked.has(nameOf(event)));
    for (const event of fresh) looked.add(nameOf(event));
    found.push(...(await among({ catalogue, reader }, fresh, { isBehind, byItself })));
  };
  const furthest = Math.max(until - FURTHEST_MS, since - 1);
  const lately = (ms: number): EventWindow[] => {
    const windows = moments.flatMap(({ metric, at }) =>
      catalogue.typesBehind(metric).map((type) => {
        return { type, from: Math.max(at - ms, furthest), until: Math.min(at, until) };
      }),
    );
    return [...new Map(windows.map((window) => [`${window.type} ${window.until}`, window])).values()];
  };
  const lookAmong = async ({ windows, by, enough }: Pass, each = EACH): Promise<void> => {
    if (found.length >= enough || windows.length === 0) return;
    const scanned = Math.ceil(SCANNED / windows.length);
    await keep(await reader.eventsAmong(windows, by, { arrived: until, scanned, each }));
  };
  const newest = (): HubEvent[] => found.sort((a, b) => b.time - a.time).slice(0, most);
  if (narrowed) {
    for (const pass of passes([...left.keys()], { narrowed, lately, from: furthest, until, most }))
      await lookAmong(pass);
    return newest();
  }
  const look = async (types: ReadonlyMap<string, number>, from: number, each: number): Promise<Map<string, number>> => {
    const events = await reader.eventsOf(types, { from, arrived: until, each });
    await keep(events);
    return rest(events, each);
  };
  for (const days of DAYS) {
    const from = Math.max(until - days * DAY_MS, since - 1);
    let more = await look(left, from, EACH);
    // Thousands of others may be newer than what it is about: then its own are those of the moments when its series changed.
    const known = found.length;
    if (days === DAYS[0] && more.size > 0) await lookAmong({ windows: lately(1), by: ALL, enough: most }, AT_A_MOMENT);
    if (found.length === known && found.length < most && more.size > 0) {
      const room = Math.min(MORE_EACH, Math.ceil(MORE / more.size));
      const likely = Math.ceil((MARGIN * EACH * (most - known)) / known);
      for (const each of likely < room ? [likely, room - likely] : [room])
        if (found.length < most && more.size > 0) more = await look(more, from, each);
    }
    // Of a type that has more events than are looked at nothing further back is.
    left = new Map([...left.keys()].filter((type) => !more.has(type)).map((type) => [type, from]));
    if (found.length >= (days === DAYS[0] ? most : 1) || from < since || left.size === 0) break;
  }
  return newest();
}

interface Pass {
  windows: EventWindow[];
  by: NarrowedBy;
  /** Where so many are found already, there is no need of it. */
  enough: number;
}

interface PassesOf extends Pick<Search, 'until' | 'most'> {
  narrowed: NarrowedBy;
  /** Windows of so many milliseconds up to when the series changed that changed last. */
  lately: (ms: number) => EventWindow[];
  from: number;
}

const ALL: NarrowedBy = { units: null, text: null };

/**
 * Where to look for events of few units or of one key, in turn: among the newest of their types; at the moments when their
 * series changed last, which may be long ago; shortly before these; and among the newest whatever they tell.
 */
function passes(types: readonly string[], { narrowed, lately, from, until, most }: PassesOf): Pass[] {
  const all = types.map((type) => ({ type, from, until }));
  const { units, text } = narrowed;
  return [
    { windows: all, by: narrowed, enough: most },
    // Not every key stands in the data: some are reckoned from it.
    { windows: lately(1), by: { units, text: null }, enough: most },
    { windows: lately(BEFORE_MS), by: narrowed, enough: 1 },
    { windows: all, by: ALL, enough: text === null ? 1 : most },
  ];
}

async function among(
  { catalogue, reader }: { catalogue: Catalogue; reader: EvidenceReader },
  events: readonly HubEvent[],
  { isBehind, byItself }: { isBehind: (added: Added) => boolean; byItself: (event: HubEvent) => Added[] },
): Promise<HubEvent[]> {
  const named = events.map((event) => ({ event, things: thingsOfKnown(catalogue, event) }));
  // A sensor tells again and again: its shares are read once.
  const things = new Map(named.flatMap((one) => one.things.map((thing) => [keyOf(thing), thing])));
  const shares = things.size > 0 ? await reader.sharesOf([...things.values()]) : new Map<string, StoredShare[]>();
  return named
    .filter(({ event, things: own }) => {
      if (observedBy(catalogue, event).some(isBehind) || byItself(event).some(isBehind)) return true;
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

/** What the things that an event is about would add if nothing else were known of them. */
const sharedBy = (catalogue: Catalogue, event: HubEvent, now: number): Added[] =>
  thingsOfKnown(catalogue, event).flatMap(({ kind }) =>
    known(() => {
      const state = foldEvent(catalogue, kind, null, event);
      return checkedShares(catalogue, kind, state, now, event).shares.map(({ metric, dims, at }) => {
        return { metric, dims, at: at ?? null };
      });
    }),
  );
