import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { Users, WallLinks } from '#libs/access';
import { DEFAULT_SETTINGS } from '#libs/alerting';
import { DAY_MS, HOUR_MS, type Rule, type RulePreview, type RuleView } from '#libs/contracts';
import type { LiveBus } from '#libs/live';
import { bootstrap, readSettings, type RunningApp } from '#libs/platform';
import { Catalogue } from '#libs/sector-kit';
import { testDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { harbour } from '../../../../test/support/harbour-pack.js';
import { configure } from '../configure.js';
import { GatewayModule } from '../gateway.module.js';
import { BUS } from '../gateway.tokens.js';

const both = (text: string) => ({ vi: text, en: text });
/** The start of the running hour. */
const NOW = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
const high: Rule = {
  id: 'harbour.water-high',
  title: both('High water'),
  sector: 'harbour',
  severity: 'serious',
  note: both('assumed'),
  condition: { kind: 'threshold', value: 'last(harbour.water, 2h)', above: 10 },
  by: 'gauge',
};
const own: Rule = { ...high, id: 'own.low', title: both('Low'), condition: { ...high.condition, above: 3 } as never };

let database: TestDatabase;
let running: RunningApp;
let cookie: string;
let heard = 0;

beforeAll(async () => {
  database = await testDatabase();
  await database.query(`INSERT INTO unit (code, valid_from, name, type) VALUES ('T1', '2025-07-01', 'Tỉnh A', 'tỉnh')`);
  running = await bootstrap(GatewayModule.forRoot(new Catalogue([{ ...harbour, rules: [high] }])), {
    app: 'gateway',
    port: 0,
    settings: readSettings({ DATABASE_URL: database.url, HUB_SECRET: 'x'.repeat(40) }),
    logger: pino({ level: 'silent' }),
    ownProcess: false,
    configure: (app) => configure(app, '/nowhere'),
  });
  await running.app.get<LiveBus>(BUS).subscribe('alerts', ({ setup }) => void (setup && heard++));
  const password = (await running.app.get(Users).ensureAdministrator())?.password ?? '';
  cookie = await signIn('admin', password);
});

afterAll(async () => {
  await running?.stop();
  await database?.drop();
});

async function signIn(login: string, password: string): Promise<string> {
  const response = await fetch(`${running.url}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login, password }),
  });
  return (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

/** Every answer that these tests look at, in one. */
interface Body extends RuleView, RulePreview {
  rules: RuleView[];
  faults: { path: string; at?: number }[];
  errors: { path: string }[];
  packs: Rule | null;
  ok: boolean;
  results: { failures: { en: string }[] }[];
  line: number;
}

async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = { cookie },
): Promise<{ status: number; body: Body }> {
  const response = await fetch(`${running.url}/v1/rules${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as Body };
}

test('an own rule is added, changed and removed; a stale version is refused; each step keeps what was before', async () => {
  const before = heard;
  const added = await call('POST', '', { rule: own });
  expect(added).toMatchObject({ status: 201, body: { origin: 'operator', version: 1, enabled: true, open: 0 } });
  expect((await call('POST', '', { rule: own })).status).toBe(409);
  const changed = { ...own, severity: 'critical' };
  expect(await call('PUT', '/own.low', { rule: changed, version: 1 })).toMatchObject({
    status: 200,
    body: { severity: 'critical', version: 2, updatedBy: 'admin' },
  });
  expect(await call('PUT', '/own.low', { rule: own, version: 1 })).toMatchObject({ status: 409, body: { version: 2 } });
  expect(await call('PUT', '/own.low', { rule: { ...own, id: 'own.other' }, version: 2 })).toMatchObject({
    status: 422,
    body: { errors: [{ path: '/id' }] },
  });
  expect((await call('PUT', '/own.low/enabled', { enabled: false, version: 2 })).body.enabled).toBe(false);
  expect((await call('DELETE', '/own.low?version=3')).status).toBe(204);
  expect((await call('GET', '/own.low')).status).toBe(404);
  // Added again it goes on from its last version: who still holds an old one must not win.
  expect((await call('POST', '', { rule: own })).body.version).toBe(5);
  const audit = await database.query<{ action: string; detail: { before: Rule | null } }>(
    `SELECT action, detail FROM audit_entry WHERE object = 'own.low' ORDER BY id`,
  );
  expect(audit.map(({ action, detail }) => [action, detail.before?.severity ?? null])).toEqual([
    ['rule.add', null],
    ['rule.change', 'serious'],
    ['rule.disable', 'critical'],
    ['rule.remove', 'critical'],
    ['rule.add', null],
  ]);
  while (heard < before + 5) await new Promise((done) => setTimeout(done, 10));
  expect(heard).toBe(before + 5);
});

test("a pack's rule is changed and set back", async () => {
  expect((await call('GET', '/harbour.water-high')).body).toMatchObject({ origin: 'pack', changed: false, version: 0 });
  const changed = { ...high, condition: { ...high.condition, above: 12 } };
  const { body } = await call('PUT', '/harbour.water-high', { rule: changed, version: 0 });
  expect(body).toMatchObject({ changed: true, version: 1, condition: { above: 12 } });
  expect((await call('GET', '/harbour.water-high')).body.packs).toMatchObject({ condition: { above: 10 } });
  expect((await call('DELETE', '/harbour.water-high?version=1')).status).toBe(204);
  expect((await call('GET', '/harbour.water-high')).body).toMatchObject({
    changed: false,
    enabled: true,
    version: 2,
    condition: { above: 10 },
  });
});

test('faults are told with their places, and nothing is saved', async () => {
  const bad = { ...own, id: 'own.bad', condition: { kind: 'threshold', value: 'last(harbour.watr, 2h)', above: 'x' } };
  expect((await call('POST', '/check', { rule: bad })).body.faults).toMatchObject([
    { path: '/condition/value', at: 5 },
    { path: '/condition/above', at: 0 },
  ]);
  expect((await call('POST', '', { rule: bad })).status).toBe(422);
  expect((await call('POST', '/check', { rule: { ...own, units: ['T9'] } })).body.faults).toMatchObject([
    { path: '/units/0' },
  ]);
  expect((await call('POST', '/check', { rule: own })).body.faults).toEqual([]);
  expect((await call('POST', '/check', {})).status).toBe(400);
});

test('strangers and walls see no rules; an operator adds and changes them, a leader only reads, who takes away is an administrator', async () => {
  expect((await call('GET', '', undefined, {})).status).toBe(401);
  const { token } = await running.app.get(WallLinks).add({ name: 'wall', sectors: ['*'], units: ['*'] }, 'test');
  expect((await call('GET', '', undefined, { authorization: `Bearer ${token}` })).status).toBe(403);
  const { password } = (await running.app.get(Users).add('binh', 'operator', 'test')) as { password: string };
  const headers = { cookie: await signIn('binh', password) };
  expect((await call('GET', '', undefined, headers)).body.rules.map(({ id }) => id)).toContain('harbour.water-high');
  const mine = { ...own, id: 'own.mine' };
  expect((await call('POST', '/check', { rule: mine }, headers)).body.faults).toEqual([]);
  expect((await call('POST', '/preview', { rule: mine, days: 1 }, headers)).status).toBe(200);
  expect((await call('POST', '', { rule: mine }, headers)).body).toMatchObject({ version: 1, updatedBy: 'binh' });
  const next = { rule: { ...mine, severity: 'warning' }, version: 1 };
  expect((await call('PUT', '/own.mine', next, headers)).body).toMatchObject({ severity: 'warning', version: 2 });
  expect(await database.query(`SELECT actor, action FROM audit_entry WHERE object = 'own.mine' ORDER BY id`)).toEqual(
    ['rule.add', 'rule.change'].map((action) => ({ actor: 'binh', action })),
  );
  // Nor may a rule be ended, or others muted, by way of a change.
  const { rule } = next;
  for (const [more, path] of [
    [{ validTo: '2020-01-01' }, '/validTo'],
    [{ validFrom: '2099-01-01' }, '/validFrom'],
    [{ hours: { days: [7], from: '03:00', to: '03:01' } }, '/hours'],
    [{ inhibits: [{ rules: ['harbour.water-high'], same: 'nothing' }] }, '/inhibits'],
  ] as const) {
    const { status, body } = await call('PUT', '/own.mine', { rule: { ...rule, ...more }, version: 2 }, headers);
    expect([status, body]).toMatchObject([403, { errors: [{ path }] }]);
  }
  expect((await call('PUT', '/own.mine/enabled', { enabled: false, version: 2 }, headers)).status).toBe(403);
  expect((await call('DELETE', '/own.mine?version=2', undefined, headers)).status).toBe(403);
  const { password: other } = (await running.app.get(Users).add('chi', 'leader', 'test')) as { password: string };
  const leading = { cookie: await signIn('chi', other) };
  expect((await call('GET', '/own.mine', undefined, leading)).status).toBe(200);
  for (const path of ['', '/check', '/preview', '/test'])
    expect((await call('POST', path, { rule: mine }, leading)).status).toBe(403);
  expect((await call('PUT', '/own.mine', { ...next, version: 2 }, leading)).status).toBe(403);
});

test('a preview tells how often a rule would have fired over what is stored', async () => {
  const [series] = await database.query<{ id: number }>(
    `INSERT INTO series (metric, dims) VALUES ('harbour.water', '{T1,west}') RETURNING id`,
  );
  // Three days ago the water stood over 10 for two hours, and for a single hour the day after.
  const hours = [
    [NOW - 3 * DAY_MS - 6 * HOUR_MS, 11],
    [NOW - 3 * DAY_MS - 5 * HOUR_MS, 13],
    [NOW - 3 * DAY_MS - 4 * HOUR_MS, 4],
    [NOW - 2 * DAY_MS, 12],
    [NOW - 2 * DAY_MS + HOUR_MS, 5],
  ] as const;
  for (const [start, level] of hours)
    for (const [resolution, length] of [
      [1, 60_000],
      [2, HOUR_MS],
    ] as const)
      await database.query(
        `INSERT INTO bucket (series, resolution, start, count, sum, min, max, last, last_at, version)
         VALUES ($1, $2, $3, 1, $4::float8, $4::float8, $4::float8, $4::float8, $5, 1)`,
        [series?.id, resolution, Math.floor(start / length) * (length / 1000), level, start],
      );
  const { status, body } = await call('POST', '/preview', { rule: high, days: 7 });
  expect([status, body.total]).toEqual([200, 2]);
  expect(body.firings).toMatchObject([
    { key: 'west', peak: 12, limit: 10 },
    { key: 'west', peak: 13, to: expect.any(String) },
  ]);
  const first = Date.parse(body.firings[1]?.from ?? '');
  expect(Math.abs(first - (NOW - 3 * DAY_MS - 6 * HOUR_MS))).toBeLessThanOrEqual(body.step * 1000);
  // What began since the last step of so many days is there, too.
  const level = 30;
  const since = Math.floor((Date.now() - 60_000) / 60_000) * 60;
  await database.query(
    `INSERT INTO bucket (series, resolution, start, count, sum, min, max, last, last_at, version)
     SELECT $1, r, CASE r WHEN 1 THEN $2 ELSE $2 - $2 % 3600 END, 1, $3::float8, $3, $3, $3, $4, 1
     FROM unnest('{1,2}'::int[]) AS r`,
    [series?.id, since, level, since * 1000],
  );
  const higher = { ...high, condition: { ...high.condition, above: 20 } };
  expect((await call('POST', '/preview', { rule: higher, days: 30 })).body).toMatchObject({
    ...{ total: 1, firings: [{ peak: level, to: null }] },
  });
  await database.query('DELETE FROM bucket WHERE last_at = $1', [since * 1000]);
  const patient = { ...high, for: 5_400 };
  expect((await call('POST', '/preview', { rule: patient, days: 7 })).body.total).toBe(1);
  expect((await call('POST', '/preview', { rule: { ...high, by: 'pier' } })).status).toBe(422);
  // The condition alone can be tried before the rule has a name and grounds; what is tried must be right.
  const { title: _title, note: _note, id: _id, ...begun } = high;
  const unwritten = { ...begun, id: 'own.', note: { vi: '', en: '' }, steps: [{ vi: 'x', en: '' }] };
  expect((await call('POST', '/preview', { rule: unwritten, days: 7 })).body.total).toBe(2);
  const limitless = { ...unwritten, condition: { ...high.condition, above: undefined } };
  expect((await call('POST', '/preview', { rule: limitless, days: 7 })).body).toMatchObject({
    errors: [{ path: '/condition' }],
  });
});

test('a preview of a rule in office hours knows the days off of this installation', async () => {
  const DAYS = 20;
  // Always too high, so that it fires whenever the rule is in force.
  await database.query(
    `WITH s AS (INSERT INTO series (metric, dims) VALUES ('harbour.water', '{T1,office}') RETURNING id)
     INSERT INTO bucket (series, resolution, start, count, sum, min, max, last, last_at, version)
     SELECT s.id, r.resolution, t, 1, 20, 20, 20, 20, t::bigint * 1000, 1 FROM s, (VALUES (1), (2)) r (resolution),
       generate_series($1::bigint, $2::bigint, 3600) t`,
    [(NOW - DAYS * DAY_MS) / 1_000, NOW / 1_000],
  );
  const rule = { ...high, hours: 'working' };
  const fired = async (): Promise<number> => {
    const { body } = await call('POST', '/preview', { rule, days: DAYS });
    return body.firings.filter(({ key }) => key === 'office').length;
  };
  expect(await fired()).toBeGreaterThan(0);
  const daysOff = Array.from({ length: DAYS + 2 }, (_, i) =>
    new Date(NOW - i * DAY_MS + 7 * HOUR_MS).toISOString().slice(0, 10),
  );
  const holidays = { ...DEFAULT_SETTINGS.holidays, daysOff };
  await database.query(`INSERT INTO alert_setting (name, value) VALUES ('holidays', $1)`, [JSON.stringify(holidays)]);
  expect(await fired()).toBe(0);
});

test('tests of rules run on request, also of a rule that is not saved; a bad file names its line', async () => {
  const yaml = `sector: harbour
cases:
  - title: High
    from: 2026-03-10 06:00
    to: +2h
    events:
      - { at: '06:10', type: gauge.read, data: { gauge: west, level: 8 } }
    rules: [water-high]
`;
  expect((await call('POST', '/test', { yaml })).body).toMatchObject({ ok: true, results: [{ failures: [] }] });
  const rule = { ...high, condition: { ...high.condition, above: 7 } };
  const failed = (await call('POST', '/test', { yaml, rule })).body;
  expect(failed.ok).toBe(false);
  expect(failed.results[0]?.failures[0]?.en).toMatch(/not expected: harbour.water-high \[west\]/);
  expect(await call('POST', '/test', { yaml: yaml.replace('+2h', 'soon') })).toMatchObject({
    status: 400,
    body: { line: 5 },
  });
});
