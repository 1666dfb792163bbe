import type { DeviceGrant, SourceGrant } from '#libs/access';
import { LIMITS } from '#libs/contracts';
import type { JsonSchema } from '#libs/sector-kit';
import type { Fault } from '../validation/data-door.js';
import type { RawEvent } from '../validation/event-door.js';

/** What a topic is for. */
export type Topic =
  | { kind: 'events'; source: string }
  /** A device by its address, as registered. */
  | { kind: 'tts'; address: string; device: string }
  | { kind: 'sta'; address: string; datastream: string };

const EVENTS = /^ioc\/v1\/([^/]{1,60})\/events$/;
const TTS = /^v3\/([^/@]{1,80})@[^/]{1,80}\/devices\/([^/]{1,80})\/up$/;
const STA = /^v1\.1\/Datastreams\(([^()/]{1,80})\)\/Observations$/;
const DECODER = new TextDecoder('utf-8', { fatal: true });

/** Null for every topic that the doors do not know. */
export function readTopic(topic: string): Topic | null {
  const events = EVENTS.exec(topic)?.[1];
  if (events !== undefined) return { kind: 'events', source: events };
  const tts = TTS.exec(topic);
  if (tts) return { kind: 'tts', address: `tts:${tts[1]}/${tts[2]}`, device: String(tts[2]) };
  const datastream = STA.exec(topic)?.[1]?.replace(/^'(.*)'$/, '$1');
  if (datastream !== undefined) return { kind: 'sta', address: `sta:${datastream}`, datastream };
  return null;
}

/** Topics on which a registered device sends; a stack's tenant is not known here, so its place is left open. */
export function deviceTopics(address: string): string[] {
  if (/[+#]/.test(address)) return [];
  const device = /^tts:[^/]+\/([^/]+)$/.exec(address)?.[1];
  if (device !== undefined) return [`v3/+/devices/${device}/up`];
  const stream = /^sta:([^/]+)$/.exec(address)?.[1];
  if (stream === undefined) return [];
  return [`v1.1/Datastreams(${stream})/Observations`, `v1.1/Datastreams('${stream}')/Observations`];
}

/** The JSON of a payload, or what is wrong with it. */
export function readPayload(payload: Buffer): { value: unknown } | { fault: Fault } {
  try {
    return { value: JSON.parse(DECODER.decode(payload)) as unknown };
  } catch {
    return { fault: { code: 'malformed', path: '', message: 'the message is not JSON in UTF-8' } };
  }
}

/** Events of a CloudEvents message: one, or a list. */
export function cloudEvents(payload: Buffer): RawEvent[] {
  const read = readPayload(payload);
  if ('fault' in read || !Array.isArray(read.value)) return [read];
  if (read.value.length > LIMITS.batch) {
    return [{ fault: { code: 'too-large', path: '', message: `a message has at most ${LIMITS.batch} events` } }];
  }
  return read.value.map((value: unknown) => ({ value }));
}

type Json = Record<string, unknown>;
const objectOf = (value: unknown): Json | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;

/**
 * Event of a The Things Stack v3 uplink (ApplicationUp with `uplink_message`). The stack leaves out fields that are zero, false or
 * empty: no `f_cnt` means 0, and a numeric field that the device maps but the payload lacks is 0.
 */
export function uplinkEvent(
  payload: Buffer,
  device: DeviceGrant,
  name: string,
  schema: JsonSchema | undefined,
): RawEvent {
  const read = readPayload(payload);
  if ('fault' in read) return read;
  const message = objectOf(read.value);
  const uplink = objectOf(message?.['uplink_message']);
  if (!message || !uplink) return missing('/uplink_message');
  const decoded = objectOf(uplink['decoded_payload']);
  if (!decoded) return missing('/uplink_message/decoded_payload');
  const time = uplink['received_at'] ?? message['received_at'];
  if (typeof time !== 'string') return missing('/uplink_message/received_at');
  const session = typeof uplink['session_key_id'] === 'string' ? uplink['session_key_id'] : '';
  const count = typeof uplink['f_cnt'] === 'number' ? uplink['f_cnt'] : 0;
  const data = mapped(device, decoded, schema, true);
  return eventOf(device, `${name}:${session}:${count}:${time}`, time, data);
}

/** Event of an OGC SensorThings 1.1 Observation. Of an interval the end counts. */
export function observationEvent(
  payload: Buffer,
  device: DeviceGrant,
  datastream: string,
  schema: JsonSchema | undefined,
): RawEvent {
  const read = readPayload(payload);
  if ('fault' in read) return read;
  const observation = objectOf(read.value);
  if (!observation) return { fault: { code: 'malformed', path: '', message: 'an observation must be a JSON object' } };
  const phenomenon = observation['phenomenonTime'] ?? observation['resultTime'];
  if (typeof phenomenon !== 'string') return missing('/phenomenonTime');
  const time = phenomenon.slice(phenomenon.indexOf('/') + 1);
  return eventOf(device, `sta:${datastream}:${phenomenon}`, time, mapped(device, observation, schema, false));
}

const missing = (path: string): RawEvent => ({
  fault: { code: 'field-missing', path, message: `${path.slice(path.lastIndexOf('/') + 1)} is missing` },
});

function eventOf(device: DeviceGrant, id: string, time: string, data: Json): RawEvent {
  return {
    value: {
      id,
      type: device.type,
      time,
      ...(device.subject === null ? {} : { subject: device.subject }),
      ...(device.unit === null ? {} : { unit: device.unit }),
      data,
    },
  };
}

/** Data of the event: the device's constants, and its fields from the payload (`a.b` looks into an object). */
function mapped(device: DeviceGrant, payload: Json, schema: JsonSchema | undefined, zeroesAreOmitted: boolean): Json {
  const properties = objectOf(schema?.['properties']);
  const data: Json = { ...device.constants };
  for (const [field, from] of Object.entries(device.fields)) {
    const value = from.split('.').reduce<unknown>((inner, step) => {
      const within = objectOf(inner);
      return within && Object.hasOwn(within, step) ? within[step] : undefined;
    }, payload);
    if (value !== undefined) data[field] = value;
    else if (zeroesAreOmitted) {
      const types = [objectOf(properties?.[field])?.['type']].flat();
      if (types.includes('number') || types.includes('integer')) data[field] = 0;
      else if (types.includes('boolean')) data[field] = false;
    }
  }
  return data;
}

/** What a message on a topic holds, by the source that it belongs to. */
export interface Reading {
  grant: SourceGrant;
  events: RawEvent[];
}

/** Reads a device's message for each source that registered the device. */
export function deviceReadings(
  topic: Exclude<Topic, { kind: 'events' }>,
  payload: Buffer,
  devices: readonly DeviceGrant[],
  schemaOf: (type: string) => JsonSchema | undefined,
): Reading[] {
  return devices.map((device) => ({
    grant: device.source,
    events: [
      topic.kind === 'tts'
        ? uplinkEvent(payload, device, topic.device, schemaOf(device.type))
        : observationEvent(payload, device, topic.datastream, schemaOf(device.type)),
    ],
  }));
}
