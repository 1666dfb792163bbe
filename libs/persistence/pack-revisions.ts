import type pg from 'pg';

/** What the counting of a pack depends on, and the kinds of things that it projects. */
export interface PackRevision {
  pack: string;
  revision: string;
  kinds: readonly string[];
}

/** Things marked in one statement, so that no worker waits long for a row. */
const CHUNK = 5_000;

/**
 * Marks the things of every pack whose rules differ from those that it was last counted by as due now, so that each
 * moves to its new count as if a deadline had passed. One process at a time does it, others return at once; cut off, it
 * is done again by the next start. Returns the packs, with how many things were marked.
 */
export async function recountChangedPacks(
  pool: pg.Pool,
  packs: readonly PackRevision[],
  now: number,
): Promise<{ pack: string; things: number }[]> {
  const client = await pool.connect();
  try {
    const { rows: lock } = await client.query<{ ok: boolean }>('SELECT pg_try_advisory_lock(726004) AS ok');
    if (!lock[0]?.ok) return [];
    try {
      const { rows } = await client.query<{ pack: string; revision: string }>(
        'SELECT pack, revision FROM pack_revision',
      );
      const known = new Map(rows.map(({ pack, revision }) => [pack, revision]));
      const done: { pack: string; things: number }[] = [];
      for (const { pack, revision, kinds } of packs) {
        if (known.get(pack) === revision) continue;
        const things = await markDue(client, kinds, now);
        await client.query(
          `INSERT INTO pack_revision (pack, revision) VALUES ($1, $2)
           ON CONFLICT (pack) DO UPDATE SET revision = excluded.revision, at = now()`,
          [pack, revision],
        );
        if (things > 0) done.push({ pack, things });
      }
      return done;
    } finally {
      await client.query('SELECT pg_advisory_unlock(726004)');
    }
  } finally {
    client.release();
  }
}

async function markDue(client: pg.PoolClient, kinds: readonly string[], now: number): Promise<number> {
  let things = 0;
  for (const kind of kinds) {
    for (let last: string | null = ''; last !== null;) {
      const { rows }: pg.QueryResult<{ marked: number; last: string | null }> = await client.query(
        `WITH part AS (SELECT key FROM projection WHERE kind = $1 AND key > $2 ORDER BY key LIMIT $4),
              marked AS (
                UPDATE projection p SET until = least(p.until, $3) FROM part WHERE p.kind = $1 AND p.key = part.key
                RETURNING p.key)
         SELECT count(*)::int AS marked, max(key) AS last FROM marked`,
        [kind, last, now, CHUNK],
      );
      things += rows[0]?.marked ?? 0;
      last = rows[0]?.last ?? null;
    }
  }
  return things;
}
