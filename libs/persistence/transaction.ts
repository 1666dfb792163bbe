import type pg from 'pg';

/** Serialization failure, deadlock, lock not available: nothing was done, and doing it again is right. */
const RETRYABLE = new Set(['40001', '40P01', '55P03']);
const TRIES = 5;

/**
 * Runs `work` in one transaction. A connection that cannot roll back is thrown away; a lost race is run again. `begin`: with
 * what it begins, in the same round trip.
 */
export async function inTransaction<R>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<R>,
  begin = 'BEGIN',
): Promise<R> {
  for (let tries = 1; ; tries++) {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      await client.query(begin);
      const result = await work(client);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((rollback: Error) => (broken = rollback));
      const code = (error as { code?: unknown }).code;
      if (tries >= TRIES || typeof code !== 'string' || !RETRYABLE.has(code)) throw error;
    } finally {
      client.release(broken);
    }
  }
}
