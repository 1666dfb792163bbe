import { type Ajv, Ajv as AjvClass } from 'ajv';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, isISO8601, isNumber, maxLength, minLength } from 'class-validator';
import type { DtoClass } from './sector.js';

/** A JSON Schema as plain data. */
export type JsonSchema = Record<string, unknown>;

/** Class-validator's record of one decorator. Named here because the library exports the storage, not the record. */
type Rule = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

/** What one decorator demands: the JSON type that it implies and keywords. */
interface Demand {
  type?: string;
  keywords?: JsonSchema;
}

type Reader = (constraints: readonly unknown[], where: string) => Demand;

/** Decorator (by class-validator's name for it) → what it demands. Whatever is not here stops the boot. */
const READERS: Record<string, Reader> = {
  isString: () => ({ type: 'string' }),
  isInt: () => ({ type: 'integer' }),
  isNumber: ([options], where) => numberDemand(options as Record<string, unknown> | undefined, where),
  isBoolean: () => ({ type: 'boolean' }),
  isObject: () => ({ type: 'object' }),
  isArray: () => ({ type: 'array' }),
  isIn: ([values]) => ({ keywords: { enum: values } }),
  min: ([value]) => ({ type: 'number', keywords: { minimum: value } }),
  max: ([value]) => ({ type: 'number', keywords: { maximum: value } }),
  minLength: ([least]) => ({ type: 'string', keywords: { minLength: least } }),
  maxLength: ([most]) => ({ type: 'string', keywords: { maxLength: most } }),
  isLength: ([least, most]) => ({
    type: 'string',
    keywords: {
      ...(least === undefined ? {} : { minLength: least }),
      ...(most === undefined ? {} : { maxLength: most }),
    },
  }),
  matches: ([pattern, modifiers]) => ({ type: 'string', keywords: patternKeywords(pattern, modifiers) }),
  isIso8601: ([options]) => ({
    type: 'string',
    keywords: { format: 'date-time', 'x-iso8601': (options as object | undefined) ?? {} },
  }),
  arrayMinSize: ([least]) => ({ type: 'array', keywords: { minItems: least } }),
  arrayMaxSize: ([most]) => ({ type: 'array', keywords: { maxItems: most } }),
};

function numberDemand(options: Record<string, unknown> | undefined, where: string): Demand {
  if (options?.['allowNaN'] || options?.['allowInfinity']) throw new Error(`${where}: NaN and Infinity are not JSON`);
  const places = options?.['maxDecimalPlaces'];
  return { type: 'number', ...(places === undefined ? {} : { keywords: { 'x-decimal-places': places } }) };
}

function patternKeywords(pattern: unknown, modifiers: unknown): JsonSchema {
  const expression = pattern instanceof RegExp ? pattern : new RegExp(String(pattern), modifiers as string | undefined);
  // Searching needs neither `g` nor `y`, and both would make the verdict depend on the call before.
  const flags = expression.flags.replace(/[gy]/g, '');
  return { pattern: expression.source, ...(flags === '' ? {} : { 'x-flags': flags }) };
}

/**
 * JSON Schema of a DTO class, read from its class-validator decorators, which stay the single truth.
 *
 * The verdict is class-validator's, with two stricter points: a nested object must be an object (class-validator also
 * takes an array of them), and a list of nested objects is one level deep. `@IsOptional()` also allows null, as there.
 * Throws, naming class and field, on a decorator that it does not know.
 */
export function jsonSchemaOf(dto: DtoClass, seen: readonly DtoClass[] = []): JsonSchema {
  if (seen.includes(dto)) throw new Error(`${dto.name}: a DTO must not contain itself`);
  const storage = getMetadataStorage();
  const rules = storage.getTargetValidationMetadatas(dto, '', false, false);
  const properties: Record<string, JsonSchema> = {};
  const required: string[] = [];
  for (const [name, ofProperty] of Object.entries(storage.groupByPropertyName(rules))) {
    const { schema, optional } = propertySchema(dto, name, ofProperty, [...seen, dto]);
    properties[name] = schema;
    if (!optional) required.push(name);
  }
  return { type: 'object', properties, required, additionalProperties: false };
}

function propertySchema(
  dto: DtoClass,
  name: string,
  rules: readonly Rule[],
  seen: readonly DtoClass[],
): { schema: JsonSchema; optional: boolean } {
  const where = `${dto.name}.${name}`;
  let optional = false;
  let nested = false;
  const own: Demand[] = [];
  const each: Demand[] = [];
  for (const rule of rules) {
    if (rule.groups?.length > 0 || rule.validateIf)
      throw new Error(`${where}: groups and validateIf are not supported`);
    if (rule.type === 'nestedValidation') nested = true;
    else if (rule.type === 'conditionalValidation' && rule.name === 'isOptional') optional = true;
    else {
      const reader = rule.type === 'customValidation' ? READERS[rule.name ?? ''] : undefined;
      if (!reader) throw new Error(`${where}: the decorator "${rule.name ?? rule.type}" has no JSON Schema`);
      (rule.each ? each : own).push(reader(rule.constraints ?? [], where));
    }
  }
  const list = own.some((demand) => demand.type === 'array');
  if (each.length > 0 && !list) throw new Error(`${where}: {each: true} needs @IsArray() beside it`);
  if (nested && !list) own.push({ type: 'object' });
  const schema = merge(own, where);
  if (nested) {
    const inner = jsonSchemaOf(nestedClass(dto, name, list, where), seen);
    // class-validator lets null stand in a list of nested objects.
    if (list) schema['items'] = nullable(inner);
    else Object.assign(schema, inner);
  } else if (each.length > 0) {
    schema['items'] = merge(each, where);
  }
  // Alone, @ValidateNested() lets a missing value pass.
  const onlyNested = nested && own.length === 1 && !list;
  return optional || onlyNested ? { schema: nullable(schema), optional: true } : { schema, optional: false };
}

/** Joins demands into one schema; a keyword that is demanded twice goes into `allOf`. */
function merge(demands: readonly Demand[], where: string): JsonSchema {
  const schema: JsonSchema = {};
  const more: JsonSchema[] = [];
  for (const { type, keywords } of demands) {
    if (type !== undefined) schema['type'] = narrower(schema['type'] as string | undefined, type, where);
    if (!keywords) continue;
    if (Object.keys(keywords).some((key) => key in schema && key !== 'type')) more.push(keywords);
    else Object.assign(schema, keywords);
  }
  if (more.length > 0) schema['allOf'] = more;
  return schema;
}

function narrower(a: string | undefined, b: string, where: string): string {
  if (a === undefined || a === b || (a === 'number' && b === 'integer')) return b;
  if (a === 'integer' && b === 'number') return a;
  throw new Error(`${where}: no value is both ${a} and ${b}`);
}

function nullable(schema: JsonSchema): JsonSchema {
  const open = (part: JsonSchema): JsonSchema => ({
    ...part,
    ...(typeof part['type'] === 'string' ? { type: [part['type'], 'null'] } : {}),
    ...(Array.isArray(part['enum']) ? { enum: [...(part['enum'] as unknown[]), null] } : {}),
    ...(Array.isArray(part['allOf']) ? { allOf: (part['allOf'] as JsonSchema[]).map(open) } : {}),
  });
  return open(schema);
}

/** The class that `@Type` gives a nested property: class-transformer is asked by letting it make one. */
export function nestedClass(dto: DtoClass, name: string, list: boolean, where: string): DtoClass {
  const made = plainToInstance(dto, { [name]: list ? [{}] : {} }) as Record<string, unknown>;
  const value = (list ? (made[name] as unknown[])[0] : made[name]) as object;
  const found = value.constructor as DtoClass;
  if ((found as unknown) === Object || (found as unknown) === Array)
    throw new Error(`${where}: @ValidateNested() needs @Type()`);
  return found;
}

/**
 * The ajv that runs these schemas. Text keywords are class-validator's own functions behind a cheap first test, so that both count
 * characters alike; undeclared fields are removed from what is validated.
 */
export function schemaRunner(verbose = false): Ajv {
  const ajv = new AjvClass({
    removeAdditional: true,
    allErrors: false,
    verbose,
    strict: true,
    strictTypes: false,
    validateFormats: false,
    coerceTypes: false,
    useDefaults: false,
  });
  for (const keyword of ['minLength', 'maxLength', 'pattern']) ajv.removeKeyword(keyword);
  ajv.addKeyword({
    keyword: 'minLength',
    type: 'string',
    schemaType: 'number',
    // A character takes at most two UTF-16 units.
    compile: (least: number) => (text: string) =>
      text.length >= least && (text.length >= least * 2 || minLength(text, least)),
  });
  ajv.addKeyword({
    keyword: 'maxLength',
    type: 'string',
    schemaType: 'number',
    compile: (most: number) => (text: string) => text.length <= most || maxLength(text, most),
  });
  ajv.addKeyword({
    keyword: 'pattern',
    type: 'string',
    schemaType: 'string',
    compile: (source: string, parent: JsonSchema) => {
      const expression = new RegExp(source, parent['x-flags'] as string | undefined);
      return (text: string) => expression.test(text);
    },
  });
  ajv.addKeyword({ keyword: 'x-flags', schemaType: 'string' });
  ajv.addKeyword({
    keyword: 'x-iso8601',
    type: 'string',
    schemaType: 'object',
    compile: (options: object) => (text: string) => isISO8601(text, options),
  });
  ajv.addKeyword({
    keyword: 'x-decimal-places',
    type: 'number',
    schemaType: 'number',
    compile: (places: number) => (value: number) => {
      // class-validator throws on a number that prints with an exponent and no point; that is a "no" here.
      try {
        return isNumber(value, { maxDecimalPlaces: places });
      } catch {
        return false;
      }
    },
  });
  return ajv;
}
