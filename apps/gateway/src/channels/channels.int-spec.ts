import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { createECDH } from 'node:crypto';
import { pino } from 'pino';
import { Webhook } from 'standardwebhooks';
import { Users } from '#libs/access';
import type { ChannelView } from '#libs/contracts';
import { ensureChannels, oneTapToken } from '#libs/notify';
import { bootstrap, readSettings, type RunningApp } from '#libs/platform';
import { DataSource } from 'typeorm';
import { testDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { harbourCatalogue } from '../../../../test/support/harbour-pack.js';
import { sampleMessage } from '../../../../test/support/message.js';
import { type Receiver, receiver } from '../../../../test/support/receiver.js';
import { configure } from '../configure.js';
import { GatewayModule } from '../gateway.module.js';

const HUB_SECRET = 'x'.repeat(40);
let database: TestDatabase;
let running: RunningApp;
let server: Receiver;
let written = '';
const cookies: Record<string, string> = {};

beforeAll(async () => {
  database = await testDatabase();
  server = await receiver();
  running = await bootstrap(GatewayModule.forRoot(harbourCatalogue()), {
    app: 'gateway',
    port: 0,
    settings: readSettings({ DATABASE_URL: database.url, HUB_SECRET, CHANNELS_PRIVATE: 'true' }),
    logger: pino({ level: 'trace' }, { write: (line: string) => void (written += line) }),
    ownProcess: false,
    configure: (app) => configure(app, '/nowhere'),
  });
  await ensureChannels(running.app.get(DataSource), HUB_SECRET);
  const users = running.app.get(Users);
  const admin = await users.ensureAdministrator();
  const passwords = { admin: admin?.password ?? '', lan: (await users.add('lan', 'leader', 'test')).password };
  for (const [login, password] of Object.entries(passwords)) {
    const { response } = await call('', 'POST', '/v1/session', { login, password });
    cookies[login] = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  }
});

afterAll(async () => {
  await running?.stop();
  await server?.close();
  await database?.drop();
});

async function call(who: string, method: string, path: string, body?: unknown) {
  const response = await fetch(`${running.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(cookies[who] ? { cookie: cookies[who] } : {}) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, response, text, body: (text === '' ? null : JSON.parse(text)) as never };
}
const admin = (method: string, path: string, body?: unknown) => call('admin', method, path, body);
const channels = async (): Promise<ChannelView[]> =>
  ((await admin('GET', '/v1/channels')).body as { channels: ChannelView[] }).channels;

test('the channels of every installation are there once; none is for others than administrators', async () => {
  await ensureChannels(running.app.get(DataSource), HUB_SECRET);
  expect((await channels()).map(({ id, health }) => [id, health])).toEqual([
    ['in-app', 'unknown'],
    ['web-push', 'unknown'],
  ]);
  expect((await call('lan', 'GET', '/v1/channels')).status).toBe(403);
  expect((await admin('DELETE', '/v1/channels/in-app')).status).toBe(409);
  const second = { id: 'push-2', kind: 'web-push', name: 'x', settings: {} };
  expect((await admin('POST', '/v1/channels', second)).status).toBe(409);
});

test('no login is the id of a channel, and no channel has the id of a login', async () => {
  const users = running.app.get(Users);
  for (const login of ['in-app', 'web-push'])
    await expect(users.add(login, 'leader', 'test')).rejects.toMatchObject({ code: 'conflict' });
  const settings = { format: 'plain', url: server.url };
  expect((await admin('POST', '/v1/channels', { id: 'lan', kind: 'webhook', name: 'Lan', settings })).status).toBe(409);
});

test('a channel without a group is refused as a target, until it has one; one that is named is neither removed nor left without', async () => {
  const settings = { format: 'sms', url: server.url };
  await admin('POST', '/v1/channels', { id: 'sms', kind: 'webhook', name: 'SMS', settings });
  const policy = { id: 'x', name: 'X', steps: [{ after: 0, to: [{ channel: 'sms' }] }] };
  const faults = async () =>
    (
      (await admin('POST', '/v1/on-call/check', { policies: [policy] })).body as {
        faults: { path: string; level: string }[];
      }
    ).faults
      .filter(({ path }) => path.includes('/steps/'))
      .map(({ level }) => level);
  expect(await faults()).toEqual(['error']);
  const grouped = { name: 'SMS', settings: { ...settings, group: '0900000000' } };
  await admin('PUT', '/v1/channels/sms', grouped);
  expect(await faults()).toEqual([]);
  expect((await admin('PUT', '/v1/policies/x', { version: 0, name: 'X', steps: policy.steps })).status).toBe(200);
  await database.query(`INSERT INTO alert_setting (name, value) VALUES ('fallback', '[{"channel":"sms"}]')`);
  const takeAway = async () => [
    await admin('PUT', '/v1/channels/sms', { name: 'SMS', settings }),
    await admin('DELETE', '/v1/channels/sms'),
  ];
  for (const { status, body } of await takeAway()) {
    const errors = [{ path: '/policies/x' }, { path: '/settings/fallback' }];
    expect({ status, body }).toMatchObject({ status: 409, body: { code: 'in-use', errors } });
  }
  expect((await channels()).find(({ id }) => id === 'sms')).toMatchObject(grouped);
  expect((await admin('PUT', '/v1/channels/sms', { ...grouped, name: 'Khác' })).status).toBe(204);
  await database.query('DELETE FROM alert_setting WHERE name = $1', ['fallback']);
  await admin('DELETE', '/v1/policies/x?version=1');
  expect((await takeAway()).map(({ status }) => status)).toEqual([204, 204]);
});

test('a webhook is added, tested, changed over: both secrets verify, and are shown once', async () => {
  const body = { id: 'hook', kind: 'webhook', name: 'Hook', settings: { format: 'plain', url: server.url } };
  const { secret } = (await admin('POST', '/v1/channels', body)).body as { secret: string };
  expect(secret).toMatch(/^whsec_/);
  const tested = await admin('POST', '/v1/channels/hook/test', {});
  expect(tested.body).toMatchObject({ ok: true, answer: 'HTTP 204' });
  const verify = (key: string) => {
    const last = server.calls.at(-1);
    return new Webhook(key).verify(last?.body.toString() ?? '', last?.headers as Record<string, string>);
  };
  expect(verify(secret)).toMatchObject({ type: 'notification.test' });
  const { secret: next } = (await admin('POST', '/v1/channels/hook/secret')).body as { secret: string };
  await admin('POST', '/v1/channels/hook/test', {});
  expect([verify(secret), verify(next), next === secret]).toEqual([expect.anything(), expect.anything(), false]);
  expect((await admin('GET', '/v1/channels')).text).not.toContain('whsec_');
  server.answer = (_call, response) => void response.writeHead(410).end();
  expect((await admin('POST', '/v1/channels/hook/test', {})).body).toMatchObject({
    ok: false,
    answer: 'HTTP 410 Gone',
  });
  expect((await channels()).find(({ id }) => id === 'hook')).toMatchObject({ disabledWhy: 'HTTP 410 Gone' });
  await admin('PUT', '/v1/channels/hook/disabled', { disabled: false });
  server.answer = (_call, response) => void response.writeHead(500).end();
  for (let i = 0; i < 3; i++) await admin('POST', '/v1/channels/hook/test', {});
  expect((await channels()).find(({ id }) => id === 'hook')).toMatchObject({ health: 'down', lastError: 'HTTP 500' });
  server.answer = (_call, response) => void response.writeHead(204).end();
  await admin('POST', '/v1/channels/hook/test', {});
  expect((await channels()).find(({ id }) => id === 'hook')).toMatchObject({ health: 'ok', disabledAt: null });
});

test('a token is never in an answer, the log or the database as text, and does not follow to another address', async () => {
  const token = '12345:very-secret-token';
  const settings = { format: 'telegram', url: `${server.url}/bot{token}/sendMessage`, group: '-1' };
  const body = { id: 'tele', kind: 'webhook', name: 'Telegram', settings, secret: { token } };
  expect((await admin('POST', '/v1/channels', body)).body).toEqual({ id: 'tele', secret: null });
  server.answer = (_call, response) =>
    void response.writeHead(404).end(JSON.stringify({ ok: false, error_code: 404, description: `no ${token}` }));
  const tested = await admin('POST', '/v1/channels/tele/test', {});
  expect(tested.body).toMatchObject({ ok: false, answer: 'no …' });
  expect(server.calls.at(-1)?.path).toContain(token);
  const moved = { name: 'Telegram', settings: { ...settings, url: `${server.url}/elsewhere/{token}` } };
  const refused = await admin('PUT', '/v1/channels/tele', moved);
  expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('/secret/token')]);
  expect((await admin('PUT', '/v1/channels/tele', { ...moved, secret: { token } })).status).toBe(204);
  expect((await admin('PUT', '/v1/channels/tele', { ...moved, name: 'Tele', rate: 5 })).status).toBe(204);
  const [row] = await database.query<{ all: string }>(
    `SELECT c::text || encode(secret, 'escape') AS all FROM channel c WHERE id = 'tele'`,
  );
  const audit = await database.query<{ all: string }>('SELECT a::text AS all FROM audit_entry a');
  for (const place of [
    (await admin('GET', '/v1/channels')).text,
    tested.text,
    written,
    row?.all ?? token,
    JSON.stringify(audit),
  ]) {
    expect(place).not.toContain('very-secret');
  }
});

test('what is wrong is named; addresses of private networks are refused where they are not allowed', async () => {
  const bad = {
    id: 'mail',
    kind: 'email',
    name: 'Mail',
    settings: { host: 'mail.example.vn', from: 'nobody', port: 0 },
  };
  const answer = (await admin('POST', '/v1/channels', bad)).body as { errors: { path: string }[] };
  expect(answer.errors.map(({ path }) => path)).toEqual(['/settings/port', '/settings/from']);
  const settings = readSettings({ DATABASE_URL: database.url, HUB_SECRET });
  const closed = await bootstrap(GatewayModule.forRoot(harbourCatalogue()), {
    app: 'gateway',
    port: 0,
    settings,
    logger: pino({ level: 'silent' }),
    ownProcess: false,
    configure: (app) => configure(app, '/nowhere'),
  });
  const to = async (url: string, path = '/v1/channels', body?: unknown) => {
    const given = body ?? { id: 'inside', kind: 'webhook', name: 'x', settings: { format: 'plain', url } };
    const headers = { 'content-type': 'application/json', cookie: cookies.admin ?? '' };
    const response = await fetch(`${closed.url}${path}`, { method: 'POST', headers, body: JSON.stringify(given) });
    return { status: response.status, text: await response.text() };
  };
  expect((await to('https://10.0.0.1/x')).text).toContain('CHANNELS_PRIVATE=true');
  // A name is looked up when it is used: it may be added, and leads nowhere.
  expect((await to('https://localhost.localdomain/x')).status).toBe(201);
  await database.query(`UPDATE channel SET settings = $1 WHERE id = 'inside'`, [
    { format: 'plain', url: server.url.replace('127.0.0.1', 'localhost') },
  ]);
  const before = server.calls.length;
  expect((await to('', '/v1/channels/inside/test', {})).text).toContain('private networks');
  expect(server.calls).toHaveLength(before);
  await closed.stop();
});

test('dead letters are listed and sent again, one or all', async () => {
  const add = async (): Promise<string> => {
    const message = sampleMessage({ expiresAt: Date.now() - 1 });
    await database.query(
      `INSERT INTO notification (id, kind, recipient, channel, message, state, tries, created_at, last_error)
       VALUES ($1, 'alert', 'lan', 'hook', $2, 'dead', 12, now(), 'HTTP 500')`,
      [message.id, JSON.stringify(message)],
    );
    return message.id;
  };
  const ids = [await add(), await add(), await add()];
  const dead = async () =>
    (await admin('GET', '/v1/channels/hook/dead')).body as { dead: { id: string; subject: string }[] };
  expect((await dead()).dead).toHaveLength(3);
  expect((await dead()).dead[0]).toMatchObject({ subject: expect.stringMatching(/^Mực/), lastError: 'HTTP 500' });
  expect((await channels()).find(({ id }) => id === 'hook')?.dead).toBe(3);
  expect((await admin('POST', `/v1/channels/hook/dead/${ids[0]}/replay`)).body).toEqual({ replayed: 1 });
  expect((await admin('POST', `/v1/channels/hook/dead/${ids[0]}/replay`)).status).toBe(404);
  expect((await admin('POST', '/v1/channels/hook/dead/replay')).body).toEqual({ replayed: 2 });
  const rows = await database.query<{ state: string; tries: number; fresh: boolean }>(
    `SELECT state, tries, (message::jsonb ->> 'expiresAt')::numeric > extract(epoch FROM now()) * 1000 AS fresh FROM notification`,
  );
  expect(rows).toEqual(ids.map(() => ({ state: 'waiting', tries: 0, fresh: true })));
});

test('a person subscribes at most ten browsers of his own, and only at addresses that may be called', async () => {
  const ecdh = createECDH('prime256v1');
  ecdh.generateKeys();
  const keys = { p256dh: ecdh.getPublicKey('base64url'), auth: randomBytes(16).toString('base64url') };
  const { key } = (await call('lan', 'GET', '/v1/push/key')).body as { key: string };
  expect(Buffer.from(key, 'base64url')).toHaveLength(65);
  const endpoint = (n: number): string => `https://push.example.com/${n}`;
  for (let n = 0; n < 12; n++) {
    expect(
      (await call('lan', 'POST', '/v1/me/push', { endpoint: endpoint(n), keys, expirationTime: null })).status,
    ).toBe(204);
  }
  const own = async () =>
    (
      await database.query<{ login: string; endpoint: string }>(
        'SELECT u.login, p.endpoint FROM push_subscription p JOIN app_user u ON u.id = p.user_id',
      )
    ).map(({ login, endpoint: at }) => `${login} ${at}`);
  expect(await own()).toHaveLength(10);
  expect(await own()).not.toContain(`lan ${endpoint(0)}`);
  expect(await database.query('SELECT channel, least FROM contact')).toEqual([
    { channel: 'web-push', least: 'warning' },
  ]);
  await call('admin', 'POST', '/v1/me/push', { endpoint: endpoint(11), keys });
  expect(await own()).toContain(`admin ${endpoint(11)}`);
  expect(await own()).not.toContain(`lan ${endpoint(11)}`);
  // Another person's browser is not taken away.
  await call('lan', 'DELETE', '/v1/me/push', { endpoint: endpoint(11) });
  expect(await own()).toContain(`admin ${endpoint(11)}`);
  const wrong = { endpoint: 'ftp://x', keys: { p256dh: 'B'.repeat(87), auth: keys.auth } };
  expect((await call('lan', 'POST', '/v1/me/push', wrong)).status).toBe(400);
  expect((await call('', 'POST', '/v1/me/push', { endpoint: endpoint(1), keys })).status).toBe(401);
});

test('a link acknowledges once, until it expires, only by POST, in the name of who was told', async () => {
  const [alert, message] = [randomUUID(), sampleMessage()];
  await database.query(
    `INSERT INTO alert (id, origin, severity, title, since, fired_at) VALUES ($1, 'manual', 'critical', '{"vi":"a","en":"a"}', now(), now())`,
    [alert],
  );
  await database.query(
    `INSERT INTO notification (id, kind, recipient, channel, message, state, created_at) VALUES ($1, 'alert', 'lan', 'hook', $2, 'sent', now())`,
    [message.id, JSON.stringify(message)],
  );
  await database.query(`INSERT INTO notification_item VALUES (1, 'lan', 'hook', $1, $2)`, [message.id, alert]);
  const path = '/v1/alerts/acknowledge-by-link';
  const tap = (body: object) => call('', 'POST', path, body);
  const state = async () =>
    (await database.query<{ state: string }>('SELECT state FROM alert WHERE id = $1', [alert]))[0]?.state;
  const token = oneTapToken(HUB_SECRET, message.id, message.expiresAt);
  expect((await tap({ token, look: true })).body).toMatchObject({ state: 'open', total: 3, alerts: [{ number: 12 }] });
  expect((await call('', 'GET', `${path}?token=${token}`)).status).toBe(401);
  const expired = oneTapToken(HUB_SECRET, message.id, Date.now() - 1_000);
  expect((await tap({ token: expired })).status).toBe(410);
  for (const wrong of ['', token.slice(1), oneTapToken('y'.repeat(40), message.id, message.expiresAt)]) {
    expect((await tap({ token: wrong })).status).toBe(404);
  }
  await database.query(`UPDATE app_user SET disabled_at = now() WHERE login = 'lan'`);
  expect((await tap({ token })).status).toBe(404);
  await database.query(`UPDATE app_user SET disabled_at = NULL WHERE login = 'lan'`);
  expect(await state()).toBe('firing');
  expect((await tap({ token })).body).toMatchObject({ state: 'done' });
  expect(await state()).toBe('acknowledged');
  expect((await tap({ token })).status).toBe(409);
  expect((await tap({ token, look: true })).body).toMatchObject({ state: 'used' });
  expect(await database.query('SELECT actor, kind, detail FROM alert_change WHERE alert_id = $1', [alert])).toEqual([
    { actor: 'link', kind: 'acknowledged', detail: { person: 'lan' } },
  ]);
  expect(await database.query(`SELECT actor FROM audit_entry WHERE action = 'link.use'`)).toEqual([{ actor: 'lan' }]);
  expect(written).not.toContain(token);
});

test('the link of a reminder answers every alert that it counts, and none that came or was opened again later', async () => {
  const group = randomUUID();
  const at = new Date();
  const later = new Date(at.getTime() + 60_000);
  // The last fired before it and was opened again after it.
  const fired = [
    [at, at],
    [at, at],
    [later, later],
    [new Date(at.getTime() - 60_000), later],
  ].map(([firedAt, askedAt]) => ({ id: randomUUID(), firedAt, askedAt }));
  for (const { id, firedAt, askedAt } of fired)
    await database.query(
      `INSERT INTO alert (id, origin, severity, title, since, fired_at, asked_at, group_id)
       VALUES ($1, 'manual', 'serious', '{"vi":"a","en":"a"}', $2, $2, $3, $4)`,
      [id, firedAt, askedAt, group],
    );
  const message = sampleMessage({ kind: 'reminder', expiresAt: Date.now() + 60_000 });
  await database.query(
    `INSERT INTO notification (id, kind, group_id, recipient, channel, message, state, created_at)
     VALUES ($1, 'reminder', $2, 'lan', 'hook', $3, 'sent', $4)`,
    [message.id, group, JSON.stringify(message), at],
  );
  await database.query(`INSERT INTO notification_item VALUES (2, 'lan', 'hook', $1, $2)`, [message.id, fired[0]?.id]);
  // It was about the last one, too, as that was before.
  await database.query(`INSERT INTO notification_item VALUES (0, 'lan', 'hook', $1, $2)`, [message.id, fired[3]?.id]);
  await database.query(
    `INSERT INTO alert_change (alert_id, group_id, at, actor, kind) VALUES ($1, $2, $3, 'an', 'reopened')`,
    [fired[3]?.id, group, later],
  );
  const token = oneTapToken(HUB_SECRET, message.id, message.expiresAt);
  await call('', 'POST', '/v1/alerts/acknowledge-by-link', { token });
  expect(await database.query('SELECT state FROM alert WHERE group_id = $1 ORDER BY asked_at, state', [group])).toEqual(
    ['acknowledged', 'acknowledged', 'firing', 'firing'].map((state) => ({ state })),
  );
});
