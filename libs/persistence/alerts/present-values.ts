import type pg from 'pg';

/**
 * Shows what is read now of these alerts, beside the value at which they fired, where it is another one than is shown. No
 * change of the alert: nothing is added to its history. In the caller's transaction; resolves to the alerts that changed.
 */
export async function writePresentValues(
  client: pg.ClientBase,
  values: readonly { alert: string; value: number | null }[],
  now: number,
): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `UPDATE alert a SET latest_value = n.value, latest_at = $3
     FROM unnest($1::uuid[], $2::float8[]) AS n (id, value)
     WHERE a.id = n.id AND a.ended_at IS NULL
       AND n.value IS DISTINCT FROM (CASE WHEN a.latest_at IS NULL THEN a.value ELSE a.latest_value END)
     RETURNING a.id`,
    [values.map(({ alert }) => alert), values.map(({ value }) => value), new Date(now)],
  );
  return rows.map(({ id }) => id);
}
