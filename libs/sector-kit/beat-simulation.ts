import type { HubEvent } from '#libs/contracts';
import type { Scenario, Simulation } from './sector.js';
import { beats, randomOf, type Random } from './simulation.js';

/** Something that happens at regular times: what is said at each of them. */
export interface Beat {
  /** Milliseconds between two beats, from local midnight on. */
  every: number;
  /** Milliseconds after the beat's own time. */
  offset?: number;
  events: (time: number, random: Random, pace: number) => readonly Omit<HubEvent, 'id' | 'source' | 'time'>[];
}

/** A simulation of one source that speaks at regular times; seeded by the beat, so that any cut of time gives the same. */
export function beatSimulation(
  source: Simulation['sources'][number],
  spoken: Readonly<Record<string, Beat>>,
  scenarios: readonly Scenario[] = [],
): Simulation {
  function* events({ from, to, seed, pace }: Parameters<Simulation['events']>[0]): Generator<HubEvent> {
    for (const [name, beat] of Object.entries(spoken)) {
      for (const time of beats(from, to, beat.every, beat.offset)) {
        const said = beat.events(time, randomOf(seed, source.id, name, time), pace);
        for (const [index, event] of said.entries()) {
          yield { ...event, id: `${name}/${time / 1000}/${index}`, source: source.id, time };
        }
      }
    }
  }
  return { sources: [source], events, scenarios };
}
