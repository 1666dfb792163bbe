import { randomUUID } from 'node:crypto';
import type pg from 'pg';

/** A CAP message that came in. `reference`: `sender,identifier,sent`, as the standard names a message. */
export interface CapMessageRow {
  reference: string;
  type: 'Alert' | 'Update' | 'Cancel';
  /** Epoch ms; never before what it refers to, whatever the sender's clock said. */
  sentAt: number;
  /** The alert that it raised or brought up to date; null: it changed nothing, or ended something. */
  alert: string | null;
}

/** Messages that refer to each other, in whatever order they came. */
export interface CapIncident {
  messages: CapMessageRow[];
  /** Alerts of the incident that have not ended, the newest first. `reference`: of the message that raised it. */
  open: { id: string; reference: string }[];
  /** Its newest alert, ended or not. */
  newest: string | null;
}

const LOCK = 726_021;

/**
 * What is known of the incident of a message: everything that it refers to, or that refers to it, with what these refer to.
 * One transaction at a time, until it ends: two messages of one incident at once would each find nothing of the other.
 */
export async function capIncident(
  client: pg.ClientBase,
  { reference, refersTo }: { reference: string; refersTo: readonly string[] },
  now: number,
): Promise<CapIncident> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
  const names = [...new Set([reference, ...refersTo])];
  const known = await client.query<{ incident: string }>(
    'SELECT DISTINCT incident FROM cap_message WHERE reference = ANY($1) ORDER BY incident',
    [names],
  );
  const [incident = randomUUID(), ...others] = known.rows.map((row) => row.incident);
  if (others.length > 0)
    await client.query('UPDATE cap_message SET incident = $1 WHERE incident = ANY($2::uuid[])', [incident, others]);
  // What is only referred to has a line, too: when it comes it is known that something came after it.
  await client.query(
    'INSERT INTO cap_message (reference, incident, seen_at) SELECT unnest($1::text[]), $2, $3 ON CONFLICT DO NOTHING',
    [names, incident, new Date(now)],
  );
  const { rows: messages } = await client.query<CapMessageRow & { sent: Date }>(
    `SELECT reference, type, sent_at AS sent, alert_id AS alert FROM cap_message WHERE incident = $1 AND type IS NOT NULL`,
    [incident],
  );
  const { rows: alerts } = await client.query<{ id: string; reference: string; open: boolean }>(
    `SELECT id, reference, ended_at IS NULL AS open FROM alert
     WHERE id IN (SELECT alert_id FROM cap_message WHERE incident = $1) ORDER BY number DESC`,
    [incident],
  );
  return {
    messages: messages.map(({ sent, ...row }) => ({ ...row, sentAt: sent.getTime() })),
    open: alerts.filter(({ open }) => open).map(({ id, reference: raisedBy }) => ({ id, reference: raisedBy })),
    newest: alerts[0]?.id ?? null,
  };
}

/** Keeps that a message came, and what became of it. It has a line since `capIncident`. */
export async function keepCapMessage(client: pg.ClientBase, row: CapMessageRow): Promise<void> {
  await client.query('UPDATE cap_message SET type = $2, sent_at = $3, alert_id = $4 WHERE reference = $1', [
    row.reference,
    row.type,
    new Date(row.sentAt),
    row.alert,
  ]);
}
