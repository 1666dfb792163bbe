import { NOT_SENT } from '#libs/contracts';
import { nextTry, type SendResult } from '#libs/notify';
import { NotificationEntity } from '#libs/persistence';
import { type DataSource, Equal, type EntityManager } from 'typeorm';
import type { Lost, Taken } from './notifications.port.js';
import { unmarkUntold } from './unreached.js';

/** What becomes of a notification after a try. */
export type Outcome = 'sent' | 'again' | 'dead' | 'taken over';

type WhenLost = (manager: EntityManager, lost: Lost) => Promise<void>;

/**
 * It was handed to the channel: nothing is sent under this id again, whoever else has taken it meanwhile. Resolves to the
 * alerts that are changed by it.
 */
export async function settleSent(
  database: DataSource,
  { id, kind }: Taken,
  receipt: string | null,
  now: number,
): Promise<string[]> {
  const set = { state: 'sent' as const, nextAt: null, sentAt: new Date(now), receipt, lastError: null };
  const settle = (manager: EntityManager) =>
    manager.update(NotificationEntity, { id, state: Equal('waiting') }, set).then(({ affected }) => affected === 1);
  if (kind !== 'assigned') {
    await settle(database.manager);
    return [];
  }
  return database.transaction(async (manager) => ((await settle(manager)) ? unmarkUntold(manager, id) : []));
}

/** It is not needed any more. */
export async function settleCancelled(database: DataSource, { id, tries }: Taken, why: string): Promise<void> {
  const set = { state: 'cancelled' as const, nextAt: null, lastError: why };
  await database.manager.update(NotificationEntity, { id, tries, state: Equal('waiting') }, set);
}

/** Nobody had a page open that could show it. It comes no second time, and who has to know hears of it. Only for who still holds the lease. */
export function settleUnseen(
  database: DataSource,
  channel: string,
  { id, tries, kind, recipient }: Taken,
  whenLost: WhenLost,
): Promise<void> {
  const reason = NOT_SENT.unseen.en;
  return database.transaction(async (manager) => {
    const set = { state: 'cancelled' as const, nextAt: null, receipt: null, lastError: reason };
    const { affected } = await manager.update(NotificationEntity, { id, tries, state: Equal('waiting') }, set);
    if (affected === 1) await whenLost(manager, { id, kind, recipient, channel, reason });
  });
}

/** It is not sent yet: another one goes before, or no page shows it so far. No try of its own. `progress`: for the next try. */
export async function settlePutOff(
  database: DataSource,
  { id, tries }: Taken,
  until: number,
  progress?: string,
): Promise<void> {
  const set = { nextAt: new Date(until), tries: tries - 1, ...(progress === undefined ? {} : { receipt: progress }) };
  await database.manager.update(NotificationEntity, { id, tries, state: Equal('waiting') }, set);
}

/** A try failed: when it comes again, or that it is dead and who has to know. Only for who still holds the lease. */
export function settleFailed(
  database: DataSource,
  channel: string,
  taken: Taken,
  result: Extract<SendResult, { ok: false }>,
  now: number,
  random: () => number,
  whenLost: WhenLost,
): Promise<Outcome> {
  const { id, tries, message } = taken;
  const next = result.again ? nextTry(tries, result.after, now, random) : null;
  const lastError = result.reason.slice(0, 300);
  const dead = next === null || next >= message.expiresAt;
  return database.transaction(async (manager) => {
    const set = dead
      ? { state: 'dead' as const, nextAt: null, lastError }
      : { nextAt: new Date(next), lastError, ...(result.progress === undefined ? {} : { receipt: result.progress }) };
    const { affected } = await manager.update(NotificationEntity, { id, tries, state: Equal('waiting') }, set);
    if (affected !== 1) return 'taken over';
    if (!dead) return 'again';
    await whenLost(manager, { id, kind: taken.kind, recipient: taken.recipient, channel, reason: lastError });
    return 'dead';
  });
}

/** Buried in one go; the rest in the next. */
const MOST_AT_ONCE = 1_000;

/** Channels by which something waits and that are disabled or gone; reads an entry of the index for each channel. */
const LOST_CHANNELS = `
  WITH RECURSIVE waiting (channel) AS (
    SELECT min(channel) FROM notification WHERE next_at IS NOT NULL
    UNION ALL
    SELECT (SELECT min(n.channel) FROM notification n WHERE n.next_at IS NOT NULL AND n.channel > w.channel)
    FROM waiting w WHERE w.channel IS NOT NULL)
  SELECT w.channel FROM waiting w LEFT JOIN channel c ON c.id = w.channel
  WHERE w.channel IS NOT NULL AND (c.id IS NULL OR c.disabled_at IS NOT NULL)`;

/** What can no longer be sent: of expired messages and of channels that are lost, each found by an index of its own. */
const LOST = `
  (SELECT id FROM notification WHERE next_at <= $1 AND expires_at <= $1 ORDER BY expires_at LIMIT $2)
  UNION
  (SELECT id FROM notification WHERE next_at <= $1 AND channel IN (${LOST_CHANNELS}) LIMIT $2)
  LIMIT $2`;

/**
 * Buries what can no longer be sent: what has expired while its channel was down or behind, and what belongs to a channel
 * that is disabled or gone. Each by itself, so that one that fails costs no other; it comes again the next time. Resolves
 * to how many.
 */
export async function buryLost(database: DataSource, now: number, whenLost: WhenLost): Promise<number> {
  const lost = await database.query<{ id: string }[]>(LOST, [new Date(now), MOST_AT_ONCE]);
  const failed: unknown[] = [];
  let buried = 0;
  for (const { id } of lost) {
    try {
      if (await buryOne(database, id, now, whenLost)) buried++;
    } catch (error) {
      failed.push(error);
    }
  }
  if (failed.length > 0) throw new AggregateError(failed.slice(0, 3), `${failed.length} lost notifications not buried`);
  return buried;
}

/** False: somebody else has it, or it is settled or sent meanwhile. */
function buryOne(database: DataSource, id: string, now: number, whenLost: WhenLost): Promise<boolean> {
  return database.transaction(async (manager) => {
    const [row] = await manager.query<{ kind: string; recipient: string; channel: string; why: string }[]>(
      `SELECT n.kind, n.recipient, n.channel,
         CASE WHEN c.id IS NULL THEN $3::text
              WHEN c.disabled_at IS NOT NULL THEN $4
              ELSE $5::text || coalesce(': ' || coalesce(n.last_error, c.last_error), '') END AS why
       FROM notification n LEFT JOIN channel c ON c.id = n.channel
       WHERE n.id = $1 AND n.next_at <= $2 AND (c.id IS NULL OR c.disabled_at IS NOT NULL OR n.expires_at <= $2)
       FOR UPDATE OF n SKIP LOCKED`,
      [id, new Date(now), NOT_SENT.noChannel.en, NOT_SENT.channelOff.en, NOT_SENT.expired.en],
    );
    if (row === undefined) return false;
    const reason = row.why.slice(0, 300);
    await manager.update(NotificationEntity, { id }, { state: 'dead', nextAt: null, lastError: reason });
    const { kind, recipient, channel } = row;
    await whenLost(manager, { id, kind, recipient, channel, reason });
    return true;
  });
}
