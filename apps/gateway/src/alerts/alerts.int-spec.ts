import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { io, type Socket } from 'socket.io-client';
import { pino } from 'pino';
import { Users, WallLinks } from '#libs/access';
import type {
  AlertDetail,
  AlertLine,
  AlertsState,
  Choices,
  ClientToServer,
  Rule,
  ServerToClient,
} from '#libs/contracts';
import { openLiveBus, type LiveBus } from '#libs/live';
import { bootstrap, readSettings, type RunningApp } from '#libs/platform';
import { Catalogue, type SectorPack } from '#libs/sector-kit';
import { putAlert } from '../../../../test/support/alerts.js';
import { testDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { harbour } from '../../../../test/support/harbour-pack.js';
import { configure } from '../configure.js';
import { GatewayModule } from '../gateway.module.js';
import { LiveGateway } from '../live/live.gateway.js';
import type { OpenPages } from '../live/open-pages.js';
import type { AlertList } from './alerts.service.js';
import { LiveAlerts } from './live-alerts.js';

type Client = Socket<ServerToClient, ClientToServer>;

let database: TestDatabase;
let running: RunningApp;
let bus: LiveBus;
const cookies = new Map<string, string>();
const clients: Client[] = [];
const alerts: Record<'water' | 'crew' | 'far' | 'yard', string> = { water: '', crew: '', far: '', yard: '' };

const both = (text: string) => ({ vi: text, en: text });
const rule = (name: string, value: string, more: Partial<Rule> = {}): Rule => ({
  id: `harbour.${name}`,
  title: both(name),
  sector: 'harbour',
  severity: 'critical',
  note: both('as the port master ordered'),
  condition: { kind: 'threshold', value, above: 4 },
  ...more,
});
const WATER = rule('water', 'last_max(harbour.water, 2h)', { by: 'gauge' });
const CREW = rule('crew', 'count(harbour.crew, today)', { severity: 'serious' });

/** The harbour, where the crew is few and persons. */
const shy: SectorPack = {
  ...harbour,
  events: harbour.events.map((event) =>
    event.type.includes('ship') ? { ...event, adds: ['arrivals', 'moored'] } : event,
  ),
  metrics: harbour.metrics.map((metric) => (metric.code === 'harbour.crew' ? { ...metric, hideBelow: 5 } : metric)),
};
const yard: SectorPack = { ...harbour, id: 'yard', events: [], metrics: [], indicators: [], overview: [], places: {} };

beforeAll(async () => {
  database = await testDatabase();
  await database.query(`INSERT INTO unit (code, valid_from, name, type, parent, lon, lat) VALUES
    ('T1', '2025-07-01', 'Tỉnh A', 'tỉnh', NULL, 105, 10), ('T101', '2025-07-01', 'Xã A1', 'xã', 'T1', 105.1, 10.1),
    ('T2', '2025-07-01', 'Tỉnh B', 'tỉnh', NULL, 107, 11), ('T201', '2025-07-01', 'Xã B1', 'xã', 'T2', 107.1, 11.1)`);
  await database.query(
    `INSERT INTO unit_predecessor (code, predecessor, since) VALUES ('T101', 'T150', '2025-07-01'), ('T201', 'T250', '2025-07-01')`,
  );
  await storeWater();
  await database.query(`INSERT INTO source (id, name, types, units, rate) VALUES
    ('gauges', 'Trạm A', '{vn.ioc.harbour.gauge.*}', '{T1}', 100), ('all', 'Mọi trạm', '{*}', '{*}', 100),
    ('elsewhere', 'Trạm B', '{*}', '{T2}', 100), ('ships', 'Tàu A', '{vn.ioc.harbour.ship.*}', '{T1}', 100)`);
  const water = {
    ruleThen: WATER,
    key: 'g1',
    sector: 'harbour',
    unit: 'T101',
    severity: 'critical',
    value: 6,
    limit: 4,
  } as const;
  alerts.water = await putAlert(database, { ...water, title: both('Mực nước cao'), steps: ['Đóng cống', 'Báo trạm'] });
  alerts.crew = await putAlert(database, { ruleThen: CREW, sector: 'harbour', unit: 'T101', value: 3, limit: 2 });
  alerts.far = await putAlert(database, { ...water, key: 'g2', unit: 'T201', severity: 'warning' });
  alerts.yard = await putAlert(database, { sector: 'yard', unit: 'T101', rule: 'yard.full' });
  const pack = { ...yard, board: { ...yard.board, id: 'yard', tiles: [] } };
  running = await bootstrap(GatewayModule.forRoot(new Catalogue([shy, pack])), {
    app: 'gateway',
    port: 0,
    settings: readSettings({ DATABASE_URL: database.url, HUB_SECRET: 'x'.repeat(40) }),
    logger: pino({ level: 'silent' }),
    ownProcess: false,
    configure: (app) => configure(app, '/nowhere'),
  });
  bus = await openLiveBus({ databaseUrl: database.url, name: 'test' });
  for (const role of ['leader', 'operator', 'administrator']) {
    const { password } = await running.app.get(Users).add(`the-${role}`, role, 'test');
    const answer = await call('POST', '/v1/session', { body: { login: `the-${role}`, password } });
    cookies.set(role, (answer.cookie ?? '').split(';')[0] ?? '');
  }
  await database.query(`UPDATE app_user SET name = 'Lê Thị Lan' WHERE login = 'the-leader'`);
  const known = new Promise<void>((done) => running.app.get(LiveAlerts).onChange(done));
  await bus.publish('access', { kind: 'user', id: 'the-leader' });
  await known;
});

afterAll(async () => {
  clients.forEach((client) => client.disconnect());
  await bus?.close();
  await running?.stop();
  await database?.drop();
});

/** Water at gauge g1 of the last hours, 10 minutes apart: 5, then 6; at g2 always 99. */
async function storeWater(): Promise<void> {
  for (const [unit, gauge, value] of [
    ['T101', 'g1', 6],
    ['T201', 'g2', 99],
  ] as const) {
    const [row] = await database.query<{ id: number }>(
      `INSERT INTO series (metric, dims) VALUES ('harbour.water', $1) RETURNING id`,
      [[unit, gauge]],
    );
    for (let hour = 0; hour < 6; hour++) {
      const start = Math.floor(Date.now() / 3_600_000 - hour) * 3_600;
      await database.query(
        `INSERT INTO bucket (series, resolution, start, count, sum, min, max, last, last_at, version)
         SELECT $1, resolution, $2, 1, $3, $3, $3, $3, $4, 1 FROM unnest('{1,2}'::int[]) AS r (resolution)`,
        [row?.id, start, value, start * 1000],
      );
    }
  }
}

async function call(method: string, path: string, options: { as?: string; token?: string; body?: unknown } = {}) {
  const response = await fetch(`${running.url}${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(options.as ? { cookie: cookies.get(options.as) ?? '' } : {}),
      ...(options.token ? { authorization: `Bearer ${options.token}` } : {}),
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  const text = await response.text();
  const json = (response.headers.get('content-type') ?? '').includes('json');
  return {
    status: response.status,
    cookie: response.headers.get('set-cookie'),
    body: (json ? JSON.parse(text) : text) as never,
  };
}

const link = async (sectors: string[], units: string[]): Promise<string> =>
  (await running.app.get(WallLinks).add({ name: 'wall', sectors, units }, 'test')).token;
const listed = async (who: { as?: string; token?: string }, query = ''): Promise<string[]> =>
  ((await call('GET', `/v1/alerts${query}`, who)).body as AlertList).alerts.map(({ id }) => id);
const act = (as: string, id: string, body: object) => call('POST', `/v1/alerts/${id}/actions`, { as, body });

async function watch(auth: { token: string } | { cookie: string }): Promise<{ client: Client; first: AlertsState }> {
  const client: Client = io(`${running.url}/live`, {
    ...('token' in auth ? { auth } : { extraHeaders: { cookie: auth.cookie } }),
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
  });
  clients.push(client);
  const first = next(client, () => true);
  expect(await client.emitWithAck('watch', { topics: ['alerts'] })).toEqual({ ok: true, refused: [] });
  return { client, first: await first };
}

const next = (client: Client, wanted: (state: AlertsState) => boolean): Promise<AlertsState> =>
  new Promise((done) => {
    const look = (state: AlertsState) => {
      if (!wanted(state)) return;
      client.off('alerts', look);
      done(state);
    };
    client.on('alerts', look);
  });

test('persons see every alert, the worst first; a wall link those of its sectors and units', async () => {
  const all = [alerts.water, alerts.yard, alerts.crew, alerts.far];
  expect(await listed({ as: 'leader' })).toEqual(all);
  expect(await listed({ token: await link(['*'], ['*']) })).toEqual(all);
  expect(await listed({ token: await link(['harbour'], ['T2']) })).toEqual([alerts.far]);
  expect(await listed({ token: await link(['yard'], ['*']) })).toEqual([alerts.yard]);
  const elsewhere = await link(['elsewhere'], ['*']);
  expect(await listed({ token: elsewhere })).toEqual([]);
  expect(await listed({ token: elsewhere }, '?sector=harbour')).toEqual([]);
  expect((await call('GET', `/v1/alerts/${alerts.water}`, { token: elsewhere })).status).toBe(404);
  const { first } = await watch({ token: elsewhere });
  expect(first).toMatchObject({ open: [], unanswered: 0, takeover: null });
});

test('filters, pages and words without marks', async () => {
  const as = 'operator';
  expect(await listed({ as }, '?severity=critical,warning')).toEqual([alerts.water, alerts.far]);
  expect(await listed({ as }, '?unit=T1&sector=harbour')).toEqual([alerts.water, alerts.crew]);
  expect(await listed({ as }, '?text=muc%20nuoc')).toEqual([alerts.water]);
  expect(await listed({ as }, '?rule=harbour.crew')).toEqual([alerts.crew]);
  expect(await listed({ as }, '?assignee=nobody&origin=manual')).toEqual([]);
  for (const order of ['worst', 'newest']) {
    const pages: string[] = [];
    let after = '';
    for (let page = 0; page < 4; page++) {
      const { body } = await call('GET', `/v1/alerts?order=${order}&limit=1${after}`, { as });
      const { alerts: found, next: then, total } = body as AlertList;
      expect(total).toBe(4);
      pages.push(...found.map(({ id }) => id));
      after = `&after=${then}`;
    }
    expect([order, after, new Set(pages).size]).toEqual([order, '&after=null', 4]);
  }
  const { bundles } = (await call('GET', '/v1/alerts/bundles', { as })).body as { bundles: object[] };
  expect(bundles[0]).toMatchObject({ rule: 'harbour.water', count: 2, unanswered: 2, severity: 'critical' });
  const wrong = await call('GET', '/v1/alerts?state=lost&after=x', { as });
  expect([wrong.status, JSON.stringify(wrong.body)]).toEqual([400, expect.stringMatching(/"\/state".*"\/after"/)]);
});

test('of the worst what nobody has answered comes first, on every page and in bundles', async () => {
  const put = (over: Partial<AlertLine>) =>
    putAlert(database, { severity: 'critical', sector: 'yard', title: both('Thứ tự'), ...over });
  const wanted = [await put({ rule: 'order.b' }), await put({ rule: 'order.a', state: 'acknowledged' })];
  wanted.push(await put({ rule: 'order.a', muted: { why: 'silence', by: 's', until: null } }));
  wanted.splice(1, 2, wanted[2] ?? '', wanted[1] ?? '');
  wanted.push(await put({ rule: 'order.c', severity: 'serious' }));
  const pages: string[] = [];
  for (let after = ''; pages.length < 9 && !after.endsWith('null');) {
    const { alerts: found, next: then } = (
      await call('GET', `/v1/alerts?text=thu%20tu&limit=1${after}`, { as: 'operator' })
    ).body as AlertList;
    pages.push(...found.map(({ id }) => id));
    after = `&after=${then}`;
  }
  expect(pages).toEqual(wanted);
  const { body } = await call('GET', '/v1/alerts/bundles?text=thu%20tu', { as: 'operator' });
  const { bundles } = body as { bundles: { rule: string }[] };
  // That of two is larger, but somebody has answered it, or nobody is told of it.
  expect(bundles.map(({ rule }) => rule)).toEqual(['order.b', 'order.a', 'order.c']);
  await database.query('DELETE FROM alert WHERE id = ANY($1::uuid[])', [wanted]);
});

test('where everybody looks, small counts of persons are not told, nor what people wrote', async () => {
  const token = await link(['*'], ['*']);
  const shown = ((await call('GET', '/v1/alerts', { token })).body as AlertList).alerts;
  const values = (lines: readonly AlertLine[]) =>
    Object.fromEntries(lines.map(({ id, value, limit }) => [id, [value, limit]]));
  expect(values(shown)).toMatchObject({ [alerts.crew]: [null, null], [alerts.water]: [6, 4] });
  expect(values((await watch({ token })).first.open)).toMatchObject({
    [alerts.crew]: [null, null],
    [alerts.water]: [6, 4],
  });
  await database.query(`UPDATE alert SET description = 'Gọi ông Ba' WHERE id = $1`, [alerts.crew]);
  await database.query(
    `INSERT INTO channel (id, kind, name, rate) VALUES ('chat', 'webhook', 'Nhóm trực', 60) ON CONFLICT DO NOTHING`,
  );
  for (const channel of ['chat', 'gone'])
    await database.query(
      `WITH n AS (INSERT INTO notification (id, kind, recipient, channel, message, urgent, created_at)
         VALUES (gen_random_uuid(), 'alert', 'binh', $1, '{}', false, now()) RETURNING id)
       INSERT INTO notification_item SELECT 1, 'binh', $1, n.id, $2 FROM n`,
      [channel, alerts.crew],
    );
  const wall = (await call('GET', `/v1/alerts/${alerts.crew}`, { token })).body as AlertDetail;
  expect(wall).toMatchObject({ value: null, limit: null, chart: null, notifications: [], description: null });
  const own = (await call('GET', `/v1/alerts/${alerts.crew}`, { as: 'leader' })).body as AlertDetail;
  expect(own.value).toBe(3);
  // Channels by their names, as far as they are there still.
  expect(own.notifications.map(({ channel, channelName }) => [channel, channelName])).toEqual([
    ['chat', 'Nhóm trực'],
    ['gone', null],
  ]);
});

test('one alert carries its chart of its own key, its formula, its steps and what is related', async () => {
  const detail = (await call('GET', `/v1/alerts/${alerts.water}`, { as: 'leader' })).body as AlertDetail;
  expect(detail.formula).toBe('last_max(harbour.water, 2h) ≥ 4');
  expect(detail.ruleView).toMatchObject({ id: 'harbour.water', origin: 'pack', open: 2 });
  expect(new Set(detail.chart?.values.filter((value) => value !== null))).toEqual(new Set([6]));
  expect(detail.chart?.limit).toBe(4);
  expect(detail.steps.map(({ text }) => text.vi)).toEqual(['Đóng cống', 'Báo trạm']);
  expect(detail.history.map(({ kind }) => kind)).toEqual(['fired']);
  expect(detail.related.map(({ id }) => id)).toContain(alerts.crew);
  // Of those that may write for the sector, those that may have written this.
  expect(detail.sources.map(({ id }) => id).sort()).toEqual(['all', 'gauges']);
});

test('a leader acts, a second screen sees it at once, and what is not possible any more says how it stands', async () => {
  const { client, first } = await watch({ token: await link(['harbour'], ['*']) });
  expect(first).toMatchObject({ unanswered: 3, takeover: { alert: { id: alerts.water } } });
  const seen = next(client, ({ takeover }) => takeover === null);
  const done = await act('leader', alerts.water, { action: 'acknowledge' });
  expect([done.status, done.body]).toMatchObject([
    200,
    { state: 'acknowledged', acknowledgedBy: 'the-leader', who: 'Lê Thị Lan' },
  ]);
  const state = await seen;
  expect(state.unanswered).toBe(2);
  expect(state.open.find(({ id }) => id === alerts.water)).toMatchObject({ state: 'acknowledged', who: 'Lê Thị Lan' });

  const again = await act('operator', alerts.water, { action: 'acknowledge' });
  expect([again.status, again.body]).toMatchObject([409, { code: 'alert-changed', alert: { state: 'acknowledged' } }]);
  expect((await act('leader', alerts.water, { action: 'tick', step: 1, done: true })).status).toBe(200);
  const nobody = await act('leader', alerts.water, { action: 'hand-over', assignee: 'the-stranger', comment: 'x' });
  expect([nobody.status, JSON.stringify(nobody.body)]).toEqual([400, expect.stringContaining('/assignee')]);
  expect((await act('leader', alerts.water, { action: 'resolve' })).status).toBe(400);
  expect((await act('leader', '00000000-0000-4000-8000-000000000000', { action: 'acknowledge' })).status).toBe(404);
  const wall = await call('POST', `/v1/alerts/${alerts.crew}/actions`, {
    token: await link(['*'], ['*']),
    body: { action: 'acknowledge' },
  });
  expect(wall.status).toBe(403);

  const body = { action: 'acknowledge', ids: [alerts.crew, alerts.water, alerts.far] };
  const bulk = (await call('POST', '/v1/alerts/actions', { as: 'operator', body })).body as {
    done: AlertLine[];
    refused: object[];
  };
  expect(bulk.done.map(({ id }) => id).sort()).toEqual([alerts.crew, alerts.far].sort());
  expect(bulk.refused).toMatchObject([{ id: alerts.water, alert: { state: 'acknowledged' } }]);
  const audit = await database.query<{ actor: string }>(
    `SELECT actor FROM audit_entry WHERE action = 'alert.acknowledge' ORDER BY id`,
  );
  expect(audit.map(({ actor }) => actor)).toEqual(['the-leader', 'the-operator', 'the-operator']);
  const report = (await call('GET', '/v1/alerts/report.csv?state=all', { as: 'leader' })).body as string;
  expect(report.split('\r\n')).toHaveLength(6);
});

test('a change whose message was lost is seen all the same', async () => {
  const { client } = await watch({ token: await link(['yard'], ['*']) });
  const seen = next(client, ({ open }) => open.length === 2);
  await putAlert(database, { sector: 'yard', unit: 'T1', rule: 'yard.full' });
  expect((await seen).open).toHaveLength(2);
});

test('what may be chosen has names, and is only what the viewer may see', async () => {
  const named = (list: { value: string; label: { vi: string }; hint?: { vi: string } }[]) =>
    list.map(({ value, label, hint }) => [value, label.vi, ...(hint ? [hint.vi] : [])]);
  const { body } = await call('GET', '/v1/choices', { as: 'leader' });
  const all = body as Choices;
  expect(named(all.units.filter(({ value }) => value.startsWith('T')))).toEqual([
    ['T1', 'Tỉnh A'],
    ['T2', 'Tỉnh B'],
    ['T101', 'Xã A1', 'Tỉnh A'],
    ['T201', 'Xã B1', 'Tỉnh B'],
  ]);
  expect(all.sectors.map(({ value }) => value)).toEqual(['harbour', 'yard']);
  const wall = await call('GET', '/v1/choices', { token: await link(['yard'], ['T1']) });
  expect(wall.status).toBe(403);
});

test('an operator raises an alert by hand, once, and a leader does not', async () => {
  const body = {
    key: '7c0f1d2e-5b8a-4c11-9a53-2f6f0d1c9e11',
    title: ' Vỡ đê ',
    severity: 'critical',
    unit: 'T101',
    sector: 'harbour',
    disaster: 3,
    steps: ['Sơ tán'],
  };
  expect((await call('POST', '/v1/alerts', { as: 'leader', body })).status).toBe(403);
  for (const path of ['/v1/alerts?text=%00', '/v1/alerts?rule=%00'])
    expect((await call('GET', path, { as: 'leader' })).status).toBe(400);
  expect(await call('POST', '/v1/alerts', { as: 'operator', body: { ...body, title: 'half \ud83d' } })).toMatchObject({
    ...{ status: 400, body: { errors: [{ path: '/title' }] } },
  });
  const made = await call('POST', '/v1/alerts', { as: 'operator', body });
  expect([made.status, made.body]).toMatchObject([
    201,
    { title: both('Vỡ đê'), place: both('Xã A1'), lon: 105.1, origin: 'manual', disaster: 3 },
  ]);
  const same = await call('POST', '/v1/alerts', { as: 'operator', body });
  expect([same.status, (same.body as AlertLine).id]).toEqual([200, (made.body as AlertLine).id]);
  for (const [path, wrong] of Object.entries({
    unit: 'T9',
    sector: 'nothing',
    severity: 'bad',
    title: ' ',
    steps: [''],
    disaster: 6,
    lon: 1,
  })) {
    const answer = await call('POST', '/v1/alerts', { as: 'operator', body: { ...body, [path]: wrong } });
    expect([path, answer.status, JSON.stringify(answer.body)]).toEqual([
      path,
      400,
      expect.stringContaining(`"/${path === 'lon' ? 'lat' : path}"`),
    ]);
  }
});

test('a silence says first what it mutes, needs a reason and an end, and is ended', async () => {
  const as = 'operator';
  const matcher = { sectors: ['harbour'], units: ['T1'] };
  const preview = (await call('POST', '/v1/silences/preview', { as, body: { matcher } })).body as { open: number };
  expect(preview).toMatchObject({ open: 3, merged: [] });
  // A commune that was merged away is what took it over, and the preview says so.
  const former = { sectors: ['harbour'], units: ['T150'] };
  expect((await call('POST', '/v1/silences/preview', { as, body: { matcher: former } })).body).toMatchObject({
    open: 3,
    merged: [{ code: 'T150', into: [{ code: 'T101', name: 'Xã A1' }] }],
  });
  const to = new Date(Date.now() + 3_600_000).toISOString();
  const body = { kind: 'silence', matcher, to, reason: 'Thử còi' };
  expect((await call('POST', '/v1/silences', { as: 'leader', body })).status).toBe(403);
  for (const [path, wrong] of Object.entries({
    reason: ' ',
    to: new Date(Date.now() + 8 * 86_400_000).toISOString(),
    matcher: {},
    kind: 'x',
  })) {
    const answer = await call('POST', '/v1/silences', { as, body: { ...body, [path]: wrong } });
    expect([path, answer.status, JSON.stringify(answer.body)]).toEqual([
      path,
      400,
      expect.stringContaining(`"/${path}`),
    ]);
  }
  const heard: boolean[] = [];
  const leave = await bus.subscribe('alerts', ({ setup }) => void heard.push(setup));
  const made = await call('POST', '/v1/silences', { as, body });
  expect(made.status).toBe(201);
  while (!heard.includes(true)) await new Promise(setImmediate);
  await leave();
  const { id } = made.body as { id: string };
  expect((await call('GET', '/v1/silences', { as: 'leader' })).body).toMatchObject({
    silences: [{ id, open: 3, endedAt: null }],
  });
  expect((await call('POST', `/v1/silences/${id}/end`, { as })).status).toBe(200);
  expect((await call('POST', `/v1/silences/${id}/end`, { as })).status).toBe(409);
});

test('a silence names only what there is: rules, sectors, units, and keys that somebody has named or that data came of', async () => {
  const as = 'operator';
  const preview = (matcher: object) => call('POST', '/v1/silences/preview', { as, body: { matcher } });
  await database.query(`INSERT INTO alert_rule (id, definition, updated_by) VALUES ('own.crew', $1, 'an')`, [
    JSON.stringify({ ...CREW, id: 'own.crew' }),
  ]);
  for (const [field, known, unknown] of [
    ['rules', 'own.crew', 'own.crwe'],
    ['sectors', 'harbour', 'harbor'],
    ['units', 'T101', 'T109'],
    ['keys', 'g2', 'g3'],
  ] as const) {
    expect([field, (await preview({ [field]: [known] })).status]).toEqual([field, 200]);
    const matcher = { [field]: [known, unknown] };
    const to = new Date(Date.now() + 3_600_000).toISOString();
    const added = await call('POST', '/v1/silences', { as, body: { kind: 'silence', matcher, to, reason: 'x' } });
    for (const answer of [await preview(matcher), added])
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: `/matcher/${field}` }] } });
  }
});

test.each([
  [{ severities: ['information', 'warning', 'serious', 'critical'] }, '/matcher/severities'],
  [{ keys: [''] }, '/matcher/keys'],
  [{ sectors: ['harbour'], units: [] }, '/matcher/units'],
  [{ sectors: ['harbour'], severities: [] }, '/matcher/severities'],
])('a silence of everything, or of a list that names nothing, is refused: %j', async (matcher, path) => {
  const to = new Date(Date.now() + 3_600_000).toISOString();
  const body = { kind: 'silence', matcher, to, reason: 'x' };
  for (const [at, given] of [['', body] as const, ['/preview', { matcher }] as const])
    expect(await call('POST', `/v1/silences${at}`, { as: 'operator', body: given })).toMatchObject({
      ...{ status: 400, body: { errors: [{ path: expect.stringContaining(path) }] } },
    });
});

test('a notice reaches the person who is signed in and nobody else; a channel that is down is told', async () => {
  const leader = await watch({ cookie: cookies.get('leader') ?? '' });
  const operator = await watch({ cookie: cookies.get('operator') ?? '' });
  const others: unknown[] = [];
  operator.client.on('notice', (notice) => others.push(notice));
  const got = new Promise((done) => leader.client.once('notice', done));
  const notice = {
    id: 'n1',
    kind: 'alert',
    severity: 'critical',
    title: both('x'),
    body: both('y'),
    alert: null,
    at: 1,
  } as const;
  await bus.publish('notice', { to: ['the-leader'], notice });
  expect(await got).toEqual(notice);
  const down = next(operator.client, ({ channelsDown }) => channelsDown.length === 1);
  await database.query(`INSERT INTO channel (id, kind, name, down_since) VALUES ('sms', 'webhook', 'SMS', now())`);
  await bus.publish('alerts', { ids: [], more: false, setup: true });
  expect((await down).channelsDown[0]?.name).toBe('SMS');
  expect(others).toEqual([]);
});

test('whose pages are open stands in the database at once, of persons only, and no longer when the last is closed', async () => {
  const [first, second] = [
    await watch({ cookie: cookies.get('leader') ?? '' }),
    await watch({ token: await link(['*'], ['*']) }),
  ];
  const noted = async (wanted: boolean): Promise<string[]> => {
    for (const end = Date.now() + 20_000; Date.now() < end;) {
      const rows = await database.query<{ login: string }>(
        `SELECT login FROM open_page WHERE seen_at > now() - interval '30 seconds'`,
      );
      const logins = rows.map(({ login }) => login);
      if (logins.includes('the-leader') === wanted) return logins;
      await new Promise((done) => setTimeout(done, 10));
    }
    throw new Error('not noted');
  };
  expect(await noted(true)).not.toContain('wall');
  second.client.close();
  for (const client of clients) client.close();
  expect(first.client.connected).toBe(false);
  expect(await noted(false)).not.toContain('the-leader');
});

test('while the gateway is behind nobody counts as having a page open', async () => {
  const { pages } = running.app.get(LiveGateway) as unknown as { pages: OpenPages };
  const noted = async (): Promise<boolean> => {
    pages.beat();
    await pages.written();
    return (await database.query(`SELECT FROM open_page WHERE login = 'the-leader'`)).length > 0;
  };
  await watch({ cookie: cookies.get('leader') ?? '' });
  expect(await noted()).toBe(true);
  const behind = jest.spyOn(running.app.get(LiveAlerts), 'behindSince', 'get').mockReturnValue(1);
  expect(await noted()).toBe(false);
  behind.mockRestore();
  expect(await noted()).toBe(true);
});
