import type { HubEvent } from '#libs/contracts';
import type pg from 'pg';

const FETCH = 5_000;
let cursors = 0;

/** Reads a result of any size in pieces, inside the client's transaction. A cursor takes no parameters: `sql` holds its values. */
export async function* scan<R extends pg.QueryResultRow>(client: pg.ClientBase, sql: string): AsyncGenerator<R> {
  const name = `scan_${++cursors}`;
  await client.query(`DECLARE ${name} NO SCROLL CURSOR FOR ${sql}`);
  try {
    for (;;) {
      const { rows } = await client.query<R>(`FETCH ${FETCH} FROM ${name}`);
      yield* rows;
      if (rows.length < FETCH) return;
    }
  } finally {
    await client.query(`CLOSE ${name}`).catch(() => undefined);
  }
}

interface EventRecord {
  source: string;
  id: string;
  type: string;
  time: number;
  unit: string | null;
  subject: string | null;
  data: Record<string, unknown>;
}

/** The raw events that are kept; `where` is SQL. */
export async function* rawEvents(client: pg.ClientBase, where = 'true'): AsyncGenerator<HubEvent> {
  for await (const { unit, subject, ...row } of scan<EventRecord>(
    client,
    `SELECT source, id, type, round(extract(epoch FROM "time") * 1000)::float8 AS time, unit, subject, data FROM event WHERE ${where}`,
  )) {
    const event: HubEvent = row;
    if (unit !== null) event.unit = unit;
    if (subject !== null) event.subject = subject;
    yield event;
  }
}
