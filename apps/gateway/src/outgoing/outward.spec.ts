import { expect, test } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { nextTry } from './deliveries.service.js';
import { isInside, post } from './outward.js';

test.each([
  '127.0.0.1',
  '10.1.2.3',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '0.0.0.0',
  '224.0.0.1',
  '::1',
  '::',
  'fe80::1',
  'fd00::1',
  '::ffff:10.0.0.1',
  '::ffff:a00:1',
  '2002:a00:1::',
  '64:ff9b::a00:1',
  'not an address',
])('%s is inside', (address) => expect(isInside(address)).toBe(true));

test.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '2001:4860:4860::8888', '::ffff:8.8.8.8'])(
  '%s is outside',
  (address) => expect(isInside(address)).toBe(false),
);

test('a private network is not reached, by address or by name, unless it is allowed', async () => {
  let calls = 0;
  const server = createServer((_request, response) => {
    calls++;
    response.writeHead(302, { location: 'http://example.org/', 'retry-after': '7' }).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const say = (host: string, inside: boolean) =>
    post(`http://${host}:${port}/`, '{}', {}, { inside, timeoutMs: 5_000 });
  for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '2130706433']) {
    expect([host, (await say(host, false)).status]).toEqual([host, 0]);
  }
  expect(calls).toBe(0);
  expect(await say('127.0.0.1', true)).toEqual({ status: 302, retryAfter: 7, text: 'HTTP 302' });
  expect(calls).toBe(1);
  server.close();
  expect((await post('nonsense', '{}', {}, { inside: true, timeoutMs: 100 })).status).toBe(0);
});

test('tries are further and further apart, wait as long as they are asked to, and end', () => {
  const wait = (tries: number, retryAfter: number | null = null, status = 500): number | null =>
    nextTry(tries, { status, retryAfter }, 0)?.getTime() ?? null;
  const waits = Array.from({ length: 9 }, (_, tries) => wait(tries + 1) ?? 0);
  expect(waits).toEqual(waits.toSorted((a, b) => a - b));
  expect([waits[0], wait(10)]).toEqual([5_000, null]);
  expect([wait(1, 60), wait(1, 1), wait(1, null, 410)]).toEqual([60_000, 5_000, null]);
});
