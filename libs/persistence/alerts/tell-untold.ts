import { compose, recipientsOf } from '#libs/alerting';
import { type AlertLine, SEVERITIES } from '#libs/contracts';
import { holidayTest } from '#libs/sector-kit';
import type pg from 'pg';
import { readAlertSetup } from './alert-setup.js';
import { addresseesOf, decide, queueMessages } from './telling.js';

/** Alerts of one assignment that reached nobody, each with the number of the change that says so. */
export interface Untold {
  /** Login of who could not be told. */
  to: string;
  changes: readonly { seq: string; alert: AlertLine }[];
}

/**
 * Tells the fallback that whoever was given alerts could not be told of it, in the transaction that finds it out: one message
 * a recipient and channel, one decision for each change. Alerts that are muted or over are left out: nobody has to act. Where the
 * fallback leads to nobody either, only the alerts say it.
 */
export async function tellFallbackOfUntold(client: pg.ClientBase, { to, changes }: Untold, now: number): Promise<void> {
  const open = changes.filter(
    ({ alert: { state, muted } }) => !['resolved', 'closed'].includes(state) && muted === null,
  );
  if (open.length === 0) return;
  const alerts = worstFirst(open.map(({ alert }) => alert));
  const severity = alerts[0]?.severity ?? 'information';
  const { settings, people, channels, schedules } = await readAlertSetup(client);
  // Who could not be told of the assignment is not told of this by the same ways.
  const others = people.filter(({ login }) => login !== to);
  const directory = { people: others, channels, schedules, isHoliday: holidayTest(settings.holidays) };
  const addressees = addresseesOf(recipientsOf(settings.fallback, directory, severity, now));
  if (addressees.length === 0) return;
  const decided = open.map(({ seq, alert }) => ({ seq, alert: alert.id }));
  const counts = await decide(client, decided, addressees);
  const languages = new Map(people.map(({ login, language }) => [login, language]));
  const name = people.find(({ login }) => login === to)?.name || to;
  const messages = addressees
    .filter(({ id }) => counts.has(id))
    .map((addressee) => {
      const language = languages.get(addressee.recipient) ?? 'vi';
      const message = compose({
        ...{ id: addressee.id, kind: 'untold' as const, severity, language, at: now },
        ...{ alerts, total: alerts.length, ended: 0, group: null },
        said: [`${language === 'vi' ? 'Người được giao' : 'Given to'}: ${name}`],
        mayAcknowledge: languages.has(addressee.recipient) && alerts.some(({ state }) => state === 'firing'),
      });
      return { to: addressee, kind: 'untold' as const, message };
    });
  await queueMessages(client, null, messages, now);
}

const rank = ({ severity }: AlertLine): number => SEVERITIES.indexOf(severity);
export const worstFirst = (alerts: readonly AlertLine[]): AlertLine[] => alerts.toSorted((a, b) => rank(b) - rank(a));
