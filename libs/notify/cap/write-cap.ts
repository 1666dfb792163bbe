import { XMLBuilder } from 'fast-xml-parser';
import { capTime, referenceOf, type CapArea, type CapInfo, type CapMessage } from './cap-message.js';

const NAMESPACE = 'urn:oasis:names:tc:emergency:cap:1.2';

const builder = new XMLBuilder({ ignoreAttributes: false, format: true, suppressEmptyNode: true });
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** The message as XML; elements in the order that the schema of CAP 1.2 asks for. */
export function writeCap(message: CapMessage): string {
  const { identifier, sender, sent, status, msgType, scope, note, references, infos } = message;
  const alert = {
    '@_xmlns': NAMESPACE,
    identifier,
    sender,
    sent: capTime(sent),
    status,
    msgType,
    scope,
    ...given({ note, references: references.map(referenceOf).join(' ') || undefined }),
    info: infos.map(infoOf),
  };
  return DECLARATION + text(builder.build({ alert: clean(alert) }));
}

/** An entry of a feed: one message. */
export interface FeedEntry {
  message: CapMessage;
  /** Where its XML is. */
  url: string;
}

/**
 * An Atom feed (RFC 4287) of CAP messages, newest first, or a page of one. `next`: address of the page with what is older
 * (RFC 5005). `at`: when it last changed, epoch ms.
 */
export function writeFeed(
  feed: { id: string; title: string; author: string; url: string; next?: string | null; at: number },
  entries: readonly FeedEntry[],
): string {
  const atom = {
    '@_xmlns': 'http://www.w3.org/2005/Atom',
    id: feed.id,
    title: feed.title,
    updated: capTime(feed.at),
    author: { name: feed.author },
    link: [{ '@_rel': 'self', '@_href': feed.url }, ...(feed.next ? [{ '@_rel': 'next', '@_href': feed.next }] : [])],
    entry: entries.map(({ message, url }) => {
      const [info] = message.infos;
      return {
        id: `${feed.id}:${message.identifier}`,
        title: info?.headline ?? info?.event ?? message.identifier,
        updated: capTime(message.sent),
        summary: info?.description ?? info?.event ?? '',
        link: { '@_href': url, '@_type': 'application/cap+xml' },
        category: { '@_term': message.msgType },
      };
    }),
  };
  return DECLARATION + text(builder.build({ feed: clean(atom) }));
}

function infoOf(info: CapInfo): object {
  const { language, category, event, responseType, urgency, severity, certainty } = info;
  const { effective, onset, expires, senderName, headline, description, instruction, web } = info;
  const time = (at: number | undefined): string | undefined => (at === undefined ? undefined : capTime(at));
  return {
    language,
    category,
    event,
    ...given({ responseType }),
    urgency,
    severity,
    certainty,
    ...given({ effective: time(effective), onset: time(onset), expires: time(expires) }),
    ...given({ senderName, headline, description, instruction, web }),
    parameter: info.parameters.map(({ name, value }) => ({ valueName: name, value })),
    area: info.areas.map(areaOf),
  };
}

function areaOf({ description, circle, geocodes }: CapArea): object {
  return {
    areaDesc: description,
    ...given({ circle: circle && `${circle.lat},${circle.lon} ${circle.radius}` }),
    geocode: geocodes.map(({ name, value }) => ({ valueName: name, value })),
  };
}

const given = (fields: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, string] => Boolean(entry[1])));

/** Characters that XML 1.0 has no way to write. */
const UNWRITABLE = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

function clean(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(UNWRITABLE, '\uFFFD');
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, clean(each)]));
  return value;
}

const text = (built: unknown): string => String(built);
