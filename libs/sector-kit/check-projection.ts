import type { HubEvent } from '#libs/contracts';
import type { Projection, TypedEvent } from './sector.js';

/**
 * Holds a projection to its promise: any order and any repetition of the same events ends in the same state. Throws,
 * naming the key, when it does not. `shuffles` orders are tried, each from `seed`.
 */
export function checkProjection(
  projection: Projection,
  events: readonly HubEvent[],
  options: { seed: number; shuffles?: number },
): void {
  const wanted = foldAll(projection, events);
  for (let n = 0; n < (options.shuffles ?? 5); n++) {
    const order = shuffled([...events, ...events.filter((_, i) => i % 2 === n % 2)], options.seed + n);
    const got = foldAll(projection, order);
    for (const [key, state] of wanted) {
      const other = got.get(key);
      if (canonical(other) !== canonical(state)) {
        throw new Error(
          `projection ${projection.name} depends on order or repetition for ${key}: ${canonical(state)} and ${canonical(other)}`,
        );
      }
    }
    if (got.size !== wanted.size) throw new Error(`projection ${projection.name} has other keys in another order`);
  }
}

/** The states after folding `events` in the order given, by key. States pass through JSON, as they do in the store. */
export function foldAll(projection: Projection, events: readonly HubEvent[]): Map<string, object> {
  const states = new Map<string, object>();
  for (const event of events) {
    if (!projection.types.includes(event.type)) continue;
    const typed = event as TypedEvent<object>;
    const key = projection.key(typed);
    if (key === null) continue;
    const state = projection.fold(states.get(key) ?? null, typed);
    states.set(key, JSON.parse(JSON.stringify(state)) as object);
  }
  return states;
}

/** JSON with sorted keys, so that equal states give equal text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function shuffled<T>(items: T[], seed: number): T[] {
  let state = seed >>> 0;
  for (let i = items.length - 1; i > 0; i--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const j = Math.floor((state / 4_294_967_296) * (i + 1));
    [items[i], items[j]] = [items[j] as T, items[i] as T];
  }
  return items;
}
