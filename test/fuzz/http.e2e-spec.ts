import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'node:net';
import fc from 'fast-check';
import { wallLink } from '../support/screen.js';
import { testHub, type TestHub } from '../support/hub.js';
import { Caller, checkAnswer, rawExchange, type Sent } from './answers.js';
import { jsonOf, junkText, junkValue, modelEvents, nearlyRight } from './junk.js';
import { expectStored, expectUnharmed, fuzz, pidsOf } from './lanes.js';

let hub: TestHub;
let pids: ReturnType<typeof pidsOf>;
let caller: Caller;
let key: string;
let revoked: string;
let models: Awaited<ReturnType<typeof modelEvents>>;
const planted: string[] = [];

beforeAll(async () => {
  hub = await testHub({ backend: 'postgres' });
  pids = pidsOf(hub);
  caller = new Caller(hub.ingest);
  key = await hub.addSource('fuzz');
  revoked = await hub.addSource('revoked');
  await hub.database.query("UPDATE source_key SET revoked_at = now() WHERE source_id = 'revoked'");
  await hub.tell({ kind: 'source', id: 'revoked' });
  models = await modelEvents();
});

afterAll(async () => {
  caller.close();
  await hub.close();
});

/** A right event with an id of its own. */
function good(): { id: string; text: string } {
  const id = `good-${planted.length}`;
  planted.push(id);
  return { id, text: jsonOf({ ...models[planted.length % models.length], id }) };
}

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const post = (type: string, body: Uint8Array | string, more: Record<string, string> = {}): Sent => ({
  method: 'POST',
  path: '/v1/events',
  headers: { authorization: `Bearer ${key}`, 'content-type': type, ...more },
  body: typeof body === 'string' ? bytes(body) : body,
});

/** Sends a request that a door may refuse in any way but a wrong one. A body that nobody reads to its end may cut the line. */
async function sendJunk(to: Caller, sent: Sent): Promise<void> {
  const answer = await to.send(sent);
  if (answer) checkAnswer(answer);
  else if (sent.body.length < 60_000) throw new Error('the connection was cut without an answer');
}

describe('POST /v1/events', () => {
  test('junk events cost their good neighbours nothing, and each is told what is wrong', async () => {
    const events = fc.record({
      encoding: fc.constantFrom('array', 'ndjson', 'batch'),
      before: fc.array(fc.oneof({ weight: 3, arbitrary: nearlyRight(models) }, { weight: 1, arbitrary: junkValue }), {
        maxLength: 3,
      }),
      after: fc.array(fc.oneof({ weight: 3, arbitrary: nearlyRight(models) }, { weight: 1, arbitrary: junkValue }), {
        maxLength: 2,
      }),
      gzip: fc.boolean(),
    });
    await fuzz(events, 4_000, 12, async ({ encoding, before, after, gzip }) => {
      const mine = good();
      const list = [...before.map(jsonOf), mine.text, ...after.map(jsonOf)];
      const text = encoding === 'ndjson' ? list.join('\n') : `[${list.join(',')}]`;
      const type = {
        array: 'application/json',
        ndjson: 'application/x-ndjson',
        batch: 'application/cloudevents-batch+json',
      };
      const body = gzip ? new Uint8Array(gzipSync(text)) : bytes(text);
      const answer = await caller.send(
        post(type[encoding as keyof typeof type], body, gzip ? { 'content-encoding': 'gzip' } : {}),
      );
      if (!answer) throw new Error('no answer');
      const { rejected } = checkAnswer(answer);
      if (answer.status !== 202 || rejected.some(({ index }) => index === before.length))
        throw new Error(`the good neighbour was refused: ${answer.status} ${answer.body.slice(0, 500)}`);
    });
  });

  test('a junk request is answered with a problem, whatever is wrong with it', async () => {
    const header = fc
      .string({ unit: fc.constantFrom(...'abc019 ;=/,"*+-.éÿ%'), maxLength: 30 })
      .map((text) => text.trim());
    const types = fc.oneof(
      fc.constantFrom(
        'application/json',
        'application/cloudevents+json',
        'application/cloudevents-batch+json',
        'application/x-ndjson',
        'text/plain',
        'application/json; charset=utf-16',
        'application/json;charset',
        'multipart/form-data',
        '__proto__',
      ),
      header,
    );
    const broken = fc.oneof(
      junkValue.map(jsonOf).map(bytes),
      nearlyRight(models).map(jsonOf).map(bytes),
      fc.uint8Array({ maxLength: 80 }),
      fc.tuple(nearlyRight(models), fc.nat(400)).map(([event, cut]) => bytes(jsonOf(event)).subarray(0, cut)),
      fc.tuple(nearlyRight(models), fc.nat(400), fc.integer({ min: 0x80, max: 0xff })).map(([event, at, byte]) => {
        const body = bytes(jsonOf(event));
        body[at % Math.max(1, body.length)] = byte;
        return body;
      }),
      fc.integer({ min: 1, max: 50_000 }).map((depth) => bytes('['.repeat(depth) + ']'.repeat(depth))),
      fc
        .constantFrom('{"a":NaN}', '[Infinity]', '{"id":1,"id":2}', '\ufeff{}', '[1,]', "{'a':1}", '', ' ', 'null', '"')
        .map(bytes),
    );
    const requests = fc.record({
      body: broken,
      type: types,
      coding: fc.constantFrom(undefined, undefined, undefined, 'gzip', 'gzip-of', 'br', 'deflate', 'gzip, gzip', ''),
      auth: fc.oneof(
        { weight: 8, arbitrary: fc.constant('good') },
        { weight: 2, arbitrary: fc.constantFrom('revoked', 'none', 'near') },
        { weight: 1, arbitrary: header },
      ),
      extra: fc.dictionary(
        fc.constantFrom(
          'ce-id',
          'ce-type',
          'ce-time',
          'ce-source',
          'ce-unit',
          'ce-specversion',
          'ce-subject',
          'ce-data',
          'ce-__proto__',
          'webhook-signature',
          'traceparent',
          'x-forwarded-for',
          'content-type',
        ),
        header,
        { maxKeys: 4 },
      ),
      path: fc.oneof(
        { weight: 8, arbitrary: fc.constant('/v1/events') },
        {
          weight: 1,
          arbitrary: fc.constantFrom(
            '/v1/events?source=fuzz',
            '/v1/events?source[]=a&source[__proto__]=1',
            '/v1/events/',
            '/v1//events',
            '/v1/events/%00',
            '/%ff',
          ),
        },
      ),
    });
    await fuzz(requests, 3_500, 12, async ({ body, type, coding, auth, extra, path }, run) => {
      const keys: Record<string, string> = {
        good: `Bearer ${key}`,
        revoked: `Bearer ${revoked}`,
        near: `Bearer ${key.slice(0, -1)}`,
      };
      const packed = coding === 'gzip-of' ? new Uint8Array(gzipSync(body)) : body;
      const authorization = keys[auth] ?? (auth === 'none' ? undefined : auth);
      await sendJunk(caller, {
        method: 'POST',
        path,
        headers: {
          ...(type === '' ? {} : { 'content-type': type }),
          ...extra,
          ...(coding === undefined ? {} : { 'content-encoding': coding === 'gzip-of' ? 'gzip' : coding }),
          ...(authorization === undefined ? {} : { authorization }),
        },
        body: packed,
      });
      if (run % 20 === 0) expect((await caller.send(post('application/json', good().text)))?.status).toBe(202);
    });
  });

  test('who may not send, or not that, is told so', async () => {
    const { text } = good();
    planted.pop();
    const as = (authorization: string): Sent => ({
      ...post('application/json', text),
      headers: { 'content-type': 'application/json', authorization },
    });
    for (const wrong of [`Bearer ${revoked}`, `Bearer ${key}x`, 'Basic YTpi', 'Bearer', '']) {
      expect((await caller.send(as(wrong)))?.status).toBe(401);
    }
    const foreign = await caller.send(
      post('application/json', jsonOf({ ...models[0], id: 'foreign', source: 'other' })),
    );
    expect(foreign?.status).toBe(422);
    expect(JSON.parse(foreign?.body ?? '')).toMatchObject({ rejected: [{ code: 'source-mismatch', path: '/source' }] });
    const unknown = await caller.send(
      post('application/json', jsonOf({ ...models[0], id: 'unknown', type: 'vn.ioc.none.v1' })),
    );
    expect(JSON.parse(unknown?.body ?? '')).toMatchObject({ rejected: [{ code: 'type-unknown', path: '/type' }] });
  });

  test('bombs, cut, slow and mis-measured bodies end in a problem or a closed line, and never hold the door', async () => {
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(40 * 1024 * 1024, 32)));
    for (const type of ['application/json', 'application/x-ndjson']) {
      const answer = await caller.send(post(type, bomb, { 'content-encoding': 'gzip' }));
      expect(answer?.status).toBe(413);
      if (answer) checkAnswer(answer);
    }
    const head = (length: string): string =>
      `POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\n${length}\r\n\r\n`;
    const { hostname, port } = new URL(hub.ingest);
    const slow = Array.from({ length: 5 }, () => {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined);
      socket.write(`${head('Content-Length: 1000')}[`);
      return socket;
    });
    const wrong = fc.oneof(
      fc
        .constantFrom(
          'Content-Length: 5',
          'Content-Length: -1',
          'Content-Length: 1e3',
          'Content-Length: 99999999999999',
          'Content-Length: 5\r\nContent-Length: 6',
          'Transfer-Encoding: chunked',
          'Transfer-Encoding: chunked\r\nContent-Length: 3',
          'Expect: 100-continue',
          'Expect: miracles',
          'Upgrade: websocket\r\nConnection: upgrade',
        )
        .map((line) => bytes(`${head(line)}[{"a":1},{"b"`)),
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      fc
        .tuple(
          fc.constantFrom('GET', 'POST', 'PUT', 'TRACE', 'CONNECT', 'FOO'),
          fc.string({ unit: 'binary-ascii', maxLength: 40 }),
        )
        .map(([method, path]) => bytes(`${method} /${path} HTTP/1.1\r\nHost: x\r\n\r\n`)),
      junkText.map((text) => bytes(`GET / HTTP/1.1\r\nHost: x\r\nX-A: ${text}\r\n\r\n`)),
    );
    // Most of them wait for an answer that does not come: many at once.
    await fuzz(wrong, 600, 40, async (raw) => {
      for (const line of (await rawExchange(hub.ingest, raw)).matchAll(/^HTTP\/1\.1 (\d+)/gm))
        if (Number(line[1]) >= 500 && Number(line[1]) !== 503) throw new Error(`answered ${line[0]}`);
    });
    expect((await caller.send(post('application/json', good().text)))?.status).toBe(202);
    slow.forEach((socket) => socket.destroy());
  });
});

test('questions and administration: junk gets a problem', async () => {
  const wall = await wallLink(hub);
  const session = await fetch(`${hub.gateway}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"login":1}',
  });
  expect(session.status).toBe(400);
  const { errors } = (await session.json()) as { errors: { path: string }[] };
  expect(new Set(errors.map(({ path }) => path))).toEqual(new Set(['/login', '/password']));
  const gateway = new Caller(hub.gateway);
  const segment = junkText
    .filter((text) => text.length < 300)
    .map((text) => encodeURIComponent(Buffer.from(text).toString()));
  const paths = fc.oneof(
    fc
      .tuple(
        fc.constantFrom(
          '/v1/batches/',
          '/v1/boards/',
          '/v1/admin/sources/',
          '/v1/admin/wall-links/',
          '/v1/admin/set-aside/',
        ),
        segment,
      )
      .map(([path, id]) => path + id),
    segment.map((id) => `/v1/boards/${id}/state?at=${id}`),
    segment.map((at) => `/v1/boards/overview/state?at=${at}`),
    fc
      .tuple(segment, segment)
      .map(([since, after]) => `/v1/rejections?since=${since}&after=${after}&after=1&since[a]=b`),
    fc.tuple(segment, segment).map(([id, more]) => `/v1/admin/sources/${id}/keys/${more}`),
    fc.constantFrom(
      '/v1/session',
      '/v1/me',
      '/v1/boards',
      '/v1/sources',
      '/v1/openapi.json',
      '/',
      '/%',
      '/%c0%af',
      '/v1/admin/set-aside?limit=-1',
      '/socket.io/?EIO=4',
      '/socket.io/?EIO=9&transport=x',
    ),
    segment.map((path) => `/${path}`),
  );
  const requests = fc.record({
    door: fc.constantFrom('ingest' as const, 'gateway' as const, 'gateway' as const),
    method: fc.constantFrom('GET', 'GET', 'GET', 'POST', 'PUT', 'DELETE', 'PATCH'),
    path: paths,
    body: fc.oneof(junkValue.map(jsonOf), fc.constantFrom('', '{', '{"login":"a","password":"b"}')),
    cookie: fc.option(
      segment.map((value) => `ioc_session=${value}`),
      { nil: undefined },
    ),
  });
  try {
    await fuzz(requests, 2_800, 12, async ({ door, method, path, body, cookie }) => {
      const to = door === 'ingest' ? caller : gateway;
      const answer = await to.send({
        method,
        path,
        headers: {
          authorization: `Bearer ${door === 'ingest' ? key : wall.token}`,
          'content-type': 'application/json',
          ...(cookie === undefined ? {} : { cookie }),
        },
        body: method === 'GET' ? new Uint8Array() : bytes(body),
      });
      if (!answer && body.length < 60_000) throw new Error('the connection was cut without an answer');
      if (answer && !path.startsWith('/socket.io')) checkAnswer(answer);
      else if (answer && answer.status >= 500) throw new Error(`answered ${answer.status}`);
    });
  } finally {
    gateway.close();
  }
});

test('every good neighbour is stored, nothing was set aside, and the books are right', async () => {
  expect(planted.length).toBeGreaterThan(4_000);
  await expectStored(hub, planted);
  await delay(500);
  expect(await hub.database.query('SELECT event, reason FROM set_aside LIMIT 3')).toEqual([]);
  await expectUnharmed(hub, pids);
});
