import {
  END_NAMES,
  HOUR_MS,
  isEndWhy,
  SEVERITIES,
  type AlertChange,
  type AlertLine,
  type EndWhy,
  type Severity,
  type Text,
} from '#libs/contracts';
import { capSeverity, UNIT_GEOCODE, type CapInfo, type CapMessage, type CapReference } from './cap-message.js';

/** What of the hub's alerts goes out as CAP, and under which name. */
export interface CapOutlet {
  /** Unique for the sender over all the world, e.g. an address: `ioc@cantho.gov.vn`. */
  sender: string;
  senderName: string;
  /** Sectors that go out; absent: all. */
  sectors?: readonly string[];
  least: Severity;
  /** Only what carries a level of disaster risk. */
  disastersOnly: boolean;
  /** Category of CAP by sector; `Other` where none is given. */
  categories: Readonly<Record<string, string>>;
}

/** An alert with all that happened to it, oldest first, and what to do. */
export interface CapSubject {
  alert: AlertLine;
  changes: readonly AlertChange[];
  steps: readonly Text[];
  description: string | null;
  /** Its value is a small count, or its metric may not be shown to everybody. */
  valueHidden: boolean;
}

/** A message holds for a day; while the alert lasts an update follows each half day, so that nobody believes it over. */
const HOLDS_MS = 24 * HOUR_MS;
export const CAP_RENEWED_MS = 12 * HOUR_MS;
const MOST_RENEWALS = 60;
/** About the size of a commune; a station or trap has no area of its own. Kilometres. */
const RADIUS_KM = 3;

/** Whether an outlet tells the world of this alert at all. What came in as CAP is not sent out again. */
export function isPublished({ origin, sector, severity, disaster }: AlertLine, outlet: CapOutlet): boolean {
  if (origin === 'cap') return false;
  if (outlet.disastersOnly && disaster === null) return false;
  if (SEVERITIES.indexOf(severity) < SEVERITIES.indexOf(outlet.least)) return false;
  return outlet.sectors === undefined || (sector !== null && outlet.sectors.includes(sector));
}

/**
 * The messages of an alert so far, oldest first: Alert when it fired (or was unmuted), Update when it changed and each half day
 * while it lasts, Cancel when it ended. Made from what happened and when alone, so that every asking gives the same
 * messages under the same identifiers.
 */
export function capMessages(subject: CapSubject, outlet: CapOutlet, now: number): CapMessage[] {
  const messages: CapMessage[] = [];
  let open: CapReference[] = [];
  let told: Told = { severity: subject.alert.severity, value: subject.alert.value };
  const tell = (msgType: CapMessage['msgType'], identifier: string, sent: number): void => {
    const { sender } = outlet;
    // Who follows the standard ignores an exercise, so what may be real is none.
    const status = subject.alert.simulated === true ? 'Exercise' : 'Actual';
    const infos = (['vi', 'en'] as const).map((language) => infoOf(subject, outlet, language, { msgType, sent, told }));
    messages.push({ identifier, sender, sent, status, msgType, scope: 'Public', references: open, infos });
    open = msgType === 'Cancel' ? [] : [...open, { sender, identifier, sent }];
  };
  const renewUntil = (until: number): void => {
    const last = messages.at(-1);
    if (!last || open.length === 0) return;
    for (let n = 1; n <= MOST_RENEWALS && last.sent + n * CAP_RENEWED_MS < until; n++)
      tell('Update', `${last.identifier}.${n}`, last.sent + n * CAP_RENEWED_MS);
  };
  let muted = false;
  for (const [i, change] of subject.changes.entries()) {
    const isTold = open.length > 0;
    if (change.kind === 'muted') muted = true;
    if (change.kind === 'unmuted') muted = false;
    if (firesAnew(change)) muted = isMutedWith(change, subject.changes[i + 1]);
    const msgType = typeOf(change, { isTold, muted, ofRule: subject.alert.origin === 'rule' });
    if (msgType === null) continue;
    renewUntil(change.at);
    told = { ...told, ...toldIn(change) };
    tell(msgType, `${subject.alert.id}-${change.seq}`, change.at);
  }
  renewUntil(now);
  return messages;
}

/** The condition holds again; a person who opens an alert again changes nothing about who is told. */
const firesAnew = ({ kind, detail }: AlertChange): boolean =>
  kind === 'fired' || (kind === 'reopened' && 'since' in detail);

/** What is muted from the start is written as fired, then muted, at one moment. */
const isMutedWith = (change: AlertChange, next: AlertChange | undefined): boolean =>
  next?.kind === 'muted' && next.at === change.at;

interface Told {
  severity: Severity;
  value: number | null;
  /** Of one that is over. */
  why?: EndWhy;
}

/** What of an end is no all-clear: nobody knows whether it is over. Of ends before reasons were noted all are. */
const UNSURE: readonly EndWhy[] = ['no-data', 'not-in-force', 'not-watched', 'rule-changed', 'rule-removed'];

function typeOf(
  { kind }: AlertChange,
  { isTold, muted, ofRule }: { isTold: boolean; muted: boolean; ofRule: boolean },
): 'Alert' | 'Update' | 'Cancel' | null {
  if (kind === 'fired' || kind === 'reopened' || kind === 'unmuted') return isTold || muted ? null : 'Alert';
  if (!isTold) return null;
  // Whoever says that it is solved ends what a person raised; a rule's is over when its condition is.
  if (kind === 'ended' || (!ofRule && (kind === 'resolved' || kind === 'closed'))) return 'Cancel';
  return kind === 'updated' ? 'Update' : null;
}

function toldIn({ detail }: AlertChange): Partial<Told> {
  const { severity, value, reason } = detail;
  const known = SEVERITIES.find((one) => one === severity);
  return {
    ...(known ? { severity: known } : {}),
    ...(typeof value === 'number' ? { value } : {}),
    ...(isEndWhy(reason) ? { why: reason } : {}),
  };
}

const LANGUAGE = { vi: 'vi-VN', en: 'en-US' } as const;
const WORDS = {
  over: { vi: 'Đã kết thúc', en: 'It is over' },
  unsure: { vi: 'Thôi theo dõi', en: 'No longer watched' },
  level: { vi: 'Cấp độ rủi ro thiên tai', en: 'Level of disaster risk' },
  value: { vi: 'Trị số', en: 'Value' },
  limit: { vi: 'ngưỡng', en: 'limit' },
  nowhere: { vi: 'Toàn địa bàn', en: 'The whole area' },
} as const;

function infoOf(
  { alert, steps, description, valueHidden }: CapSubject,
  outlet: CapOutlet,
  language: 'vi' | 'en',
  { msgType, sent, told }: { msgType: CapMessage['msgType']; sent: number; told: Told },
): CapInfo {
  const say = (text: Text): string => text[language] || text.vi;
  const over = msgType === 'Cancel';
  const place = alert.place === null ? null : say(alert.place);
  const title = say(alert.title);
  const value = valueHidden ? null : valueText(alert, told.value, language);
  const unsure = over && told.why !== undefined && UNSURE.includes(told.why) ? told.why : null;
  const said = unsure ? `${WORDS.unsure[language]} (${END_NAMES[unsure][language]})` : WORDS.over[language];
  const lines = [over ? `${said}: ${title}.` : title, value, description].filter((line) => line !== null);
  return {
    language: LANGUAGE[language],
    category: outlet.categories[alert.sector ?? ''] ?? 'Other',
    event: title,
    responseType: unsure ? 'Monitor' : over ? 'AllClear' : steps.length > 0 ? 'Execute' : 'Monitor',
    urgency: over ? 'Past' : 'Immediate',
    severity: capSeverity(told.severity, alert.disaster),
    certainty: 'Observed',
    effective: sent,
    onset: alert.since,
    expires: sent + HOLDS_MS,
    senderName: outlet.senderName,
    headline: place === null ? title : `${title} — ${place}`,
    description: lines.join('\n'),
    ...(over || steps.length === 0 ? {} : { instruction: steps.map((step, i) => `${i + 1}. ${say(step)}`).join('\n') }),
    // No `web`: the page of an alert is for who has an account, the feed for everybody.
    parameters: alert.disaster === null ? [] : [{ name: WORDS.level[language], value: String(alert.disaster) }],
    areas: [areaOf(alert, place ?? WORDS.nowhere[language])],
  };
}

function areaOf({ unit, lon, lat }: AlertLine, description: string): CapInfo['areas'][number] {
  return {
    description,
    ...(lon === null || lat === null ? {} : { circle: { lat, lon, radius: RADIUS_KM } }),
    geocodes: unit === null ? [] : [{ name: UNIT_GEOCODE, value: unit }],
  };
}

function valueText({ format, limit }: AlertLine, value: number | null, language: 'vi' | 'en'): string | null {
  if (value === null || format === null || format.digits < 0) return null;
  const write = (one: number): string => {
    const fixed = one.toFixed(format.digits);
    return `${language === 'vi' ? fixed.replace('.', ',') : fixed} ${format.unit[language]}`.trim();
  };
  const against = limit === null ? '' : ` (${WORDS.limit[language]} ${write(limit)})`;
  return `${WORDS.value[language]}: ${write(value)}${against}`;
}
