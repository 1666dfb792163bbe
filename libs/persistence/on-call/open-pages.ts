import type pg from 'pg';
import type { EntityManager } from 'typeorm';

/** How often a gateway says whose pages it has; three times in a row unsaid, they count as closed. */
export const PAGES_EVERY_MS = 10_000;
const CLOSED_AFTER = '30 seconds';
const FORGOTTEN_AFTER = '5 minutes';

/** Notes who has a page open at a gateway, and nobody else there. By the clock of the database, which all share. */
export async function notePages(pool: pg.Pool, gateway: string, logins: readonly string[]): Promise<void> {
  await pool.query('DELETE FROM open_page WHERE gateway = $1 AND login <> ALL($2::text[])', [gateway, logins]);
  await pool.query(
    `INSERT INTO open_page (gateway, login, seen_at) SELECT $1::uuid, unnest($2::text[]), now()
     ON CONFLICT (gateway, login) DO UPDATE SET seen_at = excluded.seen_at`,
    [gateway, logins],
  );
  // Of gateways that died; each row by whoever gets it first.
  await pool.query(
    `DELETE FROM open_page WHERE (gateway, login) IN (SELECT gateway, login FROM open_page
       WHERE seen_at < now() - interval '${FORGOTTEN_AFTER}' LIMIT 1000 FOR UPDATE SKIP LOCKED)`,
  );
}

/** Whether a person has a page open anywhere, as far as gateways said within the last half minute. */
export async function hasPageOpen(manager: EntityManager, login: string): Promise<boolean> {
  const [row] = await manager.query<{ open: boolean }[]>(
    `SELECT EXISTS (SELECT FROM open_page WHERE login = $1 AND seen_at > now() - interval '${CLOSED_AFTER}') AS open`,
    [login],
  );
  return row?.open ?? false;
}
