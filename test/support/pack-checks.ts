import { expect } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { calendarShift, HOUR_MS, type HubEvent } from '#libs/contracts';
import { BucketSet, evaluateFormula, EVERYTHING, type Sight } from '#libs/live';
import { BucketDeltas } from '#libs/pipeline';
import {
  Catalogue,
  checkBoard,
  checkProjection,
  foldAll,
  formula,
  type SectorPack,
  type TypedEvent,
} from '#libs/sector-kit';

/** What the pack makes of these events at a moment, read by formulas as indicators and boards do. */
export function countedBy(pack: SectorPack, events: readonly HubEvent[], now: number): (text: string) => number | null {
  const sight = sightOf(pack, events, now);
  return (text) => evaluateFormula(sight, formula(text)).value;
}

/** A pack's `fixtures/published.json`: what was published, with its source and certainty, and messages where it has some. */
export function publishedOf<T extends object>(spec: string): T & { source: string } {
  return JSON.parse(readFileSync(new URL('./fixtures/published.json', spec), 'utf8')) as T & { source: string };
}

/** A message of a fixture: its type without `vn.ioc.<sector>.` and `.v1`. */
export interface FixtureMessage {
  type: string;
  /** ISO 8601; absent: the time given to `messagesOf`. */
  time?: string;
  unit?: string;
  data: Record<string, unknown>;
}

/** The messages of a fixture as events, each held against what the pack takes. */
export function messagesOf(pack: SectorPack, messages: readonly FixtureMessage[], time: number): HubEvent[] {
  return messages.map((message, i): HubEvent => {
    const name = `vn.ioc.${pack.id}.${message.type}.v1`;
    const type = pack.events.find((one) => one.type === name);
    if (!type) throw new Error(`${pack.id} takes no ${name}`);
    const options = { whitelist: true, forbidNonWhitelisted: true };
    expect([i, validateSync(plainToInstance(type.dto, message.data), options)]).toEqual([i, []]);
    const at = message.time === undefined ? time : Date.parse(message.time);
    return { ...message, type: name, id: `fixture-${i}`, source: 'fixture', time: at };
  });
}

/** The same to look at: everything in sight, units as given (`today`: old code → the one that took it over). */
export function sightOf(
  pack: SectorPack,
  events: readonly HubEvent[],
  now: number,
  today: Readonly<Record<string, string>> = {},
): Sight {
  const catalogue = new Catalogue([pack]);
  const deltas = new BucketDeltas();
  for (const event of events) {
    const observations = catalogue.eventType(event.type)?.observe?.(event as TypedEvent<object>) ?? [];
    for (const observation of observations) deltas.observe(observation, event.time);
  }
  for (const projection of pack.projections) {
    for (const state of foldAll(projection, events).values()) {
      for (const share of projection.shares(state, now).shares) deltas.share(share, 1, now);
    }
  }
  const buckets = new BucketSet();
  buckets.apply(
    deltas.list().map((delta) => ({ ...delta, dims: [...delta.dims], version: 1 })),
    now,
  );
  const units = {
    within: (code: string, above: string) => code === above,
    find: () => undefined,
    today: (code: string) => today[code] ?? code,
  };
  return { catalogue, buckets, units, scope: EVERYTHING, moment: { at: now, live: true } };
}

/** The same, where formulas may look back (`before`): to dated counts and flows, not to levels. */
export function countedWithPast(
  pack: SectorPack,
  events: readonly HubEvent[],
  now: number,
): (text: string) => number | null {
  const sight = sightOf(pack, events, now);
  const earlier: Sight['earlier'] = ({ step, back }) => ({
    ...sight,
    moment: { at: calendarShift(step, now, -back), live: false },
  });
  return (text) => evaluateFormula({ ...sight, earlier }, formula(text)).value;
}

/**
 * What every pack must keep: it is complete, its board can be drawn, what its simulation says in two days are valid
 * messages, the same however time is cut, and its projections take them in any order, any number of times.
 */
export function checkPack(pack: SectorPack, from: number): HubEvent[] {
  expect(() => new Catalogue([pack])).not.toThrow();
  expect(() => checkBoard(pack)).not.toThrow();
  const { simulation } = pack;
  if (!simulation) return [];
  const to = from + 48 * HOUR_MS;
  const said = (span: { from: number; to: number }): HubEvent[] => [
    ...simulation.events({ ...span, seed: 7, pace: 1 }),
  ];
  const whole = said({ from, to });
  const middle = from + 17 * HOUR_MS + 123;
  const text = (events: HubEvent[]): string[] => events.map((event) => JSON.stringify(event)).sort();
  expect(text([...said({ from, to: middle }), ...said({ from: middle, to })])).toEqual(text(whole));
  expect(new Set(whole.map(({ id }) => id)).size).toBe(whole.length);
  for (const event of whole) {
    const type = pack.events.find((one) => one.type === event.type);
    if (!type) throw new Error(`${pack.id} simulates the unknown type ${event.type}`);
    const options = { whitelist: true, forbidNonWhitelisted: true };
    expect([event.id, validateSync(plainToInstance(type.dto, event.data), options)]).toEqual([event.id, []]);
    const limited = simulation.sources.some(({ id, units }) => id === event.source && !units.includes('*'));
    expect([event.id, !limited || event.unit !== undefined]).toEqual([event.id, true]);
    expect(type.line?.(event as TypedEvent<object>)).not.toBe('');
  }
  for (const projection of pack.projections) checkProjection(projection, whole.slice(0, 400), { seed: 3 });
  checkAdds(pack, whole, to);
  return whole;
}

/** What event types say that they add to is all that their events add to. */
function checkAdds(pack: SectorPack, events: readonly HubEvent[], now: number): void {
  const catalogue = new Catalogue([pack]);
  const unsaid = new Set<string>();
  const check = (types: readonly string[], metric: string): void => {
    if (!catalogue.typesBehind(metric).some((type) => types.includes(type))) unsaid.add(`${types.join()}: ${metric}`);
  };
  for (const event of events)
    for (const { metric } of catalogue.eventType(event.type)?.observe?.(event as TypedEvent<object>) ?? [])
      check([event.type], metric);
  for (const projection of pack.projections)
    for (const state of foldAll(projection, events.slice(0, 4_000)).values())
      for (const { metric } of projection.shares(state, now).shares) check(projection.types, metric);
  expect([...unsaid]).toEqual([]);
  expect(pack.metrics.filter(({ code }) => catalogue.typesBehind(code).length === 0)).toEqual([]);
}
