import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { Users, WallLinks } from '#libs/access';
import { DAY_MS, dayName, HOUR_MS, MINUTE_MS, periodStart, type Brief, type Message } from '#libs/contracts';
import { BucketReader } from '#libs/persistence';
import { bootstrap, readSettings, Settings, type Clock, type RunningApp } from '#libs/platform';
import { Catalogue, formula, type Indicator } from '#libs/sector-kit';
import { DataSource } from 'typeorm';
import { testDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { harbour } from '../../../../test/support/harbour-pack.js';
import { BoardData } from '../boards/board-data.js';
import { LiveBoards } from '../boards/live-boards.js';
import { configure } from '../configure.js';
import { GatewayModule } from '../gateway.module.js';
import { UNITS } from '../gateway.tokens.js';
import { DailyRecord } from '../outgoing/daily-record.service.js';
import { BriefPeople } from './brief-people.service.js';
import { Briefs } from './briefs.service.js';
import { BriefFactsReader } from './gather-facts.service.js';

const both = (text: string) => ({ vi: text, en: text });
const made = (code: string, text: string, more: Partial<Indicator> = {}): Indicator => ({
  code: `harbour.${code}`,
  title: both(code),
  formula: formula(text),
  format: { unit: both('tàu'), digits: 0 },
  note: both('for the test'),
  ...more,
});
/** A morning of the test's own, so that the gateway's own rounds, by the real clock, never meet it. */
const MIDNIGHT = periodStart('d', Date.now()) + 5 * DAY_MS;
const DAY = dayName(MIDNIGHT);
const SECRET = 'x'.repeat(40);

let database: TestDatabase;
let running: RunningApp;
let cookie: string;
let wall: string;

beforeAll(async () => {
  database = await testDatabase();
  const pack = {
    ...harbour,
    indicators: [
      ...harbour.indicators,
      made('waiting', 'sum(harbour.moored, now)', { tells: 'due', sharing: 'internal' }),
      made('secret', 'count(harbour.arrivals, today)', { sharing: 'restricted', tells: 'late' }),
    ],
  };
  running = await bootstrap(GatewayModule.forRoot(new Catalogue([pack])), {
    app: 'gateway',
    port: 0,
    settings: readSettings({
      DATABASE_URL: database.url,
      HUB_SECRET: SECRET,
      PUBLIC_URL: 'https://ioc.example.gov.vn',
    }),
    logger: pino({ level: 'silent' }),
    ownProcess: false,
    configure: (app) => configure(app, '/nowhere'),
  });
  const password = (await running.app.get(Users).ensureAdministrator())?.password ?? '';
  const answer = await fetch(`${running.url}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login: 'admin', password }),
  });
  cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  wall = (await running.app.get(WallLinks).add({ name: 'wall', sectors: ['*'], units: ['*'] }, 'test')).token;
  await seed();
});

afterAll(async () => {
  await running?.stop();
  await database?.drop();
});

const received = (at: number): Promise<unknown> =>
  database.query(
    `INSERT INTO batch (id, source_id, day, received_at, stored_at, via, sent, stored, duplicates, rejected)
     VALUES (gen_random_uuid(), 'port', $1, $2, $2, 'http', 1, 1, 0, 0)`,
    [DAY, new Date(at)],
  );

/** Two leaders, one channel that is off and one that is kept for the worst, two days on record, one open alert. */
async function seed(): Promise<void> {
  await database.query(`INSERT INTO channel (id, kind, name) VALUES
    ('mail', 'email', 'Thư'), ('push', 'web-push', 'Điện thoại'), ('off', 'webhook', 'Tắt'), ('night', 'webhook', 'Tin nhắn')`);
  await database.query(`UPDATE channel SET disabled_at = now() WHERE id = 'off'`);
  await database.query(`INSERT INTO app_user (login, password, role, name, language) VALUES
    ('chair', '-', 'leader', 'Chủ tịch', 'vi'), ('vice', '-', 'leader', 'Phó chủ tịch', 'en')`);
  await database.query(`INSERT INTO contact (user_id, channel, address, least)
    SELECT id, channel, 'x@example.gov.vn', 'warning' FROM app_user, (VALUES ('mail'), ('off'), ('night')) c (channel)
    WHERE role = 'leader'`);
  await database.query(`UPDATE contact SET least = 'critical' WHERE channel = 'night'`);
  await database.query('INSERT INTO schedule (id, definition) VALUES ($1, $2)', [
    'duty',
    JSON.stringify({
      id: 'duty',
      name: 'Trực ban',
      layers: [{ name: 'tua', people: ['chair', 'vice'], start: '2026-01-05', turnDays: 1, handover: '18:00' }],
      overrides: [],
    }),
  ]);
  await database.query('INSERT INTO alert_setting (name, value) VALUES ($1, $2)', [
    'brief',
    JSON.stringify({ at: '06:30', to: [{ role: 'leader' }, { person: 'chair' }] }),
  ]);
  for (const [back, value] of [
    [1, 14],
    [2, 10],
  ] as const) {
    const day = dayName(MIDNIGHT - back * DAY_MS);
    await database.query(
      `INSERT INTO daily_value (day, code, value, level, formula) VALUES
       ($1, 'harbour.arrivals-today', $2, 'ok', '-'), ($1, 'harbour.secret', $2, 'ok', '-')`,
      [day, value],
    );
  }
  await database.query(
    `INSERT INTO alert (id, origin, severity, title, place, since, fired_at, respond_by) VALUES
     (gen_random_uuid(), 'manual', 'critical', '{"vi": "Tàu mắc cạn", "en": "Ship aground"}', NULL, $1, $1, $2)`,
    [new Date(MIDNIGHT + 5 * HOUR_MS), new Date(MIDNIGHT + 6 * HOUR_MS)],
  );
  // Older and milder than it, more than are looked at; and one that nobody is told of.
  await database.query(
    `INSERT INTO alert (id, origin, severity, title, since, fired_at, muted)
     SELECT gen_random_uuid(), 'manual', CASE n WHEN 0 THEN 'serious' ELSE 'information' END, '{"vi": "Khác", "en": "Other"}', $1, $1,
       CASE n WHEN 0 THEN '{"why": "silenced", "by": "x", "until": null}'::jsonb END
     FROM generate_series(0, 500) n`,
    [new Date(MIDNIGHT)],
  );
}

/** The service of one more gateway process, at a moment. */
function process(now: number | Clock['now']): Briefs {
  const { app } = running;
  const clock: Clock = { now: typeof now === 'number' ? () => now : now };
  const database = app.get(DataSource);
  const people = app.get(BriefPeople);
  const reader = new BriefFactsReader(
    database,
    app.get(Catalogue),
    app.get(LiveBoards),
    app.get(BoardData),
    app.get(BucketReader),
    app.get(DailyRecord),
    people,
    app.get(UNITS),
    clock,
  );
  return new Briefs(database, reader, people, app.get(BoardData), app.get(Settings), clock, pino({ level: 'silent' }));
}

const ask = (path: string, headers: Record<string, string> = { cookie }): Promise<Response> =>
  fetch(`${running.url}${path}`, { headers });
const told = (): Promise<{ recipient: string; channel: string; message: string }[]> =>
  database.query(
    `SELECT recipient, channel, message FROM notification WHERE kind = 'brief' ORDER BY recipient, channel`,
  );

test('before its hour and after the morning nothing is made', async () => {
  expect(await process(MIDNIGHT + 6 * HOUR_MS + 29 * MINUTE_MS).make()).toBeNull();
  expect(await process(MIDNIGHT + 12 * HOUR_MS).make()).toBeNull();
  expect((await ask(`/v1/brief?day=${DAY}`)).status).toBe(404);
  expect(await told()).toEqual([]);
});

test('an hour that is set again after it was too late holds the same day', async () => {
  let now = MIDNIGHT + 12 * HOUR_MS;
  const same = process(() => now);
  expect(await same.make()).toBeNull();
  const set = (at: string) =>
    database.query(
      `UPDATE alert_setting SET value = value || jsonb_build_object('at', $1::text) WHERE name = 'brief'`,
      [at],
    );
  await set('20:56');
  now = MIDNIGHT + 20 * HOUR_MS + 57 * MINUTE_MS;
  // Nothing was received before, so none is made yet either, and this is not for the whole day.
  expect(await same.make()).toBeNull();
  await received(MIDNIGHT + 20 * HOUR_MS);
  expect(await same.make()).toBe(DAY);
  await set('06:30');
  await database.query('DELETE FROM brief');
  await database.query(`DELETE FROM notification WHERE kind = 'brief'`);
  await database.query('DELETE FROM batch');
});

test('a hub that received its first event after the hour makes none that day', async () => {
  const late = MIDNIGHT + 7 * HOUR_MS;
  await received(late);
  expect(await process(late + MINUTE_MS).make()).toBeNull();
  expect(await database.query('SELECT 1 FROM brief')).toEqual([]);
  await received(MIDNIGHT + 6 * HOUR_MS);
});

test('two processes make and tell it once, late in the morning too: everybody meant by every way, nobody twice', async () => {
  const late = MIDNIGHT + 11 * HOUR_MS;
  const answers = await Promise.all([process(late).make(), process(late).make()]);
  expect(answers.filter((day) => day !== null)).toEqual([DAY]);
  const rows = await told();
  expect(rows.map(({ recipient, channel }) => `${recipient} ${channel}`)).toEqual([
    'chair in-app',
    'chair mail',
    'vice in-app',
    'vice mail',
  ]);
  const [onPage, chair, , vice] = rows.map(({ message }) => JSON.parse(message) as Message);
  expect(onPage?.attachment).toBeUndefined();
  expect(chair).toMatchObject({ kind: 'brief', language: 'vi', path: `/brief?day=${DAY}`, mayAcknowledge: false });
  expect(vice?.subject).toMatch(/^Morning brief/);
  expect(chair?.attachment?.name).toBe(`ban-tin-sang-${DAY}.pdf`);
  expect(
    Buffer.from(vice?.attachment?.base64 ?? '', 'base64')
      .subarray(0, 5)
      .toString(),
  ).toBe('%PDF-');
  expect(await process(late + MINUTE_MS).make()).toBeNull();
  expect(await told()).toHaveLength(4);
});

test('the brief of the day is what was told, also when the numbers have moved since', async () => {
  await database.query(`UPDATE alert SET state = 'resolved'`);
  const brief = (await (await ask(`/v1/brief?day=${DAY}`)).json()) as Brief;
  expect(brief).toMatchObject({ day: DAY, kept: true });
  const lines = Object.fromEntries(brief.parts.map(({ part, lines }) => [part, lines]));
  expect(lines.changed).toMatchObject([{ note: { vi: expect.stringMatching(/^\+4 · /) } }]);
  expect(lines.red).toMatchObject([{ name: { vi: 'Tàu mắc cạn' }, level: 'critical' }]);
  expect(lines.late).toMatchObject([{ name: { vi: 'Tàu mắc cạn' }, note: { vi: 'phải xác nhận trước · 06:00' } }]);
  const duty = lines.due
    ?.filter(({ name }) => name.vi === 'Trực: Trực ban')
    .map(({ value, note }) => [value?.vi, note?.vi]);
  expect(duty?.map(([, hours]) => hours)).toEqual(['11:00–18:00', '18:00–24:00']);
  expect(new Set(duty?.map(([person]) => person))).toEqual(new Set(['Chủ tịch', 'Phó chủ tịch']));
  expect(JSON.stringify(brief)).not.toContain('secret');
});

test('the PDF of a day, and who may have neither', async () => {
  const answer = await ask(`/v1/brief.pdf?day=${DAY}&lang=en`);
  expect(answer.headers.get('content-type')).toBe('application/pdf');
  expect(answer.headers.get('content-disposition')).toBe(`inline; filename="morning-brief-${DAY}.pdf"`);
  const bytes = Buffer.from(await answer.arrayBuffer()).toString('latin1');
  expect(bytes).toContain('(https://ioc.example.gov.vn/alerts/');
  for (const path of ['/v1/brief', `/v1/brief.pdf?day=${DAY}`]) {
    expect((await ask(path, { authorization: `Bearer ${wall}` })).status).toBe(403);
    expect((await ask(path, {})).status).toBe(401);
  }
  expect((await ask('/v1/brief?day=2026-02-31')).status).toBe(400);
  const wrong = await ask('/v1/brief?day=2026-11-32');
  expect([wrong.status, await wrong.json()]).toMatchObject([400, { errors: [{ path: '/day' }] }]);
  const today = (await (await ask('/v1/brief')).json()) as Brief;
  expect(today.day).toBe(dayName(Date.now()));
});
