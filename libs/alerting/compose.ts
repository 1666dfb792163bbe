import {
  CLOCK,
  DAY,
  type Message,
  type MessageAlert,
  MONTH,
  type NotificationView,
  type NumberFormat,
  SEVERITY_NAMES,
  type Simulated,
  type Severity,
  type Text,
  unitWord,
  VN_OFFSET_MS,
} from '#libs/contracts';
import { endLines, endPrefix, endReasons, type Ends, type Solver } from './ending.js';

/** Alerts named in one message; the rest is counted. */
export const ALERTS_IN_MESSAGE = 20;

/** What of an alert a message says. Times are epoch ms. */
export interface TellAlert {
  id: string;
  number: number;
  severity: Severity;
  title: Text;
  place: Text | null;
  /** Name of the agency that has to act. */
  agencyName?: Text | null;
  value: number | null;
  limit: number | null;
  format: NumberFormat | null;
  since: number;
  simulated: Simulated;
}

/** What there is to tell one recipient. */
export interface Telling {
  id: string;
  kind: NotificationView['kind'];
  severity: Severity;
  language: 'vi' | 'en';
  /** Worst first; those of the message, of which `ALERTS_IN_MESSAGE` are named. */
  alerts: readonly TellAlert[];
  /** How many there are in all, and how many of them have ended meanwhile. */
  total: number;
  ended: number;
  /** Why those have ended; who said so, where one person said it of all that are solved. */
  ends?: Ends;
  solver?: Solver | null;
  /** The group, or null for a digest over several. */
  group: string | null;
  mayAcknowledge: boolean;
  /** What a person says besides, a line each. */
  said?: readonly string[];
  at: number;
}

const WORDS = {
  simulated: { vi: '[MÔ PHỎNG]', en: '[SIMULATED]' },
  partly: { vi: '[MỘT PHẦN MÔ PHỎNG]', en: '[PARTLY SIMULATED]' },
  more: { vi: 'và %n cảnh báo khác', en: 'and %n more' },
  ended: { vi: '%n trong số này đã kết thúc.', en: '%n of these have ended meanwhile.' },
  agency: { vi: 'Cơ quan xử lý: %s.', en: 'Agency that has to act: %s.' },
  alert: { vi: 'Chưa có ai xác nhận.', en: 'Nobody has acknowledged yet.' },
  escalation: {
    vi: 'Chuyển lên vì chưa có ai xác nhận.',
    en: 'Passed on to you because nobody has acknowledged.',
  },
  reminder: { vi: 'Nhắc lại: vẫn chưa có ai xác nhận.', en: 'Reminder: still nobody has acknowledged.' },
  assigned: { vi: 'Được giao cho bạn.', en: 'Assigned to you.' },
  untold: { vi: 'Không báo được cho người được giao.', en: 'Whoever it was given to could not be told.' },
  digest: { vi: 'Tóm tắt các cảnh báo từ lần trước.', en: 'Alerts since the last digest.' },
} satisfies Record<string, Text>;

const PREFIX: Partial<Record<NotificationView['kind'], Text>> = {
  escalation: { vi: 'Chuyển cấp', en: 'Escalated' },
  reminder: { vi: 'Nhắc lại', en: 'Reminder' },
  assigned: { vi: 'Giao việc', en: 'Assigned' },
  untold: { vi: 'Giao việc không tới', en: 'Assignment not received' },
  digest: { vi: 'Tóm tắt', en: 'Digest' },
};

/** Agencies named in one message; the rest is left out. */
const AGENCIES_IN_MESSAGE = 3;

/** Hours that a message is worth delivering. */
const WORTH_HOURS: Partial<Record<NotificationView['kind'], number>> = {
  reminder: 1,
  escalation: 12,
  assigned: 12,
  untold: 12,
  resolved: 6,
};

/** The message of a telling, in the recipient's language: one alert by name, a storm by number. */
export function compose(telling: Telling): Message {
  const { id, kind, severity, language, total, mayAcknowledge, at, group } = telling;
  const said = (text: Text): string => text[language];
  const named = telling.alerts.slice(0, ALERTS_IN_MESSAGE);
  const [first] = named;
  const alerts = named.map((alert) => messageAlert(alert, language));
  const lines = [kind in WORDS ? said(WORDS[kind as 'alert']) : ''].filter((line) => line !== '');
  lines.push(...ending(telling));
  const agencies = new Set(named.flatMap(({ agencyName }) => (agencyName ? said(agencyName) : [])));
  if (agencies.size > 0 && kind !== 'resolved')
    lines.push(said(WORDS.agency).replace('%s', [...agencies].slice(0, AGENCIES_IN_MESSAGE).join('; ')));
  lines.push(...(telling.said ?? []));
  return {
    ...{ id, kind, severity, language, lines, alerts, total, mayAcknowledge, at },
    subject: subjectOf(telling, first),
    path: total === 1 && first ? `/alerts/${first.id}` : group === null ? '/alerts' : `/alerts?group=${group}`,
    topic: (group ?? id).replaceAll('-', ''),
    expiresAt: at + (WORTH_HOURS[kind] ?? 24) * 3_600_000,
  };
}

/** What is over, and why: said to be normal only where the value came back. */
function ending({ kind, language, total, ended, ends = {}, solver = null }: Telling): string[] {
  if (kind === 'resolved' || (ended > 0 && total === 1)) return endLines(ends, solver, language);
  if (ended === 0) return [];
  return [WORDS.ended[language].replace('%n', String(ended)), endReasons(ends, language)].filter(
    (line) => line !== null,
  );
}

function subjectOf(
  { kind, severity, language, total, alerts, ends = {} }: Telling,
  first: TellAlert | undefined,
): string {
  const prefix = (kind === 'resolved' ? endPrefix(ends) : PREFIX[kind])?.[language];
  const what = first === undefined ? '' : `${first.title[language]}${first.place ? ` – ${first.place[language]}` : ''}`;
  const more = total > 1 ? ` ${WORDS.more[language].replace('%n', String(total - 1))}` : '';
  const mark = alerts.every(({ simulated }) => simulated === true) ? WORDS.simulated : WORDS.partly;
  const marked = alerts.some(({ simulated }) => simulated) ? `${mark[language]} ` : '';
  return `${marked}${prefix === undefined ? '' : `${prefix} – `}${SEVERITY_NAMES[severity][language]}: ${what}${more}`;
}

function messageAlert(alert: TellAlert, language: 'vi' | 'en'): MessageAlert {
  const { id, number, severity, since, value, limit, format } = alert;
  const shown = value === null ? null : written(value, format, language);
  const against = limit === null ? '' : ` / ${written(limit, format, language)}`;
  return {
    ...{ id, number, severity, since },
    title: alert.title[language],
    place: alert.place?.[language] ?? null,
    value: shown === null ? null : `${shown}${against}`,
  };
}

/** A number as people read it: `2,41 m`, `14:30`, `24/11`, `2027-03`. */
export function written(value: number, format: NumberFormat | null, language: 'vi' | 'en'): string {
  const digits = format?.digits ?? 2;
  if (digits === MONTH) return `${Math.floor(value / 12)}-${String((Math.floor(value) % 12) + 1).padStart(2, '0')}`;
  if (digits === CLOCK) return local(value).slice(11, 16);
  if (digits === DAY) return `${local(value).slice(8, 10)}/${local(value).slice(5, 7)}`;
  const number = value.toLocaleString(language === 'vi' ? 'vi-VN' : 'en-GB', { maximumFractionDigits: digits });
  const unit = format ? unitWord(format, value, language) : '';
  return unit === '' ? number : `${number} ${unit}`;
}

const local = (at: number): string => new Date(at + VN_OFFSET_MS).toISOString();
