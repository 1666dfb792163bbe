import { expect, test } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isInside, post, secondsOf } from './outward.js';

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
  expect(await say('127.0.0.1', true)).toEqual({
    status: 302,
    connected: true,
    retryAfter: 7,
    text: 'HTTP 302',
    body: '',
  });
  expect(calls).toBe(1);
  server.close();
  expect((await post('nonsense', '{}', {}, { inside: true, timeoutMs: 100 })).status).toBe(0);
});

test('Retry-After is a number of seconds, or a date by the clock of whoever wrote it', () => {
  const at = (second: number): string => `Wed, 25 Nov 2026 10:00:${String(second).padStart(2, '0')} GMT`;
  expect(secondsOf('120', undefined)).toBe(120);
  expect(secondsOf(at(42), at(12))).toBe(30);
  expect([secondsOf(at(1), at(12)), secondsOf('soon', at(1)), secondsOf(undefined, at(1))]).toEqual([0, null, null]);
  expect(secondsOf('999999999', undefined)).toBe(86_400);
});

test('an endless answer is read only so far, and one that stalls does not hold up', async () => {
  const server = createServer((request, response) => {
    response.writeHead(200);
    if (request.url === '/endless') {
      const more = (): void => void response.write('x'.repeat(10_000), (error) => (error ? undefined : more()));
      more();
    } else response.write('begun');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const options = { inside: true, timeoutMs: 300, read: 50_000 };
  expect((await post(`${url}/endless`, '{}', {}, { ...options, timeoutMs: 10_000 })).body).toHaveLength(50_000);
  expect(await post(`${url}/stalled`, '{}', {}, options)).toMatchObject({ status: 200, body: 'begun' });
  server.closeAllConnections();
  server.close();
});
