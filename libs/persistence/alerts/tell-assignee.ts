import { randomUUID } from 'node:crypto';
import { compose, recipientsOf } from '#libs/alerting';
import type { AlertLine, Severity } from '#libs/contracts';
import type pg from 'pg';
import { readWays } from './alert-setup.js';
import { tellFallbackOfUntold, worstFirst } from './tell-untold.js';
import { decide, queueMessages } from './telling.js';
import { writeChanges } from './transitions.js';

/** Alerts that somebody got from another, each with the number of that change. */
export interface Assigned {
  to: string;
  /** Login of who gave them. */
  by: string;
  comment: string | null;
  changes: readonly { seq: string; alert: AlertLine }[];
}

/** Characters of a comment that a message carries; the alert's page has all of it. */
const COMMENT_SHOWN = 300;

/**
 * Tells a person of what was assigned or handed over to him, in the transaction of that change: one message a channel, and
 * one decision for each change. He hears of it at once, whatever the quiet hours: somebody has just chosen him. False: there
 * is no way to reach him, which the alerts say from now on, and the fallback is told of.
 */
export async function tellAssignee(client: pg.ClientBase, assigned: Assigned, now: number): Promise<boolean> {
  const { to, by, comment, changes } = assigned;
  const alerts = changes.map(({ alert }) => alert);
  const severity = worstOf(alerts);
  const ways = { ...(await readWays(client, to)), schedules: [], isHoliday: () => false };
  const [person] = recipientsOf([{ person: to }], ways, severity, now).people;
  if (!person) {
    await markUntold(client, assigned, now);
    return false;
  }
  const addressees = person.ways.map(({ channel }) => ({ id: randomUUID(), recipient: to, channel }));
  await decide(
    client,
    changes.map(({ seq, alert }) => ({ seq, alert: alert.id })),
    addressees,
  );
  const language = ways.people[0]?.language ?? 'vi';
  const who = `${language === 'vi' ? 'Người giao' : 'By'}: ${await nameOf(client, by)}`;
  const said = comment === null ? [who] : [who, shortened(comment)];
  const messages = addressees.map((addressee) => {
    const message = compose({
      ...{ id: addressee.id, kind: 'assigned' as const, severity, language, said, at: now },
      ...{ alerts: worstFirst(alerts), total: alerts.length, ended: 0, group: null },
      mayAcknowledge: alerts.some(({ state }) => state === 'firing'),
    });
    return { to: addressee, kind: 'assigned' as const, message };
  });
  await queueMessages(client, null, messages, now);
  return true;
}

async function markUntold(client: pg.ClientBase, { to, changes }: Assigned, now: number): Promise<void> {
  const ids = changes.map(({ alert }) => alert.id);
  await client.query('UPDATE alert SET assignee_untold = true WHERE id = ANY($1::uuid[])', [ids]);
  const detail = { recipient: to, reason: 'no-way' };
  const untold = ids.map((alert) => ({ alert, group: null, kind: 'assignee-untold' as const, detail }));
  const seqs = await writeChanges(client, untold, now);
  const said = changes.map(({ alert }) => ({ seq: seqs.get(alert.id) as string, alert }));
  await tellFallbackOfUntold(client, { to, changes: said }, now);
}

const worstOf = (alerts: readonly AlertLine[]): Severity => worstFirst(alerts)[0]?.severity ?? 'information';
const shortened = (text: string): string =>
  text.length <= COMMENT_SHOWN ? text : `${text.slice(0, COMMENT_SHOWN - 1)}…`;

async function nameOf(client: pg.ClientBase, login: string): Promise<string> {
  const { rows } = await client.query<{ name: string }>(`SELECT name FROM app_user WHERE login = $1 AND name <> ''`, [
    login,
  ]);
  return rows[0]?.name ?? login;
}
