import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { Webhook } from 'standardwebhooks';
import { event, type TestDoor, testDoor } from '../../../../test/support/ingest-door.js';

const BODY_MAX = 4 * 1024 * 1024;
/** As many bodies of the largest size as may be read at once while their senders are unknown: 32 MB. */
const PLACES = 8;

/** A signed request of which the door has the head, and nobody sends the body. */
class Held {
  text = '';
  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => (this.text += chunk.toString())).on('error', () => undefined);
  }

  static send(door: TestDoor, headers: Record<string, string>, length: number | 'chunked', source = 'signing'): Held {
    const { hostname, port } = new URL(door.url);
    const held = new Held(connect(Number(port), hostname));
    const size = length === 'chunked' ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`;
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    held.socket.write(
      [`POST /v1/events?source=${source} HTTP/1.1`, 'Host: x', 'Content-Type: application/json', size, ...lines].join(
        '\r\n',
      ) + '\r\n\r\n',
    );
    return held;
  }

  /** The status line's number, once there is one. */
  async status(): Promise<number> {
    while (!this.text.includes('\r\n\r\n')) await once(this.socket, 'data');
    return Number(this.text.split(' ')[1]);
  }
}

describe('signed requests', () => {
  let door: TestDoor;
  let secret: string;
  const open: Held[] = [];
  beforeAll(async () => {
    // Bodies may take their time here: an answer before that is none that waited for the body.
    door = await testDoor({
      backend: 'postgres',
      settings: { BODY_MAX_BYTES: String(BODY_MAX) },
      bodyTimeoutMs: 60_000,
    });
    secret = (await door.addSource('signing')).signingSecret;
  });
  afterEach(() => {
    for (const held of open.splice(0)) held.socket.destroy();
  });
  afterAll(() => door?.close());

  const head = (at = new Date()): Record<string, string> => ({
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    // Well formed, and of nobody: whose it is shows only with the body.
    'webhook-signature': `v1,${randomBytes(32).toString('base64')}`,
  });
  const hold = (headers = head(), length: number | 'chunked' = BODY_MAX, source = 'signing'): Held => {
    const held = Held.send(door, headers, length, source);
    open.push(held);
    return held;
  };
  const push = (id: string) => {
    const [at, body] = [new Date(), JSON.stringify(event({ id }))];
    return request(door.url)
      .post('/v1/events?source=signing')
      .set('content-type', 'application/json')
      .set({ ...head(at), 'webhook-signature': new Webhook(secret).sign('msg_1', at, body) })
      .send(body);
  };
  /** Fills every place; resolves when the door has counted them all. */
  const fill = async (length: number | 'chunked' = BODY_MAX): Promise<Held[]> => {
    const held = Array.from({ length: PLACES }, () => hold(head(), length));
    await door.until(async () => (await push('probe')).status === 429);
    expect(held.map(({ text }) => text)).toEqual(held.map(() => ''));
    return held;
  };

  test.each([BODY_MAX, 'chunked' as const])(
    'hold 32 MB of unknown bodies at once (%s): one more is asked to come again, and gets in when a place is free',
    async (length) => {
      const held = await fill(length);
      const { status, headers, body } = await push('waits');
      expect({ status, code: body.code, after: headers['retry-after'] }).toEqual({
        status: 429,
        code: 'busy',
        after: '1',
      });
      held[0]?.socket.destroy();
      await door.until(async () => (await push('gets-in')).status === 202);
      // A refused body gives its place back, too, and so does each that ends well.
      for (const each of held) each.socket.destroy();
      await door.until(async () => (await push('all-free')).status === 202);
      for (let n = 0; n < 2 * PLACES; n++) expect((await push(`again-${n}`)).status).toBe(202);
      const refused = await Promise.all(
        Array.from({ length: PLACES }, () =>
          request(door.url).post('/v1/events?source=signing').set(head()).send('[]'.padEnd(1_000)),
        ),
      );
      expect(refused.map((answer) => answer.status)).toEqual(refused.map(() => 401));
      await fill(length);
    },
  );

  test.each<[string, () => Record<string, string>, string?]>([
    ['a time 301 s ago', () => head(new Date(Date.now() - 301_000))],
    ['a time 302 s ahead', () => head(new Date(Date.now() + 302_000))],
    ['a time that is none', () => ({ ...head(), 'webhook-timestamp': 'now' })],
    ['no time', () => ({ ...head(), 'webhook-timestamp': '' })],
    ['a signature of another kind', () => ({ ...head(), 'webhook-signature': 'v1a,abc' })],
    ['a short signature', () => ({ ...head(), 'webhook-signature': 'v1,AAAA' })],
    [
      'five signatures',
      () => ({ ...head(), 'webhook-signature': Array(5).fill(head()['webhook-signature']).join(' ') }),
    ],
    ['an unknown source', () => head(), 'nobody'],
    ['two sources', () => head(), 'signing&source=signing'],
  ])(
    '%s is refused while every place is taken: its body is not waited for',
    async (_what, headers, source = 'signing') => {
      await fill();
      const answer = await request(door.url)
        .post(`/v1/events?source=${source}`)
        .set(headers())
        .send([event({ id: 'x' })]);
      expect(answer.status).toBe(401);
    },
  );

  test('a body that says it is too large is refused before it is sent', async () => {
    expect(await hold(head(), BODY_MAX + 1).status()).toBe(413);
  });
});
