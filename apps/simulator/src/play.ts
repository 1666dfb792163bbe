import { setTimeout as delay } from 'node:timers/promises';
import type { HubEvent } from '#libs/contracts';
import type { Catalogue, Scenario } from '#libs/sector-kit';
import type { PlayingFiles } from './demo-files.js';
import type { Senders } from './senders.js';
import { SEED } from './simulator.js';

/** All scenarios of an installation, by name. */
export function scenariosOf(catalogue: Catalogue): Map<string, Scenario> {
  const all = catalogue.packs.flatMap(({ simulation }) => [...(simulation?.scenarios ?? [])]);
  return new Map(all.map((scenario) => [scenario.name, scenario]));
}

export interface PlayOptions {
  scenario: Scenario;
  /** How long it is played, ms. */
  length: number;
  senders: Senders;
  playing: PlayingFiles;
  signal: AbortSignal;
  now?: () => number;
  everyMs?: number;
}

/**
 * Plays one scenario: holds back what it mutes, sends its own events as their time comes, and, where it has a backlog,
 * sends that in one go at the end. Resolves to the number of events, when all of them are delivered.
 */
export async function play(options: PlayOptions): Promise<number> {
  const { scenario, length, senders, playing, signal, now = Date.now, everyMs = 1_000 } = options;
  const start = now();
  const until = start + length;
  const mutes = [...(scenario.mutes ?? []), ...(scenario.backlog?.sources ?? [])];
  playing.start({ name: scenario.name, from: start, until, mutes });
  const eventsOf = (from: number, to: number): HubEvent[] => [
    ...(scenario.events?.({ from, to, start, seed: SEED }) ?? []),
  ];
  let count = 0;
  try {
    let sent = start;
    while (sent < until && !signal.aborted) {
      await delay(Math.min(everyMs, until - sent), undefined, { signal }).catch(() => undefined);
      const to = Math.min(until, now());
      if (!scenario.backlog) count += await senders.send(eventsOf(sent, to));
      sent = to;
    }
  } finally {
    playing.end(scenario.name);
  }
  // The backlog reaches back from here, also when the play was cut short.
  if (scenario.backlog) {
    const end = now();
    count += await senders.send(eventsOf(end - scenario.backlog.seconds * 1_000, end));
  }
  await senders.flush();
  return count;
}
