import type { HubEvent } from '#libs/contracts';
import type { Catalogue, Observation, Share, TypedEvent } from '#libs/sector-kit';

/** An event that cannot be counted; the pipeline sets it aside and stores its neighbours. */
export class PoisonError extends Error {
  constructor(
    readonly source: string,
    readonly eventId: string,
    reason: string,
  ) {
    super(reason);
  }
}

/** All events of a transaction that cannot be counted: found in one pass, so that many cost one more try and not many. */
export class PoisonedBatch extends Error {
  constructor(readonly poison: readonly PoisonError[]) {
    super(`${poison.length} events cannot be counted`);
  }
}

/** Runs `work`, keeping what is poison; other errors are thrown. */
export function collectPoison(poison: PoisonError[], work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof PoisonError)) throw error;
    poison.push(error);
  }
}

/** What an event adds to flows and readings. Throws `PoisonError` when its pack cannot say. */
export function observationsOf(catalogue: Catalogue, event: HubEvent): Observation[] {
  const type = catalogue.eventType(event.type);
  if (!type) throw poison(event, `no pack knows the type ${event.type}`);
  if (!type.observe) return [];
  let observations: Observation[];
  try {
    observations = type.observe(event as TypedEvent<object>);
  } catch (error) {
    throw poison(event, error);
  }
  for (const observation of observations) checkCount(catalogue, event, observation);
  return observations;
}

/** Shares of a projected thing, checked. `event` is whom to blame. */
export function checkedShares(
  catalogue: Catalogue,
  kind: string,
  state: object,
  now: number,
  event: HubEvent,
): { shares: Share[]; until: number | null } {
  const projection = catalogue.projection(kind);
  if (!projection) throw poison(event, `no pack knows the projection ${kind}`);
  try {
    const result = projection.shares(state, now);
    for (const share of result.shares) checkCount(catalogue, event, share);
    return result;
  } catch (error) {
    throw poison(event, error);
  }
}

/** Folds an event into a thing's state. */
export function foldEvent(catalogue: Catalogue, kind: string, state: object | null, event: HubEvent): object {
  const projection = catalogue.projection(kind);
  if (!projection) throw poison(event, `no pack knows the projection ${kind}`);
  try {
    return projection.fold(state, event as TypedEvent<object>);
  } catch (error) {
    throw poison(event, error);
  }
}

/** The projected things that an event is about. */
export function thingsOf(catalogue: Catalogue, event: HubEvent): { kind: string; key: string }[] {
  const things: { kind: string; key: string }[] = [];
  for (const { kind, projection } of catalogue.projectionsOf(event.type)) {
    try {
      const key = projection.key(event as TypedEvent<object>);
      if (key !== null) things.push({ kind, key });
    } catch (error) {
      throw poison(event, error);
    }
  }
  return things;
}

function checkCount(catalogue: Catalogue, event: HubEvent, { metric, dims, value }: Observation): void {
  const declared = catalogue.metric(metric);
  if (!declared) throw poison(event, `the metric ${metric} is not declared`);
  if (dims.length !== declared.dims.length) throw poison(event, `${metric} has dimensions ${declared.dims.join(', ')}`);
  if (!Number.isFinite(value)) throw poison(event, `${metric} is not a finite number`);
  if (dims.some((dim) => typeof dim !== 'string' || dim.length > 200))
    throw poison(event, `${metric} has a wrong dimension`);
}

function poison(event: HubEvent, reason: unknown): PoisonError {
  if (reason instanceof PoisonError) return reason;
  return new PoisonError(event.source, event.id, reason instanceof Error ? reason.message : String(reason));
}
