import { NOT_SENT } from '#libs/contracts';
import type { DataSource } from 'typeorm';
import { ASKING } from './notifications.port.js';
import type { Taken } from './outbox.js';

/** What of a taken notification is not sent now: never (`why`), or not before another one (`until`, epoch ms). */
export type Held = { why: string } | { until: number };

/**
 * Notifications that are not to be sent now, by id: what they are about was answered, is over or is another's, or they tell the end of
 * what their recipient has never heard of, or may hear of only now.
 */
export async function heldBack(database: DataSource, taken: readonly Taken[], now: number): Promise<Map<string, Held>> {
  const held = new Map<string, Held>([
    ...(await needless(database, taken)),
    ...(await passedOn(database, taken)),
    ...(await toldAfterAll(database, taken)),
  ]);
  const cancelled = [...held.keys()];
  for (const [id, one] of await endsOfUntold(database, taken, cancelled, now)) held.set(id, one);
  return held;
}

/** What was answered or is over. */
async function needless(database: DataSource, taken: readonly Taken[]): Promise<Map<string, { why: string }>> {
  const asked = taken.filter(({ kind }) => ASKING.includes(kind)).map(({ id }) => id);
  if (asked.length === 0) return new Map();
  // Reminders and escalations are for what nobody has answered, and name one alert for all of their group; a first message
  // still tells what somebody else answered. What a person opened again is open, though its condition is over.
  const rows = await database.query<{ id: string; over: boolean; answered: boolean }[]>(
    `SELECT n.id, bool_and(a.state IN ('resolved', 'closed')) AS over,
       bool_and(a.state <> 'firing') AND NOT EXISTS (
         SELECT FROM alert o WHERE o.group_id = n.group_id AND o.state = 'firing' AND o.muted IS NULL) AS answered
     FROM notification n JOIN notification_item i ON i.notification_id = n.id JOIN alert a ON a.id = i.alert_id
     WHERE n.id = ANY($1::uuid[]) GROUP BY n.id`,
    [asked],
  );
  const kinds = new Map(taken.map(({ id, kind }) => [id, kind]));
  return new Map(
    rows
      .filter(({ id, over, answered }) => (kinds.get(id) === 'alert' ? over : answered))
      .map(({ id, over }) => [id, { why: (over ? NOT_SENT.over : NOT_SENT.answered).en }]),
  );
}

/** What was assigned to somebody and is another's by now. */
async function passedOn(database: DataSource, taken: readonly Taken[]): Promise<Map<string, { why: string }>> {
  const asked = taken.filter(({ kind }) => kind === 'assigned').map(({ id }) => id);
  if (asked.length === 0) return new Map();
  const rows = await database.query<{ id: string }[]>(
    `SELECT n.id FROM notification n JOIN notification_item i ON i.notification_id = n.id JOIN alert a ON a.id = i.alert_id
     WHERE n.id = ANY($1::uuid[]) GROUP BY n.id HAVING bool_and(a.assignee IS DISTINCT FROM n.recipient)`,
    [asked],
  );
  return new Map(rows.map(({ id }) => [id, { why: NOT_SENT.passedOn.en }]));
}

/** What was said of an assignment that reached nobody and is so no more: he was told after all, it is another's, or it is over. */
async function toldAfterAll(database: DataSource, taken: readonly Taken[]): Promise<Map<string, { why: string }>> {
  const asked = taken.filter(({ kind }) => kind === 'untold').map(({ id }) => id);
  if (asked.length === 0) return new Map();
  const rows = await database.query<{ id: string }[]>(
    `SELECT n.id FROM notification n JOIN notification_item i ON i.notification_id = n.id JOIN alert a ON a.id = i.alert_id
     WHERE n.id = ANY($1::uuid[]) GROUP BY n.id
     HAVING bool_and(NOT a.assignee_untold OR a.state IN ('resolved', 'closed'))`,
    [asked],
  );
  return new Map(rows.map(({ id }) => [id, { why: NOT_SENT.toldAfterAll.en }]));
}

const MOST_PATIENT_MS = 60_000;

/**
 * Ends are told to who was told of the beginning, by the same channel. Where that message still waits, so does this one:
 * it may be cancelled, or be on its way. `cancelled`: what is cancelled together with these.
 */
async function endsOfUntold(
  database: DataSource,
  taken: readonly Taken[],
  cancelled: readonly string[],
  now: number,
): Promise<Map<string, Held>> {
  const asked = taken.filter(({ kind }) => kind === 'resolved').map(({ id }) => id);
  if (asked.length === 0) return new Map();
  const rows = await database.query<{ id: string; told: boolean | null; until: Date | null }[]>(
    `SELECT n.id, bool_or(e.state IN ('sent', 'received')) AS told,
       min(e.next_at) FILTER (WHERE e.state = 'waiting' AND NOT e.id = ANY($2::uuid[])) AS until
     FROM notification n JOIN notification_item i ON i.notification_id = n.id
     LEFT JOIN notification_item b ON b.alert_id = i.alert_id AND b.recipient = i.recipient AND b.channel = i.channel
       AND b.notification_id <> n.id
     LEFT JOIN notification e ON e.id = b.notification_id AND e.kind <> 'resolved'
     WHERE n.id = ANY($1::uuid[]) GROUP BY n.id`,
    [asked, cancelled],
  );
  const held = new Map<string, Held>();
  for (const { id, told, until } of rows) {
    if (told === true) continue;
    if (until === null) held.set(id, { why: NOT_SENT.neverTold.en });
    else held.set(id, { until: Math.min(Math.max(until.getTime(), now + 1_000), now + MOST_PATIENT_MS) });
  }
  return held;
}
