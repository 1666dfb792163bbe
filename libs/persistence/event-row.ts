import type { HubEvent } from '#libs/contracts';

/** An event as the table holds it. */
export interface EventRow {
  source: string;
  id: string;
  type: string;
  time: Date;
  unit: string | null;
  subject: string | null;
  data: Record<string, unknown>;
}

export function toEvent({ unit, subject, time, ...row }: EventRow): HubEvent {
  const event: HubEvent = { ...row, time: time.getTime() };
  if (unit !== null) event.unit = unit;
  if (subject !== null) event.subject = subject;
  return event;
}
