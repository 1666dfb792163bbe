import type { ErrorObject, ValidateFunction } from 'ajv';
import type { HubEvent, RejectionCode } from '#libs/contracts';
import {
  type DtoClass,
  type EventType,
  jsonSchemaOf,
  type JsonSchema,
  nestedClass,
  type PersonalTreatment,
  personalFields,
  schemaRunner,
  type SectorPack,
} from '#libs/sector-kit';
import type { Pseudonyms } from './pseudonyms.js';

/** What is wrong with an event, without any value of it. */
export interface Fault {
  code: RejectionCode;
  /** JSON pointer from the event. */
  path: string;
  message: string;
}

/** Personal fields of a DTO and of those nested in it. */
interface PersonalPlan {
  fields: readonly (readonly [name: string, treatment: PersonalTreatment])[];
  nested: readonly (readonly [name: string, plan: PersonalPlan])[];
}

/**
 * The door for one event type's `data`: the DTO's rules, compiled. What it lets through holds declared fields only, no
 * null, and no personal value.
 */
export class DataDoor {
  readonly schema: JsonSchema;
  private readonly validate: ValidateFunction;
  private readonly personal: PersonalPlan | null;

  constructor(
    private readonly type: EventType,
    private readonly labels: SectorPack['labels'],
  ) {
    this.schema = jsonSchemaOf(type.dto);
    this.validate = schemaRunner(true).compile(this.schema);
    this.personal = personalPlan(type.dto, this.schema);
  }

  /** Checks `event` and cleans its `data` in place. The event's time chooses the month of pseudonyms. */
  admit(event: HubEvent, pseudonyms: Pseudonyms): Fault | null {
    const { data, time } = event;
    if (!this.validate(data)) return faultOf(this.validate.errors?.[0]);
    dropNulls(data);
    const fault = this.type.fault?.(event, this.labels);
    if (fault) {
      const { field, demand } = fault;
      return { code: 'field-invalid', path: `/data/${escapePointer(field)}`, message: `${field} ${demand}` };
    }
    if (this.personal) conceal(data, this.personal, time, pseudonyms);
    return null;
  }
}

function personalPlan(dto: DtoClass, schema: JsonSchema): PersonalPlan | null {
  const fields = [...personalFields(dto)];
  const nested: (readonly [string, PersonalPlan])[] = [];
  for (const [name, property] of Object.entries(schema['properties'] as Record<string, JsonSchema>)) {
    const items = property['items'] as JsonSchema | undefined;
    const inner = property['properties'] ? property : items?.['properties'] ? items : undefined;
    if (!inner) continue;
    const plan = personalPlan(nestedClass(dto, name, inner === items, `${dto.name}.${name}`), inner);
    if (plan) nested.push([name, plan]);
  }
  return fields.length + nested.length === 0 ? null : { fields, nested };
}

function conceal(data: Record<string, unknown>, plan: PersonalPlan, time: number, pseudonyms: Pseudonyms): void {
  for (const [name, treatment] of plan.fields) {
    const value = data[name];
    if (value === undefined) continue;
    if (treatment === 'drop') delete data[name];
    else if (Array.isArray(value)) data[name] = value.map((each) => pseudonyms.of(each, time));
    else data[name] = pseudonyms.of(value, time);
  }
  for (const [name, inner] of plan.nested) {
    for (const each of [data[name]].flat()) {
      if (typeof each === 'object' && each !== null) conceal(each as Record<string, unknown>, inner, time, pseudonyms);
    }
  }
}

/** An optional field may be sent as null; behind the door it is absent. */
function dropNulls(value: Record<string, unknown>): void {
  for (const [name, field] of Object.entries(value)) {
    if (field === null) delete value[name];
    else if (Array.isArray(field)) {
      const kept: unknown[] = field.includes(null) ? field.filter((each) => each !== null) : field;
      if (kept !== field) value[name] = kept;
      for (const each of kept) if (typeof each === 'object') dropNulls(each as Record<string, unknown>);
    } else if (typeof field === 'object') dropNulls(field as Record<string, unknown>);
  }
}

function faultOf(error: ErrorObject | undefined): Fault {
  if (!error) return { code: 'field-invalid', path: '/data', message: 'data is not valid' };
  const path = `/data${error.instancePath}`;
  if (error.keyword === 'required') {
    const field = String((error.params as { missingProperty: string }).missingProperty);
    return { code: 'field-missing', path: `${path}/${escapePointer(field)}`, message: `${field} is missing` };
  }
  const field = path.slice(path.lastIndexOf('/') + 1);
  return { code: 'field-invalid', path, message: `${field} ${demandOf(error)}` };
}

function demandOf({ keyword, schema, message }: ErrorObject): string {
  switch (keyword) {
    case 'type': {
      const types = ([schema].flat() as string[]).filter((type) => type !== 'null');
      return `must be of type ${types.join(' or ')}`;
    }
    case 'enum':
      return `must be one of ${(schema as unknown[])
        .filter((value) => value !== null)
        .slice(0, 30)
        .join(', ')}`;
    case 'minLength':
      return `must have at least ${String(schema)} characters`;
    case 'maxLength':
      return `must have at most ${String(schema)} characters`;
    case 'pattern':
      return `must match ${String(schema)}`;
    case 'x-iso8601':
      return 'must be an ISO 8601 date or time';
    case 'x-decimal-places':
      return `must have at most ${String(schema)} decimal places`;
    default:
      return message ?? 'is not valid';
  }
}

/** RFC 6901. */
export const escapePointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
