import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { type ChannelSecret, faultsOfChannel } from '../channel-settings.js';
import type { ChannelParts } from '../open-channel.js';
import { openChannel, webhookSecret } from '../open-channel.js';
import { seal } from '../sealed.js';
import { sampleMessage } from '../../../test/support/message.js';
import { type Call, type Receiver, receiver } from '../../../test/support/receiver.js';

const hubSecret = 'x'.repeat(40);
let server: Receiver;

beforeAll(async () => {
  server = await receiver();
});
beforeEach(() => {
  server.calls.length = 0;
  server.answer = (_call, response) => void response.writeHead(204).end();
});
afterAll(() => server.close());

const parts: ChannelParts = {
  hubSecret,
  hub: 'https://ioc.example',
  inside: true,
  publish: async () => undefined,
  vapid: async () => null,
  forget: async () => undefined,
};
const row = (settings: Record<string, unknown>, change: object = {}) => ({
  id: 'hook',
  kind: 'webhook' as const,
  settings,
  secret: seal(hubSecret, 'channel:hook', JSON.stringify({ token: 'bot-secret' })),
  secretNumber: 1,
  rotatedAt: null,
  ...change,
});
const options = () => ({ signal: AbortSignal.timeout(60_000), hub: parts.hub, token: 'TOKEN', progress: null });
const person = (address = '') => ({ recipient: 'thao', group: false, address, browsers: [] });
const group = { recipient: 'hook', group: true, address: '', browsers: [] };

async function send(settings: Record<string, unknown>, to = person(), message = sampleMessage(), change: object = {}) {
  const channel = await openChannel(row(settings, change), parts);
  if (!channel) throw new Error('no channel');
  return channel.send(message, to, options());
}
const verified = (call: Call | undefined, secret: string): unknown =>
  new Webhook(secret).verify(call?.body.toString() ?? '', call?.headers as Record<string, string>);
const answering = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  void (server.answer = (_call, response) => void response.writeHead(status, headers).end(JSON.stringify(body)));

test('a plain webhook is signed as the official library verifies it; during a change both secrets do', async () => {
  const message = sampleMessage();
  const plain = { format: 'plain', url: `${server.url}/in` };
  expect(await send(plain, person(), message)).toEqual({ ok: true, receipt: 'HTTP 204' });
  const call = server.calls[0];
  expect(call?.headers['webhook-id']).toBe(message.id);
  expect(verified(call, webhookSecret(hubSecret, 'hook', 1))).toMatchObject({
    type: 'notification.alert',
    data: { to: 'thao', acknowledge: 'https://ioc.example/a#TOKEN', total: 3 },
  });
  expect(() => verified(call, webhookSecret(hubSecret, 'other', 1))).toThrow();
  await send(plain, person(), message, { secretNumber: 2, rotatedAt: new Date() });
  for (const number of [1, 2]) verified(server.calls[1], webhookSecret(hubSecret, 'hook', number));
  await send(plain, person(), message, { secretNumber: 2, rotatedAt: new Date(Date.now() - 25 * 3_600_000) });
  verified(server.calls[2], webhookSecret(hubSecret, 'hook', 2));
  expect(() => verified(server.calls[2], webhookSecret(hubSecret, 'hook', 1))).toThrow();
});

test('what an answer says of the next try: gone, wait so long, our fault, his fault; redirects are not followed', async () => {
  const plain = { format: 'plain', url: server.url };
  const said = async (status: number, headers: Record<string, string> = {}) => {
    answering(status, {}, headers);
    return send(plain);
  };
  expect(await said(410)).toMatchObject({ ok: false, again: false, gone: true });
  expect(await said(429, { 'retry-after': '7' })).toMatchObject({ again: true, after: 7_000, fault: 'refused' });
  const at = (seconds: number): string => new Date(Date.parse('2026-11-25T10:00:00Z') + seconds * 1000).toUTCString();
  expect(await said(503, { date: at(0), 'retry-after': at(30) })).toMatchObject({ again: true, after: 30_000 });
  expect(await said(401)).toMatchObject({ again: true, fault: 'refused' });
  expect(await said(422)).toMatchObject({ again: false, fault: 'recipient' });
  const before = server.calls.length;
  expect(await said(307, { location: `${server.url}/elsewhere` })).toMatchObject({ ok: false, fault: 'refused' });
  expect(server.calls.slice(before).map(({ path }) => path)).toEqual(['/']);
  expect(await send({ format: 'plain', url: 'http://127.0.0.1:1/' })).toMatchObject({
    again: true,
    fault: 'unreachable',
  });
});

test('Telegram: token in its place, text whole, id as receipt; its own way to say wait', async () => {
  const settings = { format: 'telegram', url: `${server.url}/bot{token}/sendMessage`, group: '-100' };
  answering(200, { ok: true, result: { message_id: 42 } });
  expect(await send(settings, group)).toEqual({ ok: true, receipt: 'message 42' });
  expect(server.calls[0]?.path).toBe('/botbot-secret/sendMessage');
  const body = JSON.parse(server.calls[0]?.body.toString() ?? '') as { chat_id: string; text: string };
  expect(body.chat_id).toBe('-100');
  expect(body.text).toContain('<Bến Lức> & 2 trạm');
  answering(429, { ok: false, error_code: 429, description: 'Too Many Requests', parameters: { retry_after: 11 } });
  expect(await send(settings, group)).toMatchObject({ again: true, after: 11_000, fault: 'refused' });
  answering(400, { ok: false, error_code: 400, description: 'chat not found' });
  expect(await send(settings, person('77'))).toMatchObject({ again: false, fault: 'recipient' });
  // A person without an id is not told in the group instead.
  const calls = server.calls.length;
  expect(await send(settings, person())).toMatchObject({ ok: false, again: false, fault: 'recipient' });
  expect(server.calls).toHaveLength(calls);
});

test('Zalo OA: token as header, a follower or a group; errors come with status 200', async () => {
  const settings = { format: 'zalo-oa', url: server.url, group: 'g1' };
  answering(200, { error: 0, message: 'Success', data: { message_id: 'm9' } });
  expect(await send(settings, person('u1'))).toEqual({ ok: true, receipt: 'message m9' });
  expect(server.calls[0]?.headers.access_token).toBe('bot-secret');
  expect(JSON.parse(server.calls[0]?.body.toString() ?? '')).toMatchObject({ recipient: { user_id: 'u1' } });
  await send(settings, group);
  expect(JSON.parse(server.calls[1]?.body.toString() ?? '')).toMatchObject({ recipient: { group_id: 'g1' } });
  answering(200, { error: -216, message: 'Access token bot-secret is invalid' });
  const refused = await send(settings, group);
  expect(refused).toMatchObject({ ok: false, again: true, fault: 'refused' });
  expect(JSON.stringify(refused)).not.toContain('bot-secret');
  answering(200, { error: -213, message: 'User has not followed' });
  expect(await send(settings, person('u2'))).toMatchObject({ ok: false, fault: 'recipient' });
});

test('an SMS gateway gets what it asks for: form or JSON, without marks, short; a value cannot break out of its place', async () => {
  const settings = {
    format: 'sms',
    url: server.url,
    form: true,
    ascii: true,
    body: { Phone: '{to}', Content: '{short}', ApiKey: '{token}', RequestId: '{id}' },
    success: { field: 'CodeResult', is: ['100'] },
  };
  answering(200, { CodeResult: '100' });
  const message = sampleMessage({ at: Date.parse('2026-11-25T15:00:00+07:00'), subject: 'Lũ","x":"{token}&Phone=113' });
  expect(await send(settings, person('0901'), message)).toEqual({ ok: true, receipt: 'CodeResult 100' });
  const form = new URLSearchParams(server.calls[0]?.body.toString());
  expect([form.get('Phone'), form.get('ApiKey'), form.get('RequestId')]).toEqual(['0901', 'bot-secret', message.id]);
  expect(form.getAll('Phone')).toHaveLength(1);
  expect(form.get('Content')).toBe(
    'Lu","x":"{token}&Phone=113. Nang nhat: 2,4 m / 2,0 m, tu 14:05. Ba tram vuot muc. https://ioc.example/a#TOKEN',
  );
  answering(200, { CodeResult: '103' });
  expect(await send(settings, person('0901'))).toMatchObject({ ok: false, again: true, reason: 'CodeResult 103' });
  answering(200, { ok: 1 });
  const json = { ...settings, form: false, headers: { authorization: 'Bearer {token}' }, success: null };
  expect(await send(json, person('0901'), message)).toMatchObject({ ok: true });
  expect(server.calls.at(-1)?.headers.authorization).toBe('Bearer bot-secret');
  expect(JSON.parse(server.calls.at(-1)?.body.toString() ?? '')).toMatchObject({ Phone: '0901' });
});

test('a secret that was kept with another HUB_SECRET says so', async () => {
  const other = { ...parts, hubSecret: 'y'.repeat(40) };
  await expect(openChannel(row({ format: 'telegram' }), other)).rejects.toThrow(/HUB_SECRET/);
});

test('Zalo needs a token, or all that renews one; without a token yet, messages wait', async () => {
  const faults = (settings: object, secret: ChannelSecret) =>
    faultsOfChannel('webhook', { format: 'zalo-oa', ...settings }, secret, false).map(({ path }) => path);
  expect(faults({}, {})).toEqual(['/secret/token']);
  expect(faults({ appId: '42' }, {})).toEqual(['/secret/refreshToken', '/secret/appSecret']);
  expect(faults({ appId: 'x', renewUrl: 'http://10.0.0.1/' }, { refreshToken: 'r', appSecret: 's' })).toEqual([
    '/settings/appId',
    '/settings/renewUrl',
  ]);
  expect(faults({ appId: '42' }, { refreshToken: 'r', appSecret: 's' })).toEqual([]);
  const secret = seal(hubSecret, 'channel:hook', JSON.stringify({ refreshToken: 'r', appSecret: 's' }));
  const waits = await send({ format: 'zalo-oa', url: server.url, appId: '42' }, person('u1'), sampleMessage(), {
    secret,
  });
  expect(waits).toMatchObject({ ok: false, again: true, reason: 'its token is not renewed yet' });
  expect(server.calls).toEqual([]);
});
