import { connect as tcpConnect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Aedes } from 'aedes';
import mqtt, { type MqttClient } from 'mqtt';
import { createServer, type AddressInfo } from 'node:net';
import type { IssuedKey } from '#libs/access';
import type { BatchPart } from '#libs/contracts';
import { event, type TestDoor, testDoor } from '../../../../test/support/ingest-door.js';

const TYPE = 'vn.ioc.sample.meter.read.v1';
const clients: MqttClient[] = [];

async function connect(
  port: number,
  username: string,
  password: string,
  clientId = `c${Math.random()}`,
): Promise<MqttClient> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
    username,
    password,
    clientId,
    reconnectPeriod: 0,
  });
  clients.push(client);
  client.on('error', () => undefined);
  return client;
}

async function sent(door: TestDoor, id: string): Promise<BatchPart> {
  const has = (part: BatchPart): boolean => part.events.some((each) => each.id === id);
  await door.until(() => door.parts().some(has));
  return door.parts().find(has) as BatchPart;
}

describe('the embedded broker', () => {
  let door: TestDoor;
  let issued: IssuedKey;
  beforeAll(async () => {
    door = await testDoor({ backend: 'postgres', settings: { BODY_MAX_BYTES: '200000' } });
    issued = await door.addSource('meters');
    const device = { sourceId: 'meters', type: TYPE, unit: '92' };
    await door.admin.addDevice(
      {
        ...device,
        address: 'tts:farm/node-1',
        subject: 'n1',
        fields: { value: 'ec.high' },
        constants: { meter: 'm9' },
      },
      'test',
    );
    await door.admin.addDevice(
      { ...device, address: 'sta:7', fields: { value: 'result' }, constants: { meter: 'm7' } },
      'test',
    );
  });
  afterAll(async () => {
    await Promise.all(clients.splice(0).map((client) => client.endAsync(true)));
    await door?.close();
  });

  test('PUBACK means that the event is durable, one or a list', async () => {
    const client = await connect(door.mqttPort, 'meters', issued.key);
    await client.publishAsync('ioc/v1/meters/events', JSON.stringify(event({ id: 'm-1' })), { qos: 1 });
    await client.publishAsync('ioc/v1/meters/events', JSON.stringify([event({ id: 'm-2' }), event({ id: 'm-3' })]), {
      qos: 1,
    });
    expect(await sent(door, 'm-1')).toMatchObject({ source: 'meters', via: 'mqtt' });
    expect((await sent(door, 'm-2')).events.map((each) => each.id)).toEqual(['m-2', 'm-3']);
  });

  test('an invalid message is acknowledged, and recorded as refused', async () => {
    const client = await connect(door.mqttPort, 'meters', issued.key);
    await client.publishAsync('ioc/v1/meters/events', '{"id":', { qos: 1 });
    await client.publishAsync('v3/farm@ttn/devices/node-2/up', '{}', { qos: 1 });
    await door.until(() => door.parts().filter((part) => part.via === 'mqtt' && part.rejectedTotal === 1).length === 2);
    expect(client.connected).toBe(true);
  });

  test('an uplink of The Things Stack becomes an event; what it leaves out is zero', async () => {
    const client = await connect(door.mqttPort, 'meters', issued.key);
    const at = new Date(Date.now() - 5_000).toISOString();
    const uplink = (message: object): string =>
      JSON.stringify({
        end_device_ids: { device_id: 'node-1', application_ids: { application_id: 'farm' } },
        received_at: at,
        uplink_message: { session_key_id: 'AXA=', f_port: 1, received_at: at, ...message },
      });
    const topic = 'v3/farm@ttn/devices/node-1/up';
    await client.publishAsync(topic, uplink({ f_cnt: 7, decoded_payload: { ec: { high: 4.5 } } }), { qos: 1 });
    await client.publishAsync(topic, uplink({ decoded_payload: {} }), { qos: 0 });
    const [first] = (await sent(door, `node-1:AXA=:7:${at}`)).events;
    expect(first).toMatchObject({
      type: TYPE,
      unit: '92',
      subject: 'n1',
      time: Date.parse(at),
      data: { meter: 'm9', value: 4.5 },
    });
    expect((await sent(door, `node-1:AXA=:0:${at}`)).events[0]?.data).toEqual({ meter: 'm9', value: 0 });
  });

  test('an observation of SensorThings becomes an event', async () => {
    const client = await connect(door.mqttPort, 'meters', issued.key);
    const at = new Date(Date.now() - 5_000).toISOString();
    await client.publishAsync('v1.1/Datastreams(7)/Observations', JSON.stringify({ phenomenonTime: at, result: 2.5 }), {
      qos: 1,
    });
    expect((await sent(door, `sta:7:${at}`)).events[0]).toMatchObject({
      time: Date.parse(at),
      data: { meter: 'm7', value: 2.5 },
    });
  });

  test('foreign keys, foreign topics and subscriptions are refused', async () => {
    const other = await door.addSource('other');
    await expect(connect(door.mqttPort, 'meters', other.key)).rejects.toThrow(/Bad username or password/);
    await expect(connect(door.mqttPort, 'meters', 'x')).rejects.toThrow(/Bad username or password/);
    const client = await connect(door.mqttPort, 'other', other.key);
    await expect(client.subscribeAsync('ioc/v1/meters/events')).rejects.toThrow();
    const closed = new Promise<void>((done) => client.once('close', () => done()));
    client.publish('ioc/v1/meters/events', JSON.stringify(event({ id: 'foreign' })), { qos: 1 }, () => undefined);
    await closed;
    expect(
      door
        .parts()
        .flatMap((part) => part.events)
        .some((each) => each.id === 'foreign'),
    ).toBe(false);
  });

  test('a client id of another source does not throw that source out', async () => {
    const other = await door.addSource('namesake');
    const first = await connect(door.mqttPort, 'meters', issued.key, 'same');
    await connect(door.mqttPort, 'namesake', other.key, 'same');
    await first.publishAsync('ioc/v1/meters/events', JSON.stringify(event({ id: 'same-1' })), { qos: 1 });
    expect(first.connected).toBe(true);
  });

  test('a packet above the limit ends the connection before it is gathered', async () => {
    const socket = tcpConnect(door.mqttPort, '127.0.0.1');
    socket.on('error', () => undefined);
    // CONNECT that announces 200 MB.
    socket.write(Buffer.from([0x10, 0x80, 0x90, 0xaf, 0x5f, 0, 4]));
    await new Promise((done) => socket.once('close', done));
  });

  test('a revoked key is put out', async () => {
    const leaving = await door.addSource('leaving');
    const client = await connect(door.mqttPort, 'leaving', leaving.key);
    await door.admin.revoke('leaving', undefined, 'test');
    // Told over the bus, not found by the registry's own reload every 30 s.
    await door.until(() => !client.connected, 15_000);
  });
});

test('while the store is away there is no PUBACK and the connection ends; later it works again', async () => {
  const door = await testDoor({ backend: 'postgres', settings: { STORE_TIMEOUT_MS: '200' } });
  try {
    const issued = await door.addSource('meters');
    // With so little time for an answer a busy machine may look like an outage for a moment.
    const connected = async (): Promise<MqttClient> => {
      let client: MqttClient | null = null;
      await door.until(async () => {
        client = await connect(door.mqttPort, 'meters', issued.key).catch(() => null);
        return client !== null;
      });
      return client as unknown as MqttClient;
    };
    const client = await connected();
    const closed = new Promise<void>((done) => client.once('close', () => done()));
    let acknowledged = false;
    door.wire.freeze();
    client.publish(
      'ioc/v1/meters/events',
      JSON.stringify(event({ id: 'away-1' })),
      { qos: 1 },
      (error) => (acknowledged = !error),
    );
    await closed;
    expect(acknowledged).toBe(false);
    await expect(connect(door.mqttPort, 'meters', issued.key)).rejects.toThrow(/Server unavailable/);
    door.wire.mend();
    await door.until(async () => {
      const again = await connected();
      const message = JSON.stringify(event({ id: 'away-2' }));
      return new Promise<boolean>((done) => {
        again.once('close', () => done(false));
        again.publish('ioc/v1/meters/events', message, { qos: 1 }, (error) => done(!error));
      });
    });
    await sent(door, 'away-2');
  } finally {
    await Promise.all(clients.splice(0).map((client) => client.endAsync(true)));
    await door.close();
  }
});

test('an external broker is read, and each message acknowledged when durable', async () => {
  const broker = Object.assign(await Aedes.createBroker(), { subscribed: new Set<string>() });
  broker.on('subscribe', (topics) => topics.forEach(({ topic }) => broker.subscribed.add(topic)));
  broker.on('unsubscribe', (topics) => topics.forEach((topic) => broker.subscribed.delete(topic)));
  const server = createServer(broker.handle.bind(broker));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const port = (server.address() as AddressInfo).port;
  const door = await testDoor({ backend: 'postgres', settings: { MQTT_URL: `mqtt://127.0.0.1:${port}` } });
  try {
    await door.addSource('meters');
    const client = await connect(port, 'gateway', 'x');
    await door.until(async () => {
      await client.publishAsync('ioc/v1/meters/events', JSON.stringify(event({ id: 'ext-1' })), { qos: 1 });
      return door.parts().some((part) => part.events.some((each) => each.id === 'ext-1'));
    });
    // Of no source that is registered: it must not hold up what follows.
    await client.publishAsync('ioc/v1/nobody/events', JSON.stringify(event({ id: 'ext-2' })), { qos: 1 });
    // Far over its rate: it waits alone.
    await door.addSource('flood', { rate: 1 });
    await door.until(async () => {
      await client.publishAsync('ioc/v1/flood/events', JSON.stringify(event({ id: 'flood-0' })), { qos: 1 });
      return door.parts().some((part) => part.source === 'flood');
    });
    for (let i = 1; i <= 100; i++) {
      await client.publishAsync('ioc/v1/flood/events', JSON.stringify(event({ id: `flood-${i}` })), { qos: 1 });
    }
    await client.publishAsync('ioc/v1/meters/events', JSON.stringify(event({ id: 'ext-3' })), { qos: 1 });
    expect(await sent(door, 'ext-3')).toMatchObject({ source: 'meters', via: 'mqtt' });
    expect(door.parts().filter((part) => part.source === 'flood').length).toBeLessThan(50);

    // Its devices flood too: those of another source are read beside them, and none is read twice.
    const device = { type: TYPE, fields: { value: 'result' }, constants: { meter: 'm' } };
    await door.admin.addDevice({ ...device, sourceId: 'flood', address: 'sta:1', unit: '92' }, 'test');
    await door.admin.addDevice({ ...device, sourceId: 'meters', address: 'sta:2', unit: '92' }, 'test');
    const observe = (stream: number, second: number): Promise<unknown> =>
      client.publishAsync(
        `v1.1/Datastreams(${stream})/Observations`,
        JSON.stringify({ phenomenonTime: new Date(Date.UTC(2026, 10, 1, 0, 0, second)).toISOString(), result: 1 }),
        { qos: 1 },
      );
    const seen = (id: string): number => door.parts().filter((part) => part.events.some((one) => one.id === id)).length;
    await door.until(() => broker.subscribed.has('v1.1/Datastreams(1)/Observations'));
    await door.until(() => broker.subscribed.has('v1.1/Datastreams(2)/Observations'));
    for (let i = 0; i < 50; i++) await observe(1, i);
    await observe(2, 7);
    await door.until(() => seen('sta:2:2026-11-01T00:00:07.000Z') > 0);
    expect(seen('sta:2:2026-11-01T00:00:07.000Z')).toBe(1);

    // Withdrawn: the broker keeps nothing for it.
    await door.admin.disable('flood', true, 'test');
    await door.until(() => !broker.subscribed.has('v1.1/Datastreams(1)/Observations'));
    await client.endAsync(true);
  } finally {
    await door.close();
    await new Promise<void>((done) => broker.close(done));
    server.close();
  }
});
