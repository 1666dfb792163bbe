import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { io, type Socket } from 'socket.io-client';
import type { PersonRole } from '#libs/contracts';
import { testHub, type TestHub } from '../support/hub.js';
import { addPerson } from '../support/people.js';

const run = promisify(execFile);
let hub: TestHub;
const cookies = {} as Record<PersonRole, string>;
const passwords = {} as Record<PersonRole, string>;

beforeAll(async () => {
  hub = await testHub({ backend: 'postgres', apps: ['gateway'] });
  const roles = ['leader', 'operator', 'administrator'] as const;
  const made = await Promise.all([
    addPerson(hub, 'the-leader', 'leader'),
    addPerson(hub, 'the-operator', 'operator'),
    byCommand(),
  ]);
  for (const [i, role] of roles.entries()) {
    passwords[role] = made[i] ?? '';
    cookies[role] = (await signIn(role)).cookie;
  }
});

afterAll(() => hub?.close());

/** The administrator, as the first one after `admin` is made; resolves to the password that is shown once. */
async function byCommand(): Promise<string> {
  const args = ['dist/tools/hub.js', 'user', 'add', 'the-administrator', '--role', 'administrator'];
  const { stdout } = await run(process.execPath, args, { env: hub.env });
  return (JSON.parse(stdout) as { password: string }).password;
}

async function signIn(role: PersonRole): Promise<{ status: number; cookie: string }> {
  const answer = await fetch(`${hub.gateway}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login: `the-${role}`, password: passwords[role] }),
  });
  return { status: answer.status, cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' };
}

async function ask(role: PersonRole, method: string, path: string, body: unknown = {}): Promise<number> {
  const answer = await fetch(`${hub.gateway}/v1/${path}`, {
    method,
    headers: { cookie: cookies[role], 'content-type': 'application/json' },
    ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
  });
  await answer.arrayBuffer();
  return answer.status;
}

/** Everything that decides who is told, or who may do what: looked at by all, changed by administrators. */
const DECIDING = [
  ['PUT', 'schedules/duty'],
  ['DELETE', 'schedules/duty?version=1'],
  ['PUT', 'policies/default'],
  ['DELETE', 'policies/default?version=1'],
  ['PUT', 'alert-settings'],
  ['GET', 'people'],
  ['POST', 'people'],
  ['PUT', 'people/the-leader'],
  ['POST', 'people/the-administrator/password'],
  ['POST', 'admin/sources'],
  ['POST', 'admin/wall-links'],
  ['PUT', 'rules/own.x/enabled'],
  ['DELETE', 'rules/own.x?version=1'],
] as const;
/** What operators do besides. */
const OPERATING = [
  ['POST', 'schedules/duty/overrides'],
  ['DELETE', 'schedules/duty/overrides/2026-01-01T00:00:00Z'],
  ['POST', 'on-call/check'],
  ['POST', 'entries'],
  ['POST', 'rules'],
  ['POST', 'rules/check'],
  ['POST', 'rules/preview'],
  ['POST', 'rules/test'],
  ['PUT', 'rules/own.x'],
] as const;
const LOOKING = ['schedules', 'policies', 'alert-settings', 'on-call/now', 'people/names', 'me/contacts', 'boards'];

test('a leader sees who is on call and changes nothing of it; an operator stands in; an administrator decides', async () => {
  for (const role of ['leader', 'operator', 'administrator'] as const) {
    for (const path of LOOKING) expect([role, path, await ask(role, 'GET', path)]).toEqual([role, path, 200]);
  }
  for (const [method, path] of [...DECIDING, ...OPERATING]) {
    expect([method, path, await ask('leader', method, path)]).toEqual([method, path, 403]);
  }
  for (const [method, path] of DECIDING) {
    expect([method, path, await ask('operator', method, path)]).toEqual([method, path, 403]);
  }
  for (const [method, path] of OPERATING) {
    expect([method, path, [200, 400, 404].includes(await ask('operator', method, path))]).toEqual([method, path, true]);
  }
  for (const [method, path] of DECIDING) {
    if (path.endsWith('password')) continue;
    const status = await ask('administrator', method, path);
    expect([method, path, [200, 400, 404, 409].includes(status)]).toEqual([method, path, true]);
  }
});

test('who is disabled is out at once: pages, live socket and password', async () => {
  const socket: Socket = io(`${hub.gateway}/live`, {
    transports: ['websocket'],
    extraHeaders: { cookie: cookies.leader },
    reconnection: false,
  });
  await new Promise<void>((done, fail) => socket.once('connect', done).once('connect_error', fail));
  const out = new Promise<number>((done) => socket.once('revoked', () => done(Date.now())));
  const cut = new Promise<void>((done) => socket.once('disconnect', () => done()));
  expect(await ask('leader', 'GET', 'on-call/now')).toBe(200);
  // From the command line, a process of its own: only the live bus can tell the gateway.
  const begin = Date.now();
  const { stdout } = await run(process.execPath, ['dist/tools/hub.js', 'user', 'disable', 'the-leader'], {
    env: hub.env,
  });
  const done = Date.now();
  expect(stdout).toBeDefined();
  expect(await out).toBeGreaterThanOrEqual(begin);
  // Not when every viewer is looked at again, every 15 s.
  expect((await out) - done).toBeLessThan(10_000);
  await cut;
  expect(await ask('leader', 'GET', 'on-call/now')).toBe(401);
  expect((await signIn('leader')).status).toBe(401);
  await run(process.execPath, ['dist/tools/hub.js', 'user', 'enable', 'the-leader'], { env: hub.env });
  expect(await ask('leader', 'GET', 'on-call/now')).toBe(401);
  cookies.leader = (await signIn('leader')).cookie;
  expect(await ask('leader', 'GET', 'on-call/now')).toBe(200);
});

test('another role counts at once', async () => {
  const change = { name: '', role: 'leader', disabled: false, contacts: [] };
  expect(await ask('administrator', 'PUT', 'people/the-operator', change)).toBe(200);
  expect(await ask('operator', 'POST', 'on-call/check')).toBe(401);
  cookies.operator = (await signIn('operator')).cookie;
  expect(await ask('operator', 'POST', 'on-call/check')).toBe(403);
});
