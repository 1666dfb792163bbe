import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { CapArea, CapInfo, CapMessage, CapReference, CapSeverity } from './cap-message.js';

/** What was sent is no CAP 1.2 message; the message names the element. */
export class CapError extends Error {}

/** A message or a feed is refused above this. Characters. */
export const MOST_CAP_CHARACTERS = 512 * 1024;
const MOST_REFERENCES = 100;
const MOST_NAME = 200;
const MOST_AREAS = 200;

const parser = new XMLParser({
  ignoreAttributes: false,
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: true,
  // Characters by their number; named entities of a document of its own cannot be, since document types are refused.
  htmlEntities: true,
  isArray: (name) => LISTS.has(name),
});
const LISTS = new Set(['info', 'category', 'responseType', 'parameter', 'area', 'geocode', 'circle', 'entry', 'link']);

type Element = Record<string, unknown>;

/** Reads a CAP 1.2 message. Throws `CapError`. What the hub does not use (resources, polygons, signatures) is left out. */
export function readCap(xml: string): CapMessage {
  const alert = rootOf(xml, 'alert');
  const identifier = nameOf(alert, 'identifier');
  const sender = nameOf(alert, 'sender');
  const infos = asList(alert.info).map(infoOf);
  const msgType = oneOf(alert, 'msgType', ['Alert', 'Update', 'Cancel', 'Ack', 'Error']);
  const references = referencesOf(textOf(alert, 'references') ?? '');
  if (references.length === 0 && (msgType === 'Update' || msgType === 'Cancel'))
    throw new CapError(`references: a message of type ${msgType} must name what it is about`);
  if (infos.length === 0 && (msgType === 'Alert' || msgType === 'Update'))
    throw new CapError(`info: a message of type ${msgType} must have one`);
  const note = textOf(alert, 'note');
  return {
    identifier,
    sender,
    sent: timeOf(alert, 'sent'),
    status: oneOf(alert, 'status', ['Actual', 'Exercise', 'System', 'Test', 'Draft']),
    msgType,
    scope: oneOf(alert, 'scope', ['Public', 'Restricted', 'Private']),
    ...(note === undefined ? {} : { note }),
    references,
    infos,
  };
}

/** What a feed lists. `at`: when it was changed last, epoch ms; 0: the feed doesn't say. */
export interface FeedItem {
  url: string;
  at: number;
}

/**
 * The CAP messages that an Atom or RSS feed lists, those that it dates last first; without dates in its order. The order of
 * a feed's entries means nothing (RFC 4287, 4.1.1).
 */
export function readFeed(xml: string): FeedItem[] {
  const root = rootOf(xml, 'feed', 'rss');
  const channel = root.channel;
  const entries = isElement(channel) ? asList(channel.item) : asList(root.entry);
  const found = entries.flatMap((entry): FeedItem[] => {
    if (!isElement(entry)) return [];
    const links = asList(entry.link);
    const hrefs = links.flatMap((link) =>
      typeof link === 'string' ? [{ href: link, type: '' }] : isElement(link) ? [attributes(link)] : [],
    );
    const best = hrefs.find(({ type }) => type.includes('cap')) ?? hrefs[0];
    const at = Date.parse(string(entry.updated ?? entry.published ?? entry.pubDate)) || 0;
    return best === undefined || best.href === '' ? [] : [{ url: best.href, at }];
  });
  return found.sort((one, other) => other.at - one.at);
}

const attributes = (link: Element): { href: string; type: string } => ({
  href: string(link['@_href']),
  type: string(link['@_type']),
});

function rootOf(xml: string, ...names: string[]): Element {
  if (xml.length > MOST_CAP_CHARACTERS)
    throw new CapError(`the document is longer than ${MOST_CAP_CHARACTERS} characters`);
  // A document type could define entities that grow without bound or read files.
  if (/<!DOCTYPE/i.test(xml)) throw new CapError('a document type (<!DOCTYPE>) is not taken');
  const valid = XMLValidator.validate(xml);
  if (valid !== true) throw new CapError(`not well-formed XML, line ${valid.err.line}: ${valid.err.msg}`);
  const document = parser.parse(xml) as Element;
  for (const name of names) {
    const root = document[name];
    if (isElement(root)) return root;
  }
  throw new CapError(`the root element must be ${names.join(' or ')}`);
}

function infoOf(info: unknown, index: number): CapInfo {
  const at = `info[${index}]`;
  if (!isElement(info)) throw new CapError(`${at} is empty`);
  const optional = (name: string): string | undefined => textOf(info, name);
  const time = (name: string): number | undefined =>
    optional(name) === undefined ? undefined : timeOf(info, name, at);
  const given = {
    responseType: string(asList(info.responseType)[0]) || undefined,
    effective: time('effective'),
    onset: time('onset'),
    expires: time('expires'),
    senderName: optional('senderName'),
    headline: optional('headline'),
    description: optional('description'),
    instruction: optional('instruction'),
    web: optional('web'),
  };
  return {
    language: optional('language') ?? 'en-US',
    category: string(asList(info.category)[0]) || 'Other',
    event: required(info, 'event', at),
    urgency: required(info, 'urgency', at),
    severity: oneOf<CapSeverity>(info, 'severity', ['Extreme', 'Severe', 'Moderate', 'Minor', 'Unknown'], at),
    certainty: required(info, 'certainty', at),
    ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<CapInfo>),
    parameters: asList(info.parameter).flatMap(pairOf),
    areas: asList(info.area).slice(0, MOST_AREAS).flatMap(areaOf),
  };
}

function areaOf(area: unknown): CapArea[] {
  if (!isElement(area)) return [];
  const circle = /^(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)\s+(\d+(?:\.\d+)?)$/.exec(string(asList(area.circle)[0]));
  const [lat, lon, radius] = (circle ?? []).slice(1).map(Number);
  const point = lat === undefined || lon === undefined || radius === undefined ? undefined : { lat, lon, radius };
  return [
    {
      description: textOf(area, 'areaDesc') ?? '',
      ...(point && Math.abs(point.lat) <= 90 && Math.abs(point.lon) <= 180 ? { circle: point } : {}),
      geocodes: asList(area.geocode).flatMap(pairOf),
    },
  ];
}

function pairOf(pair: unknown): { name: string; value: string }[] {
  if (!isElement(pair)) return [];
  return [{ name: textOf(pair, 'valueName') ?? '', value: textOf(pair, 'value') ?? '' }];
}

function referencesOf(text: string): CapReference[] {
  return text
    .split(/\s+/)
    .filter((one) => one !== '')
    .slice(0, MOST_REFERENCES)
    .map((one) => {
      const [sender = '', identifier = '', sent = ''] = one.split(',');
      const at = Date.parse(sent);
      if (sender === '' || identifier === '' || identifier.length > MOST_NAME || Number.isNaN(at))
        throw new CapError(`references: "${one.slice(0, 80)}" must be sender,identifier,sent`);
      return { sender, identifier, sent: at };
    });
}

function nameOf(element: Element, name: string): string {
  const text = required(element, name);
  if (/[\s,<&]/.test(text) || text.length > MOST_NAME)
    throw new CapError(`${name} must have at most ${MOST_NAME} characters, no space, comma, < or &`);
  return text;
}

function timeOf(element: Element, name: string, at = ''): number {
  const text = required(element, name, at);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d$/.test(text) || Number.isNaN(Date.parse(text)))
    throw new CapError(`${where(at, name)} must be a time like 2026-11-25T14:32:05+07:00`);
  return Date.parse(text);
}

function oneOf<T extends string>(element: Element, name: string, allowed: readonly T[], at = ''): T {
  const text = required(element, name, at);
  const found = allowed.find((one) => one === text);
  if (found === undefined) throw new CapError(`${where(at, name)} must be one of ${allowed.join(', ')}`);
  return found;
}

function required(element: Element, name: string, at = ''): string {
  const text = textOf(element, name);
  if (text === undefined || text === '') throw new CapError(`${where(at, name)} is missing`);
  return text;
}

const where = (at: string, name: string): string => (at === '' ? name : `${at}/${name}`);
const isElement = (value: unknown): value is Element =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);

/** What character references can name and no database stores: U+0000 and halves of characters. */
const NOT_TEXT = /[\0\p{Surrogate}]/gu;
const string = (value: unknown): string => rawString(value).replace(NOT_TEXT, '\uFFFD');
const rawString = (value: unknown): string =>
  typeof value === 'string' ? value : isElement(value) && typeof value['#text'] === 'string' ? value['#text'] : '';

function textOf(element: Element, name: string): string | undefined {
  const value = element[name];
  if (value === undefined) return undefined;
  if (Array.isArray(value)) throw new CapError(`${name} may stand only once`);
  return string(value);
}
