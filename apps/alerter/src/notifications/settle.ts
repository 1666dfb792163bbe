import { nextTry, type SendResult } from '#libs/notify';
import { NotificationEntity } from '#libs/persistence';
import { type DataSource, Equal, type EntityManager } from 'typeorm';
import type { Lost, Taken } from './notifications.port.js';

/** What becomes of a notification after a try. */
export type Outcome = 'sent' | 'again' | 'dead' | 'taken over';

type WhenLost = (manager: EntityManager, lost: Lost) => Promise<void>;

/** It was handed to the channel: nothing is sent under this id again, whoever else has taken it meanwhile. */
export async function settleSent(database: DataSource, id: string, receipt: string | null, now: number): Promise<void> {
  const set = { state: 'sent' as const, nextAt: null, sentAt: new Date(now), receipt, lastError: null };
  await database.manager.update(NotificationEntity, { id, state: Equal('waiting') }, set);
}

/** It is not needed any more. */
export async function settleCancelled(database: DataSource, { id, tries }: Taken, why: string): Promise<void> {
  const set = { state: 'cancelled' as const, nextAt: null, lastError: why };
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

const MOST_AT_ONCE = 200;

/**
 * Buries what can no longer be sent: what has expired while its channel was down or behind, and what belongs to a channel
 * that is disabled or gone. Resolves to how many.
 */
export function buryLost(database: DataSource, now: number, whenLost: WhenLost): Promise<number> {
  return database.transaction(async (manager) => {
    const rows = await manager.query<{ id: string; kind: string; recipient: string; channel: string; why: string }[]>(
      `SELECT n.id, n.kind, n.recipient, n.channel,
         CASE WHEN c.id IS NULL THEN 'there is no such channel'
              WHEN c.disabled_at IS NOT NULL THEN 'its channel is disabled'
              ELSE 'expired before it could be sent' || coalesce(': ' || coalesce(n.last_error, c.last_error), '') END AS why
       FROM notification n LEFT JOIN channel c ON c.id = n.channel
       WHERE n.next_at <= $1 AND (c.id IS NULL OR c.disabled_at IS NOT NULL
         OR (n.message::jsonb ->> 'expiresAt')::numeric <= $2)
       ORDER BY n.next_at LIMIT $3 FOR UPDATE OF n SKIP LOCKED`,
      [new Date(now), now, MOST_AT_ONCE],
    );
    for (const { id, kind, recipient, channel, why } of rows) {
      const reason = why.slice(0, 300);
      await manager.update(NotificationEntity, { id }, { state: 'dead', nextAt: null, lastError: reason });
      await whenLost(manager, { id, kind, recipient, channel, reason });
    }
    return rows.length;
  });
}
