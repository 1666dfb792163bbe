import type { HubEvent } from './event.js';
import type { Rejection } from './problem.js';

/** What one request (or one MQTT message) brought: the unit of accounting. `batch` is a UUID made at the door. */
export interface BatchPart {
  batch: string;
  source: string;
  /** When the door had read it, epoch ms. */
  at: number;
  via: 'http' | 'mqtt';
  events: HubEvent[];
  /** Refused events, at most `MAX_REJECTIONS_KEPT`; kept so that their source can see them. */
  rejected: Rejection[];
  rejectedTotal: number;
}

/** More refusals of one request than this are counted, not kept. */
export const MAX_REJECTIONS_KEPT = 100;

/** One job: a micro-batch of parts, at most about 2,000 events. */
export interface EventJob {
  v: 1;
  /**
   * The parts, encoded by `encodeParts`. One string, because a queue backend parses and prints nested data again
   * on its way, and printing a string is several times cheaper.
   */
  parts: string;
  /** W3C trace context of the request that opened the batch. */
  traceparent?: string;
}

/** A part of at most so many events is small. */
const SMALL_PART = 20;

/**
 * Small parts have a queue, jobs and transactions of their own, from the door to the commit: a gauge that passes its limit
 * is not behind a night's synchronisation.
 */
export const isSmall = ({ events }: Pick<BatchPart, 'events'>): boolean => events.length <= SMALL_PART;

type EventTuple = [string, string, number, string | null, string | null, Record<string, unknown>];
type PartTuple = [string, string, number, 'http' | 'mqtt', EventTuple[], Rejection[], number];

export function encodeParts(parts: readonly BatchPart[]): string {
  const tuples: PartTuple[] = parts.map((part) => [
    part.batch,
    part.source,
    part.at,
    part.via,
    part.events.map((e): EventTuple => [e.id, e.type, e.time, e.unit ?? null, e.subject ?? null, e.data]),
    part.rejected,
    part.rejectedTotal,
  ]);
  return JSON.stringify(tuples);
}

export function decodeParts(encoded: string): BatchPart[] {
  const tuples = JSON.parse(encoded) as PartTuple[];
  return tuples.map(([batch, source, at, via, events, rejected, rejectedTotal]) => ({
    batch,
    source,
    at,
    via,
    rejected,
    rejectedTotal,
    events: events.map(([id, type, time, unit, subject, data]) => {
      const event: HubEvent = { id, source, type, time, data };
      if (unit !== null) event.unit = unit;
      if (subject !== null) event.subject = subject;
      return event;
    }),
  }));
}
