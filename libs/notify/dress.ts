import { type Message, type MessageAlert, SEVERITY_NAMES, type Text } from '#libs/contracts';

/** What every channel says in its own words around a message. */
export const WORDS = {
  acknowledge: { vi: 'Xác nhận cảnh báo', en: 'Acknowledge the alert' },
  more: { vi: 'Xem chi tiết', en: 'See details' },
  since: { vi: 'từ', en: 'since' },
  worst: { vi: 'Nặng nhất', en: 'The worst' },
  others: { vi: 'và %n cảnh báo khác', en: 'and %n more alerts' },
} satisfies Record<string, Text>;

const MOST_ALERTS = 20;

export const wordOf = (text: Text, { language }: Pick<Message, 'language'>): string => text[language];

/** `14:05 25/11`, in Vietnam. */
export function momentOf(at: number, { language }: Pick<Message, 'language'>): string {
  const format = new Intl.DateTimeFormat(language === 'vi' ? 'vi-VN' : 'en-GB', {
    timeZone: 'Asia/Ho_Chi_Minh',
    hour: '2-digit',
    minute: '2-digit',
    day: '2-digit',
    month: '2-digit',
    hourCycle: 'h23',
  });
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${parts.hour}:${parts.minute} ${parts.day}/${parts.month}`;
}

/** Page of the one-tap link. The token is behind `#`: it never reaches a server's log, and no mail scanner can use it. */
export const linkOf = (hub: string, token: string): string => `${hub}/a#${token}`;
export const pageOf = (hub: string, { path }: Pick<Message, 'path'>): string => `${hub}${path}`;

/** One alert in one line: `#12 Nghiêm trọng: Mực nước vượt báo động 2 – Xã A, 2,4 m / 2,0 m, từ 14:05 25/11`. */
export function lineOf(alert: MessageAlert, message: Pick<Message, 'language'>): string {
  const about = [alert.place, alert.value, `${wordOf(WORDS.since, message)} ${momentOf(alert.since, message)}`];
  const said = about.filter((part) => part !== null && part !== '').join(', ');
  return `#${alert.number} ${wordOf(SEVERITY_NAMES[alert.severity], message)}: ${alert.title} – ${said}`;
}

/**
 * Value against limit and since when, of the alert that the subject names: `2,4 m / 2,0 m, từ 14:05`, with the date where that is
 * another day; empty where nothing is asked of anybody: of what is over, and of what is about no alert.
 */
export function factsOf(message: Message): string {
  const [first] = message.alerts;
  if (first === undefined || message.kind === 'resolved') return '';
  const [time, day] = momentOf(first.since, message).split(' ') as [string, string];
  const since = momentOf(message.at, message).endsWith(day) ? time : `${time} ${day}`;
  const facts = [first.value, `${wordOf(WORDS.since, message)} ${since}`].filter((fact) => fact !== null).join(', ');
  return message.total > 1 ? `${wordOf(WORDS.worst, message)}: ${facts}` : facts;
}

/** A line that must be cut to less than this is left out. */
const LEAST_OF_LINE = 12;

/**
 * What, where, value against limit and since when, then the first line; a long title is cut before any of them. `dress` is how each
 * part is written: what it makes longer counts.
 */
export function shortText(message: Message, most: number, dress: (text: string) => string = (text) => text): string {
  const facts = dress(factsOf(message));
  const told = facts === '' ? '' : `${message.total > 1 ? '. ' : ', '}${facts}`;
  const [subject, title, line] = [message.subject, message.alerts[0]?.title ?? '', message.lines[0] ?? ''].map(
    dress,
  ) as [string, string, string];
  const over = lettersOf(subject + told) - most;
  // Place and number of the others stand behind the title.
  const cut = over > 0 && title !== '' ? shorten(title, Math.max(1, lettersOf(title) - over)) : title;
  const head = shorten(
    subject.replace(title, () => cut),
    Math.max(1, most - lettersOf(told)),
  );
  const text = `${head}${told}`;
  return line === '' || lettersOf(text) + LEAST_OF_LINE > most ? text : shorten(`${text}. ${line}`, most);
}

const lettersOf = (text: string): number => [...text].length;

/** The alerts line by line, `most` of them, and how many more there are. */
export function alertLines(message: Message, most = MOST_ALERTS): string[] {
  const shown = message.alerts.slice(0, most);
  const others = message.total - shown.length;
  return [
    ...shown.map((alert) => lineOf(alert, message)),
    ...(others > 0 ? [wordOf(WORDS.others, message).replace('%n', String(others))] : []),
  ];
}

/** The whole message as plain text, with its links at the end. */
export const plainText = (message: Message, where: Where): string =>
  paragraphs([message.lines.join('\n\n'), alertLines(message).join('\n'), ...linksOf(message, where)]);

/** Where links lead; `token`: of the one-tap link, null: there is none. */
interface Where {
  hub: string;
  token: string | null;
}

/**
 * Subject and whole message within so many letters, as `dress` writes it: alerts are left out from the end and counted, then the words are
 * cut. The links always stay, whole.
 */
export function textWithin(message: Message, where: Where, most: number, dress: (text: string) => string): string {
  const links = dress(paragraphs(linksOf(message, where)));
  const head = [message.subject, message.lines.join('\n\n')];
  const room = Math.max(0, most - lettersOf(links) - 2);
  for (let named = Math.min(MOST_ALERTS, message.alerts.length); named >= 0; named--) {
    const text = dress(paragraphs([...head, alertLines(message, named).join('\n')]));
    if (lettersOf(text) <= room) return paragraphs([text, links]);
  }
  return paragraphs([room === 0 ? '' : shorten(dress(paragraphs(head)), room), links]);
}

const linksOf = (message: Message, { hub, token }: Where): string[] => [
  ...(token === null ? [] : [`${wordOf(WORDS.acknowledge, message)}:\n${linkOf(hub, token)}`]),
  `${wordOf(WORDS.more, message)}:\n${pageOf(hub, message)}`,
];

const paragraphs = (parts: readonly string[]): string => parts.filter((part) => part !== '').join('\n\n');

/** Cut to so many letters, with … where something is missing; never through the middle of a letter. */
export function shorten(text: string, most: number): string {
  const letters = [...text];
  return letters.length <= most ? text : `${letters.slice(0, Math.max(0, most - 1)).join('')}…`;
}

/**
 * Vietnamese without its marks, for gateways that carry only ASCII: `Mực nước` → `Muc nuoc`; units too: `4 ‰` → `4 0/00`. What has no
 * such spelling becomes `?`: a single letter beyond ASCII would make an SMS one of 70 letters a part.
 */
export const unaccented = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('‰', '0/00')
    .replaceAll('°', 'o')
    .replaceAll('μ', 'u')
    .replaceAll('≥', '>=')
    .replaceAll('≤', '<=')
    .replaceAll('₫', 'd')
    .replaceAll('đ', 'd')
    .replaceAll('Đ', 'D')
    .replaceAll(/[‐‒–—−·•]/g, '-')
    .replaceAll(/[“”„«»]/g, '"')
    .replaceAll(/[‘’‚‹›]/g, "'")
    .replaceAll('→', '->')
    .replaceAll('←', '<-')
    .replaceAll('×', 'x')
    .replaceAll('÷', '/')
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(/[^\n\r\t -~]/gu, '?');
