import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createECDH, createPublicKey, randomBytes, verify } from 'node:crypto';
import { createRequire } from 'node:module';
import type { PushPayload } from '#libs/contracts';
import push from 'web-push';
import { webPush } from './web-push.js';
import { sampleMessage } from '../../../test/support/message.js';
import { type Call, type Receiver, receiver } from '../../../test/support/receiver.js';

// Comes with web-push; its other direction is what a browser does.
const ece = createRequire(createRequire(import.meta.url).resolve('web-push'))('http_ece') as {
  decrypt: (body: Buffer, options: object) => Buffer;
};

let service: Receiver;
const keys = push.generateVAPIDKeys();
const forgotten: string[] = [];
const channel = webPush({
  keys,
  subject: 'mailto:ioc@example.gov.vn',
  inside: true,
  forget: async (id) => void forgotten.push(id),
});
const browser = createECDH('prime256v1');
const auth = randomBytes(16);

beforeAll(async () => {
  browser.generateKeys();
  service = await receiver();
});
afterAll(() => service.close());

const browserAt = (id: string) => ({
  id,
  endpoint: `${service.url}/push/${id}`,
  p256dh: browser.getPublicKey('base64url'),
  auth: auth.toString('base64url'),
});
const to = (...ids: string[]) => ({ recipient: 'thao', group: false, address: '', browsers: ids.map(browserAt) });
const options = (progress: string | null = null) => ({
  signal: AbortSignal.timeout(60_000),
  hub: 'https://ioc.example',
  token: 'TOKEN',
  progress,
});

function opened(call: Call | undefined): PushPayload {
  const plain = ece.decrypt(call?.body ?? Buffer.alloc(0), {
    version: 'aes128gcm',
    privateKey: browser,
    authSecret: auth.toString('base64url'),
  });
  return JSON.parse(plain.toString()) as PushPayload;
}

/** Claims of a VAPID header, when its signature is of the key that it names. */
function vapid(header: string): { aud: string; sub: string; exp: number } {
  const [, jwt = '', k = ''] = /^vapid t=([^,]+), k=(.+)$/.exec(header) ?? [];
  const [head, body, signature = ''] = jwt.split('.');
  const point = Buffer.from(k, 'base64url');
  const part = (from: number): string => point.subarray(from, from + 32).toString('base64url');
  const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: part(1), y: part(33) }, format: 'jwk' });
  const signed = Buffer.from(`${head}.${body}`);
  const ok = verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
  expect([ok, k]).toEqual([true, keys.publicKey]);
  return JSON.parse(Buffer.from(body ?? '', 'base64url').toString()) as { aud: string; sub: string; exp: number };
}

test('a push service gets an encrypted message that only the browser opens, signed by VAPID, with TTL, Topic, Urgency', async () => {
  service.answer = (_call, response) => void response.writeHead(201).end();
  const message = sampleMessage({ lines: ['dài '.repeat(5_000)] });
  expect(await channel.send(message, to('a'), options())).toEqual({ ok: true, receipt: '1 browsers' });
  const call = service.calls.at(-1);
  expect(call?.headers).toMatchObject({ 'content-encoding': 'aes128gcm', topic: 'group-1', urgency: 'high' });
  expect(Number(call?.headers.ttl)).toBeGreaterThan(3_590);
  expect(call?.body.length).toBeLessThanOrEqual(4_096);
  expect(call?.body.includes('Mực')).toBe(false);
  expect(opened(call)).toMatchObject({ id: message.id, token: 'TOKEN', path: '/alerts/12', severity: 'critical' });
  const { aud, sub, exp } = vapid(call?.headers.authorization ?? '');
  expect([aud, sub]).toEqual([service.url, 'mailto:ioc@example.gov.vn']);
  expect(exp).toBeGreaterThan(Date.now() / 1000);
  await channel.send(sampleMessage({ severity: 'information' }), to('a'), options());
  expect(service.calls.at(-1)?.headers.urgency).toBe('low');
});

test('a browser that is gone is forgotten; of several only those that failed are tried again', async () => {
  const gone = new Map([
    ['/push/b', 410],
    ['/push/c', 503],
    ['/push/d', 404],
  ]);
  service.answer = (call, response) =>
    void response.writeHead(gone.get(call.path) ?? 201, { 'retry-after': '9' }).end();
  service.calls.length = 0;
  const first = await channel.send(sampleMessage(), to('a', 'b', 'c', 'd'), options());
  expect(first).toEqual({ ok: false, again: true, after: 9_000, fault: 'refused', reason: 'HTTP 503', progress: 'a' });
  expect(forgotten.toSorted()).toEqual(['b', 'd']);
  gone.clear();
  expect(await channel.send(sampleMessage(), to('a', 'c'), options('a'))).toEqual({ ok: true, receipt: '2 browsers' });
  expect(service.calls.map(({ path }) => path).filter((path) => path === '/push/a')).toHaveLength(1);
  gone.set('/push/b', 410);
  expect(await channel.send(sampleMessage(), to('b'), options())).toMatchObject({ ok: false, again: false });
  expect(await channel.send(sampleMessage(), to(), options())).toMatchObject({ again: false, fault: 'recipient' });
});

test('a subscription cannot make the hub call inside', async () => {
  const closed = webPush({ keys, subject: 'mailto:a@b.vn', inside: false, forget: async () => undefined });
  const before = service.calls.length;
  expect(await closed.send(sampleMessage(), to('a'), options())).toMatchObject({
    ok: false,
    reason: expect.stringMatching(/private network/),
  });
  expect(service.calls).toHaveLength(before);
});
