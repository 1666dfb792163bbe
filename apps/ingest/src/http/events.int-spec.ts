import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { Webhook } from 'standardwebhooks';
import { LIMITS } from '#libs/contracts';
import { testRedisUrl } from '../../../../test/support/database.js';
import { event, type TestDoor, testDoor } from '../../../../test/support/ingest-door.js';

const backends = testRedisUrl() === undefined ? ['postgres' as const] : ['postgres' as const, 'redis' as const];

/** Told over the bus, not found by the registry's own reload every 30 s; a busy machine needs its time for that, too. */
const BUS_MS = 15_000;

describe.each(backends)('POST /v1/events on %s', (backend) => {
  let door: TestDoor;
  let key: string;
  beforeAll(async () => {
    door = await testDoor({
      backend,
      settings: { BODY_MAX_BYTES: '200000', UNPACKED_MAX_BYTES: '1000000' },
    });
    key = (await door.addSource('meters')).key;
  });
  afterAll(() => door?.close());

  const post = (body: string | Buffer | object, type = 'application/json') =>
    request(door.url)
      .post('/v1/events')
      .set('authorization', `Bearer ${key}`)
      .set('content-type', type)
      .serialize((value: unknown) =>
        typeof value === 'string' || Buffer.isBuffer(value) ? (value as string) : JSON.stringify(value),
      )
      .send(body as object);

  test('what is answered 202 is in the queue, as it was sent', async () => {
    const given = event({ id: 'q-1', subject: 'm1', unit: '92', time: '2026-01-02T03:04:05.5+07:00' });
    const { status, body } = await post(given);
    expect({ status, accepted: body.accepted, rejected: body.rejected }).toEqual({
      status: 202,
      accepted: 1,
      rejected: [],
    });
    const part = await door.part(body.batch);
    expect(part).toMatchObject({
      source: 'meters',
      via: 'http',
      events: [
        {
          id: 'q-1',
          time: Date.parse('2026-01-01T20:04:05.500Z'),
          unit: '92',
          subject: 'm1',
          data: { meter: 'm1', value: 1 },
        },
      ],
    });
  });

  test('a small batch never shares a job with large ones of the moment', async () => {
    const many = (): object[] => Array.from({ length: 50 }, () => event({}));
    const sent = [many(), many(), [event({ id: 'alone' })], many(), [event({ id: 'alone too' })], many()];
    const answers = await Promise.all(sent.map((body) => post(body)));
    await Promise.all(answers.map(({ body }) => door.part(body.batch)));
    const sizes = door.jobs().map((parts) => parts.map(({ events }) => events.length));
    expect(sizes.flat().filter((size) => size === 50)).toHaveLength(4);
    for (const job of sizes) expect(new Set(job.map((size) => size <= 20)).size).toBe(1);
  });

  test('every encoding carries the same event', async () => {
    const one = event({ id: 'e-1', specversion: '1.0', source: 'https://example.vn/meters' });
    const { data, ...attributes } = one;
    const binary = request(door.url).post('/v1/events').set('authorization', `Bearer ${key}`);
    for (const [name, value] of Object.entries(attributes)) void binary.set(`ce-${name}`, String(value));
    const answers = [
      await binary.set('content-type', 'application/json').send(data as object),
      await post(JSON.stringify(one), 'application/cloudevents+json; charset=UTF-8'),
      await post(JSON.stringify([one]), 'application/cloudevents-batch+json'),
      await post(one),
      await post([one]),
      await post(`${JSON.stringify(one)}\n\n`, 'application/x-ndjson'),
      await post(JSON.stringify(one), 'application/ndjson'),
      await post(gzipSync(JSON.stringify(one))).set('content-encoding', 'gzip'),
    ];
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(202));
    const events = await Promise.all(answers.map(async ({ body }) => (await door.part(body.batch)).events));
    expect(events).toEqual(Array(8).fill([expect.objectContaining({ id: 'e-1', data: { meter: 'm1', value: 1 } })]));
  });

  test('one bad event never costs its neighbours, and is told with its field', async () => {
    const { status, body } = await post([
      event({ id: 'n-1' }),
      event({ id: 'n-2', data: { meter: 'm1', value: 'high' } }),
      event({ id: 'n-3', data: { value: 1 } }),
      event({ id: 'n-4', type: 'vn.ioc.sample.unknown.v1' }),
      event({ id: 'n-5', unit: '00' }),
      event({ id: 'n-6', time: '2099-01-01T00:00:00Z' }),
      event({ id: 'n-7', time: '1999-01-01T00:00:00Z' }),
      event({ id: 'n-8', time: 'today' }),
      event({ id: 'n-9', source: 'other' }),
      event({ id: undefined }),
      'text',
      event({ id: 'n-12', data: nest(LIMITS.depth) }),
      event({ id: 'n-13', data: { meter: 'm1', value: 1, note: 'x'.repeat(LIMITS.eventBytes) } }),
      event({ id: 'n-14', data: { meter: 'a\0b', value: 1 } }),
      event({ id: 'n-15', time: undefined }),
      event({ id: 'n-16', time: '2026-02-30T00:00:00Z' }),
      event({ id: 'n-17' }),
    ]);
    expect(status).toBe(202);
    expect(body.accepted).toBe(2);
    expect(
      body.rejected.map((each: Record<string, unknown>) => [each['index'], each['id'], each['code'], each['path']]),
    ).toEqual([
      [1, 'n-2', 'field-invalid', '/data/value'],
      [2, 'n-3', 'field-missing', '/data/meter'],
      [3, 'n-4', 'type-unknown', '/type'],
      [4, 'n-5', 'unit-unknown', '/unit'],
      [5, 'n-6', 'time-future', '/time'],
      [6, 'n-7', 'time-too-old', '/time'],
      [7, 'n-8', 'time-invalid', '/time'],
      [8, 'n-9', 'source-mismatch', '/source'],
      [9, null, 'field-missing', '/id'],
      [10, null, 'malformed', ''],
      [11, 'n-12', 'too-deep', ''],
      [12, 'n-13', 'too-large', ''],
      [13, 'n-14', 'field-invalid', '/data/meter'],
      [14, 'n-15', 'field-missing', '/time'],
      [15, 'n-16', 'time-invalid', '/time'],
    ]);
    expect(body.rejected[0].message).toBe('value must be of type number');
    expect(JSON.stringify(body)).not.toContain('high');
  });

  test('a bad line of NDJSON is one refused event', async () => {
    const lines = Buffer.concat([
      Buffer.from(`${JSON.stringify(event({ id: 'l-1' }))}\n{"id":\n`),
      Buffer.from([0x7b, 0xff, 0x7d, 0x0a]),
      Buffer.from(`${JSON.stringify(event({ id: 'l-4', data: { meter: 'x'.repeat(70_000), value: 1 } }))}\n`),
      Buffer.from(JSON.stringify(event({ id: 'l-5' }))),
    ]);
    const { body } = await post(lines, 'application/x-ndjson');
    expect(body.accepted).toBe(2);
    expect(body.rejected.map((each: Record<string, unknown>) => [each['index'], each['code']])).toEqual([
      [1, 'malformed'],
      [2, 'malformed'],
      [3, 'too-large'],
    ]);
  });

  test('all refused: 422 with the verdict, and the refusals are kept', async () => {
    const { status, type, body } = await post([event({ id: 'r-1', data: {} })]);
    expect({ status, type, code: body.code, accepted: body.accepted }).toEqual({
      status: 422,
      type: 'application/problem+json',
      code: 'all-rejected',
      accepted: 0,
    });
    const part = await door.part(body.batch);
    expect(part).toMatchObject({ events: [], rejectedTotal: 1, rejected: [{ id: 'r-1', path: '/data/meter' }] });
  });

  test('personal fields never reach the queue, those of a base class and of nested objects neither', async () => {
    const person = {
      name: 'Nguyễn Văn Kín',
      number: '079123456789',
      contacts: [{ phone: '0901234567', kind: 'home' }],
      note: null,
    };
    const type = 'vn.ioc.private.person.seen.v1';
    const { body } = await post([event({ id: 'p-1', type, data: person }), event({ id: 'p-2', type, data: person })]);
    const part = await door.part(body.batch);
    const text = JSON.stringify(part);
    for (const secret of ['Kín', '079123456789', '0901234567']) expect(text).not.toContain(secret);
    const [first, second] = part.events;
    expect(first?.data).toEqual({ number: expect.stringMatching(/^ps_[\w-]{22}$/), contacts: [{ kind: 'home' }] });
    expect(second?.data).toEqual(first?.data);
  });

  test.each([
    ['no key', 401, 'unauthenticated', () => request(door.url).post('/v1/events').send([])],
    [
      'a wrong key',
      401,
      'unauthenticated',
      () =>
        request(door.url)
          .post('/v1/events')
          .set('authorization', `Bearer ${key.slice(0, -4)}AAAA`)
          .send([]),
    ],
    ['broken JSON', 400, 'json-invalid', () => post('{"id":')],
    ['an empty body', 400, 'body-empty', () => post('')],
    ['an empty list', 400, 'batch-empty', () => post('[]')],
    ['bad UTF-8', 400, 'utf8-invalid', () => post(Buffer.from([0x22, 0xc3, 0x28, 0x22]))],
    ['a strange type', 415, 'content-type-unknown', () => post('<a/>', 'application/xml')],
    ['a strange encoding', 415, 'encoding-unknown', () => post(Buffer.from('x')).set('content-encoding', 'br')],
    ['broken gzip', 400, 'gzip-broken', () => post(Buffer.from('not gzip')).set('content-encoding', 'gzip')],
    ['cut gzip', 400, 'gzip-broken', () => post(gzipSync('[1,2,3]').subarray(0, 20)).set('content-encoding', 'gzip')],
    [
      'a zip bomb',
      413,
      'body-too-large',
      () => post(gzipSync(Buffer.alloc(100_000_000, 32))).set('content-encoding', 'gzip'),
    ],
    ['too many bytes', 413, 'body-too-large', () => post(Buffer.alloc(300_000, 32))],
    ['too many events', 413, 'too-many-events', () => post(JSON.stringify(Array(LIMITS.batch + 1).fill(1)))],
    ['a deep body', 422, 'all-rejected', () => post('['.repeat(50_000) + ']'.repeat(50_000))],
  ])('%s: %i %s', async (_name, status, code, send) => {
    const answer = await send();
    expect({ status: answer.status, code: answer.body.code, type: answer.type }).toEqual({
      status,
      code,
      type: 'application/problem+json',
    });
  });

  test("types and units are the source's own", async () => {
    const narrow = await door.addSource('narrow', { types: ['vn.ioc.sample.meter.*'], units: ['92'] });
    const { body } = await request(door.url)
      .post('/v1/events')
      .set('authorization', `Bearer ${narrow.key}`)
      .send([
        event({ id: '1', unit: '92' }),
        event({ id: '2', unit: '31120' }),
        event({ id: '3', unit: '56' }),
        event({ id: '4', unit: undefined }),
        event({ id: '5', unit: '92', type: 'vn.ioc.sample.task.moved.v1' }),
      ]);
    const commune = await door.database.query<{ parent: string }>(`SELECT parent FROM unit WHERE code = '31120'`);
    expect(commune[0]?.parent).toBe('92');
    expect(body.accepted).toBe(2);
    expect(body.rejected.map((each: Record<string, unknown>) => [each['id'], each['code']])).toEqual([
      ['3', 'unit-forbidden'],
      ['4', 'field-missing'],
      ['5', 'type-forbidden'],
    ]);
  });

  test('two keys live while a source changes over; a revoked one is out at once', async () => {
    const first = await door.addSource('turning');
    const second = await door.admin.rotate('turning', 'test');
    const push = (key: string) =>
      request(door.url).post('/v1/events').set('authorization', `Bearer ${key}`).send(event({}));
    expect((await push(first.key)).status).toBe(202);
    await door.until(async () => (await push(second.key)).status === 202);
    await expect(door.admin.rotate('turning', 'test')).rejects.toThrow('2 live keys');
    await door.admin.revoke('turning', first.keyId, 'test');
    await door.until(async () => (await push(first.key)).status === 401, BUS_MS);
    expect((await push(second.key)).status).toBe(202);
  });

  test('a Standard Webhooks signature opens the door; a changed body or an old one does not', async () => {
    const issued = await door.addSource('signing');
    const body = JSON.stringify(event({ id: 'w-1' }));
    const send = (text: string, at: Date, source = 'signing') =>
      request(door.url)
        .post(`/v1/events?source=${source}`)
        .set('content-type', 'application/json')
        .set('webhook-id', 'msg_1')
        .set('webhook-timestamp', String(Math.floor(at.getTime() / 1000)))
        .set('webhook-signature', new Webhook(issued.signingSecret).sign('msg_1', at, body))
        .send(text);
    expect((await send(body, new Date())).status).toBe(202);
    expect((await send(body.replace('w-1', 'w-2'), new Date())).status).toBe(401);
    expect((await send(body, new Date(Date.now() - 301_000))).status).toBe(401);
    expect((await send(body, new Date(), 'meters')).status).toBe(401);
    await door.admin.revoke('signing', undefined, 'test');
    await door.until(async () => (await send(body, new Date())).status === 401, BUS_MS);
  });

  test('a source above its rate gets 429 with Retry-After, another does not', async () => {
    const slow = await door.addSource('slow', { rate: 1 });
    const push = (key: string, count: number) =>
      request(door.url)
        .post('/v1/events')
        .set('authorization', `Bearer ${key}`)
        .send(Array.from({ length: count }, (_, i) => event({ id: `s-${i}` })));
    // As many as it may send at once and 58 more, which it owes for 58 s.
    expect((await push(slow.key, 60)).status).toBe(202);
    const { status, headers, body } = await push(slow.key, 1);
    expect({ status, code: body.code }).toEqual({ status: 429, code: 'rate-limited' });
    expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(4);
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(59);
    expect((await push(key, 60)).status).toBe(202);
  });

  test('a batch can be looked up by its source only', async () => {
    const { body } = await post(event({ id: 'b-1' }));
    const look = (id: string, bearer = key) =>
      request(door.url).get(`/v1/batches/${id}`).set('authorization', `Bearer ${bearer}`);
    expect((await look(body.batch)).body).toEqual({ batch: body.batch, state: 'queued' });
    await door.database.query(
      `INSERT INTO batch VALUES ($1, 'meters', '2026-01-01', now(), now(), 'http', 3, 1, 1, 1)`,
      [body.batch],
    );
    await door.database.query(
      `INSERT INTO rejection (batch_id, source_id, at, position, event_id, code, path, message)
       VALUES ($1, 'meters', now(), 2, 'b-9', 'field-invalid', '/data/value', 'value must be of type number')`,
      [body.batch],
    );
    const stored = (await look(body.batch)).body;
    expect(stored).toMatchObject({
      state: 'stored',
      sent: 3,
      stored: 1,
      duplicates: 1,
      rejected: 1,
      rejections: [{ index: 2, id: 'b-9' }],
    });
    const stranger = await door.addSource('stranger');
    expect((await look(body.batch, stranger.key)).status).toBe(404);
    expect((await look('01900000-0000-7000-8000-000000000000')).status).toBe(404);
    expect((await look('nonsense')).status).toBe(404);
    const list = (query: string, bearer = key) =>
      request(door.url).get(`/v1/rejections${query}`).set('authorization', `Bearer ${bearer}`);
    expect((await list('?since=2020-01-01T00:00:00Z')).body).toMatchObject({
      rejections: [{ id: 'b-9', batch: body.batch }],
      next: null,
    });
    expect((await list('?since=2099-01-01T00:00:00Z')).body.rejections).toEqual([]);
    expect((await list('', stranger.key)).body.rejections).toEqual([]);
    expect((await list('?since=yesterday')).status).toBe(400);
  });

  test('serves its contract with the schema of each type', async () => {
    const { status, body } = await request(door.url).get('/v1/openapi.json');
    expect(status).toBe(200);
    expect(body.components.schemas['vn.ioc.sample.meter.read.v1'].properties.data.required).toEqual(['meter', 'value']);
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining(['/v1/events', '/v1/batches/{id}', '/v1/rejections']),
    );
  });
});

test('a slow body gets 408, and the connection ends', async () => {
  // A door of its own: with so little time a busy machine would find the bodies of other tests slow, too.
  const door = await testDoor({ backend: 'postgres', bodyTimeoutMs: 300 });
  try {
    const { key } = await door.addSource('meters');
    const { hostname, port } = new URL(door.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n[`,
    );
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    await new Promise((done) => socket.once('close', done));
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
    expect(text).toContain('body-too-slow');
  } finally {
    await door.close();
  }
});

function nest(levels: number): unknown {
  return levels === 0 ? 1 : { a: nest(levels - 1) };
}
