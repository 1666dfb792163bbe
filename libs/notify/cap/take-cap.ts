import type { AlertSettings, Text } from '#libs/contracts';
import {
  capIncident,
  type CapIncident,
  type CapMessageRow,
  inTransaction,
  keepCapMessage,
  raiseAlertIn,
  updateRaised,
  updateRaisedIn,
} from '#libs/persistence';
import type pg from 'pg';
import { ourSeverity, referenceOf, UNIT_GEOCODE, type CapInfo, type CapMessage } from './cap-message.js';

/** What became of a message. `alert`: id of the one that it is about; `changed`: of all that it raised, changed or ended. */
export type Taken =
  | { did: 'raised' | 'updated' | 'ended' | 'known'; alert: string; changed: string[] }
  /** Not about anything that people must answer: a test, a draft, an acknowledgement, past its time, or outdated. */
  | { did: 'nothing'; why: string };

export interface CapTakePorts {
  pool: pg.Pool;
  limits: AlertSettings['limits'];
  /** The unit that a geocode names, if there is one. */
  unit: (code: string) => { code: string; lon: number | null; lat: number | null } | undefined;
}

const MOST_TEXT = 4_000;
const MOST_TITLE = 300;

/**
 * Makes an alert of a CAP message, or brings the alert of the messages that it refers to up to date, or ends it. Whatever
 * order messages come in, the one that was sent last of those that refer to each other says what is so: an older one
 * changes nothing. The same message again changes nothing either. `actor`: login, or `system`.
 */
export async function takeCap(ports: CapTakePorts, message: CapMessage, actor: string, now: number): Promise<Taken> {
  const { status, msgType } = message;
  if (status !== 'Actual' && status !== 'Exercise') return { did: 'nothing', why: `its status is ${status}` };
  if (msgType === 'Ack' || msgType === 'Error') return { did: 'nothing', why: `it is of type ${msgType}` };
  return inTransaction(ports.pool, (client) => takeIn(client, ports, { ...message, msgType }, actor, now));
}

type Warning = CapMessage & { msgType: CapMessageRow['type'] };

async function takeIn(
  client: pg.ClientBase,
  ports: CapTakePorts,
  message: Warning,
  actor: string,
  now: number,
): Promise<Taken> {
  const reference = referenceOf(message);
  // Nobody updates or cancels what another has sent, whatever his message refers to.
  const own = message.references.filter(({ sender }) => sender === message.sender);
  const incident = await capIncident(client, { reference, refersTo: own.map(referenceOf) }, now);
  if (incident.messages.some((known) => known.reference === reference)) return knownAs(incident);
  const sentAt = Math.max(message.sent, ...own.map(({ sent }) => sent));
  const row: CapMessageRow = { reference, type: message.msgType, sentAt, alert: null };
  const last = incident.messages.reduce<CapMessageRow | null>(
    (one, other) => (isLater(other, one) ? other : one),
    null,
  );
  const isNewest = !isLater(last, row);
  const done = isNewest ? await follow(client, ports, message, incident, last, actor, now) : null;
  row.alert = done?.alert ?? null;
  await keepCapMessage(client, row);
  // One alert for what is one event: the message that holds now says which, if any.
  const keep = isNewest ? row.alert : (last?.alert ?? null);
  const by = isNewest || last === null ? reference : last.reference;
  const ended: string[] = [];
  for (const { id, reference: raisedBy } of incident.open) {
    if (id === keep) continue;
    await updateRaisedIn(client, raisedBy, { endedAt: now }, by, now);
    ended.push(id);
  }
  if (done) return { ...done, changed: [done.alert, ...ended] };
  const [alert] = ended;
  if (alert !== undefined) return { did: 'ended', alert, changed: ended };
  return {
    did: 'nothing',
    why: isNewest ? whyNothing(message, own.length) : 'a later message about the same is known',
  };
}

const ORDER = ['Alert', 'Update', 'Cancel'] as const;

/** Whether one message holds after another; of one second a Cancel does after an Update, and that after an Alert. */
function isLater(one: CapMessageRow | null, other: CapMessageRow | null): boolean {
  if (one === null || other === null) return one !== null;
  if (one.sentAt !== other.sentAt) return one.sentAt > other.sentAt;
  return ORDER.indexOf(one.type) > ORDER.indexOf(other.type);
}

/** Does what the newest message of an incident says, short of ending what it says no more. Null: nothing of it lasts. */
async function follow(
  client: pg.ClientBase,
  ports: CapTakePorts,
  message: Warning,
  { open }: CapIncident,
  last: CapMessageRow | null,
  actor: string,
  now: number,
): Promise<{ did: 'raised' | 'updated' | 'known'; alert: string } | null> {
  const info = infoFor(message.infos, 'vi');
  if (message.msgType === 'Cancel' || !info || expiryOf(message) <= now) return null;
  const { limits } = ports;
  const reference = referenceOf(message);
  const facts = factsOf(ports, message);
  const current = open.find(({ id }) => id === last?.alert) ?? open[0];
  if (current) {
    await updateRaisedIn(client, current.reference, { ...facts, limits }, reference, now);
    return { did: 'updated', alert: current.id };
  }
  const { expiresAt, ...rest } = facts;
  const { alert, isNew } = await raiseAlertIn(
    client,
    {
      origin: 'cap',
      sector: null,
      steps: instructionsOf(message),
      ...rest,
      ...(expiresAt === undefined ? {} : { expiresAt }),
      since: Math.min(info.onset ?? message.sent, now),
      reference,
    },
    actor,
    limits,
    now,
  );
  return { did: isNew ? 'raised' : 'known', alert: alert.id };
}

/** When nothing of a message holds any more, epoch ms. */
const expiryOf = ({ infos }: CapMessage): number =>
  infos.reduce((last, { expires }) => Math.max(last, expires ?? Infinity), 0);

const knownAs = ({ newest }: CapIncident): Taken =>
  newest === null ? { did: 'nothing', why: 'it came before' } : { did: 'known', alert: newest, changed: [] };

function whyNothing({ msgType, references }: Warning, own: number): string {
  if (msgType !== 'Cancel') return 'it is past its time';
  return own < references.length ? 'what it cancels is of another sender' : 'nothing that it cancels lasts';
}

/** Ends what CAP messages raised and none has prolonged; resolves to the ids. */
export async function endExpiredCap(pool: pg.Pool, now: number): Promise<string[]> {
  const { rows } = await pool.query<{ reference: string }>(
    `SELECT reference FROM alert WHERE origin = 'cap' AND ended_at IS NULL AND expires_at <= $1 ORDER BY expires_at LIMIT 200`,
    [new Date(now)],
  );
  const ended: string[] = [];
  for (const { reference } of rows) {
    const alert = await updateRaised(pool, reference, { endedAt: now }, 'expired', now);
    if (alert) ended.push(alert.id);
  }
  return ended;
}

/** What a message says, in our words. */
function factsOf(ports: CapTakePorts, { sender, status, infos }: CapMessage) {
  const vi = infoFor(infos, 'vi') as CapInfo;
  const en = infoFor(infos, 'en') ?? vi;
  const [area] = vi.areas;
  const code = area?.geocodes.find(({ name }) => name === UNIT_GEOCODE)?.value;
  const unit = code === undefined ? undefined : ports.unit(code);
  const expiresAt = Math.max(...infos.map((info) => info.expires ?? 0));
  return {
    title: both(vi, en, (info) => info.headline ?? info.event, MOST_TITLE),
    severity: ourSeverity(vi.severity),
    unit: unit?.code ?? null,
    place: area ? { vi: cut(area.description, MOST_TITLE), en: cut(area.description, MOST_TITLE) } : null,
    lon: area?.circle?.lon ?? unit?.lon ?? null,
    lat: area?.circle?.lat ?? unit?.lat ?? null,
    simulated: status === 'Exercise',
    description: cut([vi.description, `— ${vi.senderName ?? sender}`].filter(Boolean).join('\n'), MOST_TEXT),
    ...(expiresAt > 0 ? { expiresAt } : {}),
  };
}

function instructionsOf({ infos }: CapMessage): Text[] {
  const vi = infoFor(infos, 'vi');
  const en = infoFor(infos, 'en') ?? vi;
  return vi?.instruction && en ? [both(vi, en, (info) => info.instruction ?? '', MOST_TEXT)] : [];
}

/** The info of a language; the first where there is none. */
function infoFor(infos: readonly CapInfo[], language: 'vi' | 'en'): CapInfo | undefined {
  return infos.find((info) => info.language.toLowerCase().startsWith(language)) ?? infos[0];
}

const cut = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);
const both = (vi: CapInfo, en: CapInfo, part: (info: CapInfo) => string, most: number): Text => ({
  vi: cut(part(vi), most),
  en: cut(part(en), most),
});
