import type { AlertSettings, Text } from '#libs/contracts';
import { raiseAlert, updateRaised, type RaisedUpdate } from '#libs/persistence';
import type pg from 'pg';
import { ourSeverity, referenceOf, UNIT_GEOCODE, type CapInfo, type CapMessage } from './cap-message.js';

/** What became of a message. `alert`: id of the one that it raised or changed. */
export type Taken =
  | { did: 'raised' | 'updated' | 'ended' | 'known'; alert: string }
  /** Not about anything that people must answer: a test, a draft, an acknowledgement, or past its time. */
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
 * Makes an alert of a CAP message, or brings the alert of the messages that it refers to up to date, or ends it. The same
 * message again changes nothing. `actor`: login, or `system`.
 */
export async function takeCap(ports: CapTakePorts, message: CapMessage, actor: string, now: number): Promise<Taken> {
  const { status, msgType } = message;
  if (status !== 'Actual' && status !== 'Exercise') return { did: 'nothing', why: `its status is ${status}` };
  if (msgType === 'Ack' || msgType === 'Error') return { did: 'nothing', why: `it is of type ${msgType}` };
  const reference = referenceOf(message);
  // Nobody updates or cancels what another has sent, whatever his message refers to.
  const own = message.references.filter(({ sender }) => sender === message.sender);
  const earlier = await alertOf(ports.pool, [reference, ...own.map(referenceOf)]);
  if (earlier?.messages.has(reference)) return { did: 'known', alert: earlier.id };
  if (msgType === 'Cancel') {
    if (!earlier && own.length < message.references.length)
      return { did: 'nothing', why: 'what it cancels is of another sender' };
    if (!earlier) return { did: 'nothing', why: 'what it cancels never came' };
    return change(ports, earlier.reference, { endedAt: now }, reference, now);
  }
  const info = infoFor(message.infos, 'vi');
  const expires = message.infos.reduce((last, { expires: at }) => Math.max(last, at ?? Infinity), 0);
  if (!info || expires <= now) return { did: 'nothing', why: 'it is past its time' };
  const facts = factsOf(ports, message);
  if (earlier?.open) return change(ports, earlier.reference, facts, reference, now);
  const { expiresAt, ...rest } = facts;
  const { alert, isNew } = await raiseAlert(
    ports.pool,
    {
      origin: 'cap',
      sector: null,
      steps: instructionsOf(message),
      ...rest,
      ...(expiresAt === undefined ? {} : { expiresAt }),
      simulated: status === 'Exercise',
      since: Math.min(info.onset ?? message.sent, now),
      reference,
    },
    actor,
    ports.limits,
    now,
  );
  return { did: isNew ? 'raised' : 'known', alert: alert.id };
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

interface Earlier {
  id: string;
  /** Of the message that raised it. */
  reference: string;
  open: boolean;
  /** Of every message that raised or changed it. */
  messages: Set<string>;
}

async function alertOf(pool: pg.Pool, references: readonly string[]): Promise<Earlier | null> {
  const { rows } = await pool.query<{ id: string; reference: string; open: boolean; by: string[] }>(
    `SELECT a.id, a.reference, a.ended_at IS NULL AS open,
       ARRAY(SELECT c.detail->>'by' FROM alert_change c WHERE c.alert_id = a.id AND c.detail ? 'by') AS by
     FROM alert a
     WHERE a.origin = 'cap' AND (a.reference = ANY($1)
       OR EXISTS (SELECT FROM alert_change c WHERE c.alert_id = a.id AND c.detail->>'by' = ANY($1)))
     ORDER BY a.ended_at IS NOT NULL, a.fired_at DESC LIMIT 1`,
    [references],
  );
  const [row] = rows;
  if (!row) return null;
  return {
    id: row.id,
    reference: row.reference,
    open: row.open,
    messages: new Set([row.reference, ...row.by]),
  };
}

async function change(
  { pool, limits }: CapTakePorts,
  root: string,
  update: RaisedUpdate,
  by: string,
  now: number,
): Promise<Taken> {
  const alert = await updateRaised(pool, root, { ...update, limits }, by, now);
  if (!alert) return { did: 'nothing', why: 'its alert is gone' };
  return { did: update.endedAt === undefined ? 'updated' : 'ended', alert: alert.id };
}

/** What a message says, in our words. */
function factsOf(ports: CapTakePorts, { sender, infos }: CapMessage) {
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
