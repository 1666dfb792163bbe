import type pg from 'pg';
import { inTransaction } from '../transaction.js';
import { writeChanges } from './transitions.js';

const CHUNK = 500;

/** Closes what has been resolved for so many hours, but nothing of which the condition still holds; returns the alerts. Done in several rounds when there are many. */
export async function closeResolved(pool: pg.Pool, closeHours: number, now: number): Promise<string[]> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `UPDATE alert SET state = 'closed', closed_at = $1, version = version + 1 WHERE id IN (
         SELECT id FROM alert WHERE state = 'resolved' AND resolved_at <= $2 AND ended_at IS NOT NULL ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED)
       RETURNING id`,
      [new Date(now), new Date(now - closeHours * 3_600_000), CHUNK],
    );
    await writeChanges(
      client,
      rows.map(({ id }) => ({ alert: id, group: null, kind: 'closed', detail: { hours: closeHours } })),
      now,
    );
    return rows.map(({ id }) => id);
  });
}
