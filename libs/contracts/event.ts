/**
 * An event as it travels behind the door: a CloudEvents 1.0 record, validated, stripped of personal data.
 * Times are epoch milliseconds in UTC.
 */
export interface HubEvent {
  /** Unique within its source. The pair (source, id) names the event for ever. */
  id: string;
  /** Id of the registered source that sent it. */
  source: string;
  /** `vn.ioc.<sector>.<noun>.<past>.v1` */
  type: string;
  /** When it happened, by the source's clock. */
  time: number;
  /** What it is about: a dossier, a station, a facility. */
  subject?: string;
  /** Code of the administrative unit where it happened. */
  unit?: string;
  data: Record<string, unknown>;
}

/** Limits of the envelope, the same at every door. */
export const LIMITS = {
  /** Characters of `id`, `type`, `subject`. */
  name: 200,
  /** Characters of `unit`. */
  unit: 10,
  /** Bytes of one event as JSON. */
  eventBytes: 64 * 1024,
  /** Events in one request or message. */
  batch: 10_000,
  /** Levels of nesting in an event. */
  depth: 16,
} as const;
