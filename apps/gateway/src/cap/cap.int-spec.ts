import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { validateXML } from 'xmllint-wasm';
import { Users } from '#libs/access';
import type { Rule } from '#libs/contracts';
import { readCap, readFeed, writeCap } from '#libs/notify';
import { bootstrap, readSettings, type RunningApp } from '#libs/platform';
import { putAlert } from '../../../../test/support/alerts.js';
import { testDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { harbourCatalogue } from '../../../../test/support/harbour-pack.js';
import { configure } from '../configure.js';
import { GatewayModule } from '../gateway.module.js';

let database: TestDatabase;
let running: RunningApp;
const cookies = new Map<string, string>();
const ids: Record<string, string> = {};

const both = (text: string) => ({ vi: text, en: text });
const rule: Rule = {
  id: 'harbour.water',
  title: both('Nước cao'),
  sector: 'harbour',
  severity: 'critical',
  note: both(''),
  condition: { kind: 'threshold', value: 'last_max(harbour.water, 2h)', above: 4 },
};
const format = { unit: both('m'), digits: 1 };

beforeAll(async () => {
  database = await testDatabase();
  const settings = {
    sender: 'ioc@example.gov.vn',
    senderName: 'IOC',
    disastersOnly: false,
    categories: { harbour: 'Met' },
  };
  await database.query(`INSERT INTO channel (id, kind, name, settings) VALUES ('dan', 'cap', 'Cho người dân', $1)`, [
    JSON.stringify(settings),
  ]);
  const open = { ruleThen: rule, sector: 'harbour', severity: 'critical', value: 6, limit: 4, format } as const;
  ids.open = await putAlert(database, { ...open, key: 'g1', title: both('Nước cao') });
  ids.mild = await putAlert(database, { ...open, key: 'g2', severity: 'warning' });
  ids.incoming = await putAlert(database, { origin: 'cap', severity: 'critical' });
  running = await bootstrap(GatewayModule.forRoot(harbourCatalogue()), {
    app: 'gateway',
    port: 0,
    settings: readSettings({
      DATABASE_URL: database.url,
      HUB_SECRET: 'x'.repeat(40),
      PUBLIC_URL: 'https://ioc.example.gov.vn',
    }),
    logger: pino({ level: 'silent' }),
    ownProcess: false,
    configure: (app) => configure(app, '/nowhere'),
  });
  for (const role of ['leader', 'operator', 'administrator']) {
    const { password } = await running.app.get(Users).add(`the-${role}`, role, 'test');
    const answer = await call('POST', '/v1/session', { body: JSON.stringify({ login: `the-${role}`, password }) });
    cookies.set(role, (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '');
  }
});
afterAll(async () => {
  await running?.stop();
  await database?.drop();
});

function call(method: string, path: string, options: { as?: string; body?: string; type?: string } = {}) {
  const { as, body, type = 'application/json' } = options;
  return fetch(`${running.url}${path}`, {
    method,
    headers: { ...(as ? { cookie: cookies.get(as) ?? '' } : {}), ...(body ? { 'content-type': type } : {}) },
    ...(body ? { body } : {}),
  });
}

const urlsOf = (xml: string): string[] => readFeed(xml).map(({ url }) => url);

test('everybody may read the feed: what it is for and nothing else, each message valid, with its address', async () => {
  const feed = await call('GET', '/v1/public/cap/dan/feed.atom');
  expect(feed.status).toBe(200);
  const urls = urlsOf(await feed.text());
  expect(urls).toHaveLength(1);
  expect(urls[0]).toMatch(new RegExp(`^https://ioc.example.gov.vn/v1/public/cap/dan/${ids.open}-\\d+\\.xml$`));
  const answer = await call('GET', new URL(urls[0] ?? '').pathname);
  expect(answer.headers.get('content-type')).toContain('application/cap+xml');
  const xml = await answer.text();
  const schema = [{ fileName: 'cap.xsd', contents: readFileSync('test/support/cap-1.2.xsd', 'utf8') }];
  expect((await validateXML({ xml: [{ fileName: 'a.xml', contents: xml }], schema })).errors).toEqual([]);
  expect(readCap(xml)).toMatchObject({
    sender: 'ioc@example.gov.vn',
    infos: [{ category: 'Met', severity: 'Extreme' }, {}],
  });
});

test('a storm of what is not for everybody pushes nothing out of the feed', async () => {
  await database.query(
    `INSERT INTO alert (id, origin, severity, title, since, fired_at)
     SELECT gen_random_uuid(), 'manual', 'information', '{"vi":"a","en":"a"}', now() + interval '1 day', now() + interval '1 day'
     FROM generate_series(1, 600)`,
  );
  await database.query(
    `INSERT INTO channel (id, kind, name, settings) SELECT 'storm', kind, name, settings FROM channel WHERE id = 'dan'`,
  );
  const feed = await call('GET', '/v1/public/cap/storm/feed.atom');
  expect(urlsOf(await feed.text())).toHaveLength(1);
  await database.query(`DELETE FROM alert WHERE severity = 'information'`);
});

test('behind a storm an older alert keeps its message, and its end is the newest of a feed of several pages', async () => {
  const old = await putAlert(database, {
    ...{ ruleThen: rule, sector: 'harbour', severity: 'serious', firedAt: Date.now() - 3_600_000 },
  });
  await database.query(
    `WITH stormy AS (INSERT INTO alert (id, origin, severity, title, since, fired_at)
       SELECT gen_random_uuid(), 'manual', 'critical', '{"vi":"bão","en":"storm"}', now(), now() FROM generate_series(1, 600) RETURNING id)
     INSERT INTO alert_change (alert_id, at, actor, kind) SELECT id, now(), 'system', 'fired' FROM stormy`,
  );
  const feedOf = async (id: string, url: string | undefined = `/v1/public/cap/${id}/feed.atom`) => {
    const pages: string[][] = [];
    while (url !== undefined) {
      const xml: string = await (await call('GET', url)).text();
      pages.push(urlsOf(xml));
      const next: string | undefined = /rel="next" href="([^"]+)"/.exec(xml)?.[1];
      url = next === undefined ? undefined : next.slice(next.indexOf('/v1/'));
    }
    return pages;
  };
  const channel = (id: string) =>
    database.query(
      `INSERT INTO channel (id, kind, name, settings) SELECT $1, kind, name, settings FROM channel WHERE id = 'dan'`,
      [id],
    );
  const isOld = (url: string): boolean => url.includes(old);
  await channel('first');
  const before = await feedOf('first');
  expect(before.map((page) => page.length)).toEqual([200, 200, 200, 2]);
  expect(new Set(before.flat()).size).toBe(602);
  const [first = ''] = before.flat().filter(isOld);
  expect(before[0]).not.toContain(first);
  const message = await call('GET', new URL(first).pathname);
  expect(readCap(await message.text()).msgType).toBe('Alert');
  await database.query(`UPDATE alert SET ended_at = now(), state = 'resolved' WHERE id = $1`, [old]);
  await database.query(
    `INSERT INTO alert_change (alert_id, at, actor, kind, detail) VALUES ($1, now(), 'system', 'ended', '{"reason":"back"}')`,
    [old],
  );
  await channel('then');
  const [page = []] = await feedOf('then');
  const cancel = await call('GET', new URL(page.find((url) => isOld(url) && url !== first) ?? '').pathname);
  expect(readCap(await cancel.text())).toMatchObject({ msgType: 'Cancel', references: [{}] });
  expect((await call('GET', '/v1/public/cap/then/feed.atom?page=9')).status).toBe(404);
  expect((await call('GET', '/v1/public/cap/then/feed.atom?page=x')).status).toBe(400);
  await database.query(`DELETE FROM alert WHERE id = $1 OR title->>'en' = 'storm'`, [old]);
});

test('of an alert raised by hand title, place and steps go out; description, comments, people and pages of the hub do not', async () => {
  const raised = await putAlert(database, {
    ...{ origin: 'manual', severity: 'critical', title: both('Vỡ bờ bao'), place: both('Ấp Bắc'), steps: ['Sơ tán'] },
    ...{ state: 'acknowledged', acknowledgedBy: 'nguyen-van-a', firedAt: Date.now() + 1_000 },
  });
  await database.query(`UPDATE alert SET description = 'Gọi ông Ba' WHERE id = $1`, [raised]);
  await database.query(
    `INSERT INTO alert_change (alert_id, at, actor, kind, comment)
     VALUES ($1, now(), 'nguyen-van-a', 'acknowledged', 'Bà Tư kẹt lại'), ($1, now(), 'nguyen-van-a', 'updated', 'Bà Tư kẹt lại')`,
    [raised],
  );
  await database.query(
    `INSERT INTO channel (id, kind, name, settings) SELECT 'hand', kind, name, settings FROM channel WHERE id = 'dan'`,
  );
  const feed = await (await call('GET', '/v1/public/cap/hand/feed.atom')).text();
  const urls = urlsOf(feed).filter((url) => url.includes(raised));
  expect(urls).toHaveLength(2);
  const messages = await Promise.all(urls.map(async (url) => (await call('GET', new URL(url).pathname)).text()));
  for (const xml of messages)
    expect(readCap(xml).infos[0]).toMatchObject({
      headline: 'Vỡ bờ bao — Ấp Bắc',
      instruction: '1. Sơ tán',
      areas: [{ description: 'Ấp Bắc' }],
    });
  expect([feed, ...messages].join()).not.toMatch(/ông Ba|Bà Tư|nguyen-van-a|<web>|gov\.vn\/alerts/);
  await database.query('DELETE FROM alert WHERE id = $1', [raised]);
});

test('a feed or message that is not there is a 404', async () => {
  expect((await call('GET', '/v1/public/cap/other/feed.atom')).status).toBe(404);
  expect((await call('GET', `/v1/public/cap/dan/${ids.mild}-1.xml`)).status).toBe(404);
});

test('an operator hands in a message once; what is none is refused with the element; a leader may not', async () => {
  const xml = writeCap({
    ...readCap(
      await (
        await call(
          'GET',
          new URL(urlsOf(await (await call('GET', '/v1/public/cap/dan/feed.atom')).text())[0] ?? '').pathname,
        )
      ).text(),
    ),
    sender: 'kttv@example.gov.vn',
  });
  const type = 'application/cap+xml';
  expect((await call('POST', '/v1/cap/messages', { as: 'leader', body: xml, type })).status).toBe(403);
  const first = (await (await call('POST', '/v1/cap/messages', { as: 'operator', body: xml, type })).json()) as object;
  expect(first).toMatchObject({ did: 'raised' });
  const again = (await (await call('POST', '/v1/cap/messages', { as: 'operator', body: xml, type })).json()) as object;
  expect(again).toEqual({ ...first, did: 'known', changed: [] });
  const wrong = await call('POST', '/v1/cap/messages', { as: 'operator', body: xml.replace('Actual', 'Bogus'), type });
  expect(wrong.status).toBe(422);
  expect(JSON.stringify(await wrong.json())).toContain('status must be one of');
});

test('feeds to read are an administrator’s; an address inside is refused at its place', async () => {
  const body = JSON.stringify({
    sources: [
      { name: 'a', url: 'https://example.gov.vn/feed' },
      { name: 'b', url: 'https://127.0.0.1/x' },
    ],
  });
  expect((await call('PUT', '/v1/cap/sources', { as: 'operator', body })).status).toBe(403);
  const refused = await call('PUT', '/v1/cap/sources', { as: 'administrator', body });
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ errors: [{ path: '/sources/1/url' }] });
  const right = JSON.stringify({ sources: [{ name: 'a', url: 'https://example.gov.vn/feed' }] });
  expect((await call('PUT', '/v1/cap/sources', { as: 'administrator', body: right })).status).toBe(200);
  const list = (await (await call('GET', '/v1/cap/sources', { as: 'administrator' })).json()) as object;
  expect(list).toEqual({ sources: [{ name: 'a', url: 'https://example.gov.vn/feed', okAt: null, error: null }] });
});
