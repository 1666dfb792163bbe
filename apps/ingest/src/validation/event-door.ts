import type { SourceGrant } from '#libs/access';
import type { HubEvent, Rejection } from '#libs/contracts';
import type { Catalogue } from '#libs/sector-kit';
import { DataDoor, type Fault } from './data-door.js';
import { idOf, readEnvelope, type TimeBounds } from './envelope.js';
import type { Pseudonyms } from './pseudonyms.js';
import { shapeFault } from './shape.js';

/** An event as a decoder read it: any JSON value, or a fault where not even that could be read. */
export type RawEvent = { value: unknown } | { fault: Fault };

/** The door for events of every type: one event in, a clean event or a rejection out. Compiled at boot. */
export class EventDoor {
  private readonly doors: ReadonlyMap<string, DataDoor>;
  private readonly knowsType = (type: string): boolean => this.doors.has(type);

  constructor(
    catalogue: Catalogue,
    private readonly pseudonyms: Pseudonyms,
    private readonly bounds: TimeBounds,
  ) {
    this.doors = new Map(
      catalogue.packs.flatMap((pack) =>
        pack.events.map((type) => [type.type, new DataDoor(type, pack.labels)] as const),
      ),
    );
  }

  /** JSON Schema of each type's data. */
  schemas(): ReadonlyMap<string, DataDoor> {
    return this.doors;
  }

  admit(raw: RawEvent, index: number, grant: SourceGrant, now: number): HubEvent | Rejection {
    if ('fault' in raw) return { index, id: null, ...raw.fault };
    const value = raw.value;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return { index, id: null, code: 'malformed', path: '', message: 'an event must be a JSON object' };
    }
    const event = value as Record<string, unknown>;
    const refuse = (fault: Fault): Rejection => ({ index, id: idOf(event), ...fault });
    const shape = shapeFault(event);
    if (shape) return refuse(shape);
    const envelope = readEnvelope(event, grant, this.knowsType, now, this.bounds);
    if ('code' in envelope) return refuse(envelope);
    const data = event['data'];
    if (data === undefined || data === null) {
      return refuse({ code: 'field-missing', path: '/data', message: 'data is missing' });
    }
    if (typeof data !== 'object' || Array.isArray(data)) {
      return refuse({ code: 'field-invalid', path: '/data', message: 'data must be of type object' });
    }
    const clean: HubEvent = { ...envelope, source: grant.id, data: data as Record<string, unknown> };
    const fault = this.doors.get(envelope.type)?.admit(clean, this.pseudonyms);
    return fault ? refuse(fault) : clean;
  }
}

export const isRejection = (outcome: HubEvent | Rejection): outcome is Rejection => 'code' in outcome;
