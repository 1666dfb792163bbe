import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { Users } from '#libs/access';
import { bootstrap, readSettings, type RunningApp } from '#libs/platform';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { harbourCatalogue } from '../../../test/support/harbour-pack.js';
import { configure } from './configure.js';
import { GatewayModule } from './gateway.module.js';

let database: TestDatabase;
let running: RunningApp;
let password: string;

beforeAll(async () => {
  database = await testDatabase();
  running = await bootstrap(GatewayModule.forRoot(harbourCatalogue()), {
    app: 'gateway',
    port: 0,
    settings: readSettings({ DATABASE_URL: database.url, HUB_SECRET: 'x'.repeat(40) }),
    logger: pino({ level: 'silent' }),
    ownProcess: false,
    configure: (app) => configure(app, '/nowhere'),
  });
  password = (await running.app.get(Users).ensureAdministrator())?.password ?? '';
});

afterAll(async () => {
  await running?.stop();
  await database?.drop();
});

async function call(method: string, path: string, options: { body?: unknown; headers?: Record<string, string> } = {}) {
  const response = await fetch(`${running.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...options.headers },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  return { status: response.status, response, body: (type.includes('json') ? JSON.parse(text) : text) as never };
}

async function signIn(): Promise<{ cookie: string }> {
  const { response, status } = await call('POST', '/v1/session', { body: { login: 'admin', password } });
  expect(status).toBe(200);
  const cookie = response.headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/HttpOnly/);
  expect(cookie).toMatch(/SameSite=Strict/);
  return { cookie: cookie.split(';')[0] ?? '' };
}

test('every route of questions and administration is closed to strangers, and what administers or changes to walls', async () => {
  const headers = await signIn();
  const { token } = (await call('POST', '/v1/admin/wall-links', { headers, body: { name: 'wall' } })).body as {
    token: string;
  };
  const paths = (await call('GET', '/v1/openapi.json')).body as { paths: Record<string, Record<string, unknown>> };
  let admin = 0;
  for (const [path, methods] of Object.entries(paths.paths)) {
    // Public on purpose: only what is declared for everybody; and the link of a message is its own key.
    if (/^\/(health|metrics)|^\/v1\/public\/|session$|acknowledge-by-link$/.test(path)) continue;
    for (const method of Object.keys(methods)) {
      const url = path.replaceAll(/\{\w+\}/g, '1');
      expect([path, method, (await call(method.toUpperCase(), url)).status]).toEqual([path, method, 401]);
      // A wall looks; it changes nothing.
      if (!path.startsWith('/v1/admin/') && method === 'get') continue;
      admin++;
      const wall = await call(method.toUpperCase(), url, { headers: { authorization: `Bearer ${token}` } });
      expect([path, method, wall.status]).toEqual([path, method, 403]);
    }
  }
  expect(admin).toBeGreaterThan(40);
});

test('a source is added, changed over, shut out; a key is shown once; each step is on record', async () => {
  const headers = await signIn();
  const body = { id: 'piers', name: 'Piers', types: ['vn.ioc.harbour.*'], units: ['*'] };
  const made = await call('POST', '/v1/admin/sources', { headers, body });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({ source: 'piers', key: expect.stringMatching(/^ioc_/) });
  expect((await call('POST', '/v1/admin/sources', { headers, body })).status).toBe(409);
  expect((await call('POST', '/v1/admin/sources/piers/keys', { headers })).status).toBe(201);
  expect((await call('POST', '/v1/admin/sources/piers/keys', { headers })).status).toBe(409);
  const { keyId } = made.body as { keyId: string };
  expect((await call('DELETE', `/v1/admin/sources/piers/keys/${keyId}`, { headers })).body).toEqual({ revoked: 1 });
  expect((await call('PUT', '/v1/admin/sources/piers/disabled', { headers, body: { disabled: true } })).status).toBe(
    204,
  );
  const list = JSON.stringify((await call('GET', '/v1/admin/sources', { headers })).body);
  expect(list).toContain('"revoked":true');
  expect(list).not.toContain((made.body as { key: string }).key);
  const audit = await database.query<{ action: string; actor: string }>(
    `SELECT action, actor FROM audit_entry WHERE object = 'piers' ORDER BY id`,
  );
  expect(audit.map(({ action }) => action)).toEqual(['source.add', 'source.rotate', 'source.revoke', 'source.disable']);
  expect(new Set(audit.map(({ actor }) => actor))).toEqual(new Set(['admin']));
});

test('a wrong field is named', async () => {
  const headers = await signIn();
  const answer = await call('POST', '/v1/admin/sources', {
    headers,
    body: { id: 'A B', types: 'x', units: [], more: 1 },
  });
  expect(answer.status).toBe(400);
  const { errors } = answer.body as { errors: { path: string }[] };
  expect(new Set(errors.map(({ path }) => path))).toEqual(new Set(['/id', '/name', '/types', '/units', '/more']));
});

test('a page of another site can change nothing, not even sign somebody in', async () => {
  const headers = { ...(await signIn()), origin: 'https://elsewhere.example' };
  expect((await call('POST', '/v1/admin/wall-links', { headers, body: { name: 'x' } })).status).toBe(403);
  expect((await call('POST', '/v1/session', { headers, body: { login: 'admin', password } })).status).toBe(403);
  const own = { ...headers, origin: running.url };
  expect((await call('POST', '/v1/admin/wall-links', { headers: own, body: { name: 'x' } })).status).toBe(201);
});

test('after signing out the cookie opens nothing', async () => {
  const headers = await signIn();
  expect((await call('GET', '/v1/me', { headers })).body).toMatchObject({ name: 'admin', role: 'administrator' });
  expect((await call('DELETE', '/v1/session', { headers })).status).toBe(204);
  expect((await call('GET', '/v1/me', { headers })).status).toBe(401);
});

test('an event set aside goes through the queue again, once', async () => {
  const headers = await signIn();
  const event = { id: 'e1', source: 'piers', type: 'vn.ioc.harbour.ship.arrived.v1', time: 1, data: {} };
  const [row] = await database.query<{ seq: string }>(
    `INSERT INTO set_aside (batch_id, source_id, event_id, reason, event) VALUES (gen_random_uuid(), 'piers', 'e1', 'test', $1) RETURNING seq`,
    [JSON.stringify(event)],
  );
  const path = `/v1/admin/set-aside/${row?.seq}/replay`;
  expect((await call('POST', path, { headers })).status).toBe(202);
  expect((await call('POST', path, { headers })).status).toBe(404);
  const { events } = (await call('GET', '/v1/admin/set-aside', { headers })).body as {
    events: Record<string, unknown>[];
  };
  expect(events[0]).toMatchObject({ source: 'piers', event: 'e1', replayedAt: expect.any(String) });
});

test('without built pages a browser is told what to do, and the API still answers', async () => {
  const page = await call('GET', '/wall/overview');
  expect(page.status).toBe(503);
  expect(page.body).toContain('npm run build');
  expect((await call('GET', '/v1/asyncapi.yaml')).status).toBe(200);
  expect((await call('GET', '/v1/nothing')).status).toBe(404);
});
