import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { connectAsync, type MqttClient } from 'mqtt';
import { testHub, type TestHub } from '../support/hub.js';
import { rawExchange } from './answers.js';
import { jsonOf, junkText, junkValue, modelEvents, nearlyRight } from './junk.js';
import { expectStored, expectUnharmed, fuzz, pidsOf } from './lanes.js';

let hub: TestHub;
let pids: ReturnType<typeof pidsOf>;
let key: string;
let models: Awaited<ReturnType<typeof modelEvents>>;
const planted: string[] = [];
const open = new Set<MqttClient>();

beforeAll(async () => {
  hub = await testHub({ backend: 'postgres' });
  pids = pidsOf(hub);
  key = await hub.addSource('meters');
  await hub.addSource('other');
  models = await modelEvents();
  const type = models.find((model) => Object.values(model.data).some((value) => typeof value === 'number'))?.type;
  await hub.database.query(
    `INSERT INTO device (source_id, address, type, fields) VALUES ('meters', 'tts:farm/node-1', $1, '{"value":"a.b"}'), ('meters', 'sta:7', $1, '{"value":"result"}')`,
    [type],
  );
  await hub.tell({ kind: 'device', id: 'meters' });
});

afterAll(async () => {
  await Promise.all([...open].map((client) => client.endAsync(true)));
  await hub.close();
});

/** A client that stays, and is made anew when the broker has shut its line. */
class Line {
  private client: MqttClient | undefined;

  /** True when acknowledged, false when the line was shut instead. */
  async publish(topic: string, payload: Buffer, qos: 0 | 1, retain = false): Promise<boolean> {
    const client = await this.connected();
    return new Promise((done, fail) => {
      const late = setTimeout(() => fail(new Error('neither acknowledged nor shut within 60 s')), 60_000);
      const end = (acknowledged: boolean): void => {
        clearTimeout(late);
        client.off('close', shut);
        done(acknowledged);
      };
      const shut = (): void => end(false);
      client.once('close', shut);
      client.publish(topic, payload, { qos, retain }, (error) => end(!error));
    });
  }

  /** Ends the line: what was sent may shut it a moment later. */
  leave(): void {
    if (!this.client) return;
    open.delete(this.client);
    this.client.end(true);
    this.client = undefined;
  }

  private async connected(): Promise<MqttClient> {
    if (this.client?.connected) return this.client;
    this.leave();
    const client = await connectAsync(hub.mqtt, { username: 'meters', password: key, reconnectPeriod: 0 });
    client.on('error', () => undefined);
    open.add(client);
    return (this.client = client);
  }
}

function good(): { id: string; text: string } {
  const id = `good-${planted.length}`;
  planted.push(id);
  return { id, text: jsonOf({ ...models[planted.length % models.length], id }) };
}

test('junk messages are acknowledged and recorded, or the line is shut; good neighbours in them are stored', async () => {
  const uplink = fc.record(
    {
      end_device_ids: junkValue,
      received_at: junkValue,
      uplink_message: fc.record(
        { decoded_payload: junkValue, f_cnt: junkValue, received_at: junkValue, session_key_id: junkValue },
        { requiredKeys: [] },
      ),
      phenomenonTime: junkValue,
      result: junkValue,
    },
    { requiredKeys: [] },
  );
  const payload = fc.oneof(
    { weight: 3, arbitrary: nearlyRight(models).map((event) => Buffer.from(jsonOf(event))) },
    { weight: 2, arbitrary: junkValue.map((value) => Buffer.from(jsonOf(value))) },
    { weight: 2, arbitrary: uplink.map((value) => Buffer.from(jsonOf(value))) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 30_000 }).map((depth) => Buffer.from('['.repeat(depth))) },
  );
  const foreign = fc.oneof(
    fc.constantFrom('ioc/v1/other/events', 'ioc/v1//events', '$SYS/x', 'ioc/v1/meters/events/x', 'a', '/'),
    junkText.filter((text) => text !== '' && text.length < 300 && !/[#+\0\ud800-\udfff]/u.test(text)),
  );
  const messages = fc.record({
    topic: fc.oneof(
      { weight: 6, arbitrary: fc.constant('ioc/v1/meters/events') },
      {
        weight: 2,
        arbitrary: fc.constantFrom(
          'v3/farm@ttn/devices/node-1/up',
          'v1.1/Datastreams(7)/Observations',
          'v3/x@y/devices/z/up',
        ),
      },
      { weight: 1, arbitrary: foreign },
    ),
    payload,
    qos: fc.constantFrom(0 as const, 1 as const, 1 as const),
    retain: fc.boolean(),
  });
  const lines = Array.from({ length: 10 }, () => new Line());
  const free = [...lines];
  await fuzz(messages, 2_000, 10, async ({ topic, payload: junk, qos, retain }, run) => {
    const line = free.pop() as Line;
    try {
      const acknowledged = await line.publish(topic, junk, qos, retain);
      if (!/^ioc\/v1\/meters\/events$|^v[13]/.test(topic)) {
        if (acknowledged && qos === 1) throw new Error('a message to a foreign topic was acknowledged');
        line.leave();
      } else if (!acknowledged) throw new Error('the line was shut over a payload');
      if (run % 4 === 0) {
        const mine = good();
        const list = Buffer.from(`[${junk.length < 40_000 && isJson(junk) ? `${junk.toString()},` : ''}${mine.text}]`);
        if (!(await line.publish('ioc/v1/meters/events', list, 1)))
          throw new Error('a good neighbour was not acknowledged');
      }
    } finally {
      free.push(line);
    }
  });
});

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString());
    return true;
  } catch {
    return false;
  }
}

test('bytes that are no MQTT, packets too large and strangers end the line only', async () => {
  const text = (value: string): Buffer => {
    const bytes = Buffer.from(value);
    return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
  };
  const packet = (first: number, ...parts: Buffer[]): Buffer => {
    const body = Buffer.concat(parts);
    const length: number[] = [];
    let left = body.length;
    do {
      length.push((left % 128) | (left >= 128 ? 128 : 0));
      left = Math.floor(left / 128);
    } while (left > 0);
    return Buffer.concat([Buffer.from([first, ...length]), body]);
  };
  const hello = (user: string, password: string, version = 4): Buffer =>
    packet(0x10, text('MQTT'), Buffer.from([version, 0xc2, 0, 60]), text('raw'), text(user), text(password));
  const publish = packet(0x32, text('ioc/v1/meters/events'), Buffer.from([0, 7]), Buffer.from('{"id":'));
  const subscribe = packet(0x82, Buffer.from([0, 1]), text('#'), Buffer.from([1]));
  const whole = Buffer.concat([hello('meters', key), publish, subscribe]);
  const wrong = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
    fc
      .uint8Array({ minLength: 1, maxLength: 60 })
      .map((bytes) => Buffer.concat([hello('meters', key), Buffer.from(bytes)])),
    fc.tuple(fc.nat(whole.length - 1), fc.nat(255)).map(([at, byte]) => {
      const bytes = Buffer.from(whole);
      bytes[at] = byte;
      return bytes;
    }),
    fc.nat(whole.length).map((cut) => whole.subarray(0, cut)),
    fc.tuple(junkText, junkText).map(([user, password]) => hello(user.slice(0, 500), password.slice(0, 500))),
    fc.constantFrom(0, 3, 5, 6, 255).map((version) => hello('meters', key, version)),
    fc.constant(Buffer.concat([hello('meters', key), Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f])])),
  );
  await fuzz(wrong, 600, 20, async (bytes) => {
    await rawExchange(hub.mqtt.replace('mqtt', 'http'), bytes, 60);
  });
  const line = new Line();
  expect(await line.publish('ioc/v1/meters/events', Buffer.alloc(5 * 1024 * 1024, 32), 1)).toBe(false);
  expect(await line.publish('ioc/v1/meters/events', Buffer.from(good().text), 1)).toBe(true);
});

test('every good neighbour is stored, and the books are right', async () => {
  expect(planted.length).toBeGreaterThan(480);
  await expectStored(hub, planted);
  expect(await hub.database.query('SELECT event, reason FROM set_aside LIMIT 3')).toEqual([]);
  await expectUnharmed(hub, pids);
});
