import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { LIMITS } from '#libs/contracts';
import type { JsonSchema } from '#libs/sector-kit';
import { EVENT_DOOR } from '../ingest.tokens.js';
import type { EventDoor } from '../validation/event-door.js';

const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

/** Serves the door's contract at /v1/openapi.json, with the real schema of each event type. */
export function serveOpenApi(app: NestExpressApplication): void {
  let text: string | undefined;
  app.use('/v1/openapi.json', (_request: Request, response: Response) => {
    text ??= JSON.stringify(openApi(app));
    response.type('application/json').send(text);
  });
}

/** The contract as an object. */
export function openApi(app: NestExpressApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Event doors')
    .setDescription('Push CloudEvents over HTTP. Keys: npm run hub -- source add.')
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'Key of a source: ioc_<id>_<secret>' })
    .build();
  const document = SwaggerModule.createDocument(app, config);
  const doors = app.get<EventDoor>(EVENT_DOOR, { strict: false });
  const schemas: Record<string, JsonSchema> = { ...FIXED_SCHEMAS };
  const names: string[] = [];
  for (const [type, door] of doors.schemas()) {
    schemas[type] = eventSchema(type, door.schema);
    names.push(type);
  }
  schemas['Event'] = { oneOf: names.map(ref), discriminator: { propertyName: 'type' } };
  document.components = { ...document.components, schemas: schemas as never };
  const post = document.paths['/v1/events']?.post;
  if (post) Object.assign(post, { requestBody: REQUEST_BODY, responses: RESPONSES });
  return document;
}

function eventSchema(type: string, data: JsonSchema): JsonSchema {
  return {
    type: 'object',
    required: ['id', 'type', 'time', 'data'],
    properties: {
      specversion: { const: '1.0' },
      id: { type: 'string', minLength: 1, maxLength: LIMITS.name, description: 'Unique within the source, for ever.' },
      source: { type: 'string', description: 'Id of the source that the key belongs to, or a URI that ends with it.' },
      type: { const: type },
      time: { type: 'string', format: 'date-time' },
      subject: { type: 'string', maxLength: LIMITS.name },
      unit: { type: 'string', maxLength: LIMITS.unit, description: 'Code of the administrative unit.' },
      data,
    },
  };
}

const REJECTION: JsonSchema = {
  type: 'object',
  required: ['index', 'id', 'code', 'path', 'message'],
  properties: {
    index: { type: 'integer' },
    id: { type: ['string', 'null'] },
    code: { type: 'string' },
    path: { type: 'string', description: 'JSON pointer from the event.' },
    message: { type: 'string' },
  },
};

const FIXED_SCHEMAS: Record<string, JsonSchema> = {
  Rejection: REJECTION,
  Verdict: {
    type: 'object',
    required: ['batch', 'accepted', 'rejected'],
    properties: {
      batch: { type: 'string', format: 'uuid' },
      accepted: { type: 'integer' },
      rejected: { type: 'array', maxItems: 100, items: ref('Rejection') },
      rejectedTotal: { type: 'integer', description: 'When more were refused than are listed.' },
    },
  },
  Problem: {
    type: 'object',
    required: ['type', 'title', 'status', 'code'],
    properties: {
      type: { type: 'string' },
      title: { type: 'string' },
      status: { type: 'integer' },
      code: { type: 'string' },
      detail: { type: 'string' },
    },
  },
};

const list: JsonSchema = { type: 'array', maxItems: LIMITS.batch, items: ref('Event') };
const REQUEST_BODY = {
  required: true,
  content: {
    'application/json': { schema: { oneOf: [ref('Event'), list] } },
    'application/cloudevents+json': { schema: ref('Event') },
    'application/cloudevents-batch+json': { schema: list },
    'application/x-ndjson': { schema: { type: 'string', description: 'One event a line.' } },
  },
};

const problemAnswer = (description: string): JsonSchema => ({
  description,
  content: { 'application/problem+json': { schema: ref('Problem') } },
});
const RESPONSES = {
  202: { description: 'Durable.', content: { 'application/json': { schema: ref('Verdict') } } },
  400: problemAnswer('The body cannot be read.'),
  401: problemAnswer('No live key.'),
  408: problemAnswer('The body came too slowly.'),
  413: problemAnswer('Too large.'),
  415: problemAnswer('Content type or encoding unknown.'),
  422: problemAnswer('Every event was refused; `rejected` tells why.'),
  429: problemAnswer('Too many; see Retry-After.'),
  503: problemAnswer('The store is away; see Retry-After.'),
};
