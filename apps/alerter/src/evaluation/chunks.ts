import type { Transition } from '#libs/persistence';

/** Alerts that one transaction opens, ends or mutes at most. */
export const CHUNK = 100;

/** What is critical in a transaction of its own, first: it waits for nothing that is milder. */
export function chunksOf(transitions: readonly Transition[]): Transition[][] {
  const isCritical = ({ outcome }: Transition): boolean =>
    outcome.kind === 'fire' && outcome.alert.severity === 'critical';
  const parts = [transitions.filter(isCritical), transitions.filter((each) => !isCritical(each))];
  return parts.flatMap((part) =>
    Array.from({ length: Math.ceil(part.length / CHUNK) }, (_, i) => part.slice(i * CHUNK, (i + 1) * CHUNK)),
  );
}
