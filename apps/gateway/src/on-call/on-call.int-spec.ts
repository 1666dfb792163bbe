import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { Users } from '#libs/access';
import type { AlertSettings, AlertsMessage, OnCallFault, Person, PersonRole, Policy, Schedule } from '#libs/contracts';
import { openLiveBus, type LiveBus } from '#libs/live';
import { ensureOnCall } from '#libs/persistence';
import { bootstrap, CLOCK, readSettings, type Clock, type RunningApp } from '#libs/platform';
import { DataSource } from 'typeorm';
import { testDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { harbourCatalogue } from '../../../../test/support/harbour-pack.js';
import { configure } from '../configure.js';
import { GatewayModule } from '../gateway.module.js';
import type { NowView } from './now.js';

const NOW = Date.parse('2026-03-02T10:00:00+07:00');
let database: TestDatabase;
let running: RunningApp;
let bus: LiveBus;
const told: AlertsMessage[] = [];
const cookies = {} as Record<PersonRole, string>;

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
  // The clock of this test's process alone.
  running.app.get<Clock>(CLOCK).now = () => NOW;
  await ensureOnCall(running.app.get(DataSource));
  bus = await openLiveBus({ databaseUrl: database.url, name: 'test' });
  await bus.subscribe('alerts', (message) => told.push(message));
  const users = running.app.get(Users);
  for (const [login, role] of [
    ['an', 'administrator'],
    ['binh', 'operator'],
    ['chi', 'leader'],
  ] as const) {
    const { password } = await users.add(login, role, 'test');
    const answer = await fetch(`${running.url}/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ login, password }),
    });
    cookies[role] = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  }
  await database.query(`INSERT INTO channel (id, kind, name) VALUES ('mail', 'email', 'Thư')`);
  // The leader is reached in the application only.
  await database.query(
    `INSERT INTO contact (user_id, channel, address, least) SELECT id, 'mail', login || '@example.gov.vn', 'serious'
     FROM app_user WHERE login IN ('an', 'binh')`,
  );
});

afterAll(async () => {
  await bus?.close();
  await running?.stop();
  await database?.drop();
});

interface Answer<T> {
  status: number;
  body: T & { code?: string; detail?: string; errors?: { path: string; message: string }[] };
}

async function call<T = object>(role: PersonRole, method: string, path: string, body?: unknown): Promise<Answer<T>> {
  const answer = await fetch(`${running.url}/v1/${path}`, {
    method,
    headers: { 'content-type': 'application/json', cookie: cookies[role] },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Answer<T>['body'] };
}

const layer = (people: string[], more = {}) => ({
  name: 'A',
  people,
  start: '2026-01-05',
  turnDays: 7,
  handover: '07:00',
  ...more,
});
const schedule = (more = {}) => ({
  version: 0,
  name: 'Trực ban',
  layers: [layer(['an', 'binh'])],
  overrides: [],
  ...more,
});
const policy = (more = {}) => ({
  version: 0,
  name: 'Lũ',
  steps: [
    { after: 0, to: [{ schedule: 'duty' }] },
    { after: 300, to: [{ role: 'leader' }] },
  ],
  ...more,
});

test('a schedule is saved, looked at by all, changed only from the version that was seen, and each step is on record', async () => {
  expect(await call('administrator', 'PUT', 'schedules/duty', schedule())).toMatchObject({
    status: 200,
    body: { version: 1, faults: [] },
  });
  expect((await call('administrator', 'PUT', 'schedules/duty', schedule())).body).toMatchObject({
    status: 409,
    code: 'version-conflict',
    current: 1,
  });
  const changes = [call('administrator', 'PUT', 'schedules/duty', schedule({ version: 1, name: 'A' }))];
  changes.push(call('administrator', 'PUT', 'schedules/duty', schedule({ version: 1, name: 'B' })));
  expect((await Promise.all(changes)).map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
  const seen = await call<Schedule>('leader', 'GET', 'schedules/duty');
  expect(seen).toMatchObject({ status: 200, body: { id: 'duty', version: 2, layers: [{ people: ['an', 'binh'] }] } });
  const span = 'from=2026-03-02T00:00:00Z&to=2026-03-10T00:00:00Z';
  const { shifts } = (await call<{ shifts: unknown[] }>('leader', 'GET', `schedules/duty/shifts?${span}`)).body;
  expect(shifts).toEqual([
    { person: 'an', layer: 0, from: Date.parse('2026-03-02T00:00:00Z'), to: Date.parse('2026-03-09T00:00:00Z') },
    { person: 'binh', layer: 0, from: Date.parse('2026-03-09T00:00:00Z'), to: Date.parse('2026-03-10T00:00:00Z') },
  ]);
  const far = 'from=2026-03-02T00:00:00Z&to=2036-03-10T00:00:00Z';
  expect((await call('leader', 'GET', `schedules/duty/shifts?${far}`)).status).toBe(400);
  const audit = await database.query(
    `SELECT actor FROM audit_entry WHERE action = 'schedule.save' AND object = 'duty'`,
  );
  expect(audit).toEqual([{ actor: 'an' }, { actor: 'an' }]);
});

test('what is wrong is refused with the place, neighbours unharmed; holes are told of and saved', async () => {
  const bad = await call('administrator', 'PUT', 'schedules/bad', schedule({ layers: [layer(['an', 'nobody'])] }));
  expect(bad).toMatchObject({ status: 400, body: { code: 'setup-invalid', errors: [{ path: '/layers/0/people/1' }] } });
  const shape = await call('administrator', 'PUT', 'schedules/bad', {
    ...schedule({ layers: [layer(['an'], { handover: '7', turnDays: 0, hours: { days: [8], from: '1', to: '' } })] }),
    more: 1,
  });
  expect(new Set(shape.body.errors?.map(({ path }) => path))).toEqual(
    new Set([
      '/layers/0/handover',
      '/layers/0/turnDays',
      '/layers/0/hours/days',
      '/layers/0/hours/from',
      '/layers/0/hours/to',
      '/more',
    ]),
  );
  const aim = await call('administrator', 'PUT', 'policies/p', policy({ steps: [{ after: 0, to: [{ pet: 'x' }] }] }));
  expect(aim.body.errors?.map(({ path }) => path)).toEqual(['/steps/0/to']);
  const nobody = await call('administrator', 'PUT', 'policies/p', policy({ steps: [{ after: 0, to: [] }] }));
  expect(nobody).toMatchObject({ status: 400, body: { errors: [{ path: '/steps/0/to', level: 'error' }] } });
  expect((await call('administrator', 'GET', 'policies/p')).status).toBe(404);
  const week = schedule({ layers: [layer(['an'], { hours: { days: [1, 2, 3, 4, 5], from: '07:00', to: '07:00' } })] });
  await call('administrator', 'PUT', 'schedules/week', week);
  const holes = policy({ steps: [{ after: 0, to: [{ schedule: 'week' }] }], quiet: null, digest: null });
  const saved = await call<{ faults: OnCallFault[] }>('administrator', 'PUT', 'policies/holes', holes);
  expect(saved).toMatchObject({ status: 200, body: { faults: [{ level: 'warning', path: '/steps/0/to' }] } });
  expect((await call<Policy>('leader', 'GET', 'policies/holes')).body.quiet).toBeUndefined();
});

test('a check tells of everything without saving, also of what a change breaks elsewhere', async () => {
  await call('administrator', 'PUT', 'policies/flood', policy());
  const gone = { id: 'duty', name: 'x', layers: [], overrides: [] };
  const check = await call<{ faults: OnCallFault[] }>('operator', 'POST', 'on-call/check', { schedules: [gone] });
  expect(check.body.faults.map(({ path, level }) => `${level} ${path}`)).toEqual([
    'error /schedules/duty/layers',
    'warning /policies/flood/steps/0/to',
    'warning /policies/flood/steps/1/to/0',
    'warning /policies/holes/steps/0/to',
  ]);
  expect((await call<Schedule>('leader', 'GET', 'schedules/duty')).body.layers).toHaveLength(1);
  expect((await call('leader', 'POST', 'on-call/check', {})).status).toBe(403);
});

test('settings have their defaults, are changed whole, and name only what there is; what is used stays', async () => {
  const { body: settings } = await call<AlertSettings & { version: number }>('leader', 'GET', 'alert-settings');
  expect(settings).toMatchObject({ version: 0, routes: [{ policy: 'default' }], brief: { at: '07:00' } });
  const routes = [{ policy: 'flood', sectors: ['harbour'], units: null, severities: ['critical'] }, { policy: 'gone' }];
  const refused = await call('administrator', 'PUT', 'alert-settings', { ...settings, routes });
  expect(refused.body.errors?.map(({ path }) => path)).toEqual(['/routes/1/policy']);
  const good = { ...settings, routes: [routes[0], { policy: 'default' }], brief: null, takeoverMinutes: 5 };
  const noDay = { ...good, holidays: { ...settings.holidays, daysOff: ['2026-02-31'] } };
  expect(await call('administrator', 'PUT', 'alert-settings', noDay)).toMatchObject({
    ...{ status: 400, body: { errors: [{ path: '/holidays/daysOff' }] } },
  });
  expect(await call('administrator', 'PUT', 'alert-settings', good)).toMatchObject({
    status: 200,
    body: { version: 1 },
  });
  expect((await call('administrator', 'PUT', 'alert-settings', good)).body.code).toBe('version-conflict');
  expect((await call('leader', 'GET', 'alert-settings')).body).toEqual({
    ...good,
    routes: [{ policy: 'flood', sectors: ['harbour'], severities: ['critical'] }, { policy: 'default' }],
    version: 1,
  });
  expect((await call('administrator', 'DELETE', 'policies/flood?version=1')).body).toMatchObject({
    code: 'in-use',
    errors: [{ path: '/settings/routes/0' }],
  });
  expect((await call('administrator', 'DELETE', 'schedules/week?version=1')).body.code).toBe('in-use');
  expect((await call('administrator', 'DELETE', 'policies/holes?version=1')).status).toBe(204);
  expect((await call('administrator', 'DELETE', 'schedules/week?version=2')).body.code).toBe('version-conflict');
  expect((await call('administrator', 'DELETE', 'schedules/week?version=1')).status).toBe(204);
});

test('an operator takes a shift and gives it back; two cannot take the same', async () => {
  const override = { from: '2026-03-02T09:00:00+07:00', to: '2026-03-02T12:00:00+07:00', person: 'binh' };
  expect((await call('leader', 'POST', 'schedules/duty/overrides', override)).status).toBe(403);
  expect((await call('operator', 'POST', 'schedules/duty/overrides', override)).status).toBe(201);
  const twice = await call('operator', 'POST', 'schedules/duty/overrides', { ...override, to: '2026-03-02T10:00:00Z' });
  expect(twice).toMatchObject({ status: 400, body: { errors: [{ path: '/overrides/1/from' }] } });
  const { body: now } = await call<NowView>('leader', 'GET', 'on-call/now');
  expect(now).toMatchObject({
    at: NOW,
    schedules: [{ id: 'duty', person: { login: 'binh' }, layer: 'override', until: Date.parse(override.to) }],
    policies: [
      { id: 'default', steps: [{ people: [{ login: 'an', channels: ['in-app', 'mail'] }] }] },
      { id: 'flood', steps: [{ people: [{ login: 'binh' }] }, { after: 300, people: [{ login: 'chi' }] }] },
    ],
  });
  const path = `schedules/duty/overrides/${encodeURIComponent('2026-03-02T02:00:00.000Z')}`;
  expect((await call('operator', 'DELETE', path)).status).toBe(200);
  expect((await call('operator', 'DELETE', path)).status).toBe(404);
});

test('people are added, changed and reached where they say; their addresses stay out of the record', async () => {
  const added = await call<{ password: string }>('administrator', 'POST', 'people', {
    login: 'dung',
    role: 'leader',
    name: 'Dũng',
  });
  expect(added).toMatchObject({ status: 201, body: { login: 'dung', password: expect.stringMatching(/^.{20}$/) } });
  const contacts = [{ channel: 'mail', address: 'dung@example.gov.vn', least: 'serious' }];
  const change = { name: 'Dũng', role: 'operator', disabled: false, phone: '0912 345 678', contacts };
  const bad = await call('administrator', 'PUT', 'people/dung', {
    ...change,
    phone: 'x',
    contacts: [{ ...contacts[0], least: 'never' }, contacts[0]],
  });
  expect(bad.body.errors?.map(({ path }) => path).sort()).toEqual(['/contacts', '/contacts/0/least', '/phone']);
  const where = await call('administrator', 'PUT', 'people/dung', {
    ...change,
    contacts: [
      { ...contacts[0], address: 'no' },
      { channel: 'pigeon', address: '', least: 'serious' },
    ],
  });
  expect(where.body.errors?.map(({ path }) => path)).toEqual(['/contacts/0/address', '/contacts/1/channel']);
  expect(await call<Person>('administrator', 'PUT', 'people/dung', change)).toMatchObject({
    status: 200,
    body: { login: 'dung', role: 'operator', phone: '0912 345 678', contacts, disabled: false },
  });
  expect((await call('operator', 'GET', 'people')).status).toBe(403);
  const names = await call('leader', 'GET', 'people/names');
  expect(JSON.stringify(names.body)).toContain('0912 345 678');
  expect(JSON.stringify(names.body)).not.toContain('dung@');
  expect(await call('leader', 'PUT', 'me/contacts', { contacts, language: 'en', phone: null })).toMatchObject({
    status: 200,
    body: { login: 'chi', role: 'leader', language: 'en', contacts },
  });
  expect((await call('leader', 'PUT', 'me/contacts', { contacts, role: 'administrator' })).status).toBe(400);
  const record = JSON.stringify(await database.query('SELECT * FROM audit_entry'));
  expect(record).not.toMatch(/0912|@example/);
  expect(record).toContain('user.contacts');
});

test('the last administrator stays one, whatever two of them do at once', async () => {
  const self = { name: '', role: 'administrator', disabled: false, contacts: [] };
  expect((await call('administrator', 'PUT', 'people/an', { ...self, disabled: true })).status).toBe(409);
  expect((await call('administrator', 'PUT', 'people/an', { ...self, role: 'leader' })).status).toBe(409);
  const users = running.app.get(Users);
  await users.add('em', 'administrator', 'test');
  const both = await Promise.allSettled([
    users.change('an', { disabled: true }, 'em'),
    users.change('em', { disabled: true }, 'an'),
  ]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

test('every change was told on the live bus as one of the setup', () => {
  expect(told.length).toBeGreaterThan(8);
  expect(new Set(told.map(({ setup, ids }) => `${setup} ${ids.length}`))).toEqual(new Set(['true 0']));
});
