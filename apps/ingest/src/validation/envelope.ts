import type { SourceGrant } from '#libs/access';
import { LIMITS } from '#libs/contracts';
import type { Fault } from './data-door.js';

/** Bounds of an event's time, in milliseconds from now. */
export interface TimeBounds {
  maxAge: number;
  maxAhead: number;
}

/** The attributes of an event that passed. */
export interface Envelope {
  id: string;
  type: string;
  time: number;
  subject?: string;
  unit?: string;
}

const fault = (code: Fault['code'], name: string, message: string): Fault => ({
  code,
  path: `/${name}`,
  message: `${name} ${message}`,
});

const CONTROL = /[\p{Cc}\p{Cs}]/u;

/** Checks the CloudEvents attributes of `event` against what the source may write. `data` is checked elsewhere. */
export function readEnvelope(
  event: Record<string, unknown>,
  grant: SourceGrant,
  knowsType: (type: string) => boolean,
  now: number,
  bounds: TimeBounds,
): Envelope | Fault {
  const version = event['specversion'];
  if (version !== undefined && version !== '1.0') return fault('field-invalid', 'specversion', 'must be "1.0"');
  const id = name(event, 'id');
  if (typeof id !== 'string') return id ?? fault('field-missing', 'id', 'is missing');
  const strange = sourceFault(event['source'], grant.id);
  if (strange) return strange;
  const type = text(event, 'type', LIMITS.name);
  if (typeof type !== 'string') return type ?? fault('field-missing', 'type', 'is missing');
  if (!knowsType(type)) return fault('type-unknown', 'type', 'is not a type of this hub');
  if (!grant.allowsType(type)) return fault('type-forbidden', 'type', 'is not among the types of this source');
  const time = readTime(event['time'], now, bounds);
  if (typeof time !== 'number') return time;
  const subject = name(event, 'subject');
  if (typeof subject === 'object' && subject !== null) return subject;
  const unit = readUnit(event, grant);
  if (typeof unit === 'object' && unit !== null) return unit;
  const content = event['datacontenttype'];
  if (content !== undefined && content !== null && !isJsonType(content)) {
    return fault('field-invalid', 'datacontenttype', 'must be application/json');
  }
  return { id, type, time, ...(subject === null ? {} : { subject }), ...(unit === null ? {} : { unit }) };
}

/** Ids and subjects name things, never people: codes of letters, digits and separators. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._:/@+|~=#,-]*$/;
const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
/**
 * What names a person: a citizen number (12 digits, NĐ 137/2015) or a telephone number, standing alone; a telephone number
 * in groups; digits behind a word that says what they are; a health insurance card; an e-mail address.
 */
const PERSON = new RegExp(
  [
    /(?<![A-Za-z0-9])(0\d{11}|0[35789]\d{8}|84[35789]\d{8})(?![A-Za-z0-9])/,
    /(?<![A-Za-z0-9])0[35789]\d{2}[.-]\d{3}[.-]\d{3}(?![A-Za-z0-9])/,
    /(?<![A-Za-z])(?:cccd|cmnd|cmt|sdt)[._:=~#-]?\d{9,12}(?!\d)/,
    /(?<![A-Za-z0-9])[A-Z]{2}[1-5]\d{12}(?![A-Za-z0-9])/,
    /[A-Za-z0-9]@[A-Za-z0-9-]+\.[A-Za-z]/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'i',
);

/** Why a text may not name a thing: null when it may. Such a text would keep a person where nobody looks for one. */
export function nameFault(value: string): string | null {
  if (!NAME.test(value)) return 'must be a code of letters without accents, digits and . _ : / @ + | ~ = # , -';
  // Digits of a random UUID may look like anything.
  if (PERSON.test(value.replace(UUID, ''))) return 'must not hold a number or an address of a person';
  return null;
}

function name(event: Record<string, unknown>, attribute: 'id' | 'subject'): string | Fault | null {
  const value = text(event, attribute, LIMITS.name);
  if (typeof value !== 'string') return value;
  const wrong = nameFault(value);
  return wrong === null ? value : fault('field-invalid', attribute, wrong);
}

/** Id of an event for a rejection: only what is a proper id is repeated. */
export function idOf(event: unknown): string | null {
  if (typeof event !== 'object' || event === null) return null;
  const id = (event as Record<string, unknown>)['id'];
  return typeof id === 'string' && id.length > 0 && id.length <= LIMITS.name && nameFault(id) === null ? id : null;
}

function text(event: Record<string, unknown>, name: string, most: number): string | Fault | null {
  const value = event[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') return fault('field-invalid', name, 'must be of type string');
  if (value === '' || value.length > most) return fault('field-invalid', name, `must have 1 to ${most} characters`);
  if (CONTROL.test(value)) return fault('field-invalid', name, 'must not contain control characters');
  return value;
}

/** CloudEvents wants a URI there: any that ends with the source's id will do, and none at all. */
function sourceFault(value: unknown, id: string): Fault | null {
  if (value === undefined || value === null || value === id) return null;
  if (typeof value !== 'string') return fault('field-invalid', 'source', 'must be of type string');
  if (value.endsWith(`/${id}`) || value.endsWith(`:${id}`) || value.endsWith(`#${id}`)) return null;
  return fault('source-mismatch', 'source', 'is not the source that this key belongs to');
}

function readUnit(event: Record<string, unknown>, grant: SourceGrant): string | Fault | null {
  const unit = text(event, 'unit', LIMITS.unit);
  if (unit === null) {
    return grant.allowsUnit(undefined)
      ? null
      : fault('field-missing', 'unit', 'is missing: this source writes for certain units');
  }
  if (typeof unit !== 'string') return unit;
  if (!grant.knowsUnit(unit)) return fault('unit-unknown', 'unit', 'is not the code of an administrative unit');
  return grant.allowsUnit(unit) ? unit : fault('unit-forbidden', 'unit', 'is not among the units of this source');
}

const RFC3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

function readTime(value: unknown, now: number, bounds: TimeBounds): number | Fault {
  if (value === undefined || value === null) return fault('field-missing', 'time', 'is missing');
  const time = typeof value === 'string' ? parseTime(value) : null;
  if (time === null)
    return fault('time-invalid', 'time', 'must be a time of RFC 3339 with its zone, e.g. 2026-01-31T08:00:00+07:00');
  if (time > now + bounds.maxAhead)
    return fault('time-future', 'time', `lies more than ${bounds.maxAhead / 60_000} minutes ahead`);
  if (time < now - bounds.maxAge)
    return fault('time-too-old', 'time', `lies more than ${bounds.maxAge / 86_400_000} days back`);
  return time;
}

/** Epoch ms of an RFC 3339 time; null when it is none, or names a day that does not exist. */
export function parseTime(value: string): number | null {
  const parts = RFC3339.exec(value);
  if (!parts) return null;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  if (month < 1 || month > 12 || day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return null;
  const time = Date.parse(value.toUpperCase().replace(' ', 'T'));
  return Number.isNaN(time) ? null : time;
}

export function isJsonType(value: unknown): boolean {
  return typeof value === 'string' && /^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(value.trim());
}
